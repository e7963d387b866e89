"""Infinite, huge and unreadable cells are never ids, never crash, and are always spoken of."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from data.traits import traits
from pipelines.judging.regression import KIND as AMOUNTS
from pipelines.predict import Answer, predict_records
from pipelines.tabular.kinds import nature_of
from pipelines.tabular.leaks import find_leaks
from pipelines.tabular.numerals import numerals_of
from pipelines.tabular.target import read_target
from tests.tabular.applicants import draw


def texts(*cells: str) -> pd.Series:
    return pd.Series(cells, name="income", dtype="str")


def asked(records: list[dict[str, object]], rows: int = 120, **changed: object) -> Answer:
    features, outcome, _ = draw(rows)
    training = json.loads(features.assign(target=outcome.astype(int)).to_json(orient="records"))
    for row in training[:3]:
        row.update(changed)
    settings = {"budget": "0"}
    return predict_records("loan-risk", "linear", records, settings=settings, training=training)


RECORD: dict[str, object] = {
    "debt_ratio": 30.0, "income": 2500, "late_payments": 1, "job": "clerk",
}


@pytest.mark.parametrize("word", ["inf", "-Infinity", "INF"])
def test_a_column_of_different_numbers_of_which_some_are_infinite_is_no_id(word: str) -> None:
    cells = texts(*(str(1000 + 7.5 * at) for at in range(40)), *[word] * 6)
    assert traits(cells).kind == "number"
    nature = nature_of(cells)
    assert (nature.kind, nature.is_id) == ("number", False)
    whole = pd.Series([*range(1, 60), np.inf], name="id")
    assert nature_of(whole).kind == "number"


def test_numbers_beyond_1e100_count_as_infinite() -> None:
    numerals = numerals_of(texts("5", "1e100", "1.5e303", "-1e250", "7"))
    assert numerals is not None
    read = numerals.read(texts("5", "1e100", "1.5e303", "-1e250", "1e999"))
    np.testing.assert_array_equal(read, [5, 1e100, np.inf, -np.inf, np.inf])


def test_leaks_are_looked_for_among_numbers_that_float32_does_not_hold() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200).astype(float)
    told = (y + rng.normal(0, 0.01, 200)) * 1e90
    large = pd.DataFrame({"told": told, "noise": rng.random(200) * 1e300})
    assert [each.column for each in find_leaks(large, y)] == ["told"]


def test_huge_amounts_are_refused_with_their_column_and_number() -> None:
    cells = pd.Series([1.0, 2.0, 3.0, 1e307, -4e306, np.inf], name="loss")
    with pytest.raises(DataError, match="“loss” has 2 amounts beyond 1e30"):
        read_target(cells, kind="amount")
    frame = pd.DataFrame({"truth": [1.0, 2.0, 1e307], "said": [1.0, 2.0, 3.0]})
    with pytest.raises(DataError, match="column “truth” has 1 number beyond 1e100"):
        AMOUNTS.evaluate(frame, {"truth": ["truth"], "prediction": ["said"]}, 0)


def test_a_record_that_cannot_be_read_is_answered_with_a_warning() -> None:
    found = asked([RECORD, {**RECORD, "income": "lots"}, {**RECORD, "income": None}])
    said = " ".join(found.warnings)
    assert "In “income”, record 2 (“lots”) holds no number" in said and "counts as missing" in said
    assert found.predictions[1] == found.predictions[2] != found.predictions[0]


def test_training_rows_that_came_along_are_spoken_of() -> None:
    said = " ".join(asked([RECORD], income="inf", void=None).warnings)
    assert "In “income”, 3 cells are infinite" in said
    assert "“void” is left out: all its cells are missing" in said


def test_too_few_rows_are_refused_as_a_run_refuses_them() -> None:
    with pytest.raises(DataError, match=r"only 30 rows with a known outcome.*at least 40"):
        asked([RECORD], rows=30)


def test_an_answer_says_what_is_decided_and_where_the_line_is() -> None:
    answer = asked([RECORD, {**RECORD, "late_payments": 6, "debt_ratio": 90}])
    for each in answer.predictions:
        caught = each["probability"] >= each["threshold"]
        assert each["decision"] == ("declined" if caught else "approved")


def test_no_records_are_no_missing_columns() -> None:
    assert asked([]).predictions == []
