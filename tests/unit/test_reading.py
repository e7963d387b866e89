"""What a reader hands over: confidence by hand, thresholds, sentences, places of passages."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.confidence import Confidence
from pipelines.reading.sources import Source
from pipelines.retrieval.passages import Passage

TEXT = "The lamp is red. It costs nine pounds. Nobody minds."
PASSAGE = Passage(TEXT, 0, 0, "lamps.pdf", 4, "Prices", ((0, 16), (17, 38), (39, 52)))


def chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def answer(words: str, confidence: float, source: Source | None = None) -> Answer:
    start = TEXT.index(words)
    return Answer(source or Source(PASSAGE), start, start + len(words), confidence)


def test_confidence_is_logistic_in_score_place_and_closeness() -> None:
    model = Confidence(score=0.5, place=3.0, closeness=2.0, bias=-4.0)
    found = model.chances(
        np.array([4.0, 4.0, 4.0, -2.0]), np.array([0, 1, 2, 0]), np.array([0.5, 0.5, 0.5, -0.25])
    )
    # 0.5 * 4 + 3 / 1 + 2 * 0.5 - 4 = 2; then 3 / 2 and 3 / 3 for the place.
    expected = [chance(2.0), chance(0.5), chance(0.0), chance(-1 + 3 - 0.5 - 4)]
    assert found == pytest.approx(expected)


def test_confidence_stays_between_nothing_and_certainty() -> None:
    model = Confidence(score=1.0, place=0.0, closeness=0.0, bias=0.0)
    found = model.chances(np.array([-1e6, 1e6]), np.zeros(2), np.zeros(2))
    assert 0 < found[0] < 1e-9 and 1 - 1e-9 < found[1] < 1


def test_the_closest_sentence_that_an_answer_touches_counts() -> None:
    source = Source(PASSAGE, 0, np.array([0.1, 0.7, 0.9]))
    assert source.closeness(4, 8) == pytest.approx(0.1)
    # From the first sentence into the second, and the blank between two alone.
    assert source.closeness(4, 20) == pytest.approx(0.7)
    assert source.closeness(16, 17) == 0
    assert source.closeness(10, 16) == pytest.approx(0.1)
    assert source.closeness(39, 45) == pytest.approx(0.9)
    assert Source(PASSAGE).closeness(4, 8) == 0


def test_an_answer_shows_the_sentences_that_it_touches_and_no_neighbour() -> None:
    assert answer("lamp", 1).sentence == "The lamp is red."
    assert answer("It", 1).sentence == "It costs nine pounds."
    assert answer("red. It", 1).sentence == "The lamp is red. It costs nine pounds."
    # The answer ends where a sentence does, and begins where one does.
    assert answer("is red.", 1).sentence == "The lamp is red."
    # Sentences without a blank between them touch each other.
    joined = Passage("今天。明天。后天。", 0, 0, sentences=((0, 3), (3, 6), (6, 9)))
    assert Answer(Source(joined), 3, 5, 1.0).sentence == "明天。"
    assert Answer(Source(joined), 4, 6, 1.0).sentence == "明天。"
    bare = Source(replace(PASSAGE, sentences=()))
    assert answer("nine pounds", 1, bare).sentence == "nine pounds"


def test_an_answer_as_confident_as_the_threshold_is_given() -> None:
    readings = tuple(Reading(given=(answer("nine pounds", sure),)) for sure in (0.25, 0.3, 0.35))
    frame = AnswerPredictions(readings, 0.3).frame()
    assert frame["prediction"].tolist() == ["", "nine pounds", "nine pounds"]
    assert frame["best_guess"].tolist() == ["nine pounds"] * 3
    assert frame["confidence"].tolist() == [0.25, 0.3, 0.35]
    assert frame["source_page"].tolist() == [4, 4, 4]


def test_the_download_holds_what_the_scores_took_and_names_what_was_withheld() -> None:
    readings = (*(Reading(given=(answer("nine pounds", sure),)) for sure in (0.25, 0.35)),
                Reading(found=()))
    predictions = AnswerPredictions(readings, 0.3)
    for withheld, said, marked in (
        (False, ["nine pounds", "nine pounds", ""], [False, False, False]),
        (True, ["", "nine pounds", ""], [True, False, False]),
        (None, ["", "nine pounds", ""], [True, False, False]),
    ):
        frame = predictions.frame(withheld=withheld)
        assert frame["prediction"].tolist() == said
        assert frame["withheld"].tolist() == marked
        assert frame["best_guess"].tolist() == ["nine pounds", "nine pounds", ""]
    never = replace(predictions, abstain="never").frame()
    assert never["prediction"].tolist() == ["nine pounds", "nine pounds", ""]


def test_a_download_has_the_best_answer_and_then_the_next() -> None:
    some = (answer("nine pounds", 0.8), answer("red", 0.5), answer("Nobody", 0.1))
    frame = AnswerPredictions((Reading(given=some), Reading(found=())), 0.3).frame()
    assert frame["prediction"].tolist() == ["nine pounds", ""]
    assert frame["next_best"].tolist() == ["red || Nobody", ""]
    assert frame["source_page"].tolist() == [4, pd.NA]


def test_the_passage_given_counts_before_the_documents_and_both_are_known() -> None:
    given, found = (answer("red", 0.4),), (answer("nine pounds", 0.9),)
    predictions = AnswerPredictions(
        (Reading(given, found), Reading(None, found), Reading(given), Reading((), found)), 0.3
    )

    def said(*, found: bool) -> list[str | None]:
        return [each and each.text for each in predictions.best(found=found)]

    assert said(found=False) == ["red", "nine pounds", "red", None]
    assert said(found=True) == ["nine pounds", "nine pounds", None, "nine pounds"]
