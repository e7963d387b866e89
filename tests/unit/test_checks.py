"""What a careful person would check, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.dataset import Dataset
from data.readers import read_table
from pipelines.checks import doubt_of, duplicate_groups, language_warnings, warnings_of
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task
from pipelines.split import Split, whole

TASK = find_task("sentiment")
ALL = find_models(TASK, ["all"])
READING = find_task("question-answering")
GERMAN = [
    "Die Lampe ist wirklich schön und sehr hell", "Nach zwei Tagen war das Gerät leider kaputt",
    "Der Versand hat viel zu lange gedauert", "Ich bin mit dem Kauf sehr zufrieden",
]
ENGLISH = [
    "The lamp is really lovely and very bright", "After two days the device was broken",
    "Shipping took far too long for what it is", "I am very happy with this purchase",
]


def dataset(texts: list[str], labels: list[str], **more: list[str]) -> Dataset:
    frame = pd.DataFrame({"text": texts, "label": labels, **more})
    roles = {"text": "text", "label": "label", "time": "", "group": ""}
    return prepare(TASK, read_table(frame.to_csv(index=False).encode(), "rows.csv"), roles)


def warnings(data: Dataset, training: Dataset | None = None) -> str:
    truth = data.truth()
    assert truth is not None
    split: Split = whole(np.arange(data.rows))
    rows = np.flatnonzero(data.usable("text"))
    truth = truth.iloc[rows].reset_index(drop=True)
    return "\n".join(warnings_of(TASK, data, rows, truth, split, ALL, training))


def varied(count: int) -> tuple[list[str], list[str]]:
    texts = [f"{ENGLISH[i % 4]}, order {i}" for i in range(count)]
    return texts, [("positive", "negative")[i * 7 % 3 % 2] for i in range(count)]


def test_equal_texts_are_one_group_whatever_their_case_and_spaces() -> None:
    batch = pd.DataFrame({"text": ["Fine  lamp", "fine lamp ", "FINE\tLAMP", "fine lamps"]},
                         dtype="str")
    assert duplicate_groups(TASK, batch).tolist() == ["fine lamp"] * 3 + ["fine lamps"]


def test_duplicates_are_counted() -> None:
    texts, labels = varied(30)
    assert "share their text" not in warnings(dataset(texts, labels))
    assert "3 rows share their text" in warnings(
        dataset([*texts, texts[0], texts[0].upper()], [*labels, *labels[:2]])
    )


def test_a_column_that_tells_the_label_is_named() -> None:
    texts, labels = varied(60)
    told = ["refund" if label == "negative" else "none" for label in labels]
    assert "“outcome” alone tells the label" in warnings(dataset(texts, labels, outcome=told))
    shop = ["north" if i % 2 else "south" for i in range(60)]
    assert "tells the label" not in warnings(dataset(texts, labels, shop=shop))


def test_test_rows_that_stand_in_the_training_file_are_counted() -> None:
    texts, labels = varied(30)
    training = dataset(texts[:12], labels[:12])
    assert "12 test rows stand in the training file" in warnings(dataset(texts, labels), training)


def test_blank_texts_and_unread_labels_are_counted() -> None:
    texts, labels = varied(30)
    said = warnings(dataset(["", *texts[1:]], [*labels[:-2], "who knows", "who knows"]))
    assert "1 rows lack a value" in said
    assert "2 rows have a label that was not understood (“who knows”)" in said


def test_a_language_that_models_were_not_made_for_is_said() -> None:
    said = language_warnings(TASK, dataset(GERMAN * 8, ["positive", "negative"] * 16), ALL)
    assert len(said) == 1
    assert "German" in said[0]
    assert "litmus-sentiment" in said[0]
    assert "Words + logistic regression" not in said[0]


def test_english_is_not_remarked_on() -> None:
    data = dataset(ENGLISH * 8, ["positive", "negative"] * 16)
    assert language_warnings(TASK, data, ALL) == []


def test_some_rows_in_another_language_are_counted() -> None:
    data = dataset(ENGLISH * 9 + GERMAN, ["positive", "negative"] * 20)
    said = language_warnings(TASK, data, ALL)
    assert len(said) == 1
    assert said[0].startswith("4 of 40 texts")


@pytest.mark.parametrize("model", ["tfidf-logistic", "majority"])
def test_models_without_a_language_are_not_warned_about(model: str) -> None:
    data = dataset(GERMAN * 8, ["positive", "negative"] * 16)
    assert language_warnings(TASK, data, find_models(TASK, [model])) == []


def handbook(documents: list[str], questions: list[str]) -> Dataset:
    """Documents, and questions that come without their passage."""
    frame = pd.DataFrame({
        "context": [*documents, *[""] * len(questions)],
        "question": [*[""] * len(documents), *questions],
    })
    table = read_table(frame.to_csv(index=False).encode(), "handbook.csv")
    return prepare(READING, table, {"context": "context", "question": "question"})


def test_the_language_of_documents_is_told_from_that_of_the_questions() -> None:
    asked = ["How long does shipping take?", "Which lamp is bright enough for a desk?"] * 4
    readers = find_models(READING, ["litmus-reader"])
    assert language_warnings(READING, handbook(ENGLISH * 4, asked), readers) == []
    assert language_warnings(READING, handbook(GERMAN * 4, asked), readers) == [
        "The documents look German, and Best matching sentence, litmus-reader were not made for it: "
        "expect wrong answers. Use a Hub model for German."
    ]
    said = language_warnings(READING, handbook(ENGLISH * 4, GERMAN * 2), readers)
    assert len(said) == 1 and said[0].startswith("The questions look German, and")


def test_questions_that_readers_do_not_read_to_their_end_are_counted() -> None:
    longest = " ".join(["lamp"] * 49) + "?"
    data = handbook(ENGLISH, [longest, f"which {longest}", "灯" * 51])
    rows = np.flatnonzero(data.usable("question"))
    said = warnings_of(READING, data, rows, None, whole(rows), find_models(READING, ["all"]))
    assert (
        "2 questions are longer than about 50 words; readers may take in only the beginning."
    ) in said
    short = warnings_of(READING, data, rows[:1], None, whole(rows[:1]), [])
    assert "readers may" not in "\n".join(short)


def groups_of(texts: list[str]) -> pd.Series:
    return pd.Series(texts, dtype="str")


@pytest.mark.parametrize(
    ("taught", "learns", "said"),
    [
        (2, True, "2 of the 40 test rows are among what models learnt from"),
        (1, True, "1 of the 40 test rows is among what models learnt from, or a copy of it"),
        (5, True, "Nothing is proven here: 5 of the 40 test rows are among"),
        (40, True, "Nothing is proven here: all 40 test rows are among"),
        (40, False, ""),
        (0, True, ""),
    ],
)
def test_rows_that_were_learnt_from_are_said_before_the_verdict(
    taught: int, learns: bool, said: str
) -> None:
    judged = [f"text {row}" for row in range(40)]
    found = doubt_of(
        TASK, groups_of(judged), whole(np.arange(40)), groups_of([*judged[:taught], "new"]),
        learns=learns,
    )
    assert found.startswith(said) and bool(found) == bool(said)


def test_copies_among_the_rows_that_judge_are_said_before_the_verdict() -> None:
    judged = [f"text {row % 20}" for row in range(40)]
    found = doubt_of(TASK, groups_of(judged), whole(np.arange(40)), None, learns=False)
    assert found.startswith("The 40 test rows hold only 20 different ones")
    few = [f"text {max(row, 3)}" for row in range(40)]
    assert doubt_of(TASK, groups_of(few), whole(np.arange(40)), None, learns=False) == ""
