"""Summaries: what is chosen, what is said of them, and where their sentences come from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from pipelines.generation.decoding import Generated
from pipelines.pipeline import LoadConfig, Pipeline, TextPredictions
from pipelines.registry import find_model, find_task, hub_card, make_pipeline
from pipelines.runtime import sequence_model
from pipelines.runtime.relevance import choose
from pipelines.runtime.residents import Residents
from pipelines.tasks.summarization import smollm2
from pipelines.tasks.summarization.measures import closest, compression, overlap
from tests.tiny_sequence import write_tiny_bart

TASK = find_task("summarization")
TEXT = (
    "The council will build a library. The old one leaks. Rain fell on the books again in May.\n\n"
    "The council pays nine million for the new library. A grant covers a third of it."
)


def made(model: str, **settings: str) -> Pipeline:
    return make_pipeline(find_model(TASK, model), LoadConfig(settings=settings)).load()


def predicted(pipeline: Pipeline, *texts: str) -> TextPredictions:
    found = pipeline.predict(pd.DataFrame({"text": list(texts)}))
    assert isinstance(found, TextPredictions)
    return found


def test_compression_is_characters_over_characters() -> None:
    assert compression(" abc ", "abcdefghij\n") == pytest.approx(0.3)
    assert compression("abc", " ") == 0


def test_overlap_is_the_share_of_trigrams_that_stand_in_the_source() -> None:
    source = "The lamp was late, and the box was damaged."
    # the-box-was and box-was-damaged stand there; was-damaged-badly does not.
    assert overlap("The box was damaged badly", source) == pytest.approx(2 / 3)
    assert overlap("THE LAMP: WAS LATE", source) == 1
    assert overlap("lamp was", source) == 1
    assert overlap("lamp late", source) == 0
    assert overlap("", source) == overlap("a b c", "") == 0


def test_a_sentence_is_traced_to_the_source_sentence_that_shares_most_words() -> None:
    found = closest("Nine million go into the new library. Dogs bark loudly.", TEXT)
    assert len(found) == 2
    assert found[0] is not None
    assert TEXT[slice(*found[0])] == "The council pays nine million for the new library."
    assert found[1] is None
    assert closest("Anything.", "") == [None]
    assert closest("", TEXT) == []


def test_the_baseline_takes_the_first_sentences() -> None:
    found = predicted(made("baseline", sentences="2"), TEXT, "One only.")
    assert found.texts.tolist() == [
        "The council will build a library. The old one leaks.", "One only."
    ]


@pytest.mark.parametrize("model", ["lead", "centroid"])
def test_sentences_of_a_summary_are_linked_to_their_places_in_the_source(model: str) -> None:
    found = predicted(made(model, sentences="2"), TEXT)
    places = json.loads(found.columns["sentences"][0])
    assert len(places) == 2
    assert places == sorted(places)
    assert " ".join(TEXT[start:end] for start, end in places) == found.texts[0]
    assert found.columns["compression"][0] == round(len(found.texts[0]) / len(TEXT), 4)
    assert 0.7 <= found.columns["overlap"][0] <= 1


def test_central_sentences_are_chosen_and_not_said_twice() -> None:
    repeated = (
        "Our train to Lisbon was two hours late on Friday. The train to Lisbon was late by two "
        "hours on Friday. The railway refunds half of the fare for such delays. I like cheese. "
        "A form for refunds of delayed trains is on its web page."
    )
    summary = predicted(made("centroid", sentences="2"), repeated).texts[0]
    assert "cheese" not in summary
    assert "refund" in summary
    assert summary.count("Lisbon") == 1


def test_headings_are_not_taken_for_sentences() -> None:
    text = "News.\n\n" + TEXT
    assert "News" not in predicted(made("centroid", sentences="3"), text).texts[0]


def test_relevance_is_weighed_against_repeating_what_was_chosen() -> None:
    relevance = np.array([0.9, 0.89, 0.5])
    likeness = np.array([[1.0, 0.95, 0.1], [0.95, 1.0, 0.1], [0.1, 0.1, 1.0]])
    # After item 0: 0.7 * 0.89 - 0.3 * 0.95 = 0.338 against 0.7 * 0.5 - 0.3 * 0.1 = 0.32 and, at a
    # weight of 0.5, -0.03 against 0.2.
    assert choose(relevance, likeness, 2, 0.7) == [0, 1]
    assert choose(relevance, likeness, 2, 0.5) == [0, 2]
    assert choose(relevance, likeness, 9, 0.5) == [0, 2, 1]
    assert choose(np.zeros(0), np.zeros((0, 0)), 3, 0.5) == []


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    folder = write_tiny_bart(tmp_path / "tiny")
    monkeypatch.setattr(sequence_model, "RESIDENTS", Residents(1000))
    monkeypatch.setattr(sequence_model, "fetch", lambda name, revision: (folder, "0123abc"))
    settings = {"max_tokens": "16", "beams": "2"}
    card = hub_card(TASK, "hub:someone/tiny@v1")
    yield folder, make_pipeline(card, LoadConfig(settings=settings)).load()


def test_a_hub_model_says_what_transformers_says(hub: Any) -> None:
    from transformers import AutoTokenizer, BartForConditionalGeneration

    folder, pipeline = hub
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = BartForConditionalGeneration.from_pretrained(folder).eval()
    texts = [TEXT, "One only.", "The lamp arrived late and the box was damaged."]
    expected = []
    for text in texts:
        inputs = tokenizer([text], return_tensors="pt", return_token_type_ids=False)
        with torch.inference_mode():
            ids = model.generate(**inputs, num_beams=2, do_sample=False, max_new_tokens=16)
        expected.append(tokenizer.batch_decode(ids, skip_special_tokens=True)[0].strip())
    assert predicted(pipeline, *texts).texts.tolist() == expected
    assert len(set(expected)) > 1


def test_how_much_a_hub_model_has_read_is_told(hub: Any) -> None:
    found = predicted(hub[1], "The lamp arrived late. " * 100, "Short.", "")
    # 128 of 502 tokens: five a sentence, and one at each end.
    assert found.columns["read"].tolist() == [round(128 / 502, 4), 1.0, 1.0]
    assert found.texts[2] == ""


class Known:
    """An encoder whose embeddings are known by the first word of a sentence."""

    def __init__(self, **vectors: tuple[float, float]) -> None:
        self.vectors = vectors

    def run(self, texts: list[str]) -> np.ndarray:
        return np.array([self.vectors.get(text.split()[0], (1.0, 0.0)) for text in texts])


FOUR = "Ann sold the red lamp. Bob kept the old chair. Cid lost his new key. Dan found the last one."


def central(monkeypatch: pytest.MonkeyPatch, count: int, **vectors: tuple[float, float]) -> str:
    pipeline = made("centroid", sentences=str(count))
    monkeypatch.setattr(pipeline, "_encoder", Known(**vectors))
    return str(predicted(pipeline, FOUR).texts[0])


def test_of_sentences_that_are_alike_the_first_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert central(monkeypatch, 1) == "Ann sold the red lamp."
    assert central(monkeypatch, 2) == "Ann sold the red lamp. Bob kept the old chair."


def test_the_sentence_nearest_to_all_comes_before_an_early_one(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    # The mean of the four leans far towards (1, 0); Ann's sentence is at a right angle to it.
    assert central(monkeypatch, 1, Ann=(0.0, 1.0)) == "Bob kept the old chair."


def test_chosen_sentences_stand_in_the_order_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    # Cid's and Dan's are nearest to the mean, (1, 0). Ann's is as far from it as Bob's, but earlier.
    assert central(monkeypatch, 3, Ann=(0.0, 1.0), Bob=(0.0, -1.0)) == (
        "Ann sold the red lamp. Cid lost his new key. Dan found the last one."
    )


def test_a_sentence_is_traced_from_three_tenths_of_its_words_on() -> None:
    source = "One two three stand here. Other words are there."
    summary = "One two three a b c d e f g."
    assert closest(summary, source) == [(0, 25)]
    assert closest(summary.replace("three", "drei"), source) == [None]


def smol(
    monkeypatch: pytest.MonkeyPatch, answers: list[Generated], sentences: str = "3"
) -> tuple[Pipeline, list[str]]:
    """The pipeline of SmolLM2 around a stand-in, and what that was asked."""
    asked: list[str] = []

    def encode_chat(messages: list[Any]) -> list[int]:
        asked.append(messages[-1].content)
        return [1] * len(messages[-1].content.encode())

    model = SimpleNamespace(
        encode_chat=encode_chat, name="stand-in", precision="float32", context=8192,
        device=torch.empty(0).device,
    )
    monkeypatch.setattr(smollm2, "smollm", lambda device: model)
    monkeypatch.setattr(smollm2, "generate_batch", lambda *given: answers[: len(given[1])])
    return made("smollm2", sentences=sentences), asked


def test_a_small_model_is_shown_whole_sentences_of_a_long_text(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, asked = smol(monkeypatch, [Generated("A summary.", 3, "stop")] * 2)
    sentence = "A sentence of forty-nine letters ends at its stop. "
    assert len(sentence) == 51
    found = predicted(pipeline, sentence * 200, " ", "Short.")
    shown = asked[0].split("\n\n", 1)[1]
    # 117 of them are 5,967 characters; the next one is not whole at 6,000.
    assert shown == (sentence * 117).strip()
    assert found.columns["read"].tolist() == [round(len(shown) / (51 * 200), 4), 1.0, 1.0]
    assert found.texts.tolist() == ["A summary.", "", "A summary."]
    assert "at most 3 sentences" in asked[1] and asked[1].endswith("Short.")


def test_a_small_model_is_shown_what_fits_of_a_script_with_many_tokens(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, asked = smol(monkeypatch, [Generated("A summary.", 3, "stop")])
    source = "市议会将建造一座新的图书馆。" * 400
    found = predicted(pipeline, source)
    shown = asked[-1].split("\n\n", 1)[1]
    # A token a byte: what is shown leaves the 128 of the summary, and no more than two sentences.
    assert source.startswith(shown) and shown.endswith("。")
    assert 8192 - 128 - 3 * 42 < len(asked[-1].encode()) <= 8192 - 128
    assert found.columns["read"].tolist() == [round(len(shown) / len(source), 4)]


@pytest.mark.parametrize(
    ("answer", "finished", "expected"),
    [
        ("One. Two. Three. Four.", "stop", "One. Two."),
        ("One. Two breaks", "length", "One."),
        ("One. Two.", "stop", "One. Two."),
        ("One breaks off", "length", "One breaks off"),
        (" ", "stop", ""),
    ],
)
def test_a_small_model_says_whole_sentences_and_no_more_than_asked(
    monkeypatch: pytest.MonkeyPatch, answer: str, finished: Any, expected: str
) -> None:
    pipeline, asked = smol(monkeypatch, [Generated(answer, 9, finished)], sentences="2")
    assert predicted(pipeline, TEXT).texts.tolist() == [expected]
    assert "at most 2 sentences" in asked[0]
