"""From a table to a data set, the user's word first."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError, LitmusError, OptionError
from data.readers import read_table
from data.table import Table
from pipelines.prepare import prepare, suggest_labels, suggest_roles
from pipelines.registry import find_task

TASK = find_task("sentiment")
REVIEWS = (
    b"id,comment,stars,created,channel\n"
    b"1,The lamp is lovely and bright,5,2026-01-01,north\n"
    b"2,It broke after two days,1,2026-01-02,south\n"
    b"3,It is a lamp I suppose,3,2026-01-03,north\n"
    b"4,Support never answered my mail,2,2026-01-04,south\n"
)


@pytest.fixture
def table() -> Table:
    return read_table(REVIEWS, "reviews.csv")


def test_roles_are_suggested_from_names_and_content(table: Table) -> None:
    assert suggest_roles(TASK, table, {}) == {
        "text": "comment", "label": "stars", "time": "created", "group": "channel"
    }


def test_a_role_that_was_given_is_kept_and_its_column_not_used_twice(table: Table) -> None:
    found = suggest_roles(TASK, table, {"group": "stars"})
    assert found["group"] == "stars"
    assert "stars" not in (found["text"], found.get("label"), found.get("time"))


def test_a_role_given_as_nothing_is_left_out(table: Table) -> None:
    assert "label" not in prepare(TASK, table, {"label": ""}).roles


def test_stars_are_read_as_classes_and_the_users_meaning_wins(table: Table) -> None:
    data = prepare(TASK, table)
    assert dict(data.labels) == {"5": "positive", "1": "negative", "3": "neutral", "2": "negative"}
    changed = prepare(TASK, table, labels={"3": "negative"})
    assert changed.labels["3"] == "negative"
    assert changed.fingerprint != data.fingerprint


def test_the_fingerprint_is_that_of_bytes_and_mapping(table: Table) -> None:
    same = read_table(REVIEWS, "another-name.csv")
    assert prepare(TASK, same).fingerprint == prepare(TASK, table).fingerprint
    assert prepare(TASK, table, {"group": ""}).fingerprint != prepare(TASK, table).fingerprint
    other = read_table(REVIEWS.replace(b"lovely", b"lovelY"), "reviews.csv")
    assert prepare(TASK, other).fingerprint != prepare(TASK, table).fingerprint


def test_without_a_label_column_nothing_is_mapped(table: Table) -> None:
    assert suggest_labels(TASK, table, {"text": "comment"}, {}) == {}


@pytest.mark.parametrize(
    ("roles", "labels", "reason"),
    [
        ({"mood": "comment"}, {}, "no role “mood”"),
        ({"text": "nothing"}, {}, "nothing"),
        ({}, {"3": "meh"}, "cannot mean “meh”"),
        ({"label": "channel"}, {}, "None of the labels"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(
    table: Table, roles: dict[str, str], labels: dict[str, str], reason: str
) -> None:
    with pytest.raises((OptionError, DataError), match=reason):
        prepare(TASK, table, roles, labels)


def test_a_file_without_texts_is_refused() -> None:
    with pytest.raises(LitmusError):
        prepare(TASK, read_table(b"a,b\n1,2\n3,4\n", "numbers.csv"))


def test_what_images_measure_is_never_taken_for_what_they_show(tmp_path: Path) -> None:
    import numpy as np
    from PIL import Image

    from data.reading import read_path, together
    from pipelines.registry import find_task

    rng = np.random.default_rng(0)
    for number in range(24):
        side = (20, 30, 40)[number % 3]
        noise = rng.integers(0, 255, (side, side, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{rng.integers(1_000_000)}.png")
    task = find_task("images")
    tables = [read_path(path, reads="images") for path in sorted(tmp_path.glob("*.png"))]
    for table in (together(tables, reads="images"), tables[0]):
        assert dict(prepare(task, table).roles) == {"image": "image"}
