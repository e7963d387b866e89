"""From which probability on to decline: what each threshold earns, and which one to take.

What a decision brings is the user's own figures. Only rows whose outcome is known can tell, so past
rejections are not in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.errors import DataError
from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.grouped_rows import RowGroups
from pipelines.evaluation.intervals import percentile_interval, wilson
from pipelines.evaluation.profit_terms import Band, ProfitCurve, ProfitReport, ProfitTerms

__all__ = [
    "Band", "ProfitCurve", "ProfitReport", "ProfitTerms", "best_bands", "best_threshold",
    "profit_curve", "profit_report", "random_half",
]

POINTS = 101
RESAMPLES = 1000
# Re-choosing a threshold walks over all rows; this many draws give its ends to a few percent.
RECHOSEN = 300


def best_threshold(
    truth: np.ndarray, probability: np.ndarray, terms: ProfitTerms
) -> tuple[float, float]:
    """The most profitable threshold among the probabilities themselves, and its profit a row.

    Of equal ones the lowest; halfway between two probabilities, so that it does not hang on the last
    digit of a row. Infinite if everybody is approved, 0 if nobody.
    """
    values, gained = _by_value(probability, terms.approved(truth))
    at = int(np.argmax(gained))
    return _cut(values, at), float(gained[at] / len(probability))


def best_bands(
    truth: np.ndarray, probability: np.ndarray, terms: ProfitTerms
) -> tuple[float, float]:
    """From which probabilities on to review and to decline, as most profitable on these rows.

    Both are the same where no review is worth its cost, or nobody reviews.
    """
    if terms.cost_of_review is None:
        cut, _ = best_threshold(truth, probability, terms)
        return cut, cut
    values, approved = _by_value(probability, terms.approved(truth))
    _, reviewed = _by_value(probability, terms.reviewed(truth))
    # Total = approved up to the first cut + reviewed from there to the second.
    ahead = approved - reviewed
    first = np.maximum.accumulate(ahead)
    second = int(np.argmax(first + reviewed))
    return _cut(values, int(np.argmax(ahead[: second + 1]))), _cut(values, second)


def profit_curve(
    truth: np.ndarray, probability: np.ndarray, terms: ProfitTerms,
    thresholds: np.ndarray | None = None, *, seed: int = 0, level: float = 0.95,
    resamples: int = RESAMPLES,
) -> ProfitCurve:
    """What each threshold brings on these rows.

    Args:
        truth: (n,) whether a row turned out bad.
        probability: (n,) of that.
        terms: what decisions bring.
        thresholds: (t,) ascending; by default such that each approves one more hundredth of the rows.
        seed: of the resamples.
        level: of the pointwise intervals.
        resamples: number of draws.
    """
    bad, chance = _checked(truth, probability)
    cuts = (
        np.unique(np.append(np.quantile(chance, np.linspace(0, 1, POINTS)), chance.max() + 1e-9))
        if thresholds is None else np.asarray(thresholds, dtype=float)
    )
    groups = RowGroups.of(len(bad), seed)
    which = np.searchsorted(cuts, chance, side="right")
    width = len(cuts) + 1
    gained = np.cumsum(groups.binned(which, width, terms.approved(bad)), axis=1)[:, :-1]
    approved = np.cumsum(np.bincount(which, minlength=width))[:-1]
    lost = np.cumsum(np.bincount(which, bad, width))[:-1]
    draws = _means(gained, groups, resamples, seed)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    rate = np.divide(lost, approved, out=np.full(len(cuts), np.nan), where=approved > 0)
    return ProfitCurve(
        cuts, gained.sum(axis=0) / len(bad), low, high, approved / len(bad), rate
    )


def profit_report(
    truth: Sequence[bool] | np.ndarray,
    probability: Sequence[float] | np.ndarray,
    terms: ProfitTerms,
    *,
    chosen: np.ndarray | None = None,
    seed: int = 0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> ProfitReport:
    """Chooses the most profitable threshold on some rows and reports it on the others.

    Args:
        truth: (n,) whether a row turned out bad.
        probability: (n,) of that.
        terms: what decisions bring.
        chosen: (n,) whether a row may choose, where the data have rows for that; by default one random
            half, with bad and good rows in equal shares.
        seed: of the halves and the resamples.
        level: of the intervals.
        resamples: number of draws.

    Raises:
        DataError: lengths that differ, or fewer than two rows of a kind.
    """
    bad, chance = _checked(truth, probability)
    picks = random_half(bad, seed) if chosen is None else np.asarray(chosen, dtype=bool)
    if not picks.any() or picks.all():
        raise DataError("A threshold is chosen on some rows and reported on others; give both.")
    here, there = np.flatnonzero(picks), np.flatnonzero(~picks)
    own, other = terms.take(here), terms.take(there)
    threshold, when_chosen = best_threshold(bad[here], chance[here], own)
    cuts = _rechosen(bad[here], chance[here], own, seed)
    ends = _ends(cuts, level)
    review, decline = best_bands(bad[here], chance[here], own)
    actual, said = bad[there], chance[there]
    each, looked = other.approved(actual), other.reviewed(actual)
    approved = said < threshold
    everybody = float(each.mean())
    without = max(everybody, 0.0)
    taken = np.where(said < review, each, np.where(said < decline, looked, 0.0))
    earned = np.where(approved, each, 0.0)
    base = each if everybody > 0 else np.zeros(len(each))
    groups = RowGroups.of(len(there), seed)
    draws = _means(
        groups.sums(np.stack([earned, earned - base, taken - earned], axis=1)), groups, resamples, seed
    )
    low, high = _interval(draws[:, 0], level)
    gain_low, gain_high = _interval(draws[:, 1], level)
    bands_low, bands_high = _interval(draws[:, 2], level)
    n, lost = int(approved.sum()), int(actual[approved].sum())
    bad_ends = wilson(lost, n, level)
    return ProfitReport(
        threshold=threshold, threshold_low=min(ends[0], threshold),
        threshold_high=max(ends[1], threshold), break_even=terms.break_even,
        profit=float(earned.mean()), low=low, high=high, profit_when_chosen=when_chosen,
        without=without,
        without_words="approving everybody" if everybody > 0 else "approving nobody",
        gain=float((earned - base).mean()), gain_low=gain_low, gain_high=gain_high,
        approval=n / len(there), bad_rate=lost / n if n else None,
        bad_low=bad_ends[0], bad_high=bad_ends[1],
        bands=_bands(actual, said, taken, (review, decline), level),
        bands_profit=float(taken.mean()), bands_gain=float((taken - earned).mean()),
        bands_gain_low=bands_low, bands_gain_high=bands_high,
        n=len(there), n_chosen=len(here),
        curve=profit_curve(
            actual, said, other, seed=seed, level=level, resamples=resamples
        ),
    )


def random_half(truth: np.ndarray, seed: int) -> np.ndarray:
    """(n,) whether a row is of the first half, which holds half of the rows of each kind.

    Raises:
        DataError: fewer than two rows of a kind.
    """
    bad = np.asarray(truth, dtype=bool)
    first = np.zeros(len(bad), dtype=bool)
    rng = np.random.default_rng(seed)
    for kind in (True, False):
        rows = np.flatnonzero(bad == kind)
        if len(rows) < 2:
            raise DataError(
                "A threshold is chosen on one half of the rows and reported on the other, which takes "
                f"two rows of each outcome; found {int(bad.sum())} and {int((~bad).sum())}."
            )
        first[rng.permutation(rows)[: len(rows) // 2]] = True
    return first


def _bands(
    bad: np.ndarray, chance: np.ndarray, taken: np.ndarray, cuts: tuple[float, float], level: float
) -> tuple[Band, ...]:
    ends = [("approve", 0.0, cuts[0]), ("review", *cuts), ("decline", cuts[1], np.inf)]
    found = []
    for decision, least, below in ends:
        if decision == "review" and cuts[0] == cuts[1]:
            continue
        held = (chance >= least) & (chance < below)
        n, lost = int(held.sum()), int(bad[held].sum())
        low, high = wilson(lost, n, level)
        found.append(Band(
            decision, least, below, n, n / len(bad), lost / n if n else None, low, high,
            float(taken[held].sum() / len(bad)),
        ))
    return tuple(found)


def _by_value(probability: np.ndarray, worth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct probabilities, rising, and the worth of all rows below each and beyond the last."""
    values, at = np.unique(probability, return_inverse=True)
    return values, np.append(0.0, np.cumsum(np.bincount(at, worth, len(values))))


