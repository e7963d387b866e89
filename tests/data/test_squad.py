from __future__ import annotations

import json

import pandas as pd
import pytest

from data.answers import answer_spans, gold_answers
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
    assert table.notes[0] == (
        "Read as SQuAD JSON: questions 6, passages 1, questions without an answer 2, "
        "without gold answers 2."
    )
    assert table.name == "dev.json"
    assert table.fingerprint == fingerprint(content, {"read_as": "squad"})


def test_version_1_without_the_mark_of_impossible_questions_is_read() -> None:
    paragraph = {"context": "c", "qas": [{"question": "q", "answers": [{"text": "a"}]}]}
    content = squad({"paragraphs": [paragraph]})
    row = read_squad(content, "a.json").frame.iloc[0]
    assert row.tolist() == ["1", "", "c", "q", '["a"]']


def record(**changes: object) -> dict[str, object]:
    return {"id": "a", "context": "Staff get  30\ndays of Leave.", "question": "q?"} | changes


def notes_of(*records: dict[str, object]) -> tuple[str, ...]:
    return read_squad(json.dumps(list(records)).encode(), "a.json").notes[1:]


def test_gold_answers_that_do_not_stand_in_their_context_are_counted() -> None:
    fine = record(answers=["30 days of leave"])
    assert notes_of(fine, record(id="b", answers=[])) == ()
    assert notes_of(fine, record(id="b", answers=["Leave", "thirty days"])) == (
        "1 question has a gold answer that does not stand in its context, where no reader can find "
        "it; it is “thirty days” of question “b”.",
    )
    (note,) = notes_of(
        fine, record(id="b", answers=["thirty"]), record(id="c", answers=["40"] * 2),
        record(id="d", context="40 pounds", answers=["40"]),
    )
    assert note.startswith("2 questions have a gold answer that does not stand in their context")
    assert note.endswith("the first is “thirty” of question “b”.")


def test_answers_of_questions_marked_as_impossible_are_left_out_and_counted() -> None:
    content = [record(), record(id="b", answers=["30"], is_impossible=True),
               record(id="c", answers=["Leave"], is_impossible=True),
               record(id="d", answers=[], is_impossible=True),
               record(id="e", answers=["30"], is_impossible=False)]
    table = read_squad(json.dumps(content).encode(), "a.json")
    assert [gold_answers(cell) for cell in table.frame["answers"]] == [None, (), (), (), ("30",)]
    assert table.notes[1:] == (
        "2 questions are marked as impossible and have answers, which were left out; the first is "
        "question “b”.",
    )


def test_repeated_ids_are_counted_and_the_questions_kept() -> None:
    content = [record(id=1), record(id=None), record(id=1), record(id=2), record(id=1)]
    table = read_squad(json.dumps(content).encode(), "a.json")
    assert table.frame["id"].tolist() == ["1", "2", "1", "2", "1"]
    assert table.notes[1:] == (
        "2 questions have the id of an earlier question and were kept; the first is “1”.",
    )


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
        (b'{"data": []}', True),
        (b'{"version": "v2.0", "data": [{"title": "T", "paragraphs": []}]}', True),
        (b'{"data": [{"paragraphs": null}]}', True),
        (b'{"qas": [{"question": "q", "answers": []}]}', True),
        (b'{"data": [{"text": "a", "label": 1}]}', False),
        (b'[{"title": "T", "paragraphs": ["One text.", "Another."]}]', False),
        (b'[{"title": "T", "paragraphs": 3}, {"title": "U", "paragraphs": 0}]', False),
        (b"[]", False),
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
        (b'{"data": []}', "holds no question"),
        (b'{"data": [{"paragraphs": []}]}', "holds no question"),
        (b'{"data": [{"paragraphs": null}]}', 'Article 1 of dev.json has no list "paragraphs"'),
        (b'{"data": {"paragraphs": 7}}', 'Article 1 of dev.json has no list "paragraphs"'),
        (b'{"qas": [{"question": "q", "answers": []}]}', 'Record 1 of dev.json has no text "cont'),
        (json.dumps([FLAT | {"context": " "}]).encode(), "questions and not one passage"),
        (json.dumps([FLAT, FLAT | {"is_impossible": "yes"}]).encode(), "Record 2 .* true or false"),
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


def test_the_place_of_an_answer_is_kept_where_its_text_does_not_tell_it() -> None:
    raw = "  \x00 In 2019 we began. In 2019 we paid 30."
    later = raw.rindex("2019")
    listed = [{"text": "\x00 2019", "answer_start": later - 1}, {"text": "30"}]
    content = json.dumps([
        record(context=raw, answers=listed),
        record(context=raw, answers={"text": ["30"], "answer_start": [raw.index("30")]}),
        record(context=raw, answers={"text": ["2019"], "answer_start": [2]}),
    ]).encode()
    frame = read_squad(content, "a.json").frame
    cells, context = frame["answers"].tolist(), frame["context"][0]
    assert cells == ['{"text": ["2019", "30"], "answer_start": [21, -1]}', '["30"]', '["2019"]']
    assert gold_answers(cells[0]) == ("2019", "30")
    assert answer_spans(cells[0], context) == ((21, 25),)
    assert context[21:25] == "2019" and context.index("2019") == 3


def test_nul_and_lone_surrogates_are_taken_out() -> None:
    content = b'[{"context": "a\\u0000b", "question": "q\\ud800", "answers": {"text": ["\\u0000x"]}}]'
    row = read_squad(content, "a.json").frame.iloc[0]
    assert row[["context", "question", "answers"]].tolist() == ["ab", "q?", '["x"]']
