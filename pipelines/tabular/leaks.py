"""Features that give the target away: what is recorded after the outcome, or is the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.tabular.categories import Flag, flag_of, keys_of
from pipelines.tabular.dates import date_parts
from pipelines.tabular.kinds import Nature, nature_of

Why = Literal["the target", "alone", "one outcome", "id"]
TOO_GOOD = 0.98
_SAME = 0.9999
_FEWEST = 30
_FOLDS = 3
_DEPTH = 8
_LEAF = 5
_ROWS = 10_000
_ROWS_OF_MANY = 4_000
_MANY = 100
_CHANCE = 1e-6
_IMPURE, _OF_EXPECTED = 0.005, 0.01


@dataclass(frozen=True)
class Leak:
    """A feature that should not be learnt from.

    Attributes:
        column: Its name.
        kind: `the target` (it is the target, or computed from it), `alone` (it predicts too well),
            `one outcome` (filled only after one outcome), `id`.
        why: A sentence for the user.
        score: ROC AUC of a yes/no target or R2 of an amount from this column alone, by
            cross-validation; NaN for ids.
    """

    column: str
    kind: Why
    why: str
    score: float


def find_leaks(features: pd.DataFrame, y: np.ndarray, seed: int = 0) -> tuple[Leak, ...]:
    """Finds features that tell the target by themselves, are filled after one outcome, or are ids.

    Each column is judged alone, by a tree of depth 8 or the mean of each category, in three folds,
    on at most 10,000 rows. What several columns give away together is not found, nor what stands
    in sentences.

    Args:
        features: (n, columns) raw cells of training rows.
        y: (n,) 1 and 0, or amounts; rows of NaN are passed over.
        seed: Of the sample and the folds.
    """
    known = np.flatnonzero(np.isfinite(y))
    if len(known) < _FEWEST or len(np.unique(y[known])) < 2:
        return ()
    rng = np.random.default_rng(seed)
    most = _ROWS if features.shape[1] <= _MANY else _ROWS_OF_MANY
    kept = np.sort(rng.permutation(known)[:most])
    sample, target = features.iloc[kept].reset_index(drop=True), y[kept]
    folds = rng.permutation(np.arange(len(kept)) % _FOLDS)
    if len(np.unique(target)) < 2:
        return ()
    found = (_leak(sample[name], target, folds) for name in sample.columns)
    return tuple(each for each in found if each is not None)


def _leak(cells: pd.Series, y: np.ndarray, folds: np.ndarray) -> Leak | None:
    name = str(cells.name)
    nature = nature_of(cells)
    if nature.is_id:
        return Leak(name, "id", f"“{name}” is an id: {nature.reason}.", float("nan"))
    if nature.kind in ("text", "left out"):
        return None
    yes_no = bool(np.isin(y, (0.0, 1.0)).all())
    values, is_category = _values(cells, nature)
    expected = _by_level(values[:, 0], y, folds) if is_category else _by_tree(values, y, folds)
    score = _auc(y, expected) if yes_no else _r2(y, expected)
    same = score >= _SAME or (not is_category and not yes_no and _monotone(values[:, 0], y))
    measure = "AUC" if yes_no else "R²"
    if same:
        why = f"“{name}” is the target itself or computed from it ({measure} {score:.3f} alone)."
        return Leak(name, "the target", why, score)
    if score > TOO_GOOD:
        why = (
            f"“{name}” predicts the target nearly without error by itself ({measure} {score:.3f}), "
            "as only what is recorded after the outcome does."
        )
        return Leak(name, "alone", why, score)
    if yes_no and _of_one_outcome(values[:, 0], is_category, y):
        why = (
            f"“{name}” is filled only for one of the two outcomes, so it was recorded after the "
            "outcome was known."
        )
        return Leak(name, "one outcome", why, score)
    return None


def _values(cells: pd.Series, nature: Nature) -> tuple[np.ndarray, bool]:
    """Numbers of a column (n, parts), infinite ones missing; whether they are codes."""
    if nature.numerals is not None:
        values = nature.numerals.read(cells)
    elif nature.kind == "date":
        values = date_parts(cells).read(cells)[:, 0]
    elif nature.kind == "flag":
        flag: Flag = flag_of([str(each) for each in keys_of(cells).dropna().unique()])
        values = flag.read(cells)
    else:
        codes = pd.factorize(keys_of(cells), use_na_sentinel=True)[0].astype(np.float64)
        return np.where(codes < 0, np.nan, codes)[:, None], True
    return np.where(np.isfinite(values), values, np.nan)[:, None], False


def _by_tree(values: np.ndarray, y: np.ndarray, folds: np.ndarray) -> np.ndarray:
    from sklearn.tree import DecisionTreeRegressor

    # Missing cells are below all others: a tree can tell them apart there.
    lowest = np.nanmin(values, initial=0.0) - 1.0
    filled = np.nan_to_num(values, nan=lowest)
    # Trees read float32, which ends at 3e38; they only look at the order.
    filled = (filled / max(1.0, float(np.abs(filled).max(initial=0.0)))).astype(np.float32)
    expected = np.empty(len(y))
    for fold in range(_FOLDS):
        here = folds == fold
        tree = DecisionTreeRegressor(max_depth=_DEPTH, min_samples_leaf=_LEAF, random_state=0)
        expected[here] = tree.fit(filled[~here], y[~here]).predict(filled[here])
    return expected


def _by_level(codes: np.ndarray, y: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Mean of the target of each level in the other folds, drawn to the mean where it is rare."""
    level = np.nan_to_num(codes, nan=-1.0).astype(np.int64) + 1
    expected = np.empty(len(y))
    for fold in range(_FOLDS):
        here = folds == fold
        mean = y[~here].mean()
        counts = np.bincount(level[~here], minlength=level.max() + 1)
        sums = np.bincount(level[~here], weights=y[~here], minlength=level.max() + 1)
        expected[here] = ((sums + mean) / (counts + 1.0))[level[here]]
    return expected


def _auc(y: np.ndarray, expected: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks, yes = rankdata(expected), y == 1
    pairs = float(yes.sum()) * float((~yes).sum())
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / pairs)


def _r2(y: np.ndarray, expected: np.ndarray) -> float:
    return float(1 - ((y - expected) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def _monotone(values: np.ndarray, y: np.ndarray) -> bool:
    """Whether the amount rises or falls with the column without any exception worth naming."""
    from scipy.stats import rankdata

    both = ~np.isnan(values)
    if both.sum() < max(_FEWEST, 0.5 * len(y)) or len(np.unique(values[both])) < _FEWEST:
        return False
    ranks = rankdata(values[both]), rankdata(y[both])
    return bool(abs(np.corrcoef(*ranks)[0, 1]) > _SAME)


def _of_one_outcome(values: np.ndarray, is_category: bool, y: np.ndarray) -> bool:
    """Whether a column that is often empty or zero is filled for one of the outcomes only.

    Rows filled for the other one must be fewer than 0.5 % of those that are filled, and than a
    hundredth of those that its share among all rows lets expect; and that they are so few must be out
    of reach of chance: below one in a million.
    """
    from scipy.stats import binom

    filled = ~np.isnan(values)
    if not is_category and filled.all():
        filled = values != 0
    count = int(filled.sum())
    if count < _FEWEST or count == len(y):
        return False
    for other in (0.0, 1.0):
        share, came = float((y == other).mean()), int((y[filled] == other).sum())
        few = came <= count * min(_IMPURE, _OF_EXPECTED * share)
        if few and binom.cdf(came, count, share) < _CHANCE:
            return True
    return False
