"""Spans of a network whose logits are known: it looks each word up in a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from pipelines.runtime.device import choose_device
from pipelines.runtime.packaged import minilm_folder
from pipelines.runtime.span_model import SpanModel

QUESTION = "where is it"


class LookUp(torch.nn.Module):
    """Start and end logits of single words, 0 for others; some words move those of "no answer".

    Whole numbers, which bfloat16 holds exactly.
    """

    def __init__(
        self, tokenizer: Any, starts: Mapping[str, int], ends: Mapping[str, int],
        nulls: Mapping[str, int],
    ) -> None:
        super().__init__()
        table = torch.zeros(len(tokenizer), 4)
        for column, known in ((0, starts), (1, ends), (2, nulls), (3, nulls)):
            for word, value in known.items():
                row = tokenizer.convert_tokens_to_ids(word)
                assert row != tokenizer.unk_token_id, word
                table[row, column] = value
        self.table = torch.nn.Embedding.from_pretrained(table)

    def forward(self, input_ids: torch.Tensor, **inputs: torch.Tensor) -> Any:
        found = self.table(input_ids)
        logits = found[..., :2].clone()
        logits[:, 0] += found[..., 2:].sum(dim=1)
        return SimpleNamespace(start_logits=logits[..., 0], end_logits=logits[..., 1])


def look_up(
    starts: Mapping[str, int], ends: Mapping[str, int], nulls: Mapping[str, int] | None = None,
    window: int = 320,
) -> SpanModel:
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    network = LookUp(tokenizer, starts, ends, nulls or {})
    # Each table is a network of its own to the memory of precisions.
    name = f"look-up:{starts}{ends}{nulls}"
    return SpanModel(name, network, tokenizer, choose_device("auto"), window)


def words(passage: str, model: SpanModel, count: int = 5) -> list[str]:
    return [passage[each.start : each.end] for each in model.read([(QUESTION, passage)], count)[0]]


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        # "no answer" has 2 * -3 where "dull" stands, 2 * 4 where "gold" does, else 0.
        ("lamp " + "word " * 300, 20),
        ("lamp " + "word " * 300 + "gold", 20),
        ("lamp gold " + "word " * 300, 20),
        ("gold lamp", 20 - 8),
        ("lamp " + "word " * 200 + "dull " + "word " * 200 + "gold", 20 + 6),
        ("dull " + "word " * 300 + "lamp", 20 + 6),
        ("word " * 300 + "lamp dull", 20 + 6),
    ],
)
def test_score_is_over_the_least_sure_no_answer_of_all_windows(passage: str, expected: int) -> None:
    model = look_up({"lamp": 10}, {"lamp": 10}, {"dull": -3, "gold": 4}, window=160)
    best = model.read([(QUESTION, passage)])[0][0]
    assert passage[best.start : best.end] == "lamp"
    assert best.score == expected


def test_no_answer_of_one_passage_is_not_that_of_another() -> None:
    model = look_up({"lamp": 10}, {"lamp": 10}, {"dull": -3, "gold": 4}, window=160)
    passages = ["gold lamp", "lamp", "dull lamp"]
    found = model.read([(QUESTION, passage) for passage in passages])
    assert [spans[0].score for spans in found] == [12, 20, 26]


def test_an_answer_has_thirty_words_at_most() -> None:
    model = look_up({"lamp": 9}, {"box": 9})
    longest = "It is the lamp " + "word " * 28 + "box there."
    assert len(words(longest, model)[0].split()) == 30
    assert words(longest, model)[0].startswith("lamp") and words(longest, model)[0].endswith("box")
    longer = "It is the lamp " + "word " * 29 + "box there."
    best = model.read([(QUESTION, longer)])[0][0]
    assert best.score == 9
    assert all(len(each.split()) <= 30 for each in words(longer, model))


def test_an_answer_never_runs_over_a_barred_place() -> None:
    model = look_up({"lamp": 9}, {"lamp": 5, "box": 9})
    passage = "the lamp\nthe box"
    free = model.read([(QUESTION, passage)])[0][0]
    assert passage[free.start : free.end] == "lamp\nthe box"
    wall = passage.index("\n")
    barred = model.read([(QUESTION, passage)] * 2, barred=lambda text: (wall,))
    assert all(not each.start < wall < each.end for spans in barred for each in spans)
    best = barred[1][0]
    # The best of what is left: 9 + 5 for the word alone.
    assert passage[best.start : best.end] == "lamp" and best.score == 14


def test_an_answer_never_ends_before_it_begins_and_none_overlaps_another() -> None:
    model = look_up({"lamp": 9, "sea": 5}, {"box": 9, "sea": 5})
    passage = "The box of the lamp by the sea."
    found = model.read([(QUESTION, passage)])[0]
    assert all(each.start < each.end for each in found)
    taken = [place for each in found for place in range(each.start, each.end)]
    assert len(taken) == len(set(taken))
    # "lamp … sea" has 9 + 5; what is left begins or ends with a 0 or stands alone.
    assert passage[found[0].start : found[0].end] == "lamp by the sea"
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_the_words_of_the_question_are_no_answer() -> None:
    model = look_up({"where": 20, "lamp": 1}, {"where": 20, "lamp": 1})
    assert words("A lamp stands here.", model, 1) == ["lamp"]


def test_chance_is_the_product_of_two_softmax_probabilities() -> None:
    model = look_up({"lamp": 3}, {"lamp": 2})
    # Three words of the question, three of the passage, [CLS] and two [SEP].
    best = model.read([(QUESTION, "the lamp stands")])[0][0]
    expected = math.e**3 / (math.e**3 + 8) * math.e**2 / (math.e**2 + 8)
    assert best.chance == pytest.approx(expected, rel=1e-5)


def test_a_question_is_cut_at_its_sixty_fourth_token() -> None:
    model = look_up({"lamp": 10}, {"lamp": 10}, {"gold": 4})
    long = "word " * 63 + "gold " + "dull"
    cut = "word " * 64 + "gold"
    found = model.read([(long, "the lamp"), (cut, "the lamp")])
    assert [spans[0].score for spans in found] == [12, 20]
