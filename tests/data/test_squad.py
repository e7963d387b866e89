from __future__ import annotations

import json

import pandas as pd
import pytest

from data.answers import gold_answers
from data.errors import DataError
from data.limits import Limits
from data.readers.squad import COLUMNS, is_squad, read_squad
from data.table import fingerprint


def article(**changes: object) -> dict[str, object]:
    answered = {
        "id": "q1",
        "question": "How many days?",
        "answers": [
            {"text": "30", "answer_start": 6},
            {"text": " 30", "answer_start": 5},
            {"text": "thirty", "answer_start": 6},
        ],
    }
    impossible = {
        "id": "q2",
        "question": "Who pays?",
        "is_impossible": True,
        "answers": [],
        "plausible_answers": [{"text": "Staff", "answer_start": 0}],
    }
    open_one = {"id": "q3", "question": "When?"}
    paragraph = {"context": "Staff get 30 days.", "qas": [answered, impossible, open_one]}
    return {"title": "Leave", "paragraphs": [paragraph]} | changes


def squad(*articles: object) -> bytes:
    return json.dumps({"version": "v2.0", "data": list(articles)}).encode()


def test_squad_becomes_a_question_a_row_with_its_distinct_answers() -> None:
    content = squad(article(), article(title="Ünlü"))
    table = read_squad(content, "dir/dev.json")
    assert tuple(table.frame) == COLUMNS
    assert table.frame["id"].tolist() == ["q1", "q2", "q3"] * 2
    assert table.frame["title"].tolist() == ["Leave"] * 3 + ["Ünlü"] * 3
    assert table.frame["context"].unique().tolist() == ["Staff get 30 days."]
    assert table.frame["answers"][:2].tolist() == ['["30", "thirty"]', "[]"]
    assert pd.isna(table.frame["answers"][2])
    assert [gold_answers(cell) for cell in table.frame["answers"][:3]] == [
        ("30", "thirty"), (), None,
    ]  # fmt: skip
    assert table.notes == (
        "Read as SQuAD JSON: questions 6, passages 1, questions without an answer 2, "
        "without gold answers 2.",
    )
    assert table.name == "dev.json"
    assert table.fingerprint == fingerprint(content, {"read_as": "squad"})


def test_version_1_without_the_mark_of_impossible_questions_is_read() -> None:
    paragraph = {"context": "c", "qas": [{"question": "q", "answers": [{"text": "a"}]}]}
    content = squad({"paragraphs": [paragraph]})
    row = read_squad(content, "a.json").frame.iloc[0]
    assert row.tolist() == ["1", "", "c", "q", '["a"]']


FLAT = {"id": "x", "title": "T", "context": "c", "question": "q",
        "answers": {"text": ["a", "b", "a"], "answer_start": [0, 1, 0]}}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([FLAT, FLAT | {"answers": {"text": [], "answer_start": []}}]),
        json.dumps({"data": [FLAT, FLAT | {"answers": {"answer_start": [], "text": []}}]}),
        json.dumps(FLAT) + "\r\n\n" + json.dumps(FLAT | {"answers": {"text": []}}) + "\n",
    ],
)
def test_flat_records_give_the_same_lists(content: str) -> None:
    for raw in (content.encode(), content.encode("utf-16")):
        assert is_squad(raw)
        frame = read_squad(raw, "a.json").frame
        assert frame["answers"].tolist() == ['["a", "b"]', "[]"]
        assert frame["context"].tolist() == ["c", "c"]


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (squad(article()), True),
        (json.dumps([article()]).encode(), True),
        (squad(article())[:400], True),
        (b'{"data": [{"text": "a", "label": 1}]}', False),
        (b'{"question": "q", "context": "c", "answers": "a"}', False),
        (b"paragraphs,context\n", False),
        (b"", False),
    ],
)
def test_squad_is_told_from_other_json(content: bytes, is_one: bool) -> None:
    assert is_squad(content) is is_one


def without(key: str, depth: int) -> dict[str, object]:
    whole = article()
    inner = whole
    for step in ("paragraphs", "qas")[:depth]:
        inner = inner[step][0]
    del inner[key]
    return whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (squad(article(), article())[:-30], r"dev\.json is SQuAD JSON that is broken or cut short"),
        (squad(article(), without("paragraphs", 0)), 'Article 2 of dev.json has no list "paragr'),
        (squad(without("context", 1)), 'Paragraph 1 of article 1 of dev.json has no text "context'),
        (squad(without("qas", 1)), 'Paragraph 1 of article 1 of dev.json has no list "qas"'),
        (squad(without("question", 2)), "Question 1 in paragraph 1 of article 1 of dev.json has"),
        (squad("x", article()), "Article 1 of dev.json is 'x'"),
        (squad(article(paragraphs=[7])), "Paragraph 1 of article 1 of dev.json is '7'"),
        (squad(article(paragraphs=[])), "holds no question"),
        (json.dumps([FLAT, FLAT | {"answers": 7}]).encode(), 'Record 2 .* has "answers"'),
        (json.dumps([FLAT, FLAT | {"answers": {"text": [1]}}]).encode(), "Record 2"),
        (json.dumps([FLAT, {"answers": {"text": []}}]).encode(), 'Record 2 .*"context"'),
        (json.dumps(FLAT).encode() + b'\n{"question": \n', "Line 2 of dev.json"),
        (b'{"data": ' + b"[" * 100_000, "deeply"),
    ],
)
def test_the_first_bad_place_is_named(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_squad(content, "dev.json")


def test_squad_over_a_limit_is_refused() -> None:
    with pytest.raises(DataError, match="more than 2 questions"):
        read_squad(squad(article()), "a.json", limits=Limits(rows=2))
    with pytest.raises(DataError, match="context of 18 characters"):
        read_squad(squad(article()), "a.json", limits=Limits(cell_characters=17))


def test_nul_and_lone_surrogates_are_taken_out() -> None:
    content = b'[{"context": "a\\u0000b", "question": "q\\ud800", "answers": {"text": ["\\u0000x"]}}]'
    row = read_squad(content, "a.json").frame.iloc[0]
    assert row[["context", "question", "answers"]].tolist() == ["ab", "q?", '["x"]']
