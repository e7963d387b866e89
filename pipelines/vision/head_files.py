"""Bundles of learnt classes: the linear rule as safetensors, what it means as JSON, no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from data.errors import DataError
from pipelines.vision.head import LinearHead
from pipelines.vision.network_files import FACTS, WEIGHTS, read_facts


def write_head(folder: Path, head: LinearHead, facts: Mapping[str, Any]) -> None:
    """Write a rule and the facts that it belongs to."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_tensors(head), folder / WEIGHTS)
    stored = {**facts, "learnt": list(head.classes), "unit": head.unit}
    (folder / FACTS).write_text(json.dumps(stored, indent=2), encoding="utf-8")


def read_head(
    folder: Path, model: str, classes: tuple[str, ...]
) -> tuple[LinearHead, tuple[str, ...]]:
    """The rule of a bundle, and the classes it chooses from.

    Args:
        folder: of the bundle.
        model: id of the model that it has to hold.
        classes: names that the reader expects, in order; none when any will do.

    Raises:
        DataError: the bundle is incomplete, damaged, of another model or of other classes.
    """
    facts = read_facts(folder, model, classes)
    try:
        tensors = load_file(folder / WEIGHTS)
        head = LinearHead(classes=tuple(facts["learnt"]), unit=facts["unit"] is True, **tensors)
    except (OSError, SafetensorError, TypeError, KeyError):
        raise _damaged() from None
    size = head.weights.shape[-1:]
    shapes = [each.shape for each in (head.weights, head.centre, head.scale, head.bias)]
    if shapes != [(len(head.classes), *size), size, size, (len(head.classes),)]:
        raise _damaged()
    if not all(np.isfinite(each).all() for each in tensors.values()):
        raise _damaged()
    return head, tuple(facts["classes"])


def _tensors(head: LinearHead) -> dict[str, np.ndarray]:
    return {
        name: np.ascontiguousarray(getattr(head, name))
        for name in ("centre", "scale", "weights", "bias")
    }


def _damaged() -> DataError:
    return DataError(
        "The weights of the bundle are damaged, or do not fit its classes; download it again."
    )
