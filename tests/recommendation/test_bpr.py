"""What is particular to Bayesian personalised ranking."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.recommendation.methods.bpr import Bpr
from tests.small_shop import ITEMS, history, lessons, shop


def test_reasons_and_the_bias_of_the_item_add_up_to_the_score() -> None:
    fitted = Bpr().fit(lessons())
    reasons = fitted.reasons(history(1, 2, 15), 4, most=9)
    bias = fitted.arrays()["bias"][4]
    assert sum(share for _, share in reasons) + bias == pytest.approx(
        fitted.scores(history(1, 2, 15))[0, 4], abs=1e-5
    )


def test_those_seen_in_training_prefer_what_they_took() -> None:
    taken = shop().matrix().toarray() > 0
    scores = Bpr({"passes": 60}).fit(lessons()).scores(shop().matrix())
    better = [
        (scores[row][mine][:, None] > scores[row][~mine]).mean()
        for row, mine in enumerate(taken) if mine.any()
    ]
    assert np.mean(better) > 0.75


def test_items_that_were_taken_are_not_drawn_against() -> None:
    user = torch.arange(3).repeat_interleave(50)
    taken = torch.cat([row * ITEMS + torch.arange(ITEMS - 2) for row in range(3)])
    drawn = Bpr({"negatives": 8})._draw(user, taken, ITEMS, torch.Generator().manual_seed(0))
    assert drawn.shape == (150, 8)
    assert set(drawn.unique().tolist()) == {-1, ITEMS - 2, ITEMS - 1}


def test_another_seed_draws_otherwise() -> None:
    first, second = (Bpr({}, "auto", seed).fit(lessons()).arrays()["items"] for seed in (0, 1))
    assert not np.array_equal(first, second)
