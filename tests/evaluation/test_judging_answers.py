"""From a run's predictions to their judgement: what is withheld, and what comes from where."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from pipelines.judging import Judged
from pipelines.judging.answers import KIND
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.sources import Source
from pipelines.retrieval.passages import Passage

Abstain = Literal["auto", "always", "never"]


def answers(text: str, confidence: float) -> tuple[Answer, ...]:
    return (Answer(Source(Passage(text, 0, 0)), 0, len(text), confidence),)


def judged(
    gold: list[tuple[str, ...]], readings: list[Reading], abstain: Abstain = "auto",
    threshold: float = 0.5,
) -> Judged:
    truth = pd.Series([None] * len(gold), dtype=object)
    for row, accepted in enumerate(gold):
        truth.iat[row] = accepted
    return KIND.judge(
        truth, {"own": AnswerPredictions(tuple(readings), threshold, abstain)},
        batch=pd.DataFrame({"question": ["q"] * len(gold)}), baseline="own", favourite="own", seed=0,
    )


def score(found: Judged, metric: str) -> float:
    return next(each.value for each in found.scores["own"] if each.name == metric)


SURE_AND_NOT = [Reading(given=answers("Ann", 0.9)), Reading(given=answers("Bob", 0.1)),
                Reading(given=answers("Cid", 0.2))]
ALL_ANSWERABLE: list[tuple[str, ...]] = [("Ann",), ("Bob",), ("Cid",)]
ONE_WITHOUT: list[tuple[str, ...]] = [("Ann",), ("Bob",), ()]


@pytest.mark.parametrize(
    ("abstain", "gold", "right", "withheld"),
    [
        ("auto", ALL_ANSWERABLE, 3, False),
        ("auto", ONE_WITHOUT, 2, True),
        ("always", ALL_ANSWERABLE, 1, True),
        ("always", ONE_WITHOUT, 2, True),
        ("never", ALL_ANSWERABLE, 3, False),
        ("never", ONE_WITHOUT, 2, False),
    ],
)
def test_answers_are_withheld_where_some_question_has_none_or_as_asked(
    abstain: Abstain, gold: list[tuple[str, ...]], right: int, withheld: bool
) -> None:
    found = judged(gold, SURE_AND_NOT, abstain)
    assert found.detail.withheld == withheld
    assert score(found, "exact_match") == pytest.approx(right / 3)
    # With Bob withheld two of two is one refusal and one answer; without, two answers.
    expected = [1, 0, gold[2] == ()] if withheld else [1, 1, gold[2] != ()]
    assert found.detail.match["own"].tolist() == [float(each) for each in expected]
    said = " ".join(found.warnings)
    assert ("Answers below the threshold count as “no answer”" in said) == withheld
    assert ("none was withheld" in said) == (gold[2] == () and not withheld)


def test_answers_of_the_passage_and_of_the_documents_are_not_mistaken_for_each_other() -> None:
    readings = [
        Reading(answers("Ann", 0.9), answers("York", 0.9), rank=1),
        Reading(answers("Bob", 0.9), answers("Bob", 0.9), rank=4),
        Reading(answers("Cid", 0.9), answers("Leeds", 0.1), rank=0),
        Reading(answers("Dan", 0.9), (), rank=None),
    ]
    found = judged([("Ann",), ("Bob",), ("Cid",), ("Dan",)], readings)
    assert score(found, "exact_match") == 1
    assert score(found, "exact_match_found") == pytest.approx(1 / 4)
    assert found.detail.readers["own"].found.guesses == ("York", "Bob", "Leeds", "")
    assert found.detail.readers["own"].found.confidence.tolist() == [0.9, 0.9, 0.1, 0.0]
    assert score(found, "retrieval_recall@1") == pytest.approx(1 / 3)
    assert score(found, "retrieval_recall@5") == pytest.approx(2 / 3)
    assert score(found, "mrr") == pytest.approx((1 + 1 / 4) / 3)


def test_without_a_passage_given_the_documents_are_all_there_is() -> None:
    found = judged([("York",)], [Reading(None, answers("York", 0.9))])
    assert score(found, "exact_match") == 1
    assert found.detail.readers["own"].found is None


def test_an_answer_that_shares_half_of_its_words_is_right() -> None:
    truth = pd.Series([("nine red lamps",), ("nine red lamps",), ()])
    readings = tuple(Reading(answers(text, 0.1)) for text in ("nine", "nine of many", "nine"))
    # 2 / 4 words; 2 / 6; no answer is expected of the last.
    found = KIND.right(truth, AnswerPredictions(readings, 0.5))
    np.testing.assert_array_equal(found, [True, False, False])


def test_verdict_and_notes_call_the_reader_by_its_title() -> None:
    found = judged([(f"answer {row}",) for row in range(40)], [Reading(given=answers("x", 0.9))] * 40)
    named = found.named({"own": "Own reader"})
    assert "On 40 questions “Own reader” has an F1 of" in named.verdict
    assert any("“Own reader” gives the right answer word for word" in each for each in named.warnings)
    assert "own has an F1" in found.verdict
