"""all-MiniLM-L6-v2 from its package: an encoder of sentences, and the base of our own heads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, BertModel

from pipelines.runtime import deltas
from pipelines.runtime.device import choose_device
from pipelines.runtime.packaged import MINILM_SHA256, WeightsError, check_hash, minilm_folder
from pipelines.runtime.residents import RESIDENTS
from pipelines.runtime.text_model import TextModel, logits, mean_of_tokens


def sentence_encoder(device: str = "auto") -> TextModel:
    """The encoder of sentences; its outputs are embeddings of 384 numbers and unit length."""
    where = choose_device(device)

    def load() -> TextModel:
        folder = minilm_folder()
        model = BertModel(BertConfig.from_pretrained(folder))
        model.load_state_dict(packaged_state(folder))
        return TextModel(
            "all-minilm-l6-v2", model, AutoTokenizer.from_pretrained(folder), where,
            mean_of_tokens, lambda embeddings: embeddings,
        )

    return RESIDENTS.get(("all-minilm-l6-v2", where.type), load)


def tuned_classifier(weights: Path, device: str = "auto") -> TextModel:
    """A sentence classifier stored in `weights` as 8-bit differences from the packaged encoder.

    Args:
        weights: folder with `differences.safetensors` and `card.json` as training wrote them.
        device: where to compute.

    Raises:
        WeightsError: a file is missing or is not the one that was measured.
    """
    where = choose_device(device)

    def load() -> TextModel:
        model, tokenizer = tuned_network(weights)
        digest = read_card(weights)["differences_sha256"]
        return TextModel(
            f"{weights.name}:{digest[:12]}", model, tokenizer, where, logits,
            lambda outputs: outputs.softmax(dim=1),
        )

    return RESIDENTS.get((weights.name.replace("_", "-"), where.type), load)


def tuned_network(weights: Path) -> tuple[BertForSequenceClassification, Any]:
    """The plain transformers model of `tuned_classifier` in float32, and its tokeniser."""
    card = read_card(weights)
    if card["base_sha256"] != MINILM_SHA256:
        raise WeightsError(f"{weights.name} was trained on another version of its base model.")
    stored = load_file(check_hash(weights / "differences.safetensors", card["differences_sha256"]))
    folder = minilm_folder()
    labels = card["labels"]
    config = BertConfig.from_pretrained(
        folder, num_labels=len(labels), id2label=dict(enumerate(labels)),
        label2id={label: code for code, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config)
    base = {f"bert.{name}": tensor for name, tensor in packaged_state(folder).items()}
    model.load_state_dict(deltas.decode(stored, base))
    return model, AutoTokenizer.from_pretrained(folder)


def read_card(weights: Path) -> dict[str, Any]:
    """What training wrote beside the weights: labels, temperature, hashes, test figures."""
    path = weights / "card.json"
    if not path.is_file():
        raise WeightsError(f"The folder {weights.name} has no card.json; install Litmus again.")
    return json.loads(path.read_text(encoding="utf-8"))


def packaged_state(folder: Path) -> dict[str, torch.Tensor]:
    """The tensors of the packaged encoder, by the names of `BertModel`."""
    stored = load_file(folder / "model.safetensors")
    return {name: tensor for name, tensor in stored.items() if not name.endswith("position_ids")}
