"""Judges systems by metrics that are functions of sums over rows: means, BLEU, chrF, TER.

A resample of rows then costs one matrix product for all systems and metrics, and the difference of
two systems comes from the same draws for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.claims import corrected, pairs_of
from pipelines.evaluation.intervals import percentile_interval, wilson
from pipelines.evaluation.paired_tests import (
    ROUNDING,
    centred_bootstrap_p,
    mcnemar,
    sacrebleu_bootstrap_p,
)
from pipelines.evaluation.score import Comparison, Score

Draws = dict[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Measure:
    """One metric of one system, as sums over rows.

    Attributes:
        name: the metric's name in ``report.json``.
        rows: (rows, k) what each row adds to the sums; a row that the metric does not apply to adds
            nothing, also not to the count among them.
        value: the metric of (..., k) sums, shape (...); NaN where it is undefined.
        higher_is_better: False for losses and error rates.
        unit: what `n` counts.
        signature: how the value is computed, added to how the interval is.
        n: number of units the value rests on; the number of rows if not given.
        share: whether the metric is a share of rows that are right or wrong, with the sums (right,
            counted), each row adding 0 or 1: its interval is then Wilson's and its test McNemar's.
        as_sacrebleu: whether paired tests give the p-value of sacreBLEU, for its own metrics.
        compared: whether systems are tested against each other; not where all of them share what it
            measures.
        expected: whether its values are expectations, which hold no chance: alike in all rows they
            leave a difference its interval.
    """

    name: str
    rows: np.ndarray
    value: Callable[[np.ndarray], np.ndarray]
    higher_is_better: bool = True
    unit: str = "rows"
    signature: str = ""
    n: int | None = None
    share: bool = False
    as_sacrebleu: bool = False
    compared: bool = True
    expected: bool = False


def mean_measure(
    name: str,
    values: np.ndarray,
    counted: np.ndarray | None = None,
    *,
    share: bool = False,
    higher_is_better: bool = True,
    unit: str = "rows",
    signature: str = "",
    compared: bool = True,
) -> Measure:
    """The mean of a value per row as a measure.

    Args:
        name: of the metric.
        values: (rows,) of each row; what stands where a row is not counted does not matter.
        counted: (rows,) whether the mean is over this row; every row if not given.
        share: whether every value is 0 or 1.
        higher_is_better: False for losses.
        unit: what the rows are.
        signature: how the values are computed.
        compared: whether systems are tested against each other by it.
    """
    known = np.ones(len(values), dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    own = np.where(known, np.asarray(values, dtype=np.float64), 0.0)
    rows = np.stack([own, known.astype(np.float64)], axis=1)
    return Measure(
        name, rows, ratio, higher_is_better, unit, signature, int(known.sum()), share,
        compared=compared,
    )


def ratio(sums: np.ndarray) -> np.ndarray:
    """The first sum divided by the second, NaN where the second is 0; (..., 2) to (...)."""
    counted = sums[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counted > 0, sums[..., 0] / counted, np.nan)


def judge_sums(
    systems: Mapping[str, Sequence[Measure]],
    *,
    baseline: str | None = None,
    favourite: str | None = None,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, tuple[Score, ...]], tuple[Comparison, ...]]:
    """Scores systems on the same rows and tests every two against each other.

    Args:
        systems: the measures of each system by its name, all over the same rows.
        baseline: name of the system that stands second in its comparisons.
        favourite: name of the system that is spoken of; see `claims.corrected`.
        seed: of the resamples, which all systems and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        progress: called with resamples done and resamples in all.

    Returns:
        The scores of each system, undefined ones left out, and the comparisons metric by metric,
        p-values Holm-corrected metric by metric. A difference has no interval where a
        score has none, or where no draw changes it.

    Source:
        Koehn, P. (2004), Statistical significance tests for machine translation evaluation, EMNLP.
    """
    lengths = {len(measure.rows) for measures in systems.values() for measure in measures}
    if len(lengths) > 1:
        raise ValueError(f"systems were judged on different numbers of rows: {sorted(lengths)}")
    drawn = Resamples(max(lengths, default=0), resamples, seed)
    draws = _draws(systems, drawn, progress) if lengths and drawn.rows else {}
    settings = f"n:{resamples}|seed:{seed}"
    values = {
        name: {each.name: float(each.value(each.rows.sum(axis=0))) for each in measures}
        for name, measures in systems.items()
    }
    scores = {
        name: tuple(
            _score(each, values[name][each.name], draws[name][each.name], level, settings)
            for each in measures
            if np.isfinite(values[name][each.name])
        )
        for name, measures in systems.items()
    }
    return scores, _compared(
        systems, values, draws, (baseline, favourite), level, settings
    )


def _draws(
    systems: Mapping[str, Sequence[Measure]],
    resamples: Resamples,
    progress: Callable[[int, int], None] | None,
) -> Draws:
    placed = [(name, each) for name, measures in systems.items() for each in measures]
    table = np.concatenate([np.asarray(each.rows, dtype=np.float64) for _, each in placed], axis=1)
    ends = np.cumsum([each.rows.shape[1] for _, each in placed])
    parts: list[list[np.ndarray]] = [[] for _ in placed]
    done = 0
    for counts in resamples.blocks():
        pieces = np.split(counts.T @ table, ends[:-1], axis=1)
        for found, piece, (_, each) in zip(parts, pieces, placed, strict=True):
            found.append(np.asarray(each.value(piece), dtype=np.float64))
        done += counts.shape[1]
        if progress:
            progress(done, resamples.number)
    draws: Draws = {name: {} for name in systems}
    for found, (name, each) in zip(parts, placed, strict=True):
        draws[name][each.name] = np.concatenate(found)
    return draws


def _score(
    measure: Measure, value: float, draws: np.ndarray, level: float, settings: str
) -> Score:
    low: float | None
    high: float | None
    if measure.share:
        right, counted = measure.rows.sum(axis=0)
        (low, high), method = wilson(float(right), float(counted), level), "wilson"
    elif _constant(draws):
        # Resamples of rows that are all alike are alike; the width of 0 would be a lie.
        low, high, method = None, None, "no-interval-without-variation"
    else:
        low, high = percentile_interval(draws, level)
        method = f"bootstrap|{settings}"
        if low is not None and high is not None:
            low, high = min(low, value), max(high, value)
    signature = "|".join(part for part in (method, f"level:{level:g}", measure.signature) if part)
    n = len(measure.rows) if measure.n is None else measure.n
    return Score(
        measure.name, value, low, high, n, measure.unit, measure.higher_is_better, signature
    )


def _constant(draws: np.ndarray, scale: np.ndarray | None = None) -> bool:
    defined = draws[np.isfinite(draws)]
    if len(defined) == 0:
        return True
    sizes = np.abs(defined if scale is None else scale[np.isfinite(scale)])
    return float(np.ptp(defined)) <= ROUNDING * max(1.0, float(sizes.max(initial=0.0)))


def _compared(
    systems: Mapping[str, Sequence[Measure]],
    values: Mapping[str, Mapping[str, float]],
    draws: Draws,
    claimed: tuple[str | None, str | None],
    level: float,
    settings: str,
) -> tuple[Comparison, ...]:
    pairs = pairs_of(list(systems), claimed[0])
    measures = {name: {each.name: each for each in own} for name, own in systems.items()}
    metrics = dict.fromkeys(each.name for own in systems.values() for each in own)
    comparisons: list[Comparison] = []
    for metric in metrics:
        found: list[Comparison] = []
        for first, second in pairs:
            mine, theirs = (values[name].get(metric, float("nan")) for name in (first, second))
            if not (np.isfinite(mine) and np.isfinite(theirs)):
                continue
            pair = measures[first][metric], measures[second][metric]
            if not all(each.compared for each in pair):
                continue
            own, others = draws[first][metric], draws[second][metric]
            low, high = _interval_of_difference(pair, own, others, level)
            p, test = _test(*pair, own - others, mine - theirs, settings)
            found.append(Comparison(metric, first, second, mine - theirs, low, high, p, test))
        comparisons += corrected(found, *claimed)
    return tuple(comparisons)


def _interval_of_difference(
    pair: tuple[Measure, Measure], own: np.ndarray, others: np.ndarray, level: float
) -> tuple[float, float] | tuple[None, None]:
    without = any(
        not measure.share and not measure.expected and _constant(draws)
        for measure, draws in zip(pair, (own, others), strict=True)
    )
    # Rounding in the sums is relative to the scores, which may be 0 to 100, not to their difference.
    if without or _constant(own - others, scale=own):
        return None, None
    return percentile_interval(own - others, level)


def _test(
    first: Measure, second: Measure, differences: np.ndarray, observed: float, settings: str
) -> tuple[float, str]:
    if first.share and second.share and np.array_equal(first.rows[:, 1], second.rows[:, 1]):
        right, other = first.rows[:, 0] > 0, second.rows[:, 0] > 0
        return mcnemar(int((right & ~other).sum()), int((other & ~right).sum()))
    if first.as_sacrebleu and second.as_sacrebleu:
        p = sacrebleu_bootstrap_p(differences, observed)
        return p, f"paired-bootstrap-as-sacrebleu|{settings}"
    return centred_bootstrap_p(differences, observed), f"paired-bootstrap-centred|{settings}"
