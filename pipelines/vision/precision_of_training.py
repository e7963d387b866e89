"""Whether training runs faster in bfloat16 here, measured once and remembered."""

from __future__ import annotations

import copy
import platform
import time

import torch
from torch import nn
from torch.nn import functional

from pipelines.runtime.cache_folder import read_json, write_json

FILE = "training_precision.json"
GAIN = 1.1
ROUNDS = 5
# A folder that cannot be written must not make the same seed give two networks in one process.
_HERE: dict[str, str] = {}


def training_precision(
    name: str, network: nn.Module, inputs: torch.Tensor, codes: torch.Tensor
) -> str:
    """ "bfloat16" when steps under autocast are at least 10 % faster than in float32.

    Autocast keeps weights, normalisation and loss in float32; on MNIST both gave the same accuracy
    within the spread of seeds. The choice is kept in the cache folder by network, processor and
    torch version, as the weights that a seed gives depend on it.

    Args:
        name: identifies the network's architecture.
        network: in training mode, left as it is.
        inputs, codes: one batch of the usual size on the network's device.
    """
    device = inputs.device
    key = "|".join((name, str(tuple(inputs.shape)), device.type,
                    platform.processor() or platform.machine(),
                    str(torch.get_num_threads()), torch.__version__))
    remembered = _HERE.get(key) or read_json(FILE).get(key)
    if remembered not in ("float32", "bfloat16"):
        remembered = _measured(network, inputs, codes)
        write_json(FILE, {**read_json(FILE), key: remembered})
    _HERE[key] = remembered
    return remembered


def _measured(network: nn.Module, inputs: torch.Tensor, codes: torch.Tensor) -> str:
    trial = copy.deepcopy(network)
    times: dict[bool, list[float]] = {False: [], True: []}
    # Taken in turns, so that other work on the machine slows both.
    for _ in range(ROUNDS):
        for lower, seconds in times.items():
            start = time.perf_counter()
            with torch.autocast(inputs.device.type, dtype=torch.bfloat16, enabled=lower):
                logits = trial(inputs)
            loss = functional.cross_entropy(logits.float(), codes)
            torch.autograd.backward(loss)
            loss.item()
            seconds.append(time.perf_counter() - start)
    return "bfloat16" if min(times[False]) >= GAIN * min(times[True]) else "float32"
