"""Bins of one column and their weight of evidence: optimal, and monotone for numbers."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from pipelines.learnt_arrays import rising

# Bins of at least so many rows; with many rows more and smaller bins can be told apart.
ROWS_A_BIN = 250
SMALLEST_BIN, LARGEST_SMALLEST_BIN = 0.01, 0.05
MOST_BINS, MANY_ROWS, MOST_BINS_OF_MANY = 7, 10_000, 10
SECONDS = 5
QUICK_BINS = 10
# A bin of the missing has its own weight once it holds so many rows.
FEWEST_MISSING = 15
TRENDS = {1: "ascending", -1: "descending", 0: "auto_asc_desc"}


@dataclass(frozen=True)
class Bins:
    """The bins of one column, with what each says of the outcome.

    Weight of evidence here is the logarithm of the odds of the yes in the bin over the odds of the
    yes among all, so that higher is riskier. Each bin's counts have half a row of each outcome
    more, in proportion to all rows, so that a bin of one outcome only stays finite.

    Attributes:
        splits: of a number, rising; bin i holds values below `splits[i]` and not below the one
            before.
        apart: numbers with a bin each, after those of the splits: they stand for something else than
            an amount.
        bin_of_code: of a category, the bin of each code; empty for a number.
        evidence: weight of evidence of each bin; the last is of the missing and never seen.
        rows, yes: how many training rows each bin holds, and how many of them are a yes.
        value: information value, in nats.
    """

    splits: tuple[float, ...]
    bin_of_code: tuple[int, ...]
    evidence: tuple[float, ...]
    rows: tuple[float, ...]
    yes: tuple[float, ...]
    value: float
    apart: tuple[float, ...] = ()

    def place(self, values: np.ndarray) -> np.ndarray:
        """(n,) the bin of each value; NaN is in the last."""
        last = len(self.evidence) - 1
        known = np.isfinite(values)
        if self.bin_of_code:
            codes = np.where(known, values, -1).astype(np.int64)
            known = (codes >= 0) & (codes < len(self.bin_of_code))
            return np.where(known, np.asarray(self.bin_of_code)[np.where(known, codes, 0)], last)
        found = np.searchsorted(np.asarray(self.splits), np.where(known, values, 0.0), side="right")
        for number, code in enumerate(self.apart, len(self.splits) + 1):
            found = np.where(values == code, number, found)
        return np.where(known, found, last)

    def weigh(self, values: np.ndarray) -> np.ndarray:
        """(n,) the weight of evidence of each value."""
        return np.asarray(self.evidence)[self.place(values)]

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON keeps it to the digit."""
        return {
            "splits": list(self.splits), "bin_of_code": list(self.bin_of_code),
            "evidence": list(self.evidence), "rows": list(self.rows), "yes": list(self.yes),
            "value": self.value, "apart": list(self.apart),
        }  # fmt: skip

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Bins:
        """What `to_json` gave.

        Raises:
            ValueError: there is not a weight for each bin, or splits do not rise.
        """
        splits = rising(facts["splits"])
        evidence, rows, yes, apart = (
            tuple(float(each) for each in facts[name]) for name in ("evidence", "rows", "yes", "apart")
        )
        codes = tuple(int(each) for each in facts["bin_of_code"])
        bins = (max(codes) if codes else len(splits) + len(apart)) + 2
        if not bins == len(evidence) == len(rows) == len(yes) or min(codes, default=0) < 0:
            raise ValueError("bins without weights")
        return cls(splits, codes, evidence, rows, yes, float(facts["value"]), apart)


