"""What makes a test too easy: columns that give the label away."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

LEAK_ACCURACY = 0.98
MOST_FREQUENT_BELOW = 0.9
FEWEST_ROWS = 20
NUMBER_BINS = 50


def leak_columns(
    frame: pd.DataFrame, truth: np.ndarray, exclude: Collection[str] = ()
) -> list[str]:
    """Returns the columns that alone tell the label, right in 98 % of unseen rows or more.

    A column's values are mapped to their most frequent label on one half of the rows and tried on
    the other, both ways; numbers of many values are cut into 50 ranges first. A column of values
    that never return, such as a text or an identifier, can thus not pass. Nothing is reported when
    one label covers 90 % of the rows or there are fewer than 20 of them.

    Args:
        frame: (n, columns).
        truth: (n,) labels, of any type.
        exclude: columns that are known, such as the label itself.
    """
    codes, labels = pd.factorize(np.asarray(truth))
    if len(codes) < FEWEST_ROWS or np.bincount(codes).max() >= MOST_FREQUENT_BELOW * len(codes):
        return []
    first = np.random.default_rng(0).permutation(len(codes)) < len(codes) // 2
    found = []
    for name in frame.columns:
        if name in exclude:
            continue
        values = _value_codes(frame[name])
        right = _right_on_other_half(values, codes, len(labels), first)
        right += _right_on_other_half(values, codes, len(labels), ~first)
        if right >= LEAK_ACCURACY * len(codes):
            found.append(str(name))
    return found


def _value_codes(column: pd.Series) -> np.ndarray:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if numeric and column.nunique() > NUMBER_BINS:
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        cuts = np.unique(np.nanquantile(numbers, np.linspace(0, 1, NUMBER_BINS + 1)[1:-1]))
        codes = np.searchsorted(cuts, numbers) + 1
        return np.where(np.isnan(numbers), 0, codes)
    return pd.factorize(column.astype(str).where(column.notna(), ""))[0]


def _right_on_other_half(
    values: np.ndarray, labels: np.ndarray, classes: int, fitted: np.ndarray
) -> int:
    table = np.zeros((int(values.max()) + 1, classes), dtype=np.int32)
    np.add.at(table, (values[fitted], labels[fitted]), 1)
    usual = int(np.bincount(labels[fitted], minlength=classes).argmax())
    says = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), usual)
    return int((says[values[~fitted]] == labels[~fitted]).sum())
