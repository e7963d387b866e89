"""Bundles of trained networks: weights as safetensors, what they mean as JSON, no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from data.errors import DataError

WEIGHTS = "weights.safetensors"
FACTS = "bundle.json"


def save_network(folder: Path, network: nn.Module, facts: Mapping[str, Any]) -> None:
    """Write the weights of a network and the facts that rebuild it."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}
    save_file(weights, folder / WEIGHTS)
    (folder / FACTS).write_text(json.dumps(dict(facts), indent=2), encoding="utf-8")


def read_facts(folder: Path, model: str, classes: tuple[str, ...]) -> dict[str, Any]:
    """What `save_network` wrote beside the weights.

    Args:
        folder: of the bundle.
        model: id of the model that it has to hold.
        classes: names that the reader expects, in order; none when any will do.

    Raises:
        DataError: the bundle is incomplete, damaged, of another model or of other classes.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        facts = None
    if not isinstance(facts, dict) or not (folder / WEIGHTS).is_file():
        raise DataError(
            f"The bundle lacks {FACTS} or {WEIGHTS}, or they cannot be read; download it again."
        )
    if facts.get("model") != model:
        raise DataError(
            f"The bundle holds the model “{facts.get('model')}” and not “{model}”; open it with the "
            "model it was saved from."
        )
    own: Any = facts.get("classes")
    learnt: Any = facts.get("learnt")
    if not (_names(own) and _names(learnt) and set(learnt) <= set(own)):
        raise DataError("The classes that the bundle names are damaged; download it again.")
    if classes and tuple(own) != classes:
        raise DataError(
            f"The bundle knows the classes {', '.join(own)}, and {', '.join(classes)} were asked "
            "for; choose the same classes in the same order."
        )
    if not isinstance(facts.get("notes", []), list):
        raise DataError("The notes of the bundle are damaged; download it again.")
    return facts


def number_of(facts: Mapping[str, Any], name: str) -> float:
    """A positive finite number among the facts of a bundle.

    Raises:
        DataError: it is missing or none.
    """
    value = facts.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise DataError(
            f"The bundle says that its {name} is “{value}”, which has to be a positive number; "
            "download it again."
        )
    return float(value)


def restore_weights(folder: Path, network: nn.Module) -> None:
    """Fill a network with the weights of a bundle.

    Raises:
        DataError: the file is damaged, or its tensors are not those of the network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError):
        raise DataError("The weights of the bundle are damaged; download it again.") from None
    expected = network.state_dict()
    for name in sorted(expected.keys() | weights.keys()):
        if name not in expected or name not in weights:
            state = "unknown" if name in weights else "missing"
            raise DataError(
                f"The weights of the bundle do not fit: “{name}” is {state}; download it again."
            )
        found, wanted = weights[name], expected[name]
        if found.shape != wanted.shape or found.dtype != wanted.dtype:
            raise DataError(
                f"The weights of the bundle do not fit: “{name}” has the shape "
                f"{tuple(found.shape)} of {found.dtype} and needs {tuple(wanted.shape)} of "
                f"{wanted.dtype}; download it again."
            )
        if found.is_floating_point() and not bool(torch.isfinite(found).all()):
            raise DataError(
                f"The weights of the bundle hold numbers that are not finite, in “{name}”; "
                "download it again."
            )
    network.load_state_dict(weights)


def _names(value: object) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
        and len(set(value)) == len(value)
    )
