"""Readers around a stand-in for the network: which calibration, which passages, what is explained."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
import torch

from pipelines.options import Options
from pipelines.pipeline import LoadConfig
from pipelines.reading.answers import Answer, AnswerPredictions
from pipelines.reading.sources import Source
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.retrieval.passages import Passage
from pipelines.runtime.span_model import Span
from pipelines.tasks.question_answering import litmus
from pipelines.tasks.question_answering.best_sentence import BestSentencePipeline
from pipelines.tasks.question_answering.litmus import LitmusReaderPipeline
from pipelines.tasks.question_answering.reading import distinct

TASK = find_task("question-answering")
CARD = {"confidence": {
    "given": {"score": 1.0, "place": 0.0, "closeness": 0.0, "bias": -2.0},
    "found": {"score": 0.5, "place": 1.0, "closeness": 2.0, "bias": -1.0},
}}
DOCUMENTS = [
    "The museum opens at nine. Dogs wait outside.", "Honey is made by bees. It keeps for years.",
    "Parcels take three days. A courier rings twice.",
]


def chance(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def first_words(question: str, passage: str) -> list[Span]:
    """Each of the first six words, from a score of 2 downwards."""
    spans, end = [], 0
    for number, word in enumerate(passage.split()[:6]):
        start = passage.index(word, end)
        end = start + len(word)
        spans.append(Span(start, end, 2.0 - number, 0.5))
    return spans


@dataclass
class StandIn:
    """What pipelines need of a span model; remembers the pairs that it was given."""

    spans: Callable[[str, str], list[Span]] = first_words
    device: torch.device = field(default_factory=lambda: torch.empty(0).device)
    precision: str = "float32"
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def read(
        self, pairs: Sequence[tuple[str, str]], count: int = 5,
        barred: Callable[[str], Sequence[int]] = lambda passage: (),
    ) -> list[list[Span]]:
        self.pairs += pairs
        return [self.spans(*pair)[:count] for pair in pairs]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn()
    monkeypatch.setattr(litmus, "tuned_reader", lambda weights, device: made)
    monkeypatch.setattr(litmus, "read_card", lambda weights: CARD)
    return made


def loaded(**settings: str) -> LitmusReaderPipeline:
    config = LoadConfig(settings={**Options(TASK), **settings})
    pipeline = make_pipeline(find_model(TASK, "litmus-reader"), config).load()
    assert isinstance(pipeline, LitmusReaderPipeline)
    return pipeline


def studied(**settings: str) -> LitmusReaderPipeline:
    return loaded(**settings).study(pd.DataFrame({"context": DOCUMENTS}))


def asked(
    pipeline: LitmusReaderPipeline, *questions: str, **columns: list[str]
) -> AnswerPredictions:
    found = pipeline.predict(pd.DataFrame({"question": list(questions), **columns}))
    assert isinstance(found, AnswerPredictions)
    return found


@pytest.mark.usefixtures("stand_in")
def test_a_given_passage_and_a_found_one_have_calibrations_of_their_own() -> None:
    passage = Passage("Nine pounds.", 0, 0, sentences=((0, 12),))
    given, found = loaded().answers([
        ("how much", (Source(passage),)),
        ("how much", (Source(passage, place=1, cosines=np.array([0.25])),)),
    ])
    # A score of 2 for the first word and 1 for the second.
    assert [each.confidence for each in given] == pytest.approx([chance(2 - 2), chance(1 - 2)])
    assert [each.confidence for each in found] == pytest.approx(
        [chance(1 + 1 / 2 + 0.5 - 1), chance(0.5 + 1 / 2 + 0.5 - 1)]
    )


@pytest.mark.usefixtures("stand_in")
def test_one_found_first_is_more_sure_than_the_same_found_third() -> None:
    passages = [Passage(f"{word} here.", row, 0) for row, word in enumerate(("One", "Two", "Six"))]
    sources = tuple(
        Source(passage, place, np.zeros(0)) for place, passage in enumerate(passages)
    )
    (found,) = loaded().answers([("which", sources)])
    assert {each.text: each.confidence for each in found if each.text != "here."} == pytest.approx(
        {"One": chance(1 + 1 - 1), "Two": chance(1 + 1 / 2 - 1), "Six": chance(1 + 1 / 3 - 1)}
    )


@pytest.mark.usefixtures("stand_in")
def test_a_passage_given_yields_four_spans_and_one_found_two() -> None:
    passage = Passage("a b c d e f", 0, 0)
    given, found = loaded().answers([
        ("which", (Source(passage),)), ("which", (Source(passage, 0, np.zeros(0)),)),
    ])
    assert [each.text for each in given] == ["a", "b", "c", "d"]
    assert [each.text for each in found] == ["a", "b"]


@pytest.mark.parametrize("read", [1, 2, 3])
def test_as_many_passages_are_read_as_the_option_says(stand_in: StandIn, read: int) -> None:
    predictions = asked(studied(read=str(read)), "When does the museum open?")
    assert len(stand_in.pairs) == read
    assert stand_in.pairs[0][1] == DOCUMENTS[0]
    reading = predictions.readings[0]
    assert len(reading.retrieved) == 3 and reading.given is None
    assert [text for _, text in stand_in.pairs] == [each.text for each in reading.retrieved[:read]]


@pytest.mark.usefixtures("stand_in")
def test_rank_counts_from_one_and_is_zero_where_the_passage_was_not_found() -> None:
    question = "How long does honey keep?"
    ranked = [each.text for each in asked(studied(), question).readings[0].retrieved]
    assert ranked[0] == DOCUMENTS[1]
    found = asked(studied(), *[question] * 4, context=[*ranked, "Something else."])
    assert [each.rank for each in found.readings] == [1, 2, 3, None]
    # By words alone only the passage that shares some is found.
    found = asked(studied(retrieval="bm25"), *[question] * 2, context=[ranked[0], ranked[1]])
    assert [each.rank for each in found.readings] == [1, 0]


@pytest.mark.usefixtures("stand_in")
def test_every_way_to_search_is_ranked_on_the_questions_whose_passage_is_known() -> None:
    questions = ["How long does honey keep?", "Who rings twice?", "When are dogs let in?"]
    columns = {"context": [DOCUMENTS[1], DOCUMENTS[0], "Not one of them."]}
    found = asked(studied(), *questions, **columns)
    assert found.retrieval == "hybrid"
    for method in ("hybrid", "bm25", "embeddings"):
        alone = asked(studied(retrieval=method), *questions, **columns)
        assert alone.retrieval == method
        assert [each.ranks_by.get(method) for each in found.readings] == [
            each.rank for each in alone.readings
        ]
    assert dict(found.readings[2].ranks_by) == {}
    # No word is shared with the passage that is right.
    assert found.readings[1].ranks_by["bm25"] == 0 < found.readings[1].ranks_by["embeddings"]


@pytest.mark.usefixtures("stand_in")
def test_a_row_with_its_own_passage_is_answered_from_it_and_the_next_from_the_documents() -> None:
    found = asked(studied(), "Who rings?", "Who rings?", context=["Nobody does.", ""])
    assert found.readings[0].given is not None and found.readings[1].given is None
    assert [each and each.text for each in found.best()] == ["Nobody", "Parcels"]


@pytest.mark.usefixtures("stand_in")
def test_the_options_threshold_and_abstain_reach_the_predictions() -> None:
    found = asked(studied(threshold="0.75", abstain="never"), "Who rings?")
    assert (found.threshold, found.abstain) == (0.75, "never")


def test_a_word_weighs_what_the_confidence_loses_without_it(stand_in: StandIn) -> None:
    def spans(question: str, passage: str) -> list[Span]:
        return [Span(0, 4, 3.0 if "long" in question else 1.0, 0.5)]

    stand_in.spans = spans
    explained = loaded().explain(
        pd.DataFrame({"question": ["How long, really?"], "context": ["Nine years."]}), ["Nine"]
    )[0]
    assert explained.pieces == ("How", "long", "really")
    assert explained.weights == pytest.approx((0, chance(3 - 2) - chance(1 - 2), 0))


def test_an_answer_that_is_lost_without_a_word_weighs_all_of_its_confidence(
    stand_in: StandIn,
) -> None:
    def spans(question: str, passage: str) -> list[Span]:
        return [Span(0, 4, 3.0, 0.5) if "long" in question else Span(5, 10, 3.0, 0.5)]

    stand_in.spans = spans
    explained = loaded().explain(
        pd.DataFrame({"question": ["How long"], "context": ["Nine years."]}), ["Nine"]
    )[0]
    assert explained.weights == pytest.approx((0, chance(3 - 2)))


def test_the_baselines_words_weigh_what_the_sentence_loses_in_closeness() -> None:
    config = LoadConfig(settings=dict(Options(TASK)))
    pipeline = make_pipeline(find_model(TASK, "best-sentence"), config).load()
    assert isinstance(pipeline, BestSentencePipeline)
    pipeline.study(pd.DataFrame({"context": DOCUMENTS}))
    batch = pd.DataFrame({"question": ["When does the museum open?"]})
    explained = pipeline.explain(batch, ["The museum opens at nine."])[0]
    assert explained.pieces == ("When", "does", "the", "museum", "open")
    vectors = pipeline.encoder.run(["The museum opens at nine."])[0]

    def near(question: str) -> float:
        return float(vectors @ pipeline.encoder.run([question])[0])

    whole = near("When does the museum open?")
    expected = [
        whole - near(text) for text in (
            " does the museum open?", "When  the museum open?", "When does  museum open?",
            "When does the  open?", "When does the museum ?",
        )
    ]
    assert explained.weights == pytest.approx(expected, abs=0.02)
    weights = dict(zip(explained.pieces, explained.weights, strict=True))
    assert weights["museum"] == max(weights.values()) > 0.2


@pytest.mark.usefixtures("stand_in")
def test_a_word_also_weighs_by_the_closeness_of_the_question_without_it() -> None:
    pipeline = studied()
    batch = pd.DataFrame({"question": ["When does the museum open?"]})
    # The stand-in reads the same spans whatever is asked: only closeness can differ.
    weights = pipeline.explain(batch, ["The"])[0].weights
    assert max(weights) == weights[3] > 0


@pytest.mark.usefixtures("stand_in")
def test_a_question_of_one_word_can_be_explained() -> None:
    explained = studied().explain(pd.DataFrame({"question": ["Honey"]}), ["Honey"])[0]
    assert explained.pieces == ("Honey",) and explained.weights[0] > 0


def test_equal_answers_count_once_with_their_highest_confidence_and_five_at_most() -> None:
    text = "Ann ann bob cid dan eve fay ..."
    source = Source(Passage(text, 0, 0))
    sure = {"ann": 0.9, "Ann": 0.2, "bob": 0.3, "cid": 0.4, "dan": 0.5, "eve": 0.6, "fay": 0.1,
            "...": 1.0}
    some = [
        Answer(source, text.index(word), text.index(word) + len(word), each)
        for word, each in sure.items()
    ]
    assert [each.text for each in distinct(some)] == ["ann", "eve", "dan", "cid", "bob"]


def test_the_baseline_takes_the_sentence_closest_to_the_question() -> None:
    passage = Passage(DOCUMENTS[2], 0, 0, sentences=((0, 24), (25, 47)))
    pipeline = make_pipeline(
        find_model(TASK, "best-sentence"), LoadConfig(settings=dict(Options(TASK)))
    ).load()
    assert isinstance(pipeline, BestSentencePipeline)
    (found,) = pipeline.answers([("who", (Source(passage, 3, np.array([-0.2, 0.6])),))])
    assert [(each.text, each.confidence) for each in found] == [
        ("A courier rings twice.", 0.6), ("Parcels take three days.", 0.0)
    ]
    (given,) = pipeline.answers([("How often does the courier ring?", (Source(passage),))])
    assert given[0].text == "A courier rings twice." and given[0].confidence > 0.5
