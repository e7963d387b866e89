"""What is particular to the two-tower network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import erf

from pipelines.recommendation.methods import two_tower
from pipelines.recommendation.methods.two_tower import TwoTower, _cut
from pipelines.runtime.device import choose_device
from tests.small_shop import ITEMS, history, lessons, shop, word_vectors


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_tower, "text_vectors", word_vectors)
    monkeypatch.setattr(two_tower, "FEWEST_STEPS", 120)


def test_nothing_to_be_named_is_shown() -> None:
    matrix = shop().matrix()
    matrix = matrix[np.flatnonzero(np.diff(matrix.indptr) > 1)]
    batch = _cut(matrix, np.random.default_rng(0), choose_device())
    ends = [*batch.starts.tolist()[1:], len(batch.entries)]
    for row, (start, end) in enumerate(zip(batch.starts.tolist(), ends, strict=True)):
        shown = batch.entries[start:end].tolist()
        named = batch.target[batch.person == row].tolist()
        assert shown and named
        assert sorted(shown + named) == matrix[row].indices.tolist()
        np.testing.assert_allclose(batch.scale[start:end].sum(), 1.0, rtol=1e-6)


def test_sampled_comparison_estimates_the_whole_softmax() -> None:
    network = TwoTower({"sampled": 12}).fit(lessons())
    exact = np.random.default_rng(1).normal(size=ITEMS)
    exact[23] = -np.inf
    chance, found = np.random.default_rng(0), []
    for _ in range(4000):
        chosen, often = network._candidates(chance)
        found.append((np.exp(exact[chosen]) / often).sum())
    assert np.mean(found) == pytest.approx(np.exp(exact).sum(), rel=0.03)


def test_the_loss_corrects_for_how_often_each_item_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = TwoTower({"factors": 4}).fit(lessons(described=False))
    where, rng = choose_device(), np.random.default_rng(3)
    chosen, often = np.array([3, 7, 7, 20]), np.array([0.5, 2.0, 2.0, 0.1], dtype=np.float32)
    monkeypatch.setattr(network, "_candidates", lambda chance: (chosen, often))
    matrix = shop().matrix()[:3]
    batch = _cut(matrix, rng, where)
    weights = {
        key: torch.from_numpy(rng.normal(size=shape).astype(np.float32)) for key, shape in {
            "ids": (ITEMS, 4), "text": (0, 4), "bias": (ITEMS, 1), "hidden": (4, 8),
            "hidden_bias": (8,), "out": (8, 4), "out_bias": (4,),
        }.items()
    }
    found = network._loss(weights, torch.zeros(ITEMS, 0), batch, rng)

    told = {key: value.numpy().astype(float) for key, value in weights.items()}
    ends, losses = [*batch.starts.tolist()[1:], len(batch.entries)], []
    for row, (start, end) in enumerate(zip(batch.starts.tolist(), ends, strict=True)):
        mean = told["ids"][batch.entries[start:end].numpy()].mean(axis=0)
        inner = mean @ told["hidden"] + told["hidden_bias"]
        gelu = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        scores = told["ids"] @ (mean + gelu @ told["out"] + told["out_bias"]) + told["bias"][:, 0]
        others = [
            np.exp(scores[item]) / expected for item, expected in zip(chosen, often, strict=True)
            if item not in matrix[row].indices
        ]
        for item in batch.target[batch.person == row].tolist():
            losses.append(np.log(np.exp(scores[item]) + sum(others)) - scores[item])
    assert float(found) == pytest.approx(np.mean(losses), rel=1e-4)


def test_a_text_places_an_item_that_nobody_took() -> None:
    reading, blind = TwoTower().fit(lessons()), TwoTower().fit(lessons(described=False))
    like, unlike = history(12, 13, 16), history(0, 1, 4)
    assert reading.scores(like)[0, 23] > reading.scores(unlike)[0, 23] + 0.5
    assert blind.scores(like)[0, 23] == blind.scores(unlike)[0, 23]


def test_it_learns_without_texts_and_from_a_sample() -> None:
    network = TwoTower({"sampled": 8}).fit(lessons(described=False))
    scores = network.scores(history(0, 1, 4))[0]
    assert scores[:8].mean() > scores[12:20].mean()


def test_users_with_one_item_alone_leave_it_as_it_began() -> None:
    given = lessons()
    _, first = np.unique(given.interactions.user, return_index=True)
    alone = type(given)(given.interactions.take(first), given.catalogue)
    assert np.isfinite(TwoTower().fit(alone).scores(history(1))).all()


def test_too_many_items_are_refused() -> None:
    assert TwoTower.refusal(10, 100_000, 10) is None
    assert "100,001 items" in (TwoTower.refusal(10, 100_001, 10) or "")
