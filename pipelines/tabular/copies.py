"""Rows that are copies of one record, told from people who only look alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

# Of so many other rows or more that chance alone makes equal, equality says nothing.
_EXPECTED = 0.05
# From so many columns on, a row whose cells all say the same says nothing about a person.
_SILENT_COLUMNS = 3
# A group of so large a share of all rows, and so many times the usual one, are people who look alike:
# as copies they would decide alone which side of a split is large.
_LARGE_SHARE, _LARGE_TIMES = 0.05, 5.0


def copies(features: pd.DataFrame) -> np.ndarray:
    """(n,) a number that rows share where all their features are the same, and not by chance.

    Outcomes and identifiers are not looked at: a copy with another number, or another end, still
    teaches what it is judged by. No copies are rows that other rows would equal by chance, as in a
    table of a few flags; rows whose cells all hold the same code (a bureau that knows nobody); and a
    group that is much larger than the others. Each of these stands alone.

    Args:
        features: (n, columns) cells as read.
    """
    count = len(features)
    alone = np.arange(count)
    if not count or not features.shape[1]:
        return alone
    text = features.astype("str").fillna("")
    found = _equal(text)
    sizes = np.bincount(found)
    large = (sizes > _LARGE_SHARE * count) & (sizes > _LARGE_TIMES * count / len(sizes))
    by_chance = count * np.exp(_log_share(text)) > _EXPECTED
    return np.where(by_chance | large[found] | _silent(text), count + alone, found)


def repeated(keys: np.ndarray) -> int:
    """How many of rows are copies of an earlier one, by what `copies` gave."""
    return len(keys) - len(np.unique(keys))


def look_alikes(features: pd.DataFrame, keys: np.ndarray) -> tuple[int, int]:
    """How many rows equal others and are taken for different cases, and how many at once at most.

    Args:
        features: (n, columns) cells as read.
        keys: (n,) what `copies` gave of them.
    """
    if not len(features) or not features.shape[1]:
        return 0, 0
    found = _equal(features.astype("str").fillna(""))
    sizes = np.bincount(found)[found]
    own = np.unique(keys, return_inverse=True, return_counts=True)
    alone = (sizes > 1) & (own[2][own[1]] == 1)
    return int(alone.sum()), int(sizes[alone].max(initial=0))


def _equal(text: pd.DataFrame) -> np.ndarray:
    """(n,) a number that rows share whose cells are all the same."""
    hashed = pd.util.hash_pandas_object(text, index=False).to_numpy()
    return np.asarray(pd.factorize(hashed)[0])


def _log_share(text: pd.DataFrame) -> np.ndarray:
    """(n,) logarithm of the share of rows that would equal each, were columns independent."""
    total = np.zeros(len(text))
    for name in range(text.shape[1]):
        codes = pd.factorize(text.iloc[:, name])[0]
        total += np.log(np.bincount(codes)[codes] / len(text))
    return total


def _silent(text: pd.DataFrame) -> np.ndarray:
    if text.shape[1] < _SILENT_COLUMNS:
        return np.zeros(len(text), dtype=bool)
    first = text.iloc[:, 0]
    same = np.ones(len(text), dtype=bool)
    for name in range(text.shape[1]):
        cells = text.iloc[:, name]
        same &= ((cells == first) | (cells == "")).to_numpy(dtype=bool)
    return same
