"""Whether groups of people are treated alike by decisions on their risk, and what treating them so
would cost.

A row is approved where its probability of the bad outcome is below the threshold; being approved is
the good side of a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import percentile_interval, wilson
from pipelines.evaluation.slices import slice_values

RESAMPLES = 1000
# Of fewer rows, or fewer good or bad ones, a rate says so little that it would decide by chance which
# group is the lowest; those of slices are as many.
FEW_ROWS = 30
FEW_OF_A_KIND = 5
# From so many groups on, the lowest and the highest of them are told to be extremes.
MANY_GROUPS = 4
# A selection rate below four fifths of the highest is taken as evidence of adverse impact by the
# Uniform Guidelines on Employee Selection Procedures (29 CFR 1607.4 D), which lenders borrow.
FOUR_FIFTHS = 0.8


@dataclass(frozen=True)
class Measured:
    """A value with its interval; all None where there are no rows to tell it from."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class GroupFairness:
    """How the rows of one group fare; rates are 0 to 1, intervals of shares Wilson's.

    Attributes:
        name: of the group.
        n: rows in it; `bad` of them turned out so.
        small: too few rows, or of one outcome, to say much; it is shown and decides nothing.
        approval: share that is approved.
        approval_ratio: that over the share of the reference group.
        good_approval: share of the good ones that is approved (true positive rate of approval).
        good_approval_difference: that less the share of the reference group (equal opportunity).
        false_positive: share of the good ones that is declined by mistake.
        false_negative: share of the bad ones that is approved by mistake.
        expected: mean probability of the bad outcome.
        rate: share that turned out bad.
        calibration: `expected` less `rate`, with a bootstrap interval; above 0 the group is better
            than it is said to be.
    """

    name: str
    n: int
    bad: int
    small: bool
    approval: Measured
    approval_ratio: Measured
    good_approval: Measured
    good_approval_difference: Measured
    false_positive: Measured
    false_negative: Measured
    expected: float
    rate: Measured
    calibration: Measured


@dataclass(frozen=True)
class FairnessReport:
    """How the groups of one column are treated.

    Attributes:
        column: its name.
        threshold: rows with a probability below it are approved; the lowest of them where models of
            folds have their own.
        threshold_high: the highest of them.
        reference: the group that others are held against: the one approved most among those large
            enough.
        groups: in order of their size.
        parity_ratio: lowest approval rate over the highest (demographic parity ratio). This and the
            differences are over groups that are large enough; None where there are no two.
        opportunity_difference: highest approval rate of good rows less the lowest.
        odds_difference: the larger one of that and of the same for bad rows (equalized odds).
        warnings: sentences on groups that are too small, rows without a group, and what the extremes
            of many groups are.
        seed: of the resamples.
    """

    column: str
    threshold: float
    threshold_high: float
    reference: str
    groups: tuple[GroupFairness, ...]
    parity_ratio: Measured
    opportunity_difference: Measured
    odds_difference: Measured
    warnings: tuple[str, ...]
    seed: int

    @property
    def compared(self) -> tuple[GroupFairness, ...]:
        """The groups that are large enough; none where there are no two."""
        large = tuple(each for each in self.groups if not each.small)
        return large if len(large) > 1 else ()

    @property
    def shown_below(self) -> tuple[str, ...]:
        """Groups whose approval ratio is shown to be below that of the reference at all."""
        return tuple(
            each.name for each in self.compared
            if each.approval_ratio.high is not None and each.approval_ratio.high < 1
        )

    @property
    def below_four_fifths(self) -> tuple[str, ...]:
        """Groups whose approval ratio is shown to be below four fifths: the whole interval is."""
        return tuple(
            each.name for each in self.compared
            if each.approval_ratio.high is not None and each.approval_ratio.high < FOUR_FIFTHS
        )

    @property
    def perhaps_below(self) -> tuple[str, ...]:
        """Groups that may be below four fifths, as far as these rows show: the interval reaches it."""
        return tuple(
            each.name for each in self.compared
            if each.name != self.reference and each.name not in self.below_four_fifths
            and (each.approval_ratio.low is None or each.approval_ratio.low < FOUR_FIFTHS)
        )


