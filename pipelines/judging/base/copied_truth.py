"""Scores that are what they are judged by, under another name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def copies(frame: pd.DataFrame, columns: Sequence[str], truth: str) -> list[str]:
    """The columns that tell all that another one does, and nothing more.

    Args:
        frame: rows that are judged.
        columns: of scores.
        truth: the column that they are judged by.
    """
    return [name for name in columns if _same(frame[name], frame[truth])]


def copy_doubt(names: Sequence[str], truth: str) -> str:
    """A sentence that comes before the verdict; empty where no score is a copy."""
    if not names:
        return ""
    listed = " and ".join(f"“{name}”" for name in names)
    holds = "holds" if len(names) == 1 else "hold"
    it = "it is" if len(names) == 1 else "they are"
    return (
        f"{listed} {holds} the same as the column “{truth}”, value for value: {it} judged by nothing "
        "else than what is scored, so the result proves nothing."
    )


def _same(scores: pd.Series, truth: pd.Series) -> bool:
    """Whether each value of one always stands beside the same value of the other."""
    one, values = pd.factorize(scores, use_na_sentinel=False)
    other, kinds = pd.factorize(truth, use_na_sentinel=False)
    if len(values) != len(kinds) or len(values) < 2:
        return False
    pairs = np.unique(one.astype(np.int64) * len(kinds) + other)
    return len(pairs) == len(values)
