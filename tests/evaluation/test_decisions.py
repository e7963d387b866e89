"""Thresholds chosen for a capacity or a sensitivity, and what they come to on other rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipelines.evaluation.decision_words import promise_words
from pipelines.evaluation.decisions import (
    Choosers,
    Decision,
    HeldScores,
    can_promise,
    threshold_at_capacity,
    threshold_that_finds,
)
from pipelines.evaluation.finding import proof
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.risk_judgement import RiskJudgement, judge_risk
from pipelines.evaluation.risk_verdict import risk_verdict
from pipelines.evaluation.sensitivity import sensitivity_curve, sensitivity_of
from pipelines.judging import find_kind
from pipelines.report.kinds.risk.decisions import decisions
from pipelines.tabular.decision import how_chosen
from pipelines.tabular.predictions import RiskPredictions
from tests.evaluation.test_risk_metrics import made_up

FIND = Decision("sensitivity", 0.9)


def test_a_threshold_at_a_capacity_flags_that_many_by_hand() -> None:
    chance = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    assert threshold_at_capacity(chance, 0.2) == pytest.approx((0.8 + 0.9) / 2)
    assert threshold_at_capacity(chance, 1.0) == 0.0
    assert threshold_at_capacity(chance, 0.12) == pytest.approx((0.9 + 0.95) / 2)


def test_a_capacity_of_less_than_one_row_flags_one() -> None:
    chance = np.array([0.1, 0.5, 0.9])
    assert threshold_at_capacity(chance, 0.001) == pytest.approx(0.7)
    assert threshold_at_capacity(np.array([0.1, 0.9, 0.9]), 0.001) > 0.9


def test_equal_scores_are_flagged_together_or_not_at_all() -> None:
    chance = np.array([0.9, 0.9, 0.9, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert threshold_at_capacity(chance, 0.35) == pytest.approx(0.7)
    # For two rows, three are nearer than none; for four, of three and five the fewer.
    assert threshold_at_capacity(chance, 0.2) == pytest.approx(0.7)
    assert threshold_at_capacity(chance, 0.4) == pytest.approx(0.7)
    # A model that says the same of all flags nobody where few can be looked at.
    assert threshold_at_capacity(np.full(10, 0.3), 0.05) > 0.3


def test_a_threshold_finds_the_wanted_share_by_hand() -> None:
    # 19 of the class: 0.95 x 20 is 19, so that all of them have to be above it.
    truth = np.array([True] * 19 + [False] * 3)
    chance = np.append(np.linspace(0.5, 0.95, 19), [0.3, 0.52, 0.1])
    assert threshold_that_finds(truth, chance, 0.95) == pytest.approx((0.3 + 0.5) / 2)
    # 0.8 x 20 is 16: the fourth lowest, 0.575, is the last that has to be.
    assert threshold_that_finds(truth, chance, 0.8) == pytest.approx((0.55 + 0.575) / 2)
    assert threshold_that_finds(~truth & False, chance, 0.8) == 0.0


def test_new_cases_are_found_as_often_as_wanted_on_average() -> None:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        few, new = rng.normal(size=30), rng.normal(size=200)
        chance = 1 / (1 + np.exp(-few))
        cut = threshold_that_finds(np.ones(30, dtype=bool), chance, 0.9)
        found.append((1 / (1 + np.exp(-new)) >= cut).mean())
    # The line lies between the 28th and the 29th of 30; 27, plain 90 %, would find less than wanted.
    assert 28 / 31 - 0.005 < np.mean(found) < 29 / 31 + 0.005


def test_rows_of_folds_have_the_thresholds_of_their_folds() -> None:
    truth = np.array([False, True] * 20)
    low, high = HeldScores(np.linspace(0, 0.4, 40), truth), HeldScores(np.linspace(0.5, 1, 40), truth)
    final = HeldScores(np.linspace(0.2, 0.7, 40), truth)
    both = Choosers.of(final, 6).replaced([
        (np.array([0, 2]), Choosers.of(low, 2)), (np.array([1, 5]), Choosers.of(high, 2)),
    ])
    by = [each.threshold(FIND) for each in (low, high, final)]
    assert both.cuts(FIND).tolist() == [by[0], by[1], by[0], by[2], by[2], by[1]]
    assert both.take(np.array([1, 2])).cuts(FIND).tolist() == [by[1], by[0]]
    assert both.take(np.array([1, 2])).used == (low, high)


def predictions(chance: np.ndarray, held: HeldScores) -> RiskPredictions:
    return RiskPredictions.of(
        ("healthy", "ill"), chance, held.threshold(FIND), FIND, Choosers.of(held, len(chance))
    )


def judged(n: int = 1200) -> RiskJudgement:
    truth, chance, _ = made_up(2 * n, 0.25)
    held = HeldScores(chance[n:], truth[n:])
    flat = HeldScores(np.full(n, 0.25), truth[n:])
    found = find_kind("risk").judge(
        pd.Series(np.where(truth[:n], "ill", "healthy")),
        {"base": predictions(np.full(n, 0.25), flat), "good": predictions(chance[:n], held)},
        batch=pd.DataFrame(index=range(n)), metrics=(), source=None, baseline="base",
        favourite="good", seed=0, purpose=None,
    )
    assert isinstance(found.detail, RiskJudgement)
    return found.detail


def test_sensitivity_and_what_it_costs_are_scores_with_wilsons_intervals() -> None:
    found = judged()
    cut, truth, said = found.threshold("good"), found.truth, found.systems["good"]
    flagged = said >= cut
    counts = {
        "sensitivity": ((flagged & truth).sum(), truth.sum()),
        "specificity": ((~flagged & ~truth).sum(), (~truth).sum()),
        "flagged": (flagged.sum(), 1200), "missed": ((~flagged & truth).sum(), 1200),
    }
    for name, (hits, n) in counts.items():
        score = found.score("good", name)
        assert score is not None and score.n == n
        assert score.value == pytest.approx(hits / n)
        assert (score.low, score.high) == pytest.approx(wilson(int(hits), int(n)))
    assert found.score("base", "sensitivity").value == 1.0  # type: ignore[union-attr]
    test = found.comparison("specificity", "good", "base")
    assert test is not None and test.test.startswith("mcnemar") and test.p < 0.001
    assert found.comparison("missed", "good", "base") is None
    assert found.terms is None


def test_the_report_of_a_sensitivity_is_of_the_rows_that_did_not_choose() -> None:
    found = judged()
    at = sensitivity_of(found, "good")
    assert at is not None
    assert at.threshold == found.threshold("good") and at.wanted == 0.9
    assert at.sensitivity == found.score("good", "sensitivity").value  # type: ignore[union-attr]
    assert at.specificity == found.score("good", "specificity").value  # type: ignore[union-attr]
    assert at.positives_when_chosen == found.choosers["good"].held[0].truth.sum()
    more = sensitivity_of(found, "good", 0.99)
    assert more is not None and more.threshold < at.threshold and more.found > at.found
    words = risk_verdict(found, "good", titles={"good": "Good"})
    assert words.startswith("To find at least 90 % of “ill”, Good flags from a probability of ")
    assert "chosen on training rows that it had not learnt from" in words


def test_a_threshold_that_was_set_is_reported_as_such() -> None:
    found = replace(judged(), choosers={})
    at = sensitivity_of(found, "good")
    assert at is not None and at.threshold == found.threshold("good")
    assert "as was set, with good" in risk_verdict(found, "good")


def test_nobody_is_said_to_have_chosen_a_threshold_that_was_set() -> None:
    few = judged(60)
    at = sensitivity_of(replace(few, choosers={}), "good")
    assert at is not None and at.positives_when_chosen == 0 and np.isnan(at.sensitivity_when_chosen)
    assert not at.enough
    said = proof(replace(at, sensitivity_low=0.8, left_alone=at.others))
    assert f"even if all {at.positives} of them that are were found" in said and "chose" not in said


@pytest.mark.parametrize(
    ("wanted", "cases", "words"),
    [(0.95, 19, "at least 95 %"), (0.95, 18, "at least 18 of 19 (94.7 %)"),
     (0.95, 10, "at least 10 of 11 (90.9 %)"), (1.0, 400, "at least 400 of 401 (99.8 %)"),
     (0.9, 9, "at least 90 %"), (0.55, 100, "at least 55 %")],
)
def test_no_more_is_promised_than_so_many_cases_can(wanted: float, cases: int, words: str) -> None:
    assert promise_words(wanted, cases) == words
    assert can_promise(wanted, cases) == ("of" not in words)
    held = HeldScores(np.linspace(0, 1, cases + 5), np.arange(cases + 5) >= 5)
    settings = {"template": "disease", "sensitivity": str(wanted)}
    ends = f"so that {words} of new cases are expected to be found."
    assert how_chosen(settings, held).endswith(ends)


def test_the_verdict_and_the_report_promise_what_few_cases_can() -> None:
    found = judged()
    held = found.choosers["good"].held[0]
    few = HeldScores(held.chance[:24], held.truth[:24])
    cases = int(few.truth.sum())
    assert 0 < cases < 9
    found = replace(found, choosers={"good": Choosers.of(few, 1200)})
    words = f"at least {cases} of {cases + 1}"
    assert f"; {cases} such cases can promise {words}" in risk_verdict(found, "good")
    section = decisions(found, "good")
    assert section is not None and f"so that {words}" in section.note
    assert "can promise" not in risk_verdict(judged(), "good")


def test_without_training_rows_one_half_chooses_and_the_other_reports() -> None:
    truth, chance, _ = made_up(800)
    plain = judge_risk(truth, {"a": chance}, baseline="a", resamples=10)
    assert sensitivity_of(plain, "a") is None
    at = sensitivity_of(plain, "a", 0.9)
    assert at is not None and at.positives + at.others == 400
    one = judge_risk([True] * 9, {"a": chance[:9]}, baseline="a", resamples=10)
    assert sensitivity_of(one, "a", 0.9) is None


def test_the_curve_is_what_every_threshold_does() -> None:
    truth, chance, _ = made_up(150, digits=2)
    curve = sensitivity_curve(truth, chance)
    assert curve.sensitivity[0] == 1 and curve.flagged[-1] == 0
    for cut, found, spared, flagged in zip(
        curve.thresholds, curve.sensitivity, curve.specificity, curve.flagged, strict=True
    ):
        said = chance >= cut
        assert found == pytest.approx(said[truth].mean())
        assert spared == pytest.approx((~said)[~truth].mean())
        assert flagged == pytest.approx(said.mean())
