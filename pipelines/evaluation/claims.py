"""Which comparisons of several systems are claimed, and the correction for making so many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from math import ceil

from pipelines.evaluation.paired_tests import holm
from pipelines.evaluation.score import Comparison, find_comparison

RESAMPLES = 2000
# What the smallest p-value that draws can give may be after the correction.
SMALLEST_P = 0.005
# How the name of a metric ends that is a mean over folds.
OF_FOLDS = "_of_folds"
_CORRECTED = re.compile(r"\|holm:(\d+)")


def pairs_of(names: Sequence[str], baseline: str | None) -> list[tuple[str, str]]:
    """Every two systems, the baseline second."""
    return [
        (second, first) if first == baseline else (first, second)
        for first, second in combinations(names, 2)
    ]


def corrected(
    found: Sequence[Comparison], baseline: str | None = None, favourite: str | None = None
) -> list[Comparison]:
    """Comparisons of one metric with Holm's correction, told by their ``test``.

    What is claimed is one family: each system against the baseline, and the favourite against each
    other. The rest is for those who look further and corrected over all, as everything is without a
    favourite; so a verdict does not hang on how systems compare that it never speaks of.

    Args:
        found: with p-values that are not corrected.
        baseline: the system to beat.
        favourite: the one that the verdict speaks of.
    """
    every = holm([each.p for each in found])
    told = [(p, len(found)) for p in every]
    if favourite is not None:
        claimed = [
            at for at, each in enumerate(found)
            if {baseline, favourite} & {each.model, each.against}
        ]
        for at, p in zip(claimed, holm([found[at].p for at in claimed]), strict=True):
            told[at] = p, len(claimed)
    return [
        replace(each, p=p, test=f"{each.test}|holm:{family}")
        for each, (p, family) in zip(found, told, strict=True)
    ]


def deciding(
    comparisons: Iterable[Comparison], metric: str, model: str, against: str
) -> Comparison | None:
    """The one comparison by a metric that a claim about two systems rests on; None if there is none.

    Over folds where there is one: rows of all folds together are not independent, and show
    differences that are not there.
    """
    every = tuple(comparisons)
    over = find_comparison(every, f"{metric}{OF_FOLDS}", model, against)
    return over or find_comparison(every, metric, model, against)


def decisive(comparisons: Iterable[Comparison], metric: str) -> tuple[Comparison, ...]:
    """All comparisons by a metric that claims rest on; see `deciding`."""
    every = tuple(comparisons)
    over = tuple(each for each in every if each.metric == f"{metric}{OF_FOLDS}")
    return over or tuple(each for each in every if each.metric == metric)


def family_of(comparison: Comparison) -> int:
    """Over how many comparisons a p-value is corrected; 1 where it is not."""
    found = _CORRECTED.search(comparison.test)
    return int(found[1]) if found else 1


def correction_words(comparison: Comparison) -> str:
    """For how much a p-value is corrected: `15 comparisons`, or `nothing` for a single one."""
    family = family_of(comparison)
    return f"{family:,} comparisons" if family > 1 else "nothing"


def resamples_for(systems: int, least: int = RESAMPLES) -> int:
    """How many draws give a clear difference a p-value of at most 0.005 after the correction."""
    return max(least, ceil(max(2 * systems - 3, 1) / SMALLEST_P))
