"""Perplexity against the loss of transformers, packing, the fixed check, citations."""

from __future__ import annotations

import copy
import lzma
import math
import zlib
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from pipelines.generation import fixed_check
from pipelines.generation.causal import CausalModel
from pipelines.generation.check_questions import QUESTIONS
from pipelines.generation.decoding import Generated
from pipelines.generation.fixed_check import graded, known_check, run_check
from pipelines.generation.grounding import UNCITED, Finding, citations, grounded_prompt
from pipelines.generation.packing import packed_bits_per_byte
from pipelines.generation.perplexity import foreseen

TEXTS = ["A short text.", "", "Another one, a little longer than the first: é漢🙂.", "x"]


def loss_of_transformers(model: CausalModel, ids: list[int]) -> float:
    inputs = torch.tensor([ids])
    return float(model.model(input_ids=inputs, labels=inputs).loss) * (len(ids) - 1)


def test_surprise_is_the_loss_of_transformers(tiny: CausalModel) -> None:
    found = foreseen(tiny, TEXTS)
    encoded = [tiny.tokenizer(text)["input_ids"] for text in TEXTS]
    expected = [
        loss_of_transformers(tiny, [tiny.start_token, *ids]) if ids else 0.0 for ids in encoded
    ]
    np.testing.assert_allclose(found.nll, expected, rtol=1e-5)
    assert found.tokens.tolist() == [len(ids) for ids in encoded]
    assert found.bytes.tolist() == [len(text.encode()) for text in TEXTS]
    total, tokens = sum(expected), sum(map(len, encoded))
    assert math.isclose(found.perplexity, math.exp(total / tokens), rel_tol=1e-5)


def test_long_text_is_scored_once_in_windows_of_half_overlap(tiny: CausalModel) -> None:
    text = "The sea is wide. " * 5
    ids = [tiny.start_token, *tiny.tokenizer(text)["input_ids"]]
    found = foreseen(tiny, [text], window=32)
    logs = []
    for start in range(0, len(ids), 16):
        logits = tiny.model(input_ids=torch.tensor([ids[start : start + 32]])).logits[0]
        rows = logits.log_softmax(dim=-1)
        first = 1 if start == 0 else 16
        last = min(32, len(ids) - start)
        logs += [-float(rows[place - 1, ids[start + place]].detach()) for place in range(first, last)]
        if start + 32 >= len(ids):
            break
    # Between two windows the first token of the second half is foreseen from the whole one before.
    assert found.tokens[0] == len(ids) - 1
    assert len(logs) == len(ids) - 1
    assert math.isclose(found.nll[0], sum(logs), rel_tol=1e-5)


def test_nothing_has_no_perplexity(tiny: CausalModel) -> None:
    found = foreseen(tiny, [""])
    assert math.isnan(found.perplexity)


def test_packing_is_that_of_zlib_and_lzma_but_for_their_headers() -> None:
    texts = ["the same words again and again"] * 40
    content = "\n".join(texts).encode()
    found = packed_bits_per_byte(texts)
    assert math.isclose(found["zlib"], 8 * (len(zlib.compress(content, 9)) - 6) / len(content))
    whole = 8 * len(lzma.compress(content)) / len(content)
    assert 0 < found["lzma"] < whole
    assert math.isnan(packed_bits_per_byte([])["zlib"])


RIGHT = [
    "The capital of France is Paris.", "Tokyo", "Mercury is the closest.", "Au", "It was "
    "Shakespeare.", "The Pacific Ocean", "Eight legs.", "In 1945.", "The pound", "carbon dioxide",
    "100 degrees", "Africa", "7", "4", "6 * 7 = 42", "5", "43", "34", "144", "24", "25", "45", "32",
    "803", "Yes.", "Cold", "HELLO", "1, 2, 3, 4, 5", "apple, pear, plum", "SmolLM model",
    "How blue the sea is!", "Will it rain today?", "blue table 42", '{"city": "Rome"}',
    "- red\n- blue", "perro",
]


