"""The table of the command line stays one that fits a screen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from pipelines.pipeline import ClassPredictions
from pipelines.report.text_table import run_table


def unlabelled(classes: int) -> Any:
    """12 rows: seven of the first class, then one of each; no probabilities of note."""
    names = tuple(f"name {number}" for number in range(classes))
    codes = np.array([0] * 7 + [1, 2, 3, 4, 5])
    chances = np.full((12, classes), 0.1 / classes)
    chances[np.arange(12), codes] = 0.9
    run = SimpleNamespace(
        card=SimpleNamespace(id="net"), predictions=ClassPredictions(names, chances)
    )
    return SimpleNamespace(judged=None, outputs=names, runs=(run,))


def test_few_classes_have_a_column_each() -> None:
    assert run_table(unlabelled(6)).splitlines()[0].split("  ")[0] == "model"
    assert run_table(unlabelled(6)).splitlines()[2].split() == ["net", "7", "1", "1", "1", "1", "1"]


def test_a_thousand_classes_are_told_by_the_most_frequent_ones() -> None:
    found = run_table(unlabelled(1000))
    assert max(map(len, found.splitlines())) < 120
    line = found.splitlines()[2]
    assert line.startswith("net    12    name 0 7, ")
    assert line.endswith("1 more names") and "probability" not in found
