"""Rows that are copies of one record, told from people who only look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

# Below so many different rows a row, equal rows are the rule of a table of few columns.
_FEWEST_DIFFERENT = 0.1
# From so many columns on, a row whose cells all say the same says nothing about a person.
_SILENT_COLUMNS = 3


def copies(
    features: pd.DataFrame, outcome: np.ndarray, ids: pd.Series | None = None
) -> np.ndarray:
    """(n,) a number that rows share where features, outcome and identifier are all the same.

    Rows whose cells all hold the same code (a bureau that knows nobody) are different people, and
    in a table of so few columns that nearly every row has an equal, equal rows are no copies: each
    of these stands alone.

    Args:
        features: (n, columns) cells as read.
        outcome: (n,) 1 and 0, or amounts; NaN where unknown.
        ids: (n,) of the rows; None without.
    """
    count = len(features)
    alone = np.arange(count)
    if not count or not features.shape[1]:
        return alone
    text = features.astype("str").fillna("")
    keys = pd.DataFrame({
        "features": pd.util.hash_pandas_object(text, index=False).to_numpy(), "outcome": outcome,
        "id": "" if ids is None else ids.astype("str").fillna("").to_numpy(),
    })
    found = keys.groupby(["features", "outcome", "id"], dropna=False, sort=False).ngroup().to_numpy()
    if len(np.unique(found)) < _FEWEST_DIFFERENT * count:
        return alone
    return np.where(_silent(text), count + alone, found)


def _silent(text: pd.DataFrame) -> np.ndarray:
    if text.shape[1] < _SILENT_COLUMNS:
        return np.zeros(len(text), dtype=bool)
    first = text.iloc[:, 0]
    same = np.ones(len(text), dtype=bool)
    for name in range(text.shape[1]):
        cells = text.iloc[:, name]
        same &= ((cells == first) | (cells == "")).to_numpy(dtype=bool)
    return same
