"""Tiny encoder-decoders and token classifiers with random weights, as the Hub would hand them over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoTokenizer,
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForTokenClassification,
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
)

from pipelines.runtime.packaged import minilm_folder

_WORDS = """the lamp arrived late and box was damaged please refund my order today a entrega chegou
tarde caixa obrigado pedido reembolso"""
_SIZE = {
    "d_model": 32, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2,
    "decoder_attention_heads": 2, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64,
    "max_position_embeddings": 128,
    "init_std": 0.05,
}


def _random(kind: Any, config: Any) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = kind(config)
    for name, weights in model.named_parameters():
        # What is written has to depend on what is read, which random networks mostly forget.
        if "encoder_attn" in name and name.endswith(("q_proj.weight", "k_proj.weight",
                                                     "out_proj.weight")):
            weights.data *= 30
    return model


def write_tiny_marian(folder: Path, languages: tuple[str, ...] = ()) -> Path:
    """A Marian model with SentencePiece files of its own.

    Args:
        folder: where to.
        languages: codes for >>code<< tokens, for a multilingual one.
    """
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "words.txt"
    text.write_text("\n".join([_WORDS, *_WORDS.split()] * 20), encoding="utf-8")
    for side in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(folder / side), vocab_size=60,
            hard_vocab_limit=False, minloglevel=2,
        )
        (folder / f"{side}.model").rename(folder / f"{side}.spm")
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    pieces = [model.id_to_piece(each) for each in range(3, len(model))]
    tokens = ["</s>", "<unk>", *(f">>{code}<<" for code in languages), *pieces, "<pad>"]
    vocabulary = {token: code for code, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "MarianTokenizer", "model_max_length": 128})
    )
    padding = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(tokens), pad_token_id=padding, eos_token_id=0,
        decoder_start_token_id=padding, forced_eos_token_id=0, **_SIZE,
    )
    _random(MarianMTModel, config).save_pretrained(folder)
    return folder


def write_tiny_nllb(folder: Path) -> Path:
    """A model as NLLB's, whose tokeniser marks the source and whose output begins with a language."""
    from transformers import NllbTokenizer

    letters = ["▁", *"abcdefghijklmnopqrstuvwxyzAB.,?!", *"ãõçáéíóú"]
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = {token: code for code, token in enumerate([*special, *letters])}
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=[])
    config = M2M100Config(
        vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2,
        decoder_start_token_id=2, **_SIZE,
    )
    _random(M2M100ForConditionalGeneration, config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_tiny_bart(folder: Path) -> Path:
    """An encoder-decoder for summaries, with MiniLM's word pieces."""
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    config = BartConfig(
        vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.cls_token_id, eos_token_id=tokenizer.sep_token_id,
        decoder_start_token_id=tokenizer.sep_token_id, **_SIZE,
    )
    _random(BartForConditionalGeneration, config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def write_tiny_token_classifier(folder: Path, labels: list[str]) -> Path:
    """A token classifier with MiniLM's word pieces and random weights."""
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, num_labels=len(labels), id2label=dict(enumerate(labels)),
        label2id={label: code for code, label in enumerate(labels)},
    )
    _random(BertForTokenClassification, config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
