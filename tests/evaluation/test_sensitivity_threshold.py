"""The threshold that finds a wanted share: chosen on some rows, reported on others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from data.errors import DataError, OptionError
from pipelines.evaluation.finding import cut_words, proof
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.thresholds import threshold_for_sensitivity

# Ten rows choose: five of the class at 0.9, 0.8, 0.6, 0.4, 0.1. Ten others check.
CHOOSE = [0.9, 0.8, 0.6, 0.4, 0.1, 0.7, 0.5, 0.3, 0.2, 0.05]
CHECK = [0.95, 0.6, 0.59, 0.3, 0.1, 0.7, 0.6, 0.59, 0.2, 0.0]
TRUTH = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0] * 2)
VALIDATION = np.arange(20) < 10


def made_up(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random(rows) < 0.3
    return truth, np.round(rng.normal(size=rows) + truth, 2)


@pytest.mark.parametrize(
    ("wanted", "threshold", "found", "left_alone"),
    [(0.6, 0.6, 2, 3), (0.61, 0.4, 3, 2), (0.8, 0.4, 3, 2), (1.0, 0.1, 5, 1), (0.01, 0.9, 1, 5)],
)
def test_threshold_and_report_by_hand(
    wanted: float, threshold: float, found: int, left_alone: int
) -> None:
    score = np.array(CHOOSE + CHECK)
    got = threshold_for_sensitivity(TRUTH, score, wanted, validation=VALIDATION)
    assert (got.threshold, got.found, got.left_alone) == (threshold, found, left_alone)
    assert (got.positives, got.others, got.positives_when_chosen) == (5, 5, 5)
    assert got.sensitivity == found / 5 and got.specificity == left_alone / 5
    assert (got.sensitivity_low, got.sensitivity_high) == wilson(found, 5)
    assert (got.specificity_low, got.specificity_high) == wilson(left_alone, 5)
    assert got.flagged == (found + 5 - left_alone) / 10


@pytest.mark.parametrize("wanted", [0.5, 0.55, 0.9, 0.95, 1.0])
def test_no_higher_threshold_finds_as_much_where_it_was_chosen(wanted: float) -> None:
    for seed in range(20):
        truth, score = made_up(300, seed)
        validation = np.random.default_rng(100 + seed).random(300) < 0.5
        got = threshold_for_sensitivity(truth, score, wanted, validation=validation)
        own = score[validation & truth]
        reached = {cut: float((own >= cut).mean()) for cut in np.unique(score)}
        assert got.threshold == max(cut for cut, share in reached.items() if share >= wanted)
        assert got.sensitivity_when_chosen == reached[got.threshold]


def test_rows_that_report_have_no_say_in_the_threshold() -> None:
    truth, score = made_up(400, 1)
    rng = np.random.default_rng(101)
    validation = rng.random(400) < 0.5
    before = threshold_for_sensitivity(truth, score, 0.9, validation=validation)
    score[~validation] = rng.permutation(score[~validation])
    after = threshold_for_sensitivity(truth, score, 0.9, validation=validation)
    assert after.threshold == before.threshold
    assert after.sensitivity < before.sensitivity


def test_halves_are_stratified_and_follow_the_seed() -> None:
    truth, score = made_up(301, 2)
    got = threshold_for_sensitivity(truth, score, 0.9, seed=3)
    assert got == threshold_for_sensitivity(truth, score, 0.9, seed=3)
    assert got.positives_when_chosen == truth.sum() // 2
    assert got.positives == truth.sum() - truth.sum() // 2
    assert got.others == (~truth).sum() - (~truth).sum() // 2
    others = {threshold_for_sensitivity(truth, score, 0.9, seed=s).threshold for s in range(5)}
    assert len(others) > 1


def test_what_is_reached_elsewhere_is_the_share_that_was_wanted() -> None:
    reached = [threshold_for_sensitivity(*made_up(600, seed), 0.9, seed).sensitivity
               for seed in range(60)]
    assert np.mean(reached) == pytest.approx(0.9, abs=0.015)
    assert min(reached) < 0.9, "the half that chose promises nothing for the other"


@pytest.mark.parametrize("wanted", [0.8, 0.9, 0.95, 0.99])
def test_the_rule_for_too_few_is_the_exact_binomial(wanted: float) -> None:
    truth, score = made_up(200, 4)
    needed = threshold_for_sensitivity(truth, score, wanted).needed
    assert needed is not None

    def low(k: int) -> float:
        return float(stats.binomtest(k, k).proportion_ci(0.95, "exact").low)

    assert low(needed) >= wanted > low(needed - 1)


def test_too_few_rows_are_said_with_what_they_could_show() -> None:
    truth, score = made_up(100, 5)
    got = threshold_for_sensitivity(truth, score, 0.95)
    k = got.positives_when_chosen
    assert not got.enough and got.needed == 72
    assert got.reach == pytest.approx(stats.binomtest(k, k).proportion_ci(0.95, "exact").low)
    said = proof(got)
    assert f"even if all {k} that chose were found, it could be {100 * got.reach:.1f} %" in said
    assert "at least 72" in said


def test_enough_rows_prove_it_or_not() -> None:
    rng = np.random.default_rng(6)
    truth = np.arange(4000) < 2000
    apart = truth * 10 + rng.normal(size=4000)
    assert not proof(threshold_for_sensitivity(truth, apart, 0.95)).startswith("These rows are too")
    # All of one score: every row of the class is flagged, however many others are.
    sure = threshold_for_sensitivity(truth, truth.astype(float), 0.95)
    assert sure.shown and sure.specificity == 1
    assert proof(sure) == "That at least 95 % are found is shown by these rows."
    every = threshold_for_sensitivity(truth, apart, 1.0)
    assert every.needed is None and not every.enough


def test_flagging_everything_is_not_sold_as_finding() -> None:
    truth = np.arange(400) < 200
    got = threshold_for_sensitivity(truth, np.full(400, 0.5), 0.95)
    assert got.shown and got.sensitivity == 1 and not got.tells_apart
    assert proof(got).startswith("That flags 100 % of the others as well")


def test_what_cannot_be_chosen_is_refused_in_a_sentence() -> None:
    score = np.linspace(0, 1, 6)
    with pytest.raises(DataError, match="two rows of the class"):
        threshold_for_sensitivity(np.array([1, 0, 0, 0, 0, 0]), score, 0.9)
    with pytest.raises(DataError, match="there is none"):
        threshold_for_sensitivity(np.zeros(6), score, 0.9)
    truth = np.array([1, 1, 0, 0, 0, 0])
    with pytest.raises(DataError, match="found 0, 2 and 2"):
        threshold_for_sensitivity(truth, score, 0.9, validation=np.array([0, 0, 1, 1, 0, 0]))
    for wanted in (0.0, -1.0, 1.5, math.nan):
        with pytest.raises(OptionError, match="above 0 and at most 1"):
            threshold_for_sensitivity(truth, score, wanted)


@pytest.mark.parametrize("threshold", [0.5, 0.31249, 0.9999996, 0.0000123, 1.0, 0.0, 0.87654321])
def test_a_threshold_is_never_written_above_itself(threshold: float) -> None:
    assert threshold - 0.001 <= float(cut_words(threshold)) <= threshold
