"""Rows held back, weights of classes and views of images."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.vision.augment import Augment
from pipelines.vision.holding_back import hold_back
from pipelines.vision.training import class_weights, seeded


def alone(count: int) -> np.ndarray:
    return np.arange(count)


def test_below_forty_rows_nothing_is_held_back() -> None:
    codes = np.arange(39) % 3
    parts = hold_back(codes, alone(39), 0)
    assert len(parts.validation) == 0
    np.testing.assert_array_equal(parts.train, np.arange(39))


def test_a_fifth_is_held_back_evenly_within_each_class() -> None:
    codes = np.repeat([0, 1, 2], [100, 50, 10])
    parts = hold_back(codes, alone(160), 0)
    assert sorted([*parts.train, *parts.validation]) == list(range(160))
    np.testing.assert_array_equal(np.bincount(codes[parts.validation]), [20, 10, 2])


def test_at_most_five_hundred_rows_are_held_back() -> None:
    codes = np.arange(6_000) % 10
    assert 480 <= len(hold_back(codes, alone(6_000), 0).validation) <= 500


def test_groups_stand_on_one_side() -> None:
    rng = np.random.default_rng(0)
    codes, groups = rng.integers(0, 3, 300), rng.integers(0, 60, 300)
    parts = hold_back(codes, groups, 0)
    assert len(parts.validation)
    assert not set(groups[parts.train]) & set(groups[parts.validation])


def test_each_class_keeps_two_rows_to_train_on_even_in_mixed_groups() -> None:
    # The only group of class 2 is led by a row of class 0.
    codes = np.array([0, 1] * 30 + [0, 2, 2])
    groups = np.array([*range(60), 60, 60, 60])
    for seed in range(30):
        parts = hold_back(codes, groups, seed)
        assert np.bincount(codes[parts.train], minlength=3).min() >= 2
        assert not set(groups[parts.train]) & set(groups[parts.validation])


def test_the_seed_decides_which_rows_are_held_back() -> None:
    codes = np.arange(100) % 2
    first, again, other = (hold_back(codes, alone(100), seed).validation for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)


def test_classes_within_three_times_each_other_weigh_the_same() -> None:
    codes = torch.tensor([0] * 30 + [1] * 10)
    torch.testing.assert_close(class_weights(codes), torch.ones(2))


def test_small_classes_weigh_more_by_the_root_of_their_size() -> None:
    codes = torch.tensor([0] * 90 + [1] * 10)
    weights = class_weights(codes)
    assert (weights[1] / weights[0]).item() == pytest.approx(3.0)
    assert weights[codes].mean().item() == pytest.approx(1.0)


def test_no_augmentation_leaves_images_as_they_are() -> None:
    images = torch.rand(3, 1, 8, 8, generator=seeded(0))
    assert Augment()(images, seeded(0)) is images


def test_a_mirror_turns_about_half_of_the_images_and_nothing_else() -> None:
    images = torch.rand(64, 3, 10, 10, generator=seeded(0))
    seen = Augment(mirror=True)(images, seeded(1))
    turned = torch.isclose(seen, images.flip(-1), atol=1e-4).flatten(1).all(dim=1)
    same = torch.isclose(seen, images, atol=1e-4).flatten(1).all(dim=1)
    assert (turned ^ same).all()
    assert 16 < int(turned.sum()) < 48


def test_a_shift_moves_by_at_most_its_pixels() -> None:
    images = torch.zeros(50, 1, 21, 21)
    images[:, :, 10, 10] = 1
    seen = Augment(shift=3)(images, seeded(0))
    places = torch.arange(21.0)
    rows = (seen.sum(dim=(1, 3)) * places).sum(dim=1) / seen.sum(dim=(1, 2, 3))
    assert (rows - 10).abs().max().item() <= 3.01
    assert (rows - 10).abs().max().item() > 2


def test_a_turn_keeps_the_middle_and_moves_the_rest() -> None:
    images = torch.zeros(20, 1, 21, 21)
    images[:, :, 10, :] = 1
    seen = Augment(turn=30)(images, seeded(0))
    torch.testing.assert_close(seen[:, 0, 10, 10], torch.ones(20), atol=0.05, rtol=0)
    assert (seen[:, 0, 10, 0] < 0.5).any()


def test_a_slant_moves_rows_by_their_distance_from_the_middle() -> None:
    images = torch.zeros(20, 1, 21, 21)
    images[:, :, :, 10] = 1
    seen = Augment(slant=0.3)(images, seeded(0))[:, 0]
    places = (seen * torch.arange(21.0)).sum(dim=2) / seen.sum(dim=2) - 10
    torch.testing.assert_close(places[:, 0], -places[:, 20], atol=0.05, rtol=0)
    torch.testing.assert_close(places[:, 10], torch.zeros(20), atol=0.05, rtol=0)
    assert 2 < places[:, 0].abs().max() <= 3.05


def test_views_are_decided_by_the_generator() -> None:
    images = torch.rand(4, 1, 8, 8, generator=seeded(0))
    augment = Augment(turn=10, scale=0.1, shift=2, slant=0.1, light=0.2, mirror=True)
    first, again, other = (augment(images, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.min() >= 0 and first.max() <= 1
