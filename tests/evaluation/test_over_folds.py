"""What is claimed under cross-validation: one decision a claim, over the folds that can be scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.resampled_tests import corrected_resampled_t
from pipelines.evaluation.verdict import p_words
from pipelines.judging import Judged, find_kind
from pipelines.report.kinds.risk.decisions import decisions
from pipelines.report.kinds.risk.scores import leaderboard
from pipelines.report.sections import Section
from pipelines.tabular.predictions import RiskPredictions
from tests.evaluation.test_risk_metrics import made_up

KIND = find_kind("risk")
CAPACITY = Decision("capacity", 0.1)


def said(chance: np.ndarray, decision: Decision = CAPACITY) -> RiskPredictions:
    return RiskPredictions.of(("paid", "default"), chance, 0.5, decision)


def judged(
    truth: np.ndarray, systems: dict[str, np.ndarray], folds: int, training: float | None = None
) -> tuple[Judged, list[np.ndarray]]:
    n = len(truth)
    names = pd.Series(np.where(truth, "default", "paid"))
    fold_of = np.random.default_rng(0).permutation(np.arange(n) % folds)
    found = KIND.judge(
        names, {name: said(each) for name, each in systems.items()},
        batch=pd.DataFrame(index=range(n)), baseline="base", favourite="a", seed=0, folds=fold_of,
    )
    parts = [np.flatnonzero(fold_of == fold) for fold in range(folds)]
    pieces = {name: [(rows, said(each[rows])) for rows in parts] for name, each in systems.items()}
    training = n - n / folds if training is None else training
    done = KIND.over_folds(found, names, pieces, training_rows=training, favourite="a")
    return done, parts


def five_folds(training: float | None = None) -> tuple[Judged, list[np.ndarray], np.ndarray]:
    truth, chance, noisy = made_up(300)
    systems = {"base": np.full(300, 0.3), "a": chance, "b": noisy}
    done, parts = judged(truth, systems, 5, training)
    return done, parts, np.array([
        [roc_auc_score(truth[rows], each[rows]) for rows in parts] for each in (chance, noisy)
    ])


def test_the_mean_over_folds_has_the_corrected_interval() -> None:
    done, _, areas = five_folds(training=200)
    score = next(each for each in done.scores["a"] if each.name == "roc_auc_of_folds")
    # 60 rows to test on and 200 to train on: the other way round it would be far wider.
    wanted = corrected_resampled_t(areas[0], 200, 60)
    assert (score.value, score.low, score.high) == pytest.approx(
        (wanted.mean, wanted.low, wanted.high)
    )
    wrong = corrected_resampled_t(areas[0], 60, 200)
    assert score.low is not None and wrong.low is not None
    assert abs(score.low - wrong.low) > 0.01
    test = done.decided("roc_auc", "a", "base")
    assert test is not None
    assert (test.low, test.high) == pytest.approx((score.low - 0.5, score.high - 0.5))


def test_only_what_is_claimed_of_the_favourite_is_corrected_for() -> None:
    rng = np.random.default_rng(0)
    truth, chance, _ = made_up(300)
    many = {"base": np.full(300, 0.3), "a": chance}
    many |= {f"m{at}": np.clip(chance + rng.normal(0, 0.1, 300), 0, 1) for at in range(5)}
    found, _ = judged(truth, many, 5)
    test = found.decided("roc_auc", "a", "base")
    # Six against the baseline, and the favourite against five others; not all 21.
    assert test is not None and test.test.endswith("|holm:11")


def test_a_fold_without_the_class_is_left_out_and_said() -> None:
    rng = np.random.default_rng(0)
    truth = np.zeros(216, dtype=bool)
    truth[rng.permutation(216)[:16]] = True
    chance = np.clip(0.1 + 0.3 * truth + rng.normal(0, 0.1, 216), 0, 1)
    done, parts = judged(truth, {"base": np.full(216, 0.07), "a": chance}, 20)
    empty = sum(not truth[rows].any() for rows in parts)
    assert 0 < empty < 17
    test = done.decided("roc_auc", "a", "base")
    assert test is not None and test.test.startswith(f"corrected-resampled-t|folds:{20 - empty}")
    areas = [roc_auc_score(truth[rows], chance[rows]) for rows in parts if truth[rows].any()]
    assert test.delta == pytest.approx(np.mean(areas) - 0.5)
    assert f"(20-fold, {empty} without rows of both outcomes left out)" in done.verdict
    for each in (done, done.named({"a": "The net"})):
        assert sum(said.startswith(f"{empty} of 20 folds have no rows") for said in each.warnings) == 1


def test_too_few_folds_leave_the_decision_to_all_rows_and_say_so() -> None:
    truth, chance, _ = made_up(200)
    two, _ = judged(truth, {"base": np.full(200, 0.3), "a": chance}, 2)
    assert two.verdict.startswith("2 folds were drawn, too few to test over folds: only the tests of")
    assert two.detail.over_folds == ()
    assert "too few to test over folds" in two.named({"a": "The net"}).verdict
    rare = np.zeros(200, dtype=bool)
    rare[:2] = True
    few, _ = judged(rare, {"base": np.full(200, 0.3), "a": chance}, 10)
    assert few.verdict.startswith("Only 2 of 10 folds hold rows of both outcomes, too few to test")


def shaky() -> Judged:
    """A model that is good on all rows together and useless in two of five folds."""
    truth, chance, _ = made_up(600)
    fold_of = np.random.default_rng(0).permutation(np.arange(600) % 5)
    mixed = np.where(fold_of < 2, np.random.default_rng(3).permutation(chance), chance)
    return judged(truth, {"base": np.full(600, 0.3), "a": mixed}, 5)[0]


def words(section: Section | None) -> str:
    assert section is not None
    cells = [
        each if isinstance(each, str) else f"{each.text} {each.note}"
        for table in section.tables for row in table.rows for each in row
    ]
    return " | ".join([*(chart.title for chart in section.charts), *cells])


def test_verdict_title_and_table_take_the_same_test() -> None:
    found = shaky()
    for metric in ("roc_auc", "gini", "precision_at_capacity"):
        pooled = found.detail.comparison(metric, "a", "base")
        over = found.decided(metric, "a", "base")
        assert over is not None and over.metric == f"{metric}_of_folds"
        assert pooled is not None and p_words(pooled.p) != p_words(over.p)
        assert over == found.detail.decided("a", "base", metric)
        assert p_words(pooled.p) not in found.verdict
    area = found.decided("roc_auc", "a", "base")
    hits = found.decided("precision_at_capacity", "a", "base")
    gini = found.decided("gini", "a", "base")
    assert area is not None and hits is not None and gini is not None
    assert (gini.delta, gini.p) == pytest.approx((2 * area.delta, area.p))
    assert p_words(area.p) in found.verdict and p_words(hits.p) in found.verdict
    side_by_side = words(leaderboard(found.detail, "a"))
    assert side_by_side.count(p_words(area.p)) == 2
    assert f"+{100 * hits.delta:.1f}" in words(decisions(found.detail, "a"))


def test_precision_at_the_capacity_over_folds_by_hand() -> None:
    truth, chance, _ = made_up(300)
    done, parts = judged(truth, {"base": np.full(300, 0.3), "a": chance}, 5)
    gains = []
    for rows in parts:
        top = rows[np.argsort(-chance[rows])[:6]]
        gains.append(truth[top].mean() - truth[rows].mean())
    test = done.decided("precision_at_capacity", "a", "base")
    assert test is not None and test.delta == pytest.approx(np.mean(gains))


def test_a_threshold_that_was_set_is_not_said_to_be_chosen() -> None:
    done, _, _ = five_folds()
    section = decisions(done.detail, "a")
    assert section is not None and "flags from 0.500 on, as was set." in section.note
    assert "had not learnt from" not in section.note
    plain = replace(done.detail, over_folds=())
    assert plain.decided("a", "base") == plain.comparison("roc_auc", "a", "base")
