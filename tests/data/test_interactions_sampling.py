"""Too many interactions: users are drawn with all of their rows, and limits hold for all files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from data.interactions.sampling import sampled_users
from data.limits import Limits
from data.readers import TooManyRows, read_table
from data.reading import read, together
from data.table import Table
from pipelines.commands import RunCommand, run_command
from pipelines.registry import find_task
from pipelines.sampling import sampled

TASK = find_task("recommendation")


def orders(users: int = 50, each: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "customer": np.repeat([f"u{n}" for n in range(users)], each),
        "sku": [f"i{n}" for _ in range(users) for n in rng.choice(20, each, replace=False)],
    }).sample(frac=1, random_state=1)


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def brought(frame: pd.DataFrame, rows: int | None, limits: Limits | None = None) -> Table:
    table = read(csv(frame), "orders.csv", reads="interactions", sample_rows=rows, limits=limits)
    return sampled(TASK, together([table], reads="interactions"), {}, rows, seed=0)


def test_users_are_drawn_with_all_of_their_rows() -> None:
    table = brought(orders(), 100)
    assert table.frame["customer"].value_counts().tolist() == [8] * 12
    assert "12 of 50 users, by “customer”" in table.notes[-1] and "96 of 400" in table.notes[-1]
    assert dict(table.choices) == {"sample_rows": 100, "seed": 0}
    assert table.fingerprint not in (brought(orders(), None).fingerprint,
                                     brought(orders(), 90).fingerprint)
    again = orders().reset_index(drop=True)
    assert table.source_rows is not None
    pd.testing.assert_frame_equal(
        table.frame.astype(object), again.iloc[table.source_rows].reset_index(drop=True).astype(object)
    )


def test_the_seed_decides_who_is_drawn_and_nobody_is_favoured() -> None:
    table = brought(orders(), None)
    drawn = [
        set(sampled_users(table, "customer", 80, seed).frame["customer"]) for seed in (0, 0, 1, 2)
    ]
    assert drawn[0] == drawn[1] and drawn[0] != drawn[2] and drawn[2] != drawn[3]


def test_few_rows_are_left_as_they_are_and_two_users_stay_at_least() -> None:
    assert brought(orders(), 400).frame.shape == (400, 2)
    assert brought(orders(), 1).frame["customer"].nunique() == 2
    with pytest.raises(DataError, match="at least 1"):
        sampled_users(brought(orders(), None), "customer", 0, 0)


def test_items_that_nobody_took_stay_beside_a_sample() -> None:
    items = pd.DataFrame({"sku": [f"i{n}" for n in range(25)], "title": "x"})
    tables = [
        read(csv(frame), name, reads="interactions", sample_rows=80)
        for frame, name in ((orders(), "orders.csv"), (items, "items.csv"))
    ]
    table = sampled(TASK, together(tables, reads="interactions", sample_rows=80), {}, 80, 0)
    assert table.frame["customer"].isna().sum() == table.untaken == 5
    assert table.frame["customer"].iloc[-5:].isna().all() and len(table.frame) == 85


def test_more_rows_than_are_read_are_refused_unless_users_are_drawn() -> None:
    limits = Limits(interactions=300)
    with pytest.raises(TooManyRows, match="--limit N"):
        brought(orders(), None, limits)
    assert len(brought(orders(), 100, limits).frame) == 96


def test_the_limit_holds_for_several_files_together() -> None:
    limits = Limits(interactions=300)
    halves = [orders().iloc[:200], orders().iloc[200:]]
    tables = [
        read(csv(half), f"{place}.csv", reads="interactions", limits=limits)
        for place, half in enumerate(halves)
    ]
    with pytest.raises(TooManyRows, match="400 rows; at most 300"):
        together(tables, reads="interactions", limits=limits)
    whole = together(tables, reads="interactions", limits=limits, sample_rows=100)
    assert len(sampled(TASK, whole, {}, 100, 0).frame) == 96


def test_without_a_column_of_users_the_sentence_says_how_to_name_it() -> None:
    frame = orders()[["sku"]].assign(price=np.arange(400) // 8 + 0.5)
    with pytest.raises(OptionError, match="--map user=COLUMN"):
        brought(frame, 100)
    table = read(csv(frame), "a.csv", reads="interactions", sample_rows=100)
    named = sampled(TASK, table, {"user": "price"}, 100, 0)
    assert named.frame["price"].nunique() == 12


def test_the_command_line_draws_users_out_of_several_files(tmp_path: Path) -> None:
    files = (tmp_path / "orders.csv", tmp_path / "items.csv")
    orders().to_csv(files[0], index=False)
    pd.DataFrame({"sku": [f"i{n}" for n in range(25)], "title": "x"}).to_csv(files[1], index=False)
    found = run_command(RunCommand(
        task="recommendation", data=files, settings={"budget": "0"}, limit=200, models=("ease",)
    ))
    assert len(found.run_of("ease").predictions.lessons.all.users) == 25
    with pytest.raises(OptionError, match="--limit takes one file"):
        run_command(RunCommand(task="sentiment", data=files, limit=20))


def test_a_parquet_file_over_the_limit_is_told_its_cells() -> None:
    buffer = io.BytesIO()
    pd.DataFrame(np.zeros((50, 6))).rename(columns=str).to_parquet(buffer)
    content = buffer.getvalue()
    with pytest.raises(DataError, match=r"50 rows x 6 columns = 300 cells .* at most 299 cells"):
        read_table(content, "a.parquet", limits=Limits(cells=299))
    # Cells of who took what are short: twice as many are read.
    assert len(read(content, "a.parquet", reads="interactions", limits=Limits(cells=150)).frame) == 50


@pytest.mark.parametrize(("size", "shown"), [
    (2**20 + 1, "1,048,577 bytes; at most 1,048,576 are"), (3 * 2**20, "3 MB; at most 1 MB are"),
    (1_200_007, "1.1 MB; at most 1 MB are"), (2**20 + 9000, "1.01 MB; at most 1 MB are"),
])
def test_a_size_over_the_limit_never_looks_like_the_limit(size: int, shown: str) -> None:
    assert shown in Limits(file_mb=1).too_large("a.csv", size)
    assert Limits(file_mb=1).too_large("a.csv", 2**20) == ""
