"""The only module that names a device: which one computes, how many threads, how much memory."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

import psutil

from data.errors import OptionError

if TYPE_CHECKING:
    import torch

CPU = "cpu"
DEVICES = ("auto", CPU, "cuda", "mps")


def choose_device(wanted: str = "auto") -> torch.device:
    """The device to compute on: CUDA, then MPS, then the CPU when `wanted` is "auto".

    Raises:
        OptionError: the device is unknown or this machine does not have it.
    """
    import torch

    _cap_threads()
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        CPU: True,
    }
    if wanted == "auto":
        return torch.device(next(name for name, present in there.items() if present))
    if wanted not in there:
        raise OptionError(f"There is no device “{wanted}”; choose one of {', '.join(DEVICES)}.")
    if not there[wanted]:
        raise OptionError(f"This machine has no {wanted} device; choose auto or cpu.")
    return torch.device(wanted)


@cache
def _cap_threads() -> None:
    import torch

    torch.set_num_threads(max(1, min(8, len(os.sched_getaffinity(0)) if sys.platform == "linux"
                                     else os.cpu_count() or 1)))


def device_name() -> str:
    """What this machine computes with, without importing torch: "CPU, 2 cores"."""
    if "torch" in sys.modules:
        device = choose_device()
        if device.type != CPU:
            return device.type.upper()
    return f"CPU, {os.cpu_count() or 1} cores"


def resident_mb() -> float:
    """Megabytes of memory that this process holds now."""
    return psutil.Process().memory_info().rss / 1e6


def memory_gb() -> float:
    """Gigabytes of memory that this machine has."""
    return psutil.virtual_memory().total / 1e9
