"""Lists that hold all there is, and scores that are what they are judged by, prove nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from pipelines.evaluation.ranking_choice import choice_doubt, without_choice
from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground, RankingJudgement
from pipelines.evaluation.ranking_verdict import ranking_verdict
from pipelines.judging import Judged, find_kind


def judged(left: list[int], items: int = 40) -> RankingJudgement:
    """Users with so many items left to choose from, of which the last was held back."""
    rows, lists = np.ones((len(left), items), dtype=np.float32), np.full((len(left), 20), -1)
    for user, count in enumerate(left):
        rows[user, :count] = 0
        lists[user, : min(count, 20)] = np.arange(min(count, 20))
    histories = sparse.csr_matrix(rows)
    found = Ground([np.array([count - 1]) for count in left], items, histories, histories)
    return judge_rankings({"base": lists, "best": lists[:, ::-1].copy()}, found, baseline="base")


def test_users_are_counted_for_whom_the_places_hold_everything() -> None:
    assert without_choice(judged([10] * 20 + [11] * 30)) == 20
    said = choice_doubt(judged([10] * 20 + [11] * 30))
    assert "for 20 of 50 users: 10 places hold every item" in said
    assert choice_doubt(judged([10] * 4 + [11] * 46)) == ""


def test_shares_of_users_do_not_open_a_verdict_where_most_had_no_choice() -> None:
    few = ranking_verdict(judged([30] * 40 + [5] * 10), "base")
    assert few.startswith("Nothing was left") and "Among 10 items" in few
    many = ranking_verdict(judged([30] * 10 + [5] * 40), "base")
    assert many.startswith("Nothing was left to choose from for 40 of 50") and "%" not in many
    assert "NDCG@10" in many


def test_no_sentence_calls_scores_lower_that_could_not_be_missed() -> None:
    left = judged([1] * 50)
    assert not [text for text in left.warnings if "nobody took before" in text]


def ranked(users: int, each: int, **columns: np.ndarray) -> Judged:
    rng = np.random.default_rng(0)
    size = users * each
    frame = pd.DataFrame({
        "user": np.repeat(np.arange(users), each), "item": np.tile(np.arange(each), users),
        "clicked": (rng.random(size) < 0.3).astype(int), "score": rng.random(size), **columns,
    })
    frame.loc[frame["item"] == 0, "clicked"] = 1
    systems = [name for name in frame.columns if name not in ("user", "item", "clicked")]
    return find_kind("ranking").evaluate(  # type: ignore[attr-defined]
        frame, {"user": ["user"], "item": ["item"], "truth": ["clicked"], "prediction": systems}, 0
    )


@pytest.mark.parametrize(("each", "said"), [(8, True), (10, True), (11, False), (25, False)])
def test_a_file_of_few_candidates_says_so(each: int, said: bool) -> None:
    assert ranked(60, each).verdict.startswith("Nothing was left to choose from") == said


def frame_of(users: int = 60, each: int = 15) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    size = users * each
    clicked = (rng.random(size) < 0.3).astype(int)
    clicked[::each] = 1
    return pd.DataFrame({
        "user": np.repeat(np.arange(users), each), "item": np.tile(np.arange(each), users),
        "clicked": clicked, "honest": rng.random(size) + 0.2 * clicked,
    })


@pytest.mark.parametrize("copy", [lambda c: c, lambda c: 2.5 * c - 1, lambda c: 1 - c])
def test_a_score_that_is_the_truth_proves_nothing(copy: object) -> None:
    frame = frame_of()
    frame["model"] = copy(frame["clicked"])  # type: ignore[operator]
    found = find_kind("ranking").evaluate(  # type: ignore[attr-defined]
        frame,
        {"user": ["user"], "item": ["item"], "truth": ["clicked"], "prediction": ["model", "honest"]},
        0,
    )
    assert found.verdict.startswith("“model” holds the same as the column “clicked”")
    assert "honest" not in found.verdict.split(".")[0]
    assert not [text for text in found.warnings if "“model”" in text and "pairs have a score" in text]


def test_an_honest_score_of_two_values_is_no_copy() -> None:
    frame = frame_of()
    frame["rough"] = (frame["honest"] > 0.5).astype(int)
    stars = frame["clicked"] * np.tile([1, 3, 5], len(frame) // 3)
    for truth in ("clicked", "stars"):
        found = find_kind("ranking").evaluate(  # type: ignore[attr-defined]
            frame.assign(stars=stars),
            {"user": ["user"], "item": ["item"], "truth": [truth], "prediction": ["rough"]}, 0,
        )
        assert "holds the same" not in found.verdict


def test_places_that_nothing_is_left_for_are_no_short_lists() -> None:
    assert not [text for text in ranked(60, 8).warnings if "fills fewer" in text]
