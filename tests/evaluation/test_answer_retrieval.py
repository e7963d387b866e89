"""Ways to search side by side: worked by hand, and against scipy's own intervals and tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from pipelines.evaluation.answer_retrieval import (
    DOCUMENT,
    PASSAGE,
    RetrievalJudgement,
    judge_retrieval,
    retrieval_finding,
    scores_of_others,
    words_of_test,
)
from pipelines.judging.answers import KIND
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.sources import Source
from pipelines.report.kinds.answers import metric
from pipelines.report.kinds.answers.scores import retrieval as section
from pipelines.retrieval.passages import Passage

NAN = float("nan")
RANKS = {
    "bm25": np.array([1, 0, 0, 3, 7, NAN]),
    "embeddings": np.array([2, 5, 0, 6, 1, NAN]),
    "hybrid": np.array([1, 4, 20, 2, 5, NAN]),
}


def judged(ranks: dict[str, np.ndarray], chosen: str = "hybrid", right: str = PASSAGE):
    found = judge_retrieval(ranks, chosen, right)
    assert found is not None
    return found


def many(both: int, only_chosen: int, only_other: int, neither: int) -> RetrievalJudgement:
    """Two methods on so many questions."""
    counts = (both, only_chosen, only_other, neither)
    return judged({
        "hybrid": np.repeat([1.0, 1.0, 0.0, 0.0], counts),
        "bm25": np.repeat([1.0, 0.0, 1.0, 0.0], counts),
    })


def test_recall_and_reciprocal_rank_by_hand_over_the_five_questions_that_are_known() -> None:
    found = judged(RANKS)
    assert found.questions == 5 and list(found.scores) == ["hybrid", "bm25", "embeddings"]
    values = {
        method: [round(score.value, 6) for score in scores]
        for method, scores in found.scores.items()
    }
    assert values["bm25"] == pytest.approx([1 / 5, 2 / 5, 3 / 5, (1 + 1 / 3 + 1 / 7) / 5], abs=1e-6)
    assert values["embeddings"] == pytest.approx(
        [1 / 5, 3 / 5, 4 / 5, (1 / 2 + 1 / 5 + 1 / 6 + 1) / 5], abs=1e-6
    )
    assert values["hybrid"] == pytest.approx(
        [1 / 5, 4 / 5, 4 / 5, (1 + 1 / 4 + 1 / 20 + 1 / 2 + 1 / 5) / 5], abs=1e-6
    )
    assert found.against("bm25").delta == pytest.approx(2 / 5)
    assert found.against("embeddings").delta == pytest.approx(1 / 5)


def test_intervals_are_wilsons_and_tests_exact_and_corrected_for_both() -> None:
    found = judged({
        "hybrid": np.repeat([1.0, 1.0, 0.0, 0.0], [30, 12, 2, 6]),
        "bm25": np.repeat([1.0, 0.0, 1.0, 0.0], [30, 12, 2, 6]),
        "embeddings": np.repeat([1.0, 0.0, 1.0, 0.0], [40, 2, 1, 7]),
    })
    wilson = binomtest(42, 50).proportion_ci(method="wilson")
    score = found.score("hybrid", "retrieval_recall@5")
    assert (score.low, score.high) == pytest.approx((wilson.low, wilson.high))
    # Against words: 12 and 2 alone. Against meaning: 2 alone, and 1 of the 2 that hybrid missed.
    plain = [binomtest(2, 14).pvalue, binomtest(1, 3).pvalue]
    assert found.against("bm25").p == pytest.approx(min(1, 2 * plain[0]))
    assert found.against("embeddings").p == pytest.approx(min(1, plain[1]))
    assert found.against("bm25").test == "mcnemar-exact|holm:2"
    assert found.against("bm25").model == "retrieval=hybrid"
    low, high = found.against("bm25").low, found.against("bm25").high
    assert low is not None and high is not None and 0 < low < 10 / 50 < high < 0.4


def test_where_nobody_knows_what_is_right_nothing_is_judged() -> None:
    assert judge_retrieval({"bm25": np.array([NAN, NAN])}, "bm25") is None


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((20, 14, 1, 5), "among the first 5 more often than by words alone (p"),
        ((20, 3, 2, 5), "not shown to find the right passage among the first 5 more or less often"),
        ((20, 1, 14, 5), "by words alone finds the right passage among the first 5 more often than by"),
    ],
)
def test_the_finding_says_no_more_than_the_test_shows(
    counts: tuple[int, int, int, int], said: str
) -> None:
    found = many(*counts)
    assert said in retrieval_finding(found)
    assert (found.better is not None) == (counts[2] > counts[1])


def test_methods_that_were_not_used_have_scores_under_names_of_their_own() -> None:
    scores = {each.name: each for each in scores_of_others([judged(RANKS, "bm25", DOCUMENT)])}
    assert sorted(scores) == sorted(
        f"{name}_{method}" for method in ("embeddings", "hybrid")
        for name in ("document_recall@1", "document_recall@5", "document_mrr")
    )
    assert scores["document_recall@5_hybrid"].value == pytest.approx(4 / 5)
    assert scores["document_recall@5_hybrid"].signature.endswith("|retrieval:hybrid")
    assert metric("document_recall@5_hybrid").title == (
        "Right document in first 5 passages, by words and meaning"
    )
    assert metric("mrr_bm25").title == "MRR of the right passage, by words alone"


def reading(rank: int | None, document_rank: int | None, **ranks_by: int) -> Reading:
    passage = Passage("Ann", 0, 0, "a.md")
    answer = (Answer(Source(passage, 0), 0, 3, 0.9),)
    given = None if rank is None else answer
    return Reading(given, answer, (passage,), rank, document_rank, ranks_by)


READINGS = (
    *[reading(1, None, hybrid=1, bm25=0, embeddings=2)] * 9,
    *[reading(None, 2, hybrid=2, bm25=1, embeddings=0)] * 2,
    reading(None, None),
)


def judged_readings(retrieval: str = "hybrid", readings: tuple[Reading, ...] = READINGS):
    truth = pd.Series([None] * len(readings), dtype=object)
    for row in range(len(readings)):
        truth.iat[row] = ("Ann",)
    predictions = AnswerPredictions(readings, 0.5, retrieval=retrieval)
    return KIND.judge(
        truth, {"own": predictions}, batch=pd.DataFrame({"question": ["q"] * len(readings)}),
        baseline="own", favourite="own", seed=3,
    )


def test_a_run_judges_passages_and_documents_apart_and_the_method_used_as_its_readers() -> None:
    found = judged_readings()
    passage, document = found.detail.retrieval
    assert (passage.right, passage.questions) == (PASSAGE, 9)
    assert (document.right, document.questions) == (DOCUMENT, 2)
    own = {each.name: each for each in found.scores["own"]}
    for each in (passage, document):
        for score in each.scores["hybrid"]:
            assert own[score.name] == score
    assert own["retrieval_recall@5_bm25"].value == 0 and own["mrr_embeddings"].value == 0.5
    assert own["document_recall@5_bm25"].value == 1
    tests = [each for each in found.comparisons if each.model == "retrieval=hybrid"]
    assert [each.against for each in tests] == ["retrieval=bm25", "retrieval=embeddings"] * 2
    # Nine questions that only hybrid finds; the smaller p of two is doubled.
    assert tests[0].p == pytest.approx(2 * binomtest(0, 9).pvalue)


def test_a_method_that_finds_more_than_the_one_used_is_named_in_the_notes() -> None:
    readings = (reading(0, None, hybrid=1, bm25=0, embeddings=1),) * 40
    found = judged_readings("bm25", readings)
    assert "choose retrieval=" in " ".join(found.warnings) and "choose" not in found.verdict
    assert "choose" not in " ".join(judged_readings("hybrid", (
        reading(1, None, hybrid=1, bm25=0, embeddings=1),) * 40).warnings)


@pytest.mark.parametrize(("test", "said"), [
    ("mcnemar-exact|holm:2", "McNemar's exact test, corrected after Holm"),
    ("mcnemar-chi2", "McNemar's test"),
])
def test_a_test_is_named_as_people_call_it(test: str, said: str) -> None:
    assert words_of_test(test) == said


def test_the_reports_table_has_each_method_with_its_test() -> None:
    (table,) = section(judged(RANKS)).tables
    assert [row[0].text for row in table.rows if not isinstance(row[0], str)] == [
        "words and meaning", "words alone", "meaning alone"
    ]
    used, words = table.rows[0], table.rows[1]
    assert not isinstance(used[2], str) and used[2].text == "80.0 %" and used[-1] == "–"
    assert not isinstance(words[-2], str) and words[-2].text == "+40.0 points"
    assert all(len(row) == len(table.header) for row in table.rows)
