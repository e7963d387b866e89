"""What columns would be taken for, before anything is learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.inspection import MOST_ROWS, inspect_columns


def test_each_column_has_its_kind_and_what_is_in_it() -> None:
    frame = pd.DataFrame({
        "months": [*np.arange(50.0), *[-9.0] * 5, np.nan], "home": ["own", "rent"] * 28,
        "number": np.arange(56), "empty": [None] * 56,
    })
    found = {each.name: each for each in inspect_columns(frame, list(frame.columns))}
    assert [each.kind for each in found.values()] == ["number", "flag", "left out", "left out"]
    assert found["months"].codes == (-9.0,)
    assert found["months"].missing == 1 / 56
    assert set(found["home"].examples) == {"own", "rent"}
    assert "numbers the rows" in found["number"].reason


def test_a_look_at_a_long_table_is_a_look_at_its_first_rows() -> None:
    frame = pd.DataFrame({"a": np.r_[np.zeros(MOST_ROWS), np.arange(1, 10)]})
    assert inspect_columns(frame, ["a"])[0].kind == "left out"
