"""What a run on a table says of time, of prices and of values that nobody taught."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.roles import suggest
from data.table import Table
from pipelines.split import Split
from pipelines.tabular.copies import copies
from pipelines.tabular.run_notes import alike, never_seen, priced_by_risk, rate_moved
from pipelines.tabular.target import Target
from pipelines.tasks.loan_risk import TASK


def moved(before: int, after: int, kind: Literal["temporal", "random"] = "temporal") -> tuple[str, ...]:
    """What is said of 1,000 earlier and 1,000 later rows with so many defaults."""
    values = np.concatenate([np.arange(1000) < before, np.arange(1000) < after]).astype(float)
    split = Split(kind, np.arange(1000), np.arange(1000, 2000))
    return rate_moved(Target(values, "default", "late", "paid"), split)


def test_a_share_that_rose_with_time_is_said_and_why_probabilities_are_low() -> None:
    (said,) = moved(145, 194)
    assert "“late” came more often in them: 19.4 % against 14.5 % before" in said
    assert "too low a probability" in said
    (fell,) = moved(194, 145)
    assert "too high a probability" in fell


def test_a_share_that_chance_moved_or_no_time_is_not_spoken_of() -> None:
    assert moved(145, 150) == ()
    assert moved(145, 194, "random") == ()


def test_a_price_that_is_learnt_from_is_named() -> None:
    frame = pd.DataFrame({"apr": [1.0], "sum": [2.0], "y": [0]})
    table = Table("a.csv", frame, "sha256:0", (), 1)
    data = Dataset(table, {"margin": "apr", "exposure": "sum", "target": "y"})
    (both,) = priced_by_risk(data, ["apr", "sum"])
    assert "“apr” and “sum” too: the price may be set by the risk" in both
    assert "exclude=apr,sum" in both or "exclude=sum,apr" in both
    (one,) = priced_by_risk(data, ["sum"])
    assert "leave it out with exclude=sum" in one
    assert priced_by_risk(data, ["other"]) == ()


def test_no_target_is_guessed_from_its_place() -> None:
    rng = np.random.default_rng(0)
    numbers = pd.DataFrame(rng.normal(size=(60, 3)), columns=["column_1", "column_2", "column_3"])
    assert "target" not in suggest(numbers, TASK.roles)
    flags = numbers.assign(column_7=np.arange(60) % 2)
    assert suggest(flags, TASK.roles)["target"] == "column_7"
    # Of two such columns neither is it, and people's sex is not learnt without a word.
    assert "target" not in suggest(flags.assign(other=np.arange(60) // 30), TASK.roles)
    assert "target" not in suggest(numbers.assign(sex=np.arange(60) % 2), TASK.roles)
    assert "target" not in suggest(numbers.assign(target=1), TASK.roles)
    named = flags.assign(Ausgang=["bezahlt", "geplatzt"] * 30)
    assert suggest(named, TASK.roles)["target"] == "Ausgang"


def test_many_rows_that_look_alike_are_said_where_they_stand_on_both_sides() -> None:
    features = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 4)))
    features.iloc[:30] = np.r_[1.23, 4.56, 7.89, -9.0]
    split = Split("random", np.arange(300), np.arange(300, 400))
    (said,) = alike(features, copies(features), split)
    assert said.startswith("30 of 400 rows equal others in every feature, up to 30 at once.")
    assert alike(features.iloc[20:], copies(features.iloc[20:]), split) == ()


def test_values_that_no_training_row_has_are_said_of_categories_alone() -> None:
    taught = pd.DataFrame({"job": ["cook", "nurse"] * 30, "age": range(60)})
    asked = pd.DataFrame({"job": ["Cook", "diver", None, "diver"], "age": [99, 100, 101, 102]})
    (said,) = never_seen(taught, asked)
    assert said.startswith("In “job”, 2 rows hold a value that no training row has, such as “diver”")
    assert never_seen(taught, taught) == ()
