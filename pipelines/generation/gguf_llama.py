"""Reads a Llama model from a GGUF file, unpacked to 32-bit floats as transformers lays them out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import GGUFReader, dequantize
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, PreTrainedTokenizerFast

from pipelines.progress import SILENT, Progress
from pipelines.runtime.packaged import WeightsError

CONTROL_TOKEN = 3
OUTER = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
INNER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def write_model(source: Path, folder: Path, progress: Progress = SILENT) -> None:
    """Write config, weights and tokeniser of a GGUF file as transformers reads them.

    Raises:
        WeightsError: the file holds another kind of model.
    """
    progress.stage("SmolLM2: reading the packaged weights", 0)
    reader = GGUFReader(source)
    facts = {
        name: field.contents() for name, field in reader.fields.items()
        if not name.startswith("GGUF.")
    }
    if facts["general.architecture"] != "llama" or facts["tokenizer.ggml.model"] != "gpt2":
        raise WeightsError(f"{source.name} holds no Llama model with a byte-level tokeniser.")
    config = _config(facts)
    progress.stage("SmolLM2: unpacking, only the first time", len(reader.tensors))
    weights = {}
    for tensor in reader.tensors:
        name = _name(tensor.name)
        values = dequantize(tensor.data, tensor.tensor_type)
        weights[name] = torch.from_numpy(_in_halves(name, values, config))
        progress.advance(1)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config.save_pretrained(folder)
    progress.stage("SmolLM2: writing the tokeniser", 0)
    _tokenizer(facts, config.max_position_embeddings).save_pretrained(folder)


def _config(facts: dict[str, Any]) -> LlamaConfig:
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        vocab_size=len(facts["tokenizer.ggml.tokens"]),
        hidden_size=facts["llama.embedding_length"],
        intermediate_size=facts["llama.feed_forward_length"],
        num_hidden_layers=facts["llama.block_count"],
        num_attention_heads=facts["llama.attention.head_count"],
        num_key_value_heads=facts["llama.attention.head_count_kv"],
        max_position_embeddings=facts["llama.context_length"],
        rms_norm_eps=facts["llama.attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": facts["llama.rope.freq_base"]},
        # Without a tensor of its own the output shares the embeddings.
        tie_word_embeddings=True,
        bos_token_id=facts["tokenizer.ggml.bos_token_id"],
        eos_token_id=facts["tokenizer.ggml.eos_token_id"],
        pad_token_id=facts["tokenizer.ggml.padding_token_id"],
        dtype="float32",
    )


def _name(name: str) -> str:
    if name in OUTER:
        return OUTER[name]
    parts = name.split(".")
    if len(parts) != 4 or parts[0] != "blk" or parts[2] not in INNER:
        raise WeightsError(f"The weights have a tensor {name}, which this version does not know.")
    return f"model.layers.{parts[1]}.{INNER[parts[2]]}.{parts[3]}"


def _in_halves(name: str, values: np.ndarray, config: LlamaConfig) -> np.ndarray:
    """Rows of queries and keys in the order of transformers.

    Rotary positions turn pairs of rows. GGUF stores the two of a pair side by side, transformers
    all the first ones of a head before all the second ones.
    """
    heads: int | None
    if name.endswith("q_proj.weight"):
        heads = config.num_attention_heads
    elif name.endswith("k_proj.weight"):
        heads = config.num_key_value_heads
    else:
        return np.array(values, dtype=np.float32)
    assert heads is not None, "the configuration was read from the file"
    rows, columns = values.shape
    pairs = values.reshape(heads, rows // heads // 2, 2, columns)
    return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(rows, columns), dtype=np.float32)


def _tokenizer(facts: dict[str, Any], longest: int) -> Any:
    tokens: list[str] = facts["tokenizer.ggml.tokens"]
    merges = [tuple(pair.split(" ")) for pair in facts["tokenizer.ggml.merges"]]
    made = Tokenizer(models.BPE({token: code for code, token in enumerate(tokens)}, merges))
    # SmolLM2 reads every digit by itself, then words as GPT-2 does.
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    control = [
        token for token, kind in zip(tokens, facts["tokenizer.ggml.token_type"], strict=True)
        if kind == CONTROL_TOKEN
    ]
    made.add_special_tokens([AddedToken(token, special=True, normalized=False)
                             for token in control])
    named = {
        f"{name}_token": tokens[facts[f"tokenizer.ggml.{key}_token_id"]]
        for name, key in (("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding"))
    }
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=made, model_max_length=longest,
        chat_template=facts["tokenizer.chat_template"], clean_up_tokenization_spaces=False,
        **named,
    )
