"""Which rows train and which judge: made once per data set and seed, before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.errors import DataError
from data.traits import times as read_times
from pipelines.options import Options

Kind = Literal["none", "random", "temporal", "given", "cross-validation"]
CROSS_VALIDATED_ROWS = 1_000
FEW_OF_A_CLASS = 10
# A share of test rows that is further from the wanted one, in parts of it, is said.
FAR_OFF = 1 / 3


@dataclass(frozen=True)
class Split:
    """Positions of labelled rows.

    Attributes:
        kind: how it was made.
        train, test: positions; `train` is empty when nothing is fitted or cross-validated.
        folds: for cross-validation, pairs of positions to train on and to judge.
        training_rows: rows that one fit sees, for the report, beside `validation_rows`.
        validation_rows: rows that settings are chosen by, or that the file names so.
        test_rows: rows that judge, where these are not what is asked about.
        rule: what exactly was held back, where the kind does not say it.
        repeats: how often folds were drawn.
        notes: sentences on what came out otherwise than wanted.
    """

    kind: Kind
    train: np.ndarray
    test: np.ndarray
    folds: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    training_rows: int = 0
    validation_rows: int = 0
    test_rows: int | None = None
    rule: str = ""
    repeats: int = 1
    notes: tuple[str, ...] = ()

    @property
    def scheme(self) -> str:
        """How folds were drawn: `5-fold`, or `3 x 5-fold` where they were drawn three times."""
        each = f"{len(self.folds) // self.repeats}-fold"
        return each if self.repeats == 1 else f"{self.repeats} x {each}"

    def to_json(self) -> dict[str, object]:
        """The `split` entry of report.json."""
        test = len(self.test) if self.test_rows is None else self.test_rows
        found: dict[str, object] = {
            "kind": self.kind, "train": self.training_rows, "validation": self.validation_rows,
            "test": test,
        }
        return {**found, "rule": self.rule} if self.rule else found


TRAINING = frozenset({"train", "training", "fit", "learn"})
VALIDATION = frozenset({"validation", "valid", "val", "dev"})
TESTING = frozenset({"test", "testing", "holdout", "eval", "evaluation"})


def split_of_file(labelled: np.ndarray, parts: pd.Series) -> Split | None:
    """The split that a column of the file names; None when it names no two sides.

    Rows for validation train where there are rows to test, and judge where there are none: models
    that stop by validation take it from their training rows.

    Args:
        labelled: positions of labelled rows.
        parts: train, validation or test for each row.
    """
    names = parts.astype("str").str.strip().str.casefold().iloc[labelled]
    train, middle, test = (names.isin(each) for each in (TRAINING, VALIDATION, TESTING))
    if test.any():
        train |= middle
    else:
        test = middle
    if not (train.any() and test.any()):
        return None
    watching = int((train & middle).sum())
    return Split(
        "given", labelled[train.to_numpy()], labelled[test.to_numpy()],
        training_rows=int(train.sum()) - watching, validation_rows=watching,
    )


def whole(labelled: np.ndarray) -> Split:
    """No split: every labelled row judges."""
    return Split("none", np.zeros(0, dtype=int), labelled)


def make_split(
    labelled: np.ndarray,
    truth: pd.Series,
    groups: pd.Series,
    times: pd.Series | None,
    options: Options,
    seed: int,
) -> Split:
    """A split for models that are fitted to labels.

    Args:
        labelled: positions of labelled rows.
        truth: class of each row of the data set, for stratifying.
        groups: rows of equal group stand on the same side (duplicates of a text).
        times: time of each row, for a temporal split.
        options: split, test and folds.
        seed: decides the draw.

    Raises:
        DataError: too few rows, or a temporal split without times.
    """
    kind = options["split"]
    if kind == "auto":
        kind = "cross-validation" if len(labelled) <= CROSS_VALIDATED_ROWS else "random"
    if kind == "none":
        raise DataError(
            "A model that is fitted to your labels cannot be judged on the rows it learnt from; "
            "choose split random, temporal or cross-validation."
        )
    if kind == "temporal":
        return _temporal(labelled, groups, times, options.number("test"))
    count = int(options.number("folds"))
    if len(labelled) < 2 * count:
        raise DataError(
            f"Fitting a model to your labels and judging it needs at least {2 * count} labelled rows; "
            f"there are {len(labelled)}."
        )
    dealt = _deal(labelled, truth, groups, seed)
    if kind == "random":
        share = options.number("test")
        test = labelled[dealt < share]
        train = labelled[dealt >= share]
        return Split("random", *_both_sides(train, test), training_rows=len(train))
    fold_of = np.minimum((dealt * count).astype(int), count - 1)
    folds = tuple(
        (labelled[fold_of != fold], labelled[fold_of == fold])
        for fold in range(count) if (fold_of == fold).any()
    )
    if len(folds) < 2:
        raise DataError(
            f"The {len(labelled)} labelled rows are too much alike to learn from some and judge by "
            "others; bring different ones."
        )
    return Split(
        "cross-validation", np.zeros(0, dtype=int), labelled, folds,
        training_rows=round(float(np.mean([len(train) for train, _ in folds]))),
    )


def _deal(labelled: np.ndarray, truth: pd.Series, groups: pd.Series, seed: int) -> np.ndarray:
    """A place in [0, 1) for each labelled row: even within each class, the same within a group."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"group": groups.iloc[labelled].to_numpy(), "truth": truth.iloc[labelled].to_numpy()}
    )
    first = frame.drop_duplicates("group")
    place: dict[object, float] = {}
    # Of its own, so that who stands where does not depend on how many classes are small.
    shift = np.random.default_rng([seed, 1])
    for _, members in first.groupby("truth", sort=True):
        order = rng.permutation(len(members))
        # Halves round alike in every class: fair among many, but one of a kind would never judge.
        offset = shift.random() if len(members) < FEW_OF_A_CLASS else 0.5
        for member, position in zip(members["group"], order, strict=True):
            place[member] = (position + offset) / len(members)
    return frame["group"].map(place).to_numpy(dtype=float)


