"""8-bit differences: what they cost in precision."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load, save

from pipelines.runtime.deltas import decode, encode


def weights(seed: int, **shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


@pytest.mark.parametrize("seed", range(3))
def test_each_weight_comes_back_within_half_a_step_of_its_row(seed: int) -> None:
    base = weights(seed, a=(20, 30), b=(30,))
    move = weights(seed + 10, a=(20, 30), b=(30,))
    row_scales = torch.logspace(-4, 0, 20).unsqueeze(1)
    tuned = {"a": base["a"] + move["a"] * row_scales, "b": base["b"] + 0.01 * move["b"]}
    restored = decode(load(save(encode(tuned, base, ["a", "b"]))), base)
    step = (tuned["a"] - base["a"]).abs().amax(dim=1, keepdim=True) / 127
    assert ((restored["a"] - tuned["a"]).abs() <= 0.6 * step + 1e-6).all()
    assert torch.allclose(restored["b"], tuned["b"], atol=1e-4)


def test_matrices_take_a_byte_a_weight() -> None:
    base, tuned = weights(0, a=(64, 64)), weights(1, a=(64, 64))
    stored = encode(tuned, base, ["a"])
    assert stored["a"].dtype == torch.int8
    assert stored["a.scale"].shape == (64, 1)


def test_a_name_that_the_base_lacks_comes_back_whole() -> None:
    base, tuned = weights(0, a=(4, 4)), weights(1, head=(3, 4))
    restored = decode(encode(tuned, base, ["head"]), base)
    assert set(restored) == {"a", "head"}
    assert torch.allclose(restored["head"], tuned["head"], atol=0.02)


def test_unchanged_weights_come_back_exactly_and_the_base_is_left_alone() -> None:
    base = weights(0, a=(8, 8), kept=(5,))
    before = {name: tensor.clone() for name, tensor in base.items()}
    restored = decode(encode(base, base, ["a"]), base)
    for name, tensor in before.items():
        assert torch.equal(restored[name], tensor)
        assert torch.equal(base[name], tensor)
