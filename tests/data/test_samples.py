from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data import samples as package
from data.errors import OptionError
from data.images.reading import read_images
from data.readers import read_path
from data.samples import find, load, samples

FOLDER = Path(package.__file__).parent
HANDBOOK = {path.name: path.read_text("utf-8") for path in (FOLDER / "handbook").iterdir()}
NO_ANSWER = "not in the documents"


@pytest.fixture(scope="module")
def handbook() -> pd.DataFrame:
    return load("handbook").frame


@pytest.fixture(scope="module")
def questions() -> pd.DataFrame:
    return read_path(FOLDER / "handbook_questions.csv").frame


def words(cells: pd.Series) -> pd.Series:
    return cells.str.split().str.len()


@pytest.mark.parametrize("sample_id", [sample.id for sample in samples()])
def test_every_sample_loads_with_its_columns_and_is_marked_as_written(sample_id: str) -> None:
    sample, table = find(sample_id), load(sample_id)
    assert set(sample.mapping.values()) <= set(table.frame.columns)
    assert not table.frame[list(sample.mapping.values())].isna().all().any()
    assert table.written == sample.written
    assert table.written.endswith(".")
    assert table.total_rows == len(table.frame)


def test_an_unknown_sample_is_said() -> None:
    with pytest.raises(OptionError, match="product-reviews"):
        load("none")
    assert samples("none") == ()


def test_a_single_file_is_read_as_any_table() -> None:
    table = load("product-reviews")
    assert table.name == "reviews.csv"
    assert table.fingerprint == read_path(FOLDER / "reviews.csv").fingerprint


def test_the_handbook_comes_before_its_questions(handbook: pd.DataFrame) -> None:
    asked = handbook["question"].notna()
    first = int(asked.to_numpy().argmax())
    assert not asked[:first].any() and asked[first:].all()
    assert handbook.loc[~asked, "document"].drop_duplicates().tolist() == sorted(HANDBOOK)
    assert handbook.loc[~asked, "text"].notna().all()
    assert handbook.loc[asked, ["document", "text"]].isna().all(axis=None)


def test_the_handbook_has_twenty_pages_that_are_all_different() -> None:
    assert sum(len(text.split()) for text in HANDBOOK.values()) >= 20 * 500
    paragraphs = [
        part for text in HANDBOOK.values() for part in text.split("\n\n")
        if not part.startswith(("#", "|"))
    ]
    assert len(set(paragraphs)) == len(paragraphs)


def test_answers_stand_letter_by_letter_in_the_document_they_name(
    questions: pd.DataFrame,
) -> None:
    for row in questions[questions["answer"] != NO_ANSWER].itertuples():
        for span in row.answer.split(" || "):
            assert span in HANDBOOK[row.expected_document], row.question


def test_answers_survive_the_reading_of_the_documents(
    handbook: pd.DataFrame, questions: pd.DataFrame
) -> None:
    read = handbook.dropna(subset="text").groupby("document")["text"].agg("\n".join)
    for row in questions[questions["answer"] != NO_ANSWER].itertuples():
        for span in row.answer.split(" || "):
            assert span in read[row.expected_document], row.question


def test_a_fifth_of_the_questions_has_no_answer_and_names_no_document(
    questions: pd.DataFrame,
) -> None:
    without = questions["answer"] == NO_ANSWER
    assert len(questions) == 60 and 12 <= without.sum() <= 14
    assert questions.loc[without, "expected_document"].isna().all()
    assert questions.loc[~without, "expected_document"].nunique() >= 15


def test_questions_are_all_different_and_no_copies_of_the_text(questions: pd.DataFrame) -> None:
    asked = questions["question"]
    assert asked.str.casefold().is_unique
    text = "\n".join(HANDBOOK.values()).casefold()
    for question in asked:
        tokens = question.casefold().rstrip("?").split()
        runs = [" ".join(tokens[at : at + 6]) for at in range(len(tokens) - 5)]
        assert not any(run in text for run in runs), question


def test_translations_are_complete_balanced_and_not_copied() -> None:
    frame = load("translations").frame
    assert len(frame) == 60 and frame.notna().all(axis=None)
    assert frame["english"].is_unique and frame["portuguese"].is_unique
    assert (frame["english"] != frame["portuguese"]).all()
    assert frame["topic"].value_counts().eq(15).all()


def test_prompts_have_short_references_of_five_kinds() -> None:
    frame = load("prompts").frame
    assert len(frame) == 36 and frame["prompt"].is_unique and frame.notna().all(axis=None)
    assert set(frame["kind"]) == {"fact", "arithmetic", "instruction", "rewrite", "completion"}
    assert words(frame["reference"].astype(str)).max() <= 12


def test_articles_have_short_summaries_in_other_words_and_keywords() -> None:
    frame = load("articles").frame
    assert len(frame) == 24 and frame["article"].is_unique and frame.notna().all(axis=None)
    assert words(frame["article"]).between(150, 300).all()
    assert (words(frame["summary"]) < 0.3 * words(frame["article"])).all()
    for row in frame.itertuples():
        keywords = row.keywords.split("; ")
        assert len(set(keywords)) == len(keywords) == 5
        text = f"{row.title} {row.article}".casefold()
        assert sum(each.casefold() in text for each in keywords) >= 3, row.title
        sentences = [each for each in row.summary.split(". ") if each]
        assert not any(each.rstrip(".") in row.article for each in sentences), row.title


def test_a_sample_of_images_is_downloaded_as_the_file_that_its_command_names() -> None:
    read = read_images(package.archive("surfaces"), "surfaces.zip")
    assert read.fingerprint == load("surfaces").fingerprint
    with pytest.raises(OptionError, match="is no set of images"):
        package.archive("product-reviews")