def group_fairness(
    truth: Sequence[bool] | np.ndarray,
    probability: Sequence[float] | np.ndarray,
    group: pd.Series,
    *,
    threshold: float | np.ndarray = 0.5,
    column: str = "",
    seed: int = 0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> FairnessReport:
    """How the groups of a column are treated by one threshold, or by that of each row.

    Ratios and differences have percentile intervals from one set of resamples, which draws groups of
    rows where there are very many rows.

    Args:
        truth: (n,) whether a row turned out bad.
        probability: (n,) of that.
        group: (n,) group of each row; numbers of many values fall into quartiles, and rows without
            one are left out.
        threshold: rows with a probability below it are approved; one for all, or (n,) where models of
            folds have their own.
        column: name of `group`, by default its own.
        seed: of the resamples.
        level: of the intervals.
        resamples: number of draws.

    Raises:
        DataError: lengths that differ, or fewer than two groups.

    Source:
        Hardt, M., Price, E. and Srebro, N. (2016), Equality of opportunity in supervised learning.
        The definitions are those of `fairlearn.metrics`.
    """
    bad, chance, codes, names = coded_groups(truth, probability, group)
    cuts = np.broadcast_to(np.asarray(threshold, dtype=float), len(group))[group.notna().to_numpy()]
    approved = chance < cuts
    per_row = np.stack([
        np.ones(len(bad)), approved, ~bad, ~bad & approved, bad, bad & approved, chance,
    ], axis=1)
    width = len(names)
    rows = RowGroups.of(len(bad), seed)
    table = np.stack([rows.binned(codes, width, column) for column in per_row.T], axis=2)
    draws = np.concatenate([
        np.tensordot(counts, table, axes=(0, 0))
        for counts in Resamples(rows.number, resamples, seed).blocks()
    ])
    found, drawn = _rates(table.sum(axis=0)), _rates(draws)
    sizes = table.sum(axis=0)
    small = (sizes[:, 0] < FEW_ROWS) | (np.minimum(sizes[:, 2], sizes[:, 4]) < FEW_OF_A_KIND)
    usable = np.where(small, -1.0, found.approval) if not small.all() else found.approval
    at = int(np.nanargmax(usable))
    groups = tuple(
        _group(names[i], i, at, sizes[i], bool(small[i]), found, drawn, level)
        for i in np.argsort(-sizes[:, 0], kind="stable")
    )
    title = column or str(group.name or "group")
    large = np.flatnonzero(~small)
    both = found.of(large), drawn.of(large)
    return FairnessReport(
        column=title, threshold=float(cuts.min()), threshold_high=float(cuts.max()),
        reference=names[at], groups=groups,
        parity_ratio=_between(both, lambda rates: _least_over_most(rates.approval), level),
        opportunity_difference=_between(both, lambda rates: _spread(rates.good_approval), level),
        odds_difference=_between(both, _odds, level),
        warnings=(*_warnings(groups, len(group) - len(bad), title), *_extremes(len(large))),
        seed=seed,
    )


def coded_groups(
    truth: Sequence[bool] | np.ndarray, probability: Sequence[float] | np.ndarray, group: pd.Series
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Truth, probability and number of the group of the rows that have one, and the groups' names.

    Raises:
        DataError: lengths that differ, or fewer than two groups.
    """
    bad, chance = np.asarray(truth, dtype=bool), np.asarray(probability, dtype=float)
    if not len(bad) == len(chance) == len(group):
        raise DataError(
            f"There are {len(bad):,} outcomes, {len(chance):,} probabilities and {len(group):,} "
            "groups; give one of each for every row."
        )
    known = group.notna().to_numpy()
    codes, names = pd.factorize(slice_values(group[known]), sort=True)
    if len(names) < 2:
        only = f"only “{names[0]}”" if len(names) else "no value"
        raise DataError(
            f"The column “{group.name}” holds {only}; comparing how groups are treated takes two."
        )
    return bad[known], chance[known], codes, [str(name) for name in names]


@dataclass(frozen=True)
class _Rates:
    """Rates of each group, (..., groups); NaN where there are no rows to tell them from."""

    approval: np.ndarray
    good_approval: np.ndarray
    bad_approval: np.ndarray
    gap: np.ndarray

    def of(self, groups: np.ndarray) -> _Rates:
        """Those of some groups by their numbers."""
        return _Rates(*(
            rates[..., groups]
            for rates in (self.approval, self.good_approval, self.bad_approval, self.gap)
        ))


def _rates(sums: np.ndarray) -> _Rates:
    n, approved, good, good_approved, bad, bad_approved, expected = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _Rates(approved / n, good_approved / good, bad_approved / bad, (expected - bad) / n)


def _group(
    name: str, i: int, reference: int, sizes: np.ndarray, small: bool, found: _Rates,
    drawn: _Rates, level: float,
) -> GroupFairness:
    n, approved, good, good_approved, bad, bad_approved, expected = (float(each) for each in sizes)
    rates = (found, drawn)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [each.approval[..., i] / each.approval[..., reference] for each in rates]
        apart = [each.good_approval[..., i] - each.good_approval[..., reference] for each in rates]
    own = i == reference
    return GroupFairness(
        name=name, n=round(n), bad=round(bad), small=small,
        approval=_share(approved, n, level),
        approval_ratio=Measured(1.0) if own else _measured(ratios[0], ratios[1], level),
        good_approval=_share(good_approved, good, level),
        good_approval_difference=Measured(0.0) if own else _measured(apart[0], apart[1], level),
        false_positive=_share(good - good_approved, good, level),
        false_negative=_share(bad_approved, bad, level),
        expected=expected / n, rate=_share(bad, n, level),
        calibration=_measured(found.gap[..., i], drawn.gap[..., i], level),
    )


def _share(count: float, n: float, level: float) -> Measured:
    return Measured(count / n, *wilson(round(count), round(n), level)) if n else Measured(None)


def _between(
    rates: tuple[_Rates, _Rates], apart: Callable[[_Rates], np.ndarray], level: float
) -> Measured:
    """How far groups are apart, with the interval that the drawn rates give."""
    found, drawn = rates
    if len(found.approval) < 2:
        return Measured(None)
    return _measured(apart(found), apart(drawn), level)


def _measured(value: np.ndarray, draws: np.ndarray, level: float) -> Measured:
    if not np.isfinite(value):
        return Measured(None)
    low, high = percentile_interval(draws, level)
    if low is None or high is None:
        return Measured(float(value))
    return Measured(float(value), min(low, float(value)), max(high, float(value)))


def _least_over_most(rates: np.ndarray) -> np.ndarray:
    most = np.fmax.reduce(rates, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.fmin.reduce(rates, axis=-1) / most)


def _spread(rates: np.ndarray) -> np.ndarray:
    return np.asarray(np.fmax.reduce(rates, axis=-1) - np.fmin.reduce(rates, axis=-1))


def _odds(rates: _Rates) -> np.ndarray:
    return np.asarray(np.fmax(_spread(rates.good_approval), _spread(rates.bad_approval)))


def _extremes(groups: int) -> tuple[str, ...]:
    if groups < MANY_GROUPS:
        return ()
    return (
        f"The ratio and the differences over all are of the lowest and the highest of {groups:,} "
        "groups: of so many, some lie apart by chance even where all are treated alike, and the "
        "intervals do not allow for it.",
    )


def _warnings(groups: Sequence[GroupFairness], missing: int, column: str) -> tuple[str, ...]:
    small = [each for each in groups if each.small]
    found = []
    if small:
        few = f"fewer than {FEW_ROWS} rows, or than {FEW_OF_A_KIND} of an outcome"
        named = ", ".join(f"“{each.name}” ({each.n:,})" for each in small)
        them = "it is" if len(small) == 1 else "they are"
        found.append(
            f"Of {column}, {named} {'has' if len(small) == 1 else 'have'} {few}: {them} shown, and "
            "left out of the comparison of groups."
        )
    if len(groups) - len(small) < 2:
        found.append(f"So no two groups of {column} are large enough to be compared.")
    if missing:
        found.append(
            f"{missing:,} {'row has' if missing == 1 else 'rows have'} no {column} and "
            f"{'is' if missing == 1 else 'are'} left out here."
        )
    return tuple(found)
