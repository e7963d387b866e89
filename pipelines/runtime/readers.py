"""Extractive readers: litmus-reader from its differences, and those of the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

from pipelines.runtime import deltas
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.minilm import packaged_state, read_card
from pipelines.runtime.packaged import MINILM_SHA256, WeightsError, check_hash, minilm_folder
from pipelines.runtime.residents import RESIDENTS
from pipelines.runtime.span_model import SpanModel

HUB_WINDOW = 384


def tuned_reader(weights: Path, device: str = "auto") -> SpanModel:
    """A reader stored in `weights` as 8-bit differences from the packaged encoder.

    Args:
        weights: folder with `differences.safetensors` and `card.json` as training wrote them.
        device: where to compute.

    Raises:
        WeightsError: a file is missing or is not the one that was measured.
    """
    where = choose_device(device)

    def load() -> SpanModel:
        model, tokenizer = reader_network(weights)
        digest = read_card(weights)["differences_sha256"]
        return SpanModel(f"{weights.name}:{digest[:12]}", model, tokenizer, where)

    return RESIDENTS.get((weights.name.replace("_", "-"), where.type), load)


def reader_network(weights: Path) -> tuple[BertForQuestionAnswering, Any]:
    """The plain transformers model of `tuned_reader` in float32, and its tokeniser."""
    card = read_card(weights)
    if card["base_sha256"] != MINILM_SHA256:
        raise WeightsError(f"{weights.name} was trained on another version of its base model.")
    stored = load_file(check_hash(weights / "differences.safetensors", card["differences_sha256"]))
    folder = minilm_folder()
    model = BertForQuestionAnswering(BertConfig.from_pretrained(folder))
    base = {
        f"bert.{name}": tensor for name, tensor in packaged_state(folder).items()
        if not name.startswith("pooler.")
    }
    model.load_state_dict(deltas.decode(stored, base))
    return model, AutoTokenizer.from_pretrained(folder)


def hub_reader(name: str, revision: str, device: str = "auto") -> tuple[SpanModel, str]:
    """An extractive reader from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `fetch`, or the model is not an extractive reader.
    """
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModelForQuestionAnswering

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> SpanModel:
        try:
            model, found = AutoModelForQuestionAnswering.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, local_files_only=True,
                output_loading_info=True,
            )
            tokenizer = AutoTokenizer.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
        except (ValueError, OSError, KeyError, RuntimeError, SafetensorError,
                StrictDataclassError) as error:
            raise HubError(f"The model {name} cannot be read as an extractive reader.") from error
        if found["missing_keys"] or not getattr(tokenizer, "is_fast", False):
            raise HubError(
                f"The model {name} has no trained head for answers, so its answers would be "
                "random; choose an extractive question-answering model."
            )
        places = getattr(model.config, "max_position_embeddings", HUB_WINDOW)
        return SpanModel(f"{name}@{commit}", model, tokenizer, where, min(HUB_WINDOW, places))

    return RESIDENTS.get((f"hub-reader:{name}@{commit}", where.type), load), commit
