"""Nothing found, nothing different: what intervals, signs and sentences say then."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from statsmodels.stats.proportion import proportion_confint

from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground
from pipelines.evaluation.ranking_slices import by_popularity
from pipelines.evaluation.score import Comparison, Score
from pipelines.report.kinds.ranking.scores import leaderboard
from pipelines.report.wording import gain, interval, signed

USERS, ITEMS = 120, 30


def ground(candidates: bool = False) -> Ground:
    """Every user took the first five items, and has one of the next twenty to be found."""
    rng = np.random.default_rng(0)
    taken = np.zeros((USERS, ITEMS), dtype=np.float32)
    taken[:, :5] = 1
    taken[rng.random(USERS) < 0.5, 5:15] = 1
    held = [np.array([15 + user % 10]) for user in range(USERS)]
    training = sparse.csr_matrix(taken)
    return Ground(held, ITEMS, training, training, candidates=candidates)


def lists(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(15)[:12] for _ in range(USERS)])


def test_a_share_of_nothing_found_has_an_upper_end() -> None:
    judgement = judge_rankings({"base": lists(0), "own": lists(1)}, ground(), baseline="base")
    part = next(each for each in by_popularity(judgement, "own") if "nobody" in each.value)
    assert part.mean == 0 and part.low == 0
    assert part.high == pytest.approx(proportion_confint(0, USERS, method="wilson")[1])


def test_equal_rankings_do_not_lead() -> None:
    judgement = judge_rankings(
        {"base": lists(0), "own": lists(1), "twin": lists(1)}, ground(), baseline="base",
    )
    text = " ".join(judgement.warnings)
    assert "give every user the same first 10 items" in text and "leads" not in text


def test_the_report_says_what_was_ranked_and_for_how_many_comparisons_p_is_corrected() -> None:
    for candidates, words in ((False, "all items that a user had not taken"),
                              (True, "the items that the file has for each")):
        judgement = judge_rankings(
            {"base": lists(0), "own": lists(1), "other": lists(2)}, ground(candidates),
            baseline="base", favourite="own",
        )
        note = leaderboard(judgement, "own").note
        assert words in note and "corrected for 3 comparisons" in note


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert [signed(value) for value in (-0.0004, 0.0004, -0.0006, 0.021)] == [
        "0.000", "0.000", "-0.001", "+0.021",
    ]
    found = Comparison("m", "a", "b", 0.005, -0.0002, 0.01, 0.2, "t")
    assert gain(found, as_percent=False) == "+0.005 (0.000 to +0.010)"
    assert interval(Score("m", -0.0001, -0.0002, 0.1, 9), as_percent=False) == "0.000 (0.000 to 0.100)"