def _cut(values: np.ndarray, at: int) -> float:
    """The threshold that leaves the first `at` distinct probabilities below it."""
    if at == 0:
        return 0.0
    return float((values[at - 1] + values[at]) / 2) if at < len(values) else float("inf")


def _rechosen(
    bad: np.ndarray, chance: np.ndarray, terms: ProfitTerms, seed: int
) -> np.ndarray:
    """(RECHOSEN,) the best threshold of resamples of the rows."""
    values, at = np.unique(chance, return_inverse=True)
    worth = terms.approved(bad)
    groups = RowGroups.of(len(bad), seed)
    found = []
    for counts in Resamples(groups.number, RECHOSEN, seed).blocks():
        for column in counts.T:
            drawn = np.bincount(at, worth * column[groups.of_row], len(values))
            found.append(_cut(values, int(np.argmax(np.append(0.0, np.cumsum(drawn))))))
    return np.array(found)


def _ends(cuts: np.ndarray, level: float) -> tuple[float, float]:
    # Infinite thresholds have no mean with others, so that ends are draws themselves.
    low, high = np.quantile(
        cuts, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf"
    )
    return float(low), float(high)


def _means(sums: np.ndarray, groups: RowGroups, resamples: int, seed: int) -> np.ndarray:
    sizes = np.bincount(groups.of_row, minlength=groups.number).astype(float)
    return np.concatenate([
        (counts.T @ sums) / (counts.T @ sizes)[:, None]
        for counts in Resamples(groups.number, resamples, seed).blocks()
    ])


def _interval(draws: np.ndarray, level: float) -> tuple[float, float] | tuple[None, None]:
    if np.ptp(draws) <= 1e-12 * max(1.0, float(np.abs(draws).max())):
        return None, None
    return percentile_interval(draws, level)


def _checked(
    truth: Sequence[bool] | np.ndarray, probability: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    bad, chance = np.asarray(truth, dtype=bool), np.asarray(probability, dtype=float)
    if len(bad) != len(chance):
        raise DataError(f"There are {len(chance):,} probabilities for {len(bad):,} known outcomes.")
    if not len(bad):
        raise DataError("There is no known outcome to reckon a profit on; give at least one.")
    return bad, chance
