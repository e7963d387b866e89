"""What a reader has to know of a run on a table, in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.dataset import Dataset
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.risk_warnings import share_words
from pipelines.split import Split
from pipelines.tabular.categories import keys_of
from pipelines.tabular.copies import look_alikes
from pipelines.tabular.kinds import nature_of
from pipelines.tabular.target import Target

# Roles of money that may have been set by whoever judged the risk.
PRICES = ("margin", "exposure")
# Fewer rows that look like others change no score that anybody would notice.
_NOTABLE = 0.05


def rate_moved(target: Target, split: Split) -> tuple[str, ...]:
    """A sentence where later rows have clearly more or fewer of the outcome than earlier ones had."""
    if split.kind != "temporal" or target.kind != "default":
        return ()
    taught, judged = target.values[split.train], target.values[split.test]
    if not len(taught) or not len(judged):
        return ()
    before, after = float(taught.mean()), float(judged.mean())
    low, high = wilson(int(judged.sum()), len(judged))
    if low <= before <= high:
        return ()
    side, off = ("more", "low") if after > before else ("less", "high")
    return (
        f"The rows that judge are later than those learnt from, and “{target.positive}” came {side} "
        f"often in them: {share_words(after)} % against {share_words(before)} % before. So every model "
        f"that learnt from the past says too {off} a probability; that is time, not the model, and "
        "newer rows to learn from mend it.",
    )


def alike(features: pd.DataFrame, keys: np.ndarray, split: Split) -> tuple[str, ...]:
    """A sentence on rows that equal others by their number or by chance, and are no copies.

    Args:
        features: (n, columns) cells as read.
        keys: (n,) a number that copies share.
        split: that they were dealt by.
    """
    if split.kind == "temporal":
        return ()
    count, most = look_alikes(features, keys)
    if count < _NOTABLE * len(features) or not count:
        return ()
    return (
        f"{count:,} of {len(features):,} rows equal others in every feature, up to {most:,} at once. "
        "They are taken for different cases that look alike, so equal ones stand on both sides of the "
        "split; if they are copies of a few, leave the copies out, or every score is flattered.",
    )


def priced_by_risk(dataset: Dataset, features: Sequence[str]) -> tuple[str, ...]:
    """A sentence on columns of money that models learn from, though the risk may have set them."""
    named = [dataset.roles[role] for role in PRICES if dataset.roles.get(role) in set(features)]
    if not named:
        return ()
    columns = " and ".join(f"“{name}”" for name in named)
    one = len(named) == 1
    return (
        f"Models learn from {columns} too: the price may be set by the risk. If "
        f"{'it was' if one else 'they were'} fixed after somebody judged the risk, leave "
        f"{'it' if one else 'them'} out with exclude={','.join(named)}.",
    )


def never_seen(taught: pd.DataFrame, asked: pd.DataFrame) -> tuple[str, ...]:
    """Sentences on words in columns of categories that no training row has.

    Args:
        taught: (m, columns) features of the training file.
        asked: (n, columns) those of the rows that are predicted.
    """
    found = []
    for name in taught.columns:
        if nature_of(taught[name]).kind not in ("category", "flag"):
            continue
        known = {key.casefold() for key in keys_of(taught[name]).dropna().unique()}
        cells = keys_of(asked[name]).dropna()
        new = cells[~cells.str.casefold().isin(known)]
        if len(new):
            found.append(
                f"In “{name}”, {len(new):,} {'row holds' if len(new) == 1 else 'rows hold'} a value "
                f"that no training row has, such as “{str(new.iloc[0])[:40]}”; models know nothing of "
                "it and read it as missing, or with other rare values."
            )
    return tuple(found)
