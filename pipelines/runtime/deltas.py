"""Fine-tuned weights stored as small 8-bit differences from a packaged base model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch

SCALE_SUFFIX = ".scale"


def encode(
    tuned: Mapping[str, torch.Tensor], base: Mapping[str, torch.Tensor], names: Iterable[str]
) -> dict[str, torch.Tensor]:
    """Differences of `tuned` from `base`, symmetric int8 with one scale per output row.

    Args:
        tuned: state dict after training, float tensors of any shape.
        base: state dict before training; a name it lacks is stored as a difference from zero.
        names: the tensors to store. Matrices become int8 with a float16 scale of shape (rows, 1);
            vectors are stored as float16.

    Returns:
        Tensors to save, keyed by name, and by name + ".scale" for the scales.
    """
    stored: dict[str, torch.Tensor] = {}
    for name in names:
        delta = tuned[name].float()
        if name in base:
            delta = delta - base[name].float()
        if delta.ndim < 2:
            stored[name] = delta.half()
            continue
        scale = (delta.abs().amax(dim=1, keepdim=True) / 127).clamp_min(1e-8).half()
        quantised = (delta / scale.float()).round().clamp(-127, 127)
        stored[name] = quantised.to(dtype=torch.int8)
        stored[name + SCALE_SUFFIX] = scale
    return stored


def decode(
    stored: Mapping[str, torch.Tensor], base: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """The full float32 state dict: `base` with the differences of `encode` added.

    Args:
        stored: what `encode` returned.
        base: the state dict that the differences were taken from; left unchanged.

    Returns:
        A new mapping with every tensor of `base` and of `stored`, float32.
    """
    restored = {name: tensor.float() for name, tensor in base.items()}
    for name, tensor in stored.items():
        if name.endswith(SCALE_SUFFIX):
            continue
        delta = tensor.float()
        if name + SCALE_SUFFIX in stored:
            delta = delta * stored[name + SCALE_SUFFIX].float()
        restored[name] = restored[name] + delta if name in restored else delta
    return restored
