"""A tiny classifier with random weights, written as the Hub would hand it over."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from pipelines.runtime.packaged import minilm_folder


def write_tiny_classifier(folder: Path, labels: list[str]) -> Path:
    """Write config, tokeniser and safetensors weights of a one-layer network; returns the folder."""
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertForSequenceClassification(
            BertConfig(
                vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1,
                num_attention_heads=2, intermediate_size=64, num_labels=len(labels),
                id2label=dict(enumerate(labels)),
                label2id={label: code for code, label in enumerate(labels)},
            )
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