def test_check_counts_right_replies_with_intervals() -> None:
    checked = graded(RIGHT)
    assert checked.sentence == "facts 12 of 12, arithmetic 12 of 12, instructions 12 of 12"
    assert [(score.value, score.n, score.high) for score in checked.scores] == [(1.0, 12, 1.0)] * 3
    half = graded([reply if row % 2 else "no idea" for row, reply in enumerate(RIGHT)])
    assert half.right == {"facts": 6, "arithmetic": 6, "instructions": 6}
    assert half.scores[0].low == pytest.approx(0.2538, abs=1e-4)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("capital of France", "London, not far from it"),
        ("3 + 4", "34"),
        ("17 + 26", "The answer is 42."),
        ("17 + 26", "I do not know."),
        ("single word yes", "Yes, of course."),
        ("capital letters", "hello"),
        ("from 1 to 5", "1, 2, 3, 4, 5, 6"),
        ("three fruits", "Apple, pear, plum, and fig"),
        ("JSON", 'Here you are: {"city": "Rome"}'),
        ("bullet points", "- red"),
        ("exclamation mark", "The sea is wide."),
        ("Spanish", "gato"),
    ],
)
def test_wrong_reply_is_graded_wrong(question: str, reply: str) -> None:
    found = next(each for each in QUESTIONS if question in each.text)
    assert not found.grade(reply)


def test_check_is_asked_once_for_the_same_weights(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_check(tiny)
    assert len(first.replies) == 36
    monkeypatch.setattr(fixed_check, "read_json", lambda name: {})
    assert known_check("tiny") is None
    monkeypatch.undo()
    monkeypatch.setattr(
        "pipelines.generation.batches.generate_batch", lambda *asked: pytest.fail("asked again")
    )
    assert run_check(tiny) == first == known_check("tiny")


def test_replies_of_another_precision_are_not_taken_for_a_models_own(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, object] = {fixed_check._key("tiny", "float32"): ["Rome"] * 36}
    monkeypatch.setattr(fixed_check, "read_json", lambda name: kept)
    monkeypatch.setattr(fixed_check, "write_json", lambda name, found: kept.update(found))
    monkeypatch.setattr(
        "pipelines.generation.batches.generate_batch",
        lambda model, prompts, *rest: [Generated("42", 1, "stop")] * len(prompts),
    )
    assert run_check(tiny).replies == ("Rome",) * 36
    coarse = copy.copy(tiny)
    coarse.precision = "bfloat16"
    asked = run_check(coarse)
    assert asked.replies == ("42",) * 36 and asked.precision == "bfloat16"
    # Before a model is loaded nobody knows its precision; that of the replies is then told.
    found = known_check("tiny")
    assert found is not None and (found.replies[0], found.precision) == ("Rome", "float32")


@dataclass(frozen=True)
class Passage:
    text: str
    document: str = "handbook.pdf"
    page: int | None = 3


def test_prompt_numbers_the_passages_from_one_and_cuts_long_ones() -> None:
    system, user = grounded_prompt("When do we close?", [Passage("At\nsix."), Passage("ab " * 900)])
    assert "[1]" in system.content and system.role == "system"
    assert "[1] At six.\n\n[2] ab ab" in user.content
    assert user.content.endswith("Question: When do we close?")
    assert len(user.content) < 1400


@pytest.mark.parametrize(
    ("reply", "cited", "unknown"),
    [
        ("We close at six [2].", (1,), ()),
        ("Six [2], or seven [1][2].", (1, 0), ()),
        ("Six [1, 3].", (0, 2), ()),
        ("Six [4].", (), (4,)),
        ("Six [0] and [1].", (0,), (0,)),
        ("Six.", (), ()),
        ("An array[index] and [a].", (), ()),
    ],
)
def test_citations_name_passages(
    reply: str, cited: tuple[int, ...], unknown: tuple[int, ...]
) -> None:
    found = citations(reply, passages=3)
    assert (found.cited, found.unknown) == (cited, unknown)
    assert bool(found.warning) == (bool(unknown) or not cited)


def test_reply_without_a_citation_says_so() -> None:
    assert citations("Six.", 3).warning == UNCITED


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding("r", "the 25th", 0.874, 0.3, "handbook.docx"),
         "r finds “the 25th”, 87 % sure, handbook.docx."),
        (Finding("r", "the 25th", 0.3, 0.3), "r finds “the 25th”, 30 % sure."),
        (Finding("r", "the 25th", 0.29, 0.3, "handbook.docx", 2),
         "r finds nothing in your documents that answers this; the closest is “the 25th”, 29 % sure."),
        (Finding("r"), "r finds nothing in your documents that answers this."),
    ],
)
def test_what_a_reader_finds_beside_a_reply_is_said_with_how_sure_it_is(
    finding: Finding, said: str
) -> None:
    assert finding.sentence == said
