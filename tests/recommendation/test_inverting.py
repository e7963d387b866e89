"""Inverses block by block."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.progress import CancelledRun, Progress
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.inverting import inverse, steps_of
from tests.small_shop import lessons


class StopsAt(Progress):
    """Counts reports, and stops the work at one of them."""

    def __init__(self, last: int = 10**9) -> None:
        self.last, self.reports, self.total = last, 0, 0

    def stage(self, name: str, total: int) -> None:
        self.total = total

    def advance(self, rows: int) -> None:
        self.reports += 1
        if self.reports >= self.last:
            raise CancelledRun("stopped")


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 61])
def test_blocks_of_any_size_give_the_inverse(size: int) -> None:
    draw = np.random.default_rng(size).normal(size=(size + 5, size))
    gram = draw.T @ draw
    heard = StopsAt()
    found = inverse(torch.from_numpy(gram.copy()), 3.0, heard, block=8).numpy()
    np.testing.assert_allclose(found, np.linalg.inv(gram + 3.0 * np.eye(size)), atol=1e-10)
    np.testing.assert_allclose(found, found.T, rtol=1e-9)
    assert heard.reports == steps_of(size, 8)


def test_it_overwrites_what_it_is_given_and_makes_no_copy() -> None:
    gram = torch.eye(20, dtype=torch.float64) * 3
    assert inverse(gram, 1.0, block=8).data_ptr() == gram.data_ptr()
    assert torch.allclose(gram, torch.eye(20, dtype=torch.float64) / 4)


@pytest.mark.parametrize("last", [1, 4, 9])
def test_the_work_stops_between_two_blocks(last: int) -> None:
    heard = StopsAt(last)
    with pytest.raises(CancelledRun):
        inverse(torch.eye(30), 1.0, heard, block=8)
    assert heard.reports == last


@pytest.mark.parametrize("last", [1, 2])
def test_ease_can_be_stopped_while_it_counts_and_while_it_solves(last: int) -> None:
    with pytest.raises(CancelledRun):
        Ease({}, "auto", 0).fit(lessons(), StopsAt(last))
