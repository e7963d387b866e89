"""Fitted models whose files were changed and signed anew are refused before anything computes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from data.errors import DataError
from pipelines.bundle_about import ABOUT, check_files, digests
from pipelines.tabular.models import restored
from pipelines.tabular.models.base import ARRAYS, FACTS
from pipelines.tabular.models.plan_files import PLAN
from tests.tabular.applicants import model

Change = Callable[[dict[str, Any]], object]


def refused(name: str, folder: Path) -> None:
    with pytest.raises(DataError, match="download it again"):
        restored(name, folder)


def changed_json(path: Path, change: Change) -> None:
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found), "utf-8")


@pytest.mark.parametrize("change", [
    lambda plan: plan["scaling"]["mean"].pop(),
    lambda plan: plan["scaling"]["spread"].__setitem__(0, 0.0),
    lambda plan: plan["scaling"]["spread"].__setitem__(0, float("nan")),
    lambda plan: plan["scaling"]["part"].__setitem__(0, 99),
    lambda plan: plan["scaling"]["level"].__setitem__(0, 5),
    lambda plan: plan["columns"].pop(),
    lambda plan: plan["columns"][0]["parts"].append("more"),
    lambda plan: plan["columns"][1].__setitem__("name", plan["columns"][0]["name"]),
])  # fmt: skip
def test_a_plan_that_does_not_fit_together_is_refused(change: Change, tmp_path: Path) -> None:
    model("logistic").save(tmp_path)
    changed_json(tmp_path / PLAN, change)
    refused("logistic", tmp_path)


@pytest.mark.parametrize("text", ["1e400", "NaN", "-1.0", "0.0"])
def test_a_calibration_without_a_slope_is_refused(text: str, tmp_path: Path) -> None:
    model("logistic").save(tmp_path)
    path = tmp_path / FACTS
    facts = json.loads(path.read_text("utf-8"))
    facts["calibrator"]["slope"] = "HERE"
    path.write_text(json.dumps(facts).replace('"HERE"', text), "utf-8")
    refused("logistic", tmp_path)


@pytest.mark.parametrize(("name", "array"), [
    ("logistic", "coefficients"), ("scorecard", "weights"), ("network", "walks.starts"),
    ("network", "0.layers.0.weight"), ("logistic", "held.scores"), ("blend", "weights"),
])  # fmt: skip
def test_arrays_without_numbers_or_of_another_length_are_refused(
    name: str, array: str, tmp_path: Path
) -> None:
    model(name).save(tmp_path)
    arrays = load_file(tmp_path / ARRAYS)
    save_file({**arrays, array: np.full_like(arrays[array], np.nan)}, tmp_path / ARRAYS)
    refused(name, tmp_path)
    save_file({**arrays, array: np.ascontiguousarray(arrays[array][:-1])}, tmp_path / ARRAYS)
    refused(name, tmp_path)


@pytest.mark.parametrize(("line", "value"), [
    ("leaf_value", "nan"), ("leaf_value", "inf"), ("split_feature", "1000"), ("left_child", "77777"),
])  # fmt: skip
def test_trees_that_point_nowhere_or_say_nothing_are_refused(
    line: str, value: str, tmp_path: Path
) -> None:
    model("boosting").save(tmp_path)
    path = tmp_path / "trees-0.txt"
    text = path.read_text("utf-8")
    start = text.index(f"{line}=", text.index("Tree=0")) + len(line) + 1
    end = min(text.index(" ", start), text.index("\n", start))
    # As many characters, so that sizes of trees stay right.
    path.write_text(text[:start] + value.rjust(end - start)[: end - start].replace(" ", "0")
                    + text[end:] if len(value) <= end - start else text[:start] + value
                    + text[end:], "utf-8")
    refused("boosting", tmp_path)


def test_bins_without_a_weight_are_refused(tmp_path: Path) -> None:
    model("scorecard").save(tmp_path)
    changed_json(tmp_path / FACTS, lambda facts: facts["learnt"]["bins"][0]["evidence"].pop())
    refused("scorecard", tmp_path)


def test_a_file_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    model("logistic").save(tmp_path)
    about = {"files": digests(tmp_path)}
    (tmp_path / ABOUT).write_text("{}", "utf-8")
    check_files(about, tmp_path)
    (tmp_path / "evil.pkl").write_bytes(b"x")
    with pytest.raises(DataError, match=r"holds the file evil.pkl, which its .* does not list"):
        check_files(about, tmp_path)
