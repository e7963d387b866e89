"""What makes a test too easy: rows seen in training, and columns that give the label away."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

LEAK_ACCURACY = 0.98
MOST_FREQUENT_BELOW = 0.9
FEWEST_ROWS = 20
NUMBER_BINS = 50
_SPACE = re.compile(r"\s+")


def comparable_text(text: object) -> str:
    """Returns a text without the differences a copy picks up: case and white space."""
    return _SPACE.sub(" ", str(text)).strip().casefold()


def duplicate_texts_across(
    train_texts: Sequence[object], test_texts: Sequence[object]
) -> list[int]:
    """Returns the positions of the test texts that also stand in the training texts.

    Case and white space do not count; empty and missing texts are not duplicates.
    """
    seen = {comparable_text(text) for text in train_texts if not _missing(text)} - {""}
    return [
        position
        for position, text in enumerate(test_texts)
        if not _missing(text) and comparable_text(text) in seen
    ]


def duplicates_sentence(duplicates: Sequence[int], test_rows: int) -> str | None:
    """Returns what duplicates across the split mean, None if there are none."""
    if not duplicates:
        return None
    number = len(duplicates)
    rows = "row has its" if number == 1 else "rows have their"
    return (
        f"{number:,} of {test_rows:,} test {rows} text in the training rows as well: models fitted "
        "to these rows look better than they are; keep duplicates on one side of the split."
    )


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


def leak_sentence(columns: Sequence[str]) -> str | None:
    """Returns what leaking columns mean, None if there are none."""
    if not columns:
        return None
    names = ", ".join(f'"{name}"' for name in columns)
    verb, it = ("tells", "it is") if len(columns) == 1 else ("each tell", "they are")
    return (
        f"{names} {verb} the label almost without error: check whether {it} known before the label "
        "is; if not, leave out what a model will not have."
    )


def _missing(text: object) -> bool:
    return text is None or text is pd.NA or (isinstance(text, float) and np.isnan(text))


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
