"""Predictions that this project wrote, told by their columns, so that they can be judged again."""

from __future__ import annotations

import pandas as pd

from data.labels import keys

# What the export of a run calls the class that was said, and its probability; with the prefix where
# the user's own columns had these names.
SAID = ("litmus_prediction", "prediction")
CHANCE = ("litmus_probability", "probability")


def outcomes_of_export(frame: pd.DataFrame) -> list[str]:
    """The columns that hold the very two values that the prediction of an own export takes.

    Returns:
        Their names in the order of the file; empty where the file is no such export.
    """
    names = {str(name) for name in frame.columns}
    said = next((name for name in SAID if name in names), "")
    chance = next((name for name in CHANCE if name in names), "")
    if not said or not chance:
        return []
    values = set(keys(frame[said]).dropna())
    return [
        str(name) for name in frame.columns
        if str(name) not in (said, chance) and frame[name].nunique() == 2
        and values <= set(keys(frame[name]).dropna())
    ]
