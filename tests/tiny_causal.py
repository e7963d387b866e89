"""A tiny language model with random weights, written as the Hub would hand it over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from pipelines.generation.causal import CausalModel
from pipelines.runtime.device import choose_device

TEMPLATE = (
    "{% for message in messages %}<s>{{ message['role'] }}\n{{ message['content'] }}</s>\n"
    "{% endfor %}{% if add_generation_prompt %}<s>assistant\n{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<s>", "</s>")


def tiny_tokenizer(template: str | None = TEMPLATE) -> Any:
    """One token for each byte and for three marks; the marks are 0, 1 and 2."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: code for code, token in enumerate([*SPECIAL, *alphabet])}
    made = Tokenizer(models.BPE(vocabulary, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in SPECIAL])
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", unk_token="<|endoftext|>",
        pad_token="</s>", chat_template=template, clean_up_tokenization_spaces=False,
    )


def write_tiny_causal(
    folder: Path, template: str | None = TEMPLATE, context: int = 256, seed: int = 0
) -> Path:
    """Write config, tokeniser and safetensors weights of a two-layer network; returns the folder."""
    tokenizer = tiny_tokenizer(template)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64,
                num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                max_position_embeddings=context, bos_token_id=1, eos_token_id=2, pad_token_id=2,
                # Wide weights, so that texts differ from prompt to prompt.
                initializer_range=0.6,
            )
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def load_tiny_causal(folder: Path) -> CausalModel:
    """The model of such a folder."""
    kind: Any = AutoModelForCausalLM
    return CausalModel(
        "tiny", kind.from_pretrained(folder), AutoTokenizer.from_pretrained(folder),
        choose_device(),
    )
