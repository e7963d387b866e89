"""The names of a batch of rows to learn from: roles beside features of any number and name."""

from __future__ import annotations

import pandas as pd

from data.dataset import FEATURE


def as_features(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of `frame` named as features of a batch."""
    return frame.rename(columns=lambda name: f"{FEATURE}{name}")


def features_of(batch: pd.DataFrame) -> pd.DataFrame:
    """The features of a batch by the names that the user gave them, without its roles."""
    named = [name for name in batch.columns if str(name).startswith(FEATURE)]
    return batch[named].rename(columns=lambda name: str(name)[len(FEATURE) :])
