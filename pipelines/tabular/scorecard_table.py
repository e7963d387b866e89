"""A scorecard as it would be printed: points for every bin of every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipelines.tabular.models.binning import Bins
from pipelines.tabular.models.scorecard import Scorecard

MOST_LEVELS_SHOWN = 8
MISSING = "missing or never seen"


@dataclass(frozen=True)
class Line:
    """One bin of a column.

    Attributes:
        column: of the user, or the part of it that is binned.
        bin: what is in it, in words.
        rows: training rows in it.
        share: of all training rows.
        rate: share of the outcome among them; NaN where there are none.
        evidence: weight of evidence, higher is riskier.
        points: exact; printed as whole numbers.
    """

    column: str
    bin: str
    rows: int
    share: float
    rate: float
    evidence: float
    points: float


@dataclass(frozen=True)
class PrintedScorecard:
    """All lines, and how points are to be read.

    Attributes:
        lines: in the order of the columns, those that matter most first.
        base_score, base_odds, double_odds: points at those odds of good to bad, and how many more
            points double them.
        left_out: columns without points.
    """

    lines: tuple[Line, ...]
    base_score: float
    base_odds: float
    double_odds: float
    left_out: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        """One row a bin, points as whole numbers."""
        return pd.DataFrame({
            "column": [each.column for each in self.lines],
            "bin": [each.bin for each in self.lines],
            "applicants": [each.rows for each in self.lines],
            "share": [round(each.share, 4) for each in self.lines],
            "bad_rate": [round(each.rate, 4) for each in self.lines],
            "weight_of_evidence": [round(each.evidence, 4) for each in self.lines],
            "points": [round(each.points) for each in self.lines],
        })

    def sentence(self) -> str:
        """How points are to be read."""
        return (
            f"A score of {self.base_score:g} points means {self.base_odds:g} good applicants to one "
            f"bad; every {self.double_odds:g} points more double these odds."
        )


def printed(card: Scorecard) -> PrintedScorecard:
    """The points table of a fitted scorecard.

    The points of an applicant's bins add up to `Scorecard.points`. The constant of the regression is
    spread evenly over the columns, so that no line of its own has to be added.
    """
    scale, line = card.scale(), card.calibrator
    used = np.flatnonzero(card.weights > 0)
    names = card.plan.names
    levels = card.part_levels
    slope, constant = line.slope, line.slope * card.intercept + line.intercept
    number = max(1, len(used))
    share = scale.base / number - scale.factor * (constant + float(np.log(scale.odds))) / number
    reach = [
        float(np.ptp(card.bins[at].evidence) * card.weights[at]) for at in used
    ]  # fmt: skip
    lines: list[Line] = []
    for at in used[np.argsort(-np.asarray(reach), kind="stable")]:
        bins = card.bins[at]
        for place, text in enumerate(bin_names(bins, levels[at])):
            evidence = bins.evidence[place]
            rows = bins.rows[place]
            lines.append(Line(
                names[at], text, round(rows), rows / max(1.0, sum(bins.rows)),
                bins.yes[place] / rows if rows else float("nan"), evidence,
                share - scale.factor * slope * float(card.weights[at]) * evidence,
            ))
    left_out = tuple(names[at] for at in range(len(names)) if at not in set(used.tolist()))
    return PrintedScorecard(tuple(lines), scale.base, scale.odds, scale.double, left_out)


def points_of(card: Scorecard, features: pd.DataFrame) -> np.ndarray:
    """(n,) exact points of applicants, read off the printed table line by line."""
    table = printed(card)
    values = card.plan.numbers(features).values
    names = card.plan.names
    total = np.zeros(len(features))
    for at in np.flatnonzero(card.weights > 0):
        points = np.array([each.points for each in table.lines if each.column == names[at]])
        total += points[card.bins[at].place(values[:, at])]
    return total


def bin_names(bins: Bins, levels: Sequence[str]) -> list[str]:
    """What is in each bin, in words; the last is of what is missing."""
    if bins.bin_of_code:
        grouped: list[list[str]] = [[] for _ in range(max(bins.bin_of_code) + 1)]
        for code, place in enumerate(bins.bin_of_code):
            grouped[place].append(levels[code] if code < len(levels) else str(code))
        return [*(_listed(each) for each in grouped), MISSING]
    edges, apart = [_figure(each) for each in bins.splits], [_figure(each) for each in bins.apart]
    if not edges:
        return ["any other number" if apart else "any number", *apart, MISSING]
    inner = [f"{low} to below {high}" for low, high in pairwise(edges)]
    return [f"below {edges[0]}", *inner, f"{edges[-1]} and more", *apart, MISSING]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_LEVELS_SHOWN])
    more = len(names) - MOST_LEVELS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _figure(value: float) -> str:
    if value == round(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.6g}"
