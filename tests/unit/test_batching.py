"""Batches of similar length, and a device that runs out of memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.runtime.batching import halve_when_full, token_batches


@pytest.mark.parametrize("seed", range(5))
def test_batches_hold_each_text_once_within_the_limits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 400, 500).tolist()
    batches = list(token_batches(lengths, tokens=1000, rows=16))
    assert sorted(np.concatenate(batches)) == list(range(500))
    for batch in batches:
        assert len(batch) <= 16
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 1000


def test_texts_of_similar_length_stand_together() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 200, 1000).tolist()
    padded = sum(len(b) * max(lengths[row] for row in b) for b in token_batches(lengths))
    assert padded <= 1.1 * sum(lengths)


def test_a_text_longer_than_a_batch_stands_alone() -> None:
    batches = list(token_batches([5, 10_000, 5], tokens=100))
    assert [list(batch) for batch in batches] == [[0, 2], [1]]


def test_no_texts_make_no_batches() -> None:
    assert list(token_batches([])) == []


@pytest.mark.parametrize("fits", [1, 2, 3, 7])
def test_a_batch_that_does_not_fit_is_halved_and_keeps_its_order(fits: int) -> None:
    tried = []

    def forward(rows: np.ndarray) -> np.ndarray:
        tried.append(len(rows))
        if len(rows) > fits:
            raise torch.OutOfMemoryError("out of memory")
        return np.stack([rows * 10, rows + 1], axis=1)

    rows = np.array([3, 1, 4, 15, 9, 2, 6])
    np.testing.assert_array_equal(
        halve_when_full(forward, rows), np.stack([rows * 10, rows + 1], axis=1)
    )
    assert tried[0] == 7


def test_a_single_row_that_does_not_fit_is_an_error() -> None:
    def forward(rows: np.ndarray) -> np.ndarray:
        raise torch.OutOfMemoryError("out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        halve_when_full(forward, np.array([0, 1]))