def learn_bins(
    values: np.ndarray, y: np.ndarray, weight: np.ndarray, categorical: bool, trend: int = 0,
    apart: tuple[float, ...] = (),
) -> Bins:
    """Optimal bins of a column (Navas-Palencia 2020), monotone for a number.

    Args:
        values: (n,) numbers or codes, NaN where missing.
        y: (n,) outcomes, 0 and 1.
        weight: (n,) of each row, for the weight of evidence.
        categorical: whether values are codes.
        trend: 1 or -1 where the risk may only rise or fall with the number.
        apart: numbers that have a bin of their own, where enough rows have them.
    """
    apart = tuple(code for code in apart if (values == code).sum() >= FEWEST_MISSING)
    known = np.isfinite(values) & ~np.isin(values, apart)
    splits: tuple[float, ...] = ()
    bin_of_code: tuple[int, ...] = ()
    some, outcome = values[known], y[known].astype(np.int64)
    if len(np.unique(some)) > 1 and 0 < outcome.sum() < len(outcome):
        if categorical:
            bin_of_code = _groups(some.astype(np.int64), outcome)
        else:
            splits = _splits(some, outcome, trend)
    elif categorical and len(some):
        bin_of_code = (0,) * (int(some.max()) + 1)
    number = (max(bin_of_code) if bin_of_code else len(splits) + len(apart)) + 1
    empty = Bins(splits, bin_of_code, (0.0,) * (number + 1), (), (), 0.0, apart)
    place = empty.place(values)
    rows = np.bincount(place, weights=weight, minlength=number + 1)
    yes = np.bincount(place, weights=weight * y, minlength=number + 1)
    evidence, value = _evidence(rows, yes)
    if rows[-1] < FEWEST_MISSING:
        evidence[-1] = 0.0
    return Bins(
        splits, bin_of_code, tuple(evidence.tolist()), tuple(rows.tolist()), tuple(yes.tolist()),
        value, apart,
    )  # fmt: skip


def no_bins(rows: int) -> Bins:
    """The bins of a column that is not looked at."""
    return Bins((), (), (0.0, 0.0), (float(rows), 0.0), (0.0, 0.0), 0.0)


def quick_value(values: np.ndarray, y: np.ndarray) -> float:
    """Information value of a column in bins of equal size, to tell which columns may matter.

    Less what bins that say nothing have on average, so that few bins are not at a disadvantage.
    """
    known = np.isfinite(values)
    if not known.any():
        return 0.0
    cuts = np.unique(np.quantile(values[known], np.linspace(0, 1, QUICK_BINS + 1)[1:-1]))
    place = np.searchsorted(cuts, np.where(known, values, 0.0), "right")
    place = np.where(known, place, QUICK_BINS)
    rows = np.bincount(place, minlength=QUICK_BINS + 1).astype(float)
    chance = ((rows > 0).sum() - 1) * (1 / max(1.0, y.sum()) + 1 / max(1.0, (1 - y).sum()))
    return _evidence(rows, np.bincount(place, weights=y, minlength=QUICK_BINS + 1))[1] - chance


def _evidence(rows: np.ndarray, yes: np.ndarray) -> tuple[np.ndarray, float]:
    share = yes.sum() / rows.sum()
    more_yes, more_no = yes + share, rows - yes + (1 - share)
    of_yes, of_no = more_yes / yes.sum(), more_no / (rows - yes).sum()
    evidence = np.where(rows > 0, np.log(of_yes / of_no), 0.0)
    value = float(((yes / yes.sum() - (rows - yes) / (rows - yes).sum()) * evidence).sum())
    return evidence, value


def _splits(values: np.ndarray, outcome: np.ndarray, trend: int) -> tuple[float, ...]:
    least = _smallest(len(values))
    found = _optbinning()(
        dtype="numerical", solver="cp", monotonic_trend=TRENDS[trend], time_limit=SECONDS,
        max_n_bins=_most(len(values)), min_bin_size=least, min_prebin_size=least,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.fit(values, outcome)
    return tuple(float(each) for each in np.unique(found.splits)) if len(found.splits) else ()


def _groups(codes: np.ndarray, outcome: np.ndarray) -> tuple[int, ...]:
    found = _optbinning()(
        dtype="categorical", solver="cp", max_n_bins=_most(len(codes)),
        min_bin_size=_smallest(len(codes)), time_limit=SECONDS,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.fit(codes, outcome)
    groups = [sorted(int(code) for code in group) for group in found.splits]
    place = {code: number for number, group in enumerate(groups) for code in group}
    # Codes too rare for the solver go with the bin whose rate is nearest to their own.
    rates = [outcome[np.isin(codes, group)].mean() for group in groups]
    made = []
    for code in range(int(codes.max()) + 1):
        some = outcome[codes == code]
        rate = some.mean() if len(some) else outcome.mean()
        nearest = int(np.argmin(np.abs(np.asarray(rates) - rate))) if rates else 0
        made.append(place.get(code, nearest))
    return tuple(made)


def _smallest(rows: int) -> float:
    return float(np.clip(ROWS_A_BIN / rows, SMALLEST_BIN, LARGEST_SMALLEST_BIN))


def _most(rows: int) -> int:
    return MOST_BINS if rows < MANY_ROWS else MOST_BINS_OF_MANY


@cache
def _optbinning() -> Any:
    """The class of optimal bins; what a solver of no use here says while imported is not shown."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        from optbinning import OptimalBinning
    return OptimalBinning