def _both_sides(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(train) or not len(test):
        raise DataError(
            f"The split leaves {len(train)} rows to train on and {len(test)} to judge; bring more "
            "labelled rows or choose another share for test."
        )
    return train, test


def _temporal(
    labelled: np.ndarray, groups: pd.Series, times: pd.Series | None, share: float
) -> Split:
    if times is None:
        raise DataError("A temporal split needs a column of times; map the role time.")
    when = read_times(times.iloc[labelled])
    if when.isna().any():
        raise DataError(
            "A temporal split needs a time in each labelled row; "
            f"{int(when.isna().sum())} have none."
        )
    positions = np.argsort(when.to_numpy(), kind="stable")
    order, moments = labelled[positions], when.to_numpy()[positions]
    wanted = max(1, round(len(order) * (1 - share)))
    cut = _between_moments(moments, wanted)
    test = order[cut:]
    repeated = groups.iloc[order[:cut]].isin(set(groups.iloc[test])).to_numpy(dtype=bool)
    train = order[:cut][~repeated]
    # Rows of one moment are not in order: what was known of some was known of all.
    began = f"{pd.Timestamp(moments[cut]):%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
    rule = "" if cut == wanted else f"from {began} on"
    came = len(test) / len(order)
    notes: tuple[str, ...] = ()
    if cut != wanted and abs(came - share) > FAR_OFF * share:
        notes = (
            f"{100 * came:.0f} % of the rows judge, where {100 * share:.0f} % was wanted: rows of one "
            f"time stay together, and the nearest time that begins is {began}.",
        )
    return Split(
        "temporal", *_both_sides(train, test), training_rows=len(train), rule=rule, notes=notes
    )


def _between_moments(moments: np.ndarray, wanted: int) -> int:
    """The position nearest to `wanted` where a new moment begins; the earlier one of two."""
    starts = np.flatnonzero(moments[1:] != moments[:-1]) + 1
    if not len(starts):
        raise DataError(
            f"All {len(moments):,} labelled rows have the same time, so none is later than the others; "
            "map another column of times, or choose split random or cross-validation."
        )
    return int(starts[np.abs(starts - wanted).argmin()])
