"""Profit by threshold: by hand, against trying every threshold, and on rows that did not choose."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError, OptionError
from pipelines.evaluation.profit import (
    ProfitTerms,
    best_bands,
    best_threshold,
    profit_curve,
    profit_report,
    random_half,
)


def applicants(n: int = 4000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    chance = rng.beta(1, 5, n)
    return rng.random(n) < chance, chance


def test_what_decisions_bring_is_worked_by_hand() -> None:
    terms = ProfitTerms(
        margin=0.1, loss_given_default=0.6, cost_of_review=1.0, exposure=np.array([100.0, 200.0]),
        review_finds=0.75,
    )
    truth = np.array([False, True])
    assert terms.approved(truth) == pytest.approx([10, -120])
    # A good one is let in three times of four, a bad one once of four, and each look costs 1.
    assert terms.reviewed(truth) == pytest.approx([0.75 * 10 - 1, 0.25 * -120 - 1])
    assert terms.break_even == pytest.approx(0.1 / 0.7)
    assert terms.take(np.array([1])).approved(truth[1:]) == pytest.approx([-120])


def test_the_best_threshold_is_the_best_of_all() -> None:
    truth, chance = applicants(300)
    chance = chance.round(2)
    terms = ProfitTerms(0.2, 0.7, exposure=np.random.default_rng(1).integers(1, 9, 300) * 1.0)
    cut, profit = best_threshold(truth, chance, terms)
    worth = terms.approved(truth)
    every = [worth[chance < each].sum() / 300 for each in np.append(np.unique(chance), np.inf)]
    assert profit == pytest.approx(max(every))
    assert worth[chance < cut].sum() / 300 == pytest.approx(profit)


def test_the_best_bands_are_the_best_of_all() -> None:
    truth, chance = applicants(200)
    chance = chance.round(1)
    terms = ProfitTerms(0.1, 0.6, cost_of_review=1.5, exposure=100.0, review_finds=0.9)
    approved, reviewed = terms.approved(truth), terms.reviewed(truth)

    def total(first: float, second: float) -> float:
        looked = (chance >= first) & (chance < second)
        return float(approved[chance < first].sum() + reviewed[looked].sum())

    cuts = np.append(np.unique(chance), np.inf)
    best = max(total(a, b) for a in cuts for b in cuts if a <= b)
    review, decline = best_bands(truth, chance, terms)
    assert review < decline
    assert total(review, decline) == pytest.approx(best)


def test_a_calibrated_model_declines_from_break_even_on() -> None:
    truth, chance = applicants(60_000)
    terms = ProfitTerms(0.15, 0.6)
    found = profit_report(truth, chance, terms, resamples=200)
    assert found.threshold == pytest.approx(terms.break_even, abs=0.03)
    assert found.threshold_low <= found.threshold <= found.threshold_high
    assert found.threshold_low < terms.break_even < found.threshold_high
    assert found.shown and found.gain_low is not None and found.gain_low > 0


def test_the_reported_profit_is_of_rows_that_did_not_choose() -> None:
    truth, chance = applicants(400)
    terms = ProfitTerms(0.2, 0.7)
    half = random_half(truth, 3)
    found = profit_report(truth, chance, terms, seed=3, resamples=50)
    assert abs(int(truth[half].sum()) - int(truth[~half].sum())) <= 1
    approved = chance[~half] < found.threshold
    assert found.profit == pytest.approx(np.where(approved, terms.approved(truth[~half]), 0).mean())
    assert best_threshold(truth[half], chance[half], terms.take(half.nonzero()[0])) == pytest.approx(
        (found.threshold, found.profit_when_chosen)
    )
    assert found.n + found.n_chosen == 400
    # Outcomes of the rows that report cannot move the threshold.
    turned = np.where(half, truth, ~truth)
    other = profit_report(turned, chance, terms, chosen=half, resamples=50)
    assert other.threshold == found.threshold and other.profit != found.profit


def test_a_model_that_knows_nothing_is_not_shown_to_earn() -> None:
    truth, chance = applicants(1000)
    noise = np.random.default_rng(5).permutation(chance)
    found = profit_report(truth, noise, ProfitTerms(0.3, 0.6), resamples=200)
    assert not found.shown


def test_profits_interval_is_that_of_a_mean() -> None:
    truth, chance = applicants(3000)
    found = profit_report(truth, chance, ProfitTerms(0.2, 0.7), seed=1)
    half = random_half(truth, 1)
    earned = np.where(
        chance[~half] < found.threshold, ProfitTerms(0.2, 0.7).approved(truth[~half]), 0
    )
    wide = 1.96 * earned.std() / len(earned) ** 0.5
    assert found.low == pytest.approx(earned.mean() - wide, abs=0.1 * wide)
    assert found.high == pytest.approx(earned.mean() + wide, abs=0.1 * wide)


def test_the_curve_tells_approval_and_bad_rate() -> None:
    truth, chance = applicants(500)
    terms = ProfitTerms(0.2, 0.7)
    curve = profit_curve(truth, chance, terms, np.array([0.0, 0.1, 0.3, 2.0]), resamples=50)
    assert curve.approval == pytest.approx([0, (chance < 0.1).mean(), (chance < 0.3).mean(), 1])
    assert np.isnan(curve.bad_rate[0])
    assert curve.bad_rate[1:] == pytest.approx(
        [truth[chance < cut].mean() for cut in (0.1, 0.3, 2)]
    )
    assert curve.profit[-1] == pytest.approx(terms.approved(truth).mean())
    assert (curve.low <= curve.profit + 1e-12).all() and (curve.profit <= curve.high + 1e-12).all()


def test_bands_share_out_all_rows_and_their_profit() -> None:
    truth, chance = applicants(5000)
    terms = ProfitTerms(0.1, 0.6, cost_of_review=0.005, review_finds=0.9)
    found = profit_report(truth, chance, terms, resamples=100)
    assert [each.decision for each in found.bands] == ["approve", "review", "decline"]
    assert sum(each.n for each in found.bands) == found.n
    assert sum(each.profit for each in found.bands) == pytest.approx(found.bands_profit)
    assert found.bands_gain == pytest.approx(found.bands_profit - found.profit)
    rates = [each.bad_rate for each in found.bands if each.bad_rate is not None]
    assert rates == sorted(rates)
    # A review that costs more than it can save is never made.
    dear = profit_report(truth, chance, ProfitTerms(0.1, 0.6, cost_of_review=9.0), resamples=50)
    assert [each.decision for each in dear.bands] == ["approve", "decline"]
    assert dear.bands_gain == 0


def test_terms_without_loss_approve_everybody_and_without_margin_nobody() -> None:
    truth, chance = applicants(400)
    everybody = profit_report(truth, chance, ProfitTerms(0.1, 0.0), resamples=50)
    assert everybody.threshold > chance[random_half(truth, 0)].max() and everybody.approval == 1
    nobody = profit_report(truth, chance, ProfitTerms(-0.1, 0.5), resamples=50)
    assert nobody.threshold == 0 and nobody.approval == 0 and nobody.bad_rate is None
    assert nobody.profit == 0 and nobody.low is None


@pytest.mark.parametrize(
    ("terms", "words"),
    [({"loss_given_default": 1.5}, "loss given default is 1.5"), ({"exposure": -1.0}, "negative"),
     ({"cost_of_review": -2.0}, "review costs -2"), ({"review_finds": 2.0}, "decides rightly is 2"),
     ({"margin": np.array([np.nan])}, "margin is missing")],
)
def test_terms_that_cannot_be_are_refused(terms: dict[str, float], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        ProfitTerms(**({"margin": 0.1} | terms))


def test_too_few_rows_to_choose_and_report_are_refused() -> None:
    with pytest.raises(DataError, match="found 1 and 2"):
        profit_report([True, False, False], [0.5, 0.1, 0.2], ProfitTerms(0.1))
    with pytest.raises(DataError, match="2 probabilities for 3"):
        profit_report([True, False, False], [0.5, 0.1], ProfitTerms(0.1))
