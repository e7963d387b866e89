"""Folds and the choice of settings."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.tabular import tuning
from pipelines.tabular.tuning import HeldOut, affordable, log_loss_of, make_folds, tune


def test_every_row_is_looked_at_once_and_never_learnt_from_there() -> None:
    y = (np.arange(300) % 4 == 0).astype(float)
    folds = make_folds(y, True, None, seed=0)
    assert sorted(np.concatenate([fold.look for fold in folds])) == list(range(300))
    assert all(not set(fold.learn) & set(fold.look) for fold in folds)
    assert all(abs(y[fold.look].mean() - 0.25) < 0.02 for fold in folds)


def test_groups_stay_on_one_side() -> None:
    groups = np.repeat(np.arange(60), 5)
    y = np.tile([0.0, 1, 0, 0, 1], 60)
    for fold in make_folds(y, True, groups, seed=0):
        assert not set(groups[fold.learn]) & set(groups[fold.look])


def test_very_many_groups_stay_on_one_side_and_outcomes_in_proportion() -> None:
    rng = np.random.default_rng(0)
    groups = np.concatenate([np.arange(24_000), rng.integers(0, 900, 8_000)])
    y = (rng.random(len(groups)) < 0.07).astype(float)
    (fold,) = make_folds(y, True, groups, seed=0)
    assert not set(groups[fold.learn]) & set(groups[fold.look])
    assert len(fold.learn) + len(fold.look) == len(y)
    assert len(fold.look) == pytest.approx(len(y) / 5, rel=0.02)
    assert y[fold.look].mean() == pytest.approx(y.mean(), rel=0.05)
    (other,) = make_folds(y, True, groups, seed=1)
    assert set(other.look) != set(fold.look)


def test_many_rows_have_one_held_out_part() -> None:
    folds = make_folds(np.arange(30_000) % 2.0, True, None, seed=0)
    assert [len(fold.look) for fold in folds] == [6000]


def test_the_lowest_loss_wins_and_all_are_kept() -> None:
    held = HeldOut(np.arange(2), np.zeros(2))
    losses = {1: 0.5, 2: 0.3, 3: 0.4}
    best, tried = tune(
        [{"depth": depth} for depth in losses],
        lambda settings: (losses[int(settings["depth"])], held, settings["depth"]), 10.0,
    )
    assert best.trial.settings == {"depth": 2}
    assert best.kept == 2
    assert [each.loss for each in tried] == [0.5, 0.3, 0.4]


def test_a_budget_too_small_for_one_still_tries_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    held = HeldOut(np.arange(2), np.zeros(2))
    some = [{"depth": 1}, {"depth": 2}]
    assert affordable(some, 30.0, 1.0) == some[:1]
    monkeypatch.setattr(tuning, "LEAST_PATIENCE", 0.0)
    _, tried = tune(some, lambda settings: (1.0, held, None), 0.0)
    assert len(tried) == 1


def test_log_loss_is_scikit_learns() -> None:
    from sklearn.metrics import log_loss

    rng = np.random.default_rng(0)
    scores, y, weight = rng.normal(size=50), rng.integers(0, 2, 50).astype(float), rng.random(50)
    theirs = log_loss(y, 1 / (1 + np.exp(-scores)), sample_weight=weight)
    assert log_loss_of(scores, y, weight) == pytest.approx(theirs, rel=1e-9)
