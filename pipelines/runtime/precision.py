"""Chooses float32 or bfloat16 by measuring both on the model at hand, and remembers the choice."""

from __future__ import annotations

import copy
import platform
import time
from collections.abc import Callable, Mapping

import torch

from pipelines.runtime.cache_folder import read_json, write_json

TOLERANCE = 0.02
GAIN = 1.1
ROUNDS = 3

Forward = Callable[[torch.nn.Module, Mapping[str, torch.Tensor]], torch.Tensor]


def choose_precision(
    name: str,
    model: torch.nn.Module,
    probe: Mapping[str, torch.Tensor],
    forward: Forward,
) -> tuple[torch.nn.Module, str]:
    """The model in the precision that is fastest here without changing what it says.

    bfloat16 is taken when it is at least 10 % faster than float32 on `probe` and no output moves by
    more than 0.02. The choice is kept in the cache folder by model, processor and torch version, so
    that a run is the same the next time.

    Args:
        name: identifies the weights.
        model: in float32, in evaluation mode, on its device.
        probe: model inputs of a usual shape, (rows, tokens), on the same device.
        forward: gives the outputs to compare, on the scale that users see (probabilities, cosines).

    Returns:
        The model to use and "float32" or "bfloat16".
    """
    device = next(model.parameters()).device
    key = "|".join((name, device.type, platform.processor() or platform.machine(),
                    str(torch.get_num_threads()), torch.__version__))
    remembered = read_json("precision.json").get(key)
    if remembered == "float32":
        return model, "float32"
    lower = copy.deepcopy(model).to(torch.bfloat16)
    if remembered == "bfloat16":
        return lower, "bfloat16"
    with torch.inference_mode():
        moved = (forward(model, probe).float() - forward(lower, probe).float()).abs().max().item()
        faster = _seconds(model, probe, forward) / _seconds(lower, probe, forward)
    chosen = "bfloat16" if faster >= GAIN and moved <= TOLERANCE else "float32"
    write_json("precision.json", {**read_json("precision.json"), key: chosen})
    return (lower if chosen == "bfloat16" else model), chosen


def _seconds(model: torch.nn.Module, probe: Mapping[str, torch.Tensor], forward: Forward) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        forward(model, probe).sum().item()
        times.append(time.perf_counter() - start)
    return min(times)
