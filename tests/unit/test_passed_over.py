"""Columns that are called like a role and are not taken for it: said, with what follows."""

from __future__ import annotations

import pandas as pd
import pytest

from data.errors import DataError, OptionError
from data.table import Table
from pipelines.prepare import prepare
from pipelines.registry import find_task

TASK = find_task("recommendation")
ROWS = 40


def table(**columns: object) -> Table:
    taken = {
        "user": [f"u{row % 8}" for row in range(ROWS)], "item": [f"i{row % 5}" for row in range(ROWS)],
    }
    frame = pd.DataFrame({**taken, **columns})
    return Table("t.csv", frame, "sha256:1", (), ROWS)


@pytest.mark.parametrize(("cells", "why"), [
    (["yesterday"] * ROWS, "it holds “yesterday” in all rows; so nothing is split by time."),
    ([f"some day, {row}" for row in range(ROWS)],
     "it holds cells such as “some day, 0”; so nothing is split by time."),
    ([None] * ROWS, "it is empty; so nothing is split by time."),
    (list(range(ROWS)),
     "it holds cells such as “0”; so nothing is split by time, unless you choose it as the time."),
])
def test_a_time_that_does_not_fit_is_said(cells: list[object], why: str) -> None:
    found = prepare(TASK, table(time=cells))
    assert "time" not in found.roles
    assert found.table.notes == (f"“time” is read as no time: {why}",)


def test_counters_are_times_where_asked_for() -> None:
    found = prepare(TASK, table(time=range(ROWS)), {"time": "time"})
    assert found.roles["time"] == "time" and found.table.notes == ()
    with pytest.raises(DataError, match="no dates that can be read"):
        prepare(TASK, table(time=["yesterday"] * ROWS), {"time": "time"})


@pytest.mark.parametrize(("name", "cells", "why"), [
    ("quantity", [0] * ROWS, "it holds “0” in all rows"),
    ("rating", ["good", "bad"] * (ROWS // 2), "it holds cells such as “good”"),
    ("rating", ["3", "4", "five", "2"] * (ROWS // 4), "it holds cells such as “five”"),
])
def test_ratings_and_amounts_that_do_not_fit_are_said(
    name: str, cells: list[object], why: str
) -> None:
    [note] = prepare(TASK, table(**{name: cells})).table.notes
    assert note.startswith(f"“{name}” is read as no rating or weight: {why}; so each row counts as")


def test_nothing_is_said_where_nothing_is_lost() -> None:
    dates = [f"2026-01-{1 + row % 28:02d}" for row in range(ROWS)]
    assert prepare(TASK, table(quantity=[1] * ROWS, time=dates)).table.notes == ()
    # Left out by somebody who knows, or another column has the role.
    assert prepare(TASK, table(time=dates), {"time": ""}).table.notes == ()
    both = prepare(TASK, table(ordered_at=dates, date=["soon"] * ROWS))
    assert both.roles["time"] == "ordered_at" and both.table.notes == ()


def test_no_column_stands_for_user_and_item_at_once() -> None:
    with pytest.raises(OptionError, match="chosen both as user and as item"):
        prepare(TASK, table(), {"user": "user", "item": "user"})


def test_a_user_that_names_nobody_is_refused_for_what_it_holds() -> None:
    yes = table(user=[row % 2 == 0 for row in range(ROWS)])
    with pytest.raises(DataError, match="“user”, which would be the user, holds only yes and no"):
        prepare(TASK, yes)
    assert prepare(TASK, yes, {"user": "user"}).roles["user"] == "user"
    with pytest.raises(OptionError, match="User has no column"):
        prepare(TASK, table(), {"user": ""})
