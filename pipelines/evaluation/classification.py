"""Judges classifiers on the same rows: scores with intervals, paired tests and warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipelines.evaluation.bootstrap import Resamples
from pipelines.evaluation.calibration import BINS
from pipelines.evaluation.claims import corrected
from pipelines.evaluation.classification_input import checked
from pipelines.evaluation.classification_statistics import ClassificationStatistics
from pipelines.evaluation.intervals import percentile_interval, wilson, wilson_f1
from pipelines.evaluation.judgement import Judgement, System
from pipelines.evaluation.paired_tests import ROUNDING, bootstrap_p, mcnemar
from pipelines.evaluation.per_class import ClassScores, per_class
from pipelines.evaluation.score import Comparison, Score, library_version
from pipelines.evaluation.warnings_in_words import judgement_warnings

__all__ = ["ClassScores", "Judgement", "System", "judge", "per_class"]

LOSSES = frozenset({"brier", "log_loss", "ece"})
# Means of the share found of each class.
BY_CLASS = frozenset({"balanced_accuracy", "recall_macro"})


def judge(
    truth: np.ndarray,
    systems: Sequence[System],
    classes: Sequence[str],
    *,
    baseline: str | None = None,
    favourite: str | None = None,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    positive: str | Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    unit: str = "row",
) -> Judgement:
    """Scores systems on the same labelled rows and tests every two against each other.

    Args:
        truth: (n,) number of the true class of each row.
        systems: with labels, and probabilities if they have them, for the same rows.
        classes: names of the classes, in the order of their numbers.
        baseline: name of the system that stands second in its comparisons.
        favourite: name of the system that is spoken of; see `claims.corrected`.
        seed: of the resamples, which all systems share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        positive: name of the positive class, or of several that count as one; of two classes the
            last one if not given, of more none, and then there is no sensitivity or specificity.
        progress: called with resamples done and resamples in all.
        unit: what a row is called in sentences.

    Raises:
        DataError: no rows, lengths that differ, class numbers or probabilities that cannot be.
    """
    names = tuple(str(name) for name in classes)
    named = [positive] if isinstance(positive, str) else list(positive or ())
    truth, systems = checked(truth, systems, names, baseline, named)
    positives = tuple(sorted({names.index(name) for name in named}))
    if not positives and len(names) == 2:
        positives = (1,)
    target = positives[0] if positives else len(names) - 1
    prepared = {
        system.name: ClassificationStatistics(
            truth, system.labels, system.probabilities, len(names), target, positives
        )
        for system in systems
    }
    values = {name: statistics.values() for name, statistics in prepared.items()}
    draws = _draws(prepared, values, Resamples(len(truth), resamples, seed), progress)
    settings = _Settings(level, resamples, seed, positives, len(names))
    scores = {
        system.name: tuple(
            _score(metric, value, draws[system.name][metric], truth, system, prepared, settings)
            for metric, value in values[system.name].items()
            if np.isfinite(value)
        )
        for system in systems
    }
    comparisons = _compare(
        truth, systems, values, draws, prepared, baseline, favourite, settings
    )
    warnings = judgement_warnings(truth, names, scores, unit)
    return Judgement(
        names, truth, systems, scores, comparisons, warnings, seed, baseline, level, positives,
        unit,
    )


@dataclass(frozen=True)
class _Settings:
    level: float
    resamples: int
    seed: int
    positives: tuple[int, ...]
    classes: int


def _draws(
    prepared: dict[str, ClassificationStatistics],
    values: dict[str, dict[str, float]],
    resamples: Resamples,
    progress: Callable[[int, int], None] | None,
) -> dict[str, dict[str, np.ndarray]]:
    """Returns the draws by system and metric.

    The absolute values in the calibration error grow with noise, and resamples are noisier than
    the rows; without moving its draws back their interval can miss the value itself.
    """
    blocks: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in prepared}
    done = 0
    for counts in resamples.blocks():
        for name, statistics in prepared.items():
            blocks[name].append(statistics.metrics(counts))
        done += counts.shape[1]
        if progress:
            progress(done, resamples.number)
    draws = {
        name: {metric: np.concatenate([block[metric] for block in parts]) for metric in parts[0]}
        for name, parts in blocks.items()
    }
    for name, found in draws.items():
        if "ece" in found:
            found["ece"] = found["ece"] - np.median(found["ece"]) + values[name]["ece"]
    return draws


def _score(
    metric: str,
    value: float,
    draws: np.ndarray,
    truth: np.ndarray,
    system: System,
    prepared: dict[str, ClassificationStatistics],
    settings: _Settings,
) -> Score:
    sklearn = f"sklearn:{library_version('scikit-learn')}"
    level = f"level:{settings.level:g}"
    of_class = np.isin(truth, settings.positives)
    said = np.isin(system.labels, settings.positives)
    n = len(truth)
    if metric == "accuracy":
        low, high = wilson(int((truth == system.labels).sum()), n, settings.level)
        return Score(metric, value, low, high, n, signature=f"wilson|{level}|{sklearn}")
    if metric in ("sensitivity", "specificity"):
        counted = of_class if metric == "sensitivity" else ~of_class
        n = int(counted.sum())
        low, high = wilson(int((of_class == said)[counted].sum()), n, settings.level)
        of = f"positive-classes:{len(settings.positives)}-of-{settings.classes}"
        about = f"{level}|{of}" if settings.classes > 2 else level
        return Score(metric, value, low, high, n, signature=f"wilson|{about}|{sklearn}")
    if metric == "f1":
        hits = int((of_class & said).sum())
        low, high = wilson_f1(
            hits, int((~of_class & said).sum()), int((of_class & ~said).sum()), settings.level
        )
        return Score(metric, value, low, high, n, signature=f"wilson-jaccard|{level}|{sklearn}")
    if metric == "top5_accuracy":
        low, high = wilson(round(value * n), n, settings.level)
        return Score(metric, value, low, high, n, signature=f"wilson|{level}|ties-missed|{sklearn}")
    most = np.inf if metric in ("log_loss", "brier") else 1.0
    ends = percentile_interval(np.clip(draws, 0.0, most), settings.level)
    method = _method(metric, prepared[system.name])
    if metric not in LOSSES and value >= 1 and np.nanmin(draws, initial=1.0) >= 1:
        # Resamples of rows without an error hold none either; the width of 0 would be a lie.
        ends, method = (None, None), "no-interval-without-errors"
    elif _constant(draws) or (metric in BY_CLASS and len(np.unique(system.labels)) == 1):
        # All wrong: resamples do not vary either. One answer alone finds one class whole and the
        # others not at all, whatever the rows.
        ends, method = (None, None), "no-interval-without-variation"
    elif ends[0] is not None and ends[1] is not None:
        ends = min(ends[0], value), max(ends[1], value)
    detail = _detail(metric, settings.classes)
    source = f"numpy:{library_version('numpy')}" if metric == "ece" else sklearn
    drawn = f"n:{settings.resamples}|seed:{settings.seed}"
    signature = "|".join(part for part in (method, drawn, level, detail, source) if part)
    return Score(metric, value, ends[0], ends[1], n, "rows", metric not in LOSSES, signature)


def _constant(draws: np.ndarray) -> bool:
    defined = draws[np.isfinite(draws)]
    return len(defined) > 0 and float(np.ptp(defined)) <= ROUNDING


def _method(metric: str, statistics: ClassificationStatistics) -> str:
    if statistics.linear and metric == "roc_auc":
        return "bootstrap-delong"
    if statistics.linear and metric == "pr_auc":
        return "bootstrap-influence"
    if metric == "ece":
        return "bootstrap-centred"
    return "bootstrap"


def _detail(metric: str, classes: int) -> str:
    if metric == "ece":
        return f"top-label|bins:{BINS}"
    if metric == "brier":
        return "positive-class" if classes == 2 else "sum-over-classes"
    if metric in ("roc_auc", "pr_auc"):
        return "positive-class" if classes == 2 else "macro-one-vs-rest"
    return ""


def _compare(
    truth: np.ndarray,
    systems: Sequence[System],
    values: dict[str, dict[str, float]],
    draws: dict[str, dict[str, np.ndarray]],
    prepared: dict[str, ClassificationStatistics],
    baseline: str | None,
    favourite: str | None,
    settings: _Settings,
) -> tuple[Comparison, ...]:
    pairs = [
        (second, first) if first.name == baseline else (first, second)
        for first, second in combinations(systems, 2)
    ]
    metrics = dict.fromkeys(metric for system in systems for metric in values[system.name])
    comparisons: list[Comparison] = []
    for metric in metrics:
        found: list[Comparison] = []
        for first, second in pairs:
            mine, theirs = (values[s.name].get(metric, float("nan")) for s in (first, second))
            if not (np.isfinite(mine) and np.isfinite(theirs)):
                continue
            differences = draws[first.name][metric] - draws[second.name][metric]
            low, high = percentile_interval(differences, settings.level)
            if _constant(differences):
                low = high = None
            if metric == "accuracy":
                right, other = truth == first.labels, truth == second.labels
                p, test = mcnemar(int((right & ~other).sum()), int((other & ~right).sum()))
            else:
                p = bootstrap_p(differences)
                method = _method(metric, prepared[first.name])
                test = f"paired-{method}|n:{settings.resamples}|seed:{settings.seed}"
            found.append(
                Comparison(metric, first.name, second.name, mine - theirs, low, high, p, test)
            )
        comparisons += corrected(found, baseline, favourite)
    return tuple(comparisons)
