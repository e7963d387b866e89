"""A training file and a test file call their classes the same, whatever each holds alone."""

from __future__ import annotations

import pandas as pd
import pytest

from data.dataset import Dataset
from data.images.picture import Picture
from data.table import Table
from pipelines.prepare import prepare
from pipelines.registry import find_task
from pipelines.same_names import same_names
from tests.image_files import picture

IMAGES = find_task("images")


def labelled(*labels: str | None, given: dict[str, str] | None = None) -> Dataset:
    names = [f"{place}.png" for place in range(len(labels))]
    frame = pd.DataFrame({"image": names, "label": pd.Series(labels, dtype="str")})
    pictures = {name: Picture.of_bytes(name, picture(seed)) for seed, name in enumerate(names)}
    table = Table("t.zip", frame, "sha256:0", (), len(labels), pictures=pictures)
    return prepare(IMAGES, table, None, given)


def truth(dataset: Dataset) -> list[str]:
    found = dataset.truth()
    assert found is not None
    return found.tolist()


def test_a_word_is_read_as_a_known_name_only_where_all_labels_of_both_files_are() -> None:
    test, lessons = labelled("cellphone", "keypad"), labelled("cellphone", "keypad", "our widget")
    assert truth(test) == ["cellular telephone", "computer keyboard"], "alone it is read as known names"
    assert truth(lessons) == ["cellphone", "keypad", "our widget"]
    test, lessons = same_names(IMAGES, test, lessons, {})
    assert truth(test) == ["cellphone", "keypad"]
    assert truth(lessons) == ["cellphone", "keypad", "our widget"]


def test_what_was_said_can_be_repeated_as_labels_of_the_command_line() -> None:
    test, _ = same_names(
        IMAGES, labelled("cellphone", "keypad"), labelled("cellphone", "keypad", "our widget"), {})
    again = labelled("cellphone", "keypad", given=dict(test.labels))
    assert truth(again) == truth(test)
    assert again.fingerprint == test.fingerprint


def test_files_of_known_names_alone_are_left_as_they_are() -> None:
    test, lessons = labelled("cellphone", "keypad"), labelled("keypad", "cellphone", "tench")
    assert same_names(IMAGES, test, lessons, {}) == (test, lessons)
    own, more = labelled("ours", "theirs"), labelled("ours", "theirs", None)
    assert same_names(IMAGES, own, more, {}) == (own, more)


def test_meanings_that_are_given_hold_in_both_files() -> None:
    given = {"cellphone": "computer", "keypad": ""}
    test = labelled("cellphone", "keypad", given=given)
    lessons = labelled("cellphone", "our widget", given=given)
    test, lessons = same_names(IMAGES, test, lessons, given)
    assert test.labels == {"cellphone": "computer"}
    assert truth(lessons) == ["computer", "our widget"]


@pytest.mark.parametrize("slug", ["sentiment"])
def test_tasks_with_classes_of_their_own_are_not_touched(slug: str) -> None:
    frame = pd.DataFrame({"text": ["what a lamp", "what a mess"], "label": ["pos", "neg"]})
    roles = {"text": "text", "label": "label"}
    dataset = prepare(find_task(slug), Table("t.csv", frame, "sha256:0", (), 2), roles)
    assert same_names(find_task(slug), dataset, dataset, {}) == (dataset, dataset)
