"""What it would cost to approve groups at equal rates, by a threshold for each of them.

Thresholds by group bring groups together where one threshold does not; whether they may be used is
a question of law, not of statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.fairness import Measured, coded_groups
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import percentile_interval
from pipelines.evaluation.profit import best_threshold, random_half
from pipelines.evaluation.profit_terms import ProfitTerms

Constraint = Literal["equal approval", "equal opportunity"]
CONSTRAINTS: tuple[Constraint, ...] = ("equal approval", "equal opportunity")
# Common rates that are tried, as many as fairlearn's ThresholdOptimizer tries by default.
GRID = 1001
RESAMPLES = 1000
FEWEST = 20


@dataclass(frozen=True)
class ConstraintCost:
    """Thresholds by group that treat groups alike, chosen on some rows and reported on the others.

    Attributes:
        constraint: "equal approval" (of all rows) or "equal opportunity" (of the good ones).
        threshold: the one for all that serves best without the constraint.
        thresholds: by group; rows below are approved.
        rates: by group, the rate that is to be equal, on rows that did not choose.
        apart: largest less smallest of these rates; `apart_before` with one threshold.
        accuracy: share of right decisions; `accuracy_before` with one threshold.
        accuracy_change: their difference with its paired interval.
        profit: a row, in the unit of the exposure; None without terms.
        profit_before: with one threshold.
        profit_change: their difference with its paired interval.
        n: rows that report.
    """

    constraint: Constraint
    threshold: float
    thresholds: Mapping[str, float]
    rates: Mapping[str, float]
    apart: float
    apart_before: float
    accuracy: float
    accuracy_before: float
    accuracy_change: Measured
    profit: float | None
    profit_before: float | None
    profit_change: Measured | None
    n: int

    @property
    def closer(self) -> bool:
        """Whether the groups are nearer on rows that did not choose; else it shows no cost of that."""
        return self.apart < self.apart_before


def constraint_cost(
    truth: Sequence[bool] | np.ndarray,
    probability: Sequence[float] | np.ndarray,
    group: pd.Series,
    constraint: Constraint,
    *,
    terms: ProfitTerms | None = None,
    chosen: np.ndarray | None = None,
    seed: int = 0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> ConstraintCost:
    """The best thresholds by group that approve groups at one rate, against the best one for all.

    Best is by profit where terms are given, else by accuracy. Unlike fairlearn's ThresholdOptimizer
    no decision is drawn by lot, so that rates are equal up to the rows that share a probability.

    Args:
        truth: (n,) whether a row turned out bad.
        probability: (n,) of that.
        group: (n,) group of each row; rows without one are left out.
        constraint: which rate is to be equal.
        terms: what decisions bring.
        chosen: (n,) whether a row may choose; by default a random half.
        seed: of the half and the resamples.
        level: of the intervals.
        resamples: number of draws.

    Raises:
        DataError: fewer than two groups, or a group with too few rows to choose or report on.

    Source:
        Hardt, M., Price, E. and Srebro, N. (2016), Equality of opportunity in supervised learning.
    """
    known = group.notna().to_numpy()
    bad, chance, codes, names = coded_groups(truth, probability, group)
    own = None if terms is None else terms.take(np.flatnonzero(known))
    picks = (
        random_half(bad, seed) if chosen is None else np.asarray(chosen, dtype=bool)[known]
    )
    _enough(bad, codes, names, picks, constraint)
    here, there = np.flatnonzero(picks), np.flatnonzero(~picks)
    worth = accuracy_worth(bad) if own is None else own.approved(bad)
    single = _single(bad[here], chance[here], None if own is None else own.take(here))
    cuts = equal_rate_thresholds(
        bad[here], chance[here], codes[here], len(names), worth[here], constraint
    )
    actual, said, which = bad[there], chance[there], codes[there]
    before, after = said < single, said < cuts[which]
    groups = RowGroups.of(len(there), seed)
    right = [(approved != actual).astype(float) for approved in (before, after)]
    earned = [np.where(approved, worth[there], 0.0) for approved in (before, after)]
    changes = _changes(
        np.stack([right[1] - right[0], earned[1] - earned[0]], axis=1), groups, resamples, seed, level
    )
    counted = ~actual if constraint == "equal opportunity" else np.ones(len(actual), dtype=bool)
    rates = [_rates(approved, which, counted, len(names)) for approved in (before, after)]
    paid = own is not None
    return ConstraintCost(
        constraint=constraint, threshold=single,
        thresholds={name: float(cut) for name, cut in zip(names, cuts, strict=True)},
        rates={name: float(rate) for name, rate in zip(names, rates[1], strict=True)},
        apart=float(np.ptp(rates[1])), apart_before=float(np.ptp(rates[0])),
        accuracy=float(right[1].mean()), accuracy_before=float(right[0].mean()),
        accuracy_change=changes[0], profit=float(earned[1].mean()) if paid else None,
        profit_before=float(earned[0].mean()) if paid else None,
        profit_change=changes[1] if paid else None, n=len(there),
    )


def accuracy_worth(bad: np.ndarray) -> np.ndarray:
    """(n,) what approving each row adds to the right decisions over declining it."""
    return np.where(np.asarray(bad, dtype=bool), -1.0, 1.0)


def equal_rate_thresholds(
    bad: np.ndarray, chance: np.ndarray, codes: np.ndarray, width: int, worth: np.ndarray,
    constraint: Constraint,
) -> np.ndarray:
    """(groups,) thresholds with one common rate that are worth most together.

    Args:
        bad: (n,) whether a row turned out so.
        chance: (n,) its probability of that.
        codes: (n,) number of its group, from 0.
        width: number of groups.
        worth: (n,) of approving it.
        constraint: the rate of which rows is common.
    """
    wanted = np.linspace(0, 1, GRID)
    total, cuts = np.zeros(GRID), np.empty((width, GRID))
    for code in range(width):
        held = np.flatnonzero(codes == code)
        values, at = np.unique(chance[held], return_inverse=True)
        counted = ~bad[held] if constraint == "equal opportunity" else np.ones(len(held), dtype=bool)
        reached = np.append(0.0, np.cumsum(np.bincount(at, counted, len(values))))
        gained = np.append(0.0, np.cumsum(np.bincount(at, worth[held], len(values))))
        # The nearest of the rates that this group can have, and of equal ones the best paid.
        place = _nearest(reached / reached[-1], gained, wanted)
        total += gained[place]
        ends = np.append(values, np.inf)
        below = np.append(-np.inf, values)
        middle = np.where(np.isfinite(ends) & np.isfinite(below), (ends + below) / 2, ends)
        cuts[code] = np.where(np.isneginf(below[place]), 0.0, middle[place])
    found: np.ndarray = cuts[:, int(np.argmax(total))]
    return found


def _nearest(rates: np.ndarray, gained: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    distinct, first = np.unique(rates, return_index=True)
    best = np.array([
        start + int(np.argmax(gained[start:end]))
        for start, end in zip(first, np.append(first[1:], len(rates)), strict=True)
    ])
    right = np.clip(np.searchsorted(distinct, wanted), 1, max(len(distinct) - 1, 1))
    right = np.minimum(right, len(distinct) - 1)
    left = np.maximum(right - 1, 0)
    nearer = np.where(wanted - distinct[left] <= distinct[right] - wanted, left, right)
    found: np.ndarray = best[nearer]
    return found


def _single(bad: np.ndarray, chance: np.ndarray, terms: ProfitTerms | None) -> float:
    # Right decisions are money of which a good row approved earns one and a bad one costs one.
    found = ProfitTerms(margin=1.0, loss_given_default=1.0) if terms is None else terms
    return best_threshold(bad, chance, replace(found, cost_of_review=None))[0]


def _rates(
    approved: np.ndarray, codes: np.ndarray, counted: np.ndarray, width: int
) -> np.ndarray:
    rates: np.ndarray = np.bincount(codes, approved & counted, width) / np.bincount(
        codes, counted, width
    )
    return rates


def _changes(
    table: np.ndarray, groups: RowGroups, resamples: int, seed: int, level: float
) -> list[Measured]:
    sums = np.column_stack([groups.sums(table), np.bincount(groups.of_row)])
    drawn = np.concatenate([
        counts.T @ sums for counts in Resamples(groups.number, resamples, seed).blocks()
    ])
    found = []
    for column, values in enumerate(table.T):
        value = float(values.mean())
        low, high = percentile_interval(drawn[:, column] / drawn[:, -1], level)
        if low is None or high is None or low == high:
            found.append(Measured(value))
        else:
            found.append(Measured(value, min(low, value), max(high, value)))
    return found


def _enough(
    bad: np.ndarray, codes: np.ndarray, names: Sequence[str], picks: np.ndarray,
    constraint: Constraint,
) -> None:
    counted = ~bad if constraint == "equal opportunity" else np.ones(len(bad), dtype=bool)
    for side in (picks, ~picks):
        held = np.bincount(codes[side & counted], minlength=len(names))
        few = int(held.argmin())
        if held[few] < FEWEST:
            kind = "good rows" if constraint == "equal opportunity" else "rows"
            raise DataError(
                f"“{names[few]}” has {held[few]:,} {kind} to choose or to check a threshold of its own "
                f"on; {FEWEST} on each side are the least, so put it together with another group or "
                "leave it out."
            )
