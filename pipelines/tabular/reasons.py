"""Why an applicant's score is what it is, in words that can be told to the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipelines.tabular.categories import keys_of
from pipelines.tabular.models.base import Contributions
from pipelines.tabular.plan import Column, Plan

MOST_REASONS = 4
CLEARLY = 0.6
FEWEST_OF_A_LEVEL = 10
LONGEST = 40
# A share speaks for a direction only where it differs from that of all by a tenth of it.
TELLING = 0.1


@dataclass(frozen=True)
class Words:
    """How the outcome is told.

    Attributes:
        good: those without the outcome, as in “higher than for 80 % of those who paid”.
        bad: what the others did, as in “35 % of such applicants defaulted”.
    """

    good: str = "those who paid"
    bad: str = "defaulted"


@dataclass(frozen=True)
class Reason:
    """One column's part in a score.

    Attributes:
        column: of the user.
        contribution: log odds or units of the amount that it adds.
        sentence: says what stands out.
    """

    column: str
    contribution: float
    sentence: str


@dataclass(frozen=True)
class Typical:
    """What is usual in each column, learnt on training rows.

    Attributes:
        numbers: of each column of numbers, its sorted values among those without the outcome.
        rates: of each other column, the share of the outcome by value; a value that was rare is not
            in it.
        missing: of each column, the share of the outcome among rows without a value.
        rate: the share of the outcome among all.
        bad: of each column of numbers, its sorted values among those with the outcome.
    """

    numbers: Mapping[str, np.ndarray]
    rates: Mapping[str, Mapping[str, float]]
    missing: Mapping[str, float]
    rate: float
    bad: Mapping[str, np.ndarray] = field(default_factory=dict)

    def speaks(self, rate: float, toward: int) -> bool:
        """Whether a share of the outcome differs from that of all in the direction of a reason."""
        return (rate - self.rate) * toward >= TELLING * self.rate


def learn_typical(plan: Plan, features: pd.DataFrame, y: np.ndarray) -> Typical:
    """What is usual among training rows.

    Args:
        plan: how columns are read.
        features: (n, columns) cells.
        y: (n,) outcomes, 0 and 1; of amounts, 1 where it is above the median.
    """
    good = np.asarray(y) == 0
    numbers: dict[str, np.ndarray] = {}
    bad: dict[str, np.ndarray] = {}
    rates: dict[str, dict[str, float]] = {}
    missing: dict[str, float] = {}
    for column in plan.used:
        cells = features[column.name]
        if _is_number(column):
            values = column.read(cells)[:, 0]
            numbers[column.name] = np.sort(values[good & np.isfinite(values)])
            bad[column.name] = np.sort(values[~good & np.isfinite(values)])
            absent = np.isnan(values)
        else:
            keys = keys_of(cells)
            found = pd.Series(y).groupby(keys.to_numpy(dtype=object)).agg(["mean", "size"])
            kept = found[found["size"] >= FEWEST_OF_A_LEVEL]
            rates[column.name] = {str(key): float(rate) for key, rate in kept["mean"].items()}
            absent = keys.isna().to_numpy(dtype=bool)
        if absent.sum() >= FEWEST_OF_A_LEVEL:
            missing[column.name] = float(np.mean(np.asarray(y)[absent]))
    return Typical(numbers, rates, missing, float(np.mean(y)), bad)


def reasons_of(
    contributions: Contributions, at: int, features: pd.DataFrame, plan: Plan, typical: Typical,
    most: int = MOST_REASONS, toward: int = 1, words: Words | None = None,
) -> tuple[Reason, ...]:
    """The columns that move one applicant's score the most in one direction.

    Args:
        contributions: of applicants.
        at: position of the one in question.
        features: of the same applicants, in the same order.
        plan: how columns are read.
        typical: what is usual.
        most: how many reasons at most.
        toward: 1 for what speaks for the outcome (reasons to decline), -1 for what speaks against.
        words: how the outcome is told.
    """
    words = words or Words()
    shares = contributions.values[at] * toward
    columns = {each.name: each for each in plan.used}
    order = [place for place in np.argsort(-shares, kind="stable")[:most] if shares[place] > 1e-6]
    return tuple(
        Reason(
            contributions.columns[place], float(contributions.values[at, place]),
            _sentence(columns[contributions.columns[place]], features, at, typical, toward, words),
        )
        for place in order
    )  # fmt: skip


def in_words(name: str) -> str:
    """A column's name as a phrase: “debt_to_income” is “Debt to income”."""
    plain = " ".join(name.replace("_", " ").split()) or name
    return plain[0].upper() + plain[1:]


def _is_number(column: Column) -> bool:
    return column.kind == "number" and len(column.parts) == 1


def _sentence(
    column: Column, features: pd.DataFrame, at: int, typical: Typical, toward: int, words: Words
) -> str:
    """What stands out, with a figure only where that figure says the same as the reason."""
    name, cell = in_words(column.name), features[column.name].iloc[at]
    if _is_number(column):
        value = float(column.read(features[column.name].iloc[[at]])[0, 0])
        if np.isfinite(value):
            return _on_number(name, column.name, value, typical, toward, words)
        return _on_missing(name, column.name, typical, toward, words)
    key = keys_of(features[column.name].iloc[[at]]).iloc[0]
    if pd.isna(key):
        return _on_missing(name, column.name, typical, toward, words)
    if column.kind == "text":
        # No share can be told of sentences that hardly two applicants share.
        raises = "raises" if toward > 0 else "lowers"
        return f"What is written in “{_shortened(column.name)}” {raises} the risk."
    shown = _shortened(str(cell))
    rate = typical.rates[column.name].get(str(key))
    if rate is None:
        return f"{name} is “{shown}”, which stands for {_direction(toward)} risk here."
    if not typical.speaks(rate, toward):
        return f"{name} is “{shown}”, which {_together(toward)}."
    return f"{name} is “{shown}”: {_percent(rate)} of such applicants {words.bad}, {_overall(typical)}."


def _on_number(
    name: str, column: str, value: float, typical: Typical, toward: int, words: Words
) -> str:
    shown, good = _number(value), typical.numbers[column]
    if not len(good):
        return f"{name} {shown} stands for {_direction(toward)} risk here."
    others = typical.bad.get(column, good[:0])
    sides: tuple[tuple[Literal["left", "right"], str], ...] = (("left", "higher"), ("right", "lower"))
    for side, way in sides:
        share = _beyond(good, value, side)
        if share < CLEARLY:
            continue
        # Among those with the outcome such a value is less rare if it speaks for the outcome.
        if len(others) and (share - _beyond(others, value, side)) * toward <= 0:
            return f"{name} {shown}, which {_together(toward)}."
        return f"{name} {shown} is {way} than for {_percent(share)} of {words.good}."
    return (
        f"{name} {shown} is not unusual among {words.good}, but together with the other answers it "
        f"stands for {_direction(toward)} risk."
    )


def _beyond(values: np.ndarray, value: float, side: Literal["left", "right"]) -> float:
    """The share of sorted values that a value is above (left) or below (right)."""
    place = float(np.searchsorted(values, value, side)) / len(values)
    return place if side == "left" else 1 - place


def _on_missing(name: str, column: str, typical: Typical, toward: int, words: Words) -> str:
    rate = typical.missing.get(column)
    if rate is None:
        return f"{name} is missing, which stands for {_direction(toward)} risk here."
    if not typical.speaks(rate, toward):
        return f"{name} is missing, which {_together(toward)}."
    return (
        f"{name} is missing: {_percent(rate)} of applicants without it {words.bad}, "
        f"{_overall(typical)}."
    )


def _direction(toward: int) -> str:
    return "more" if toward > 0 else "less"


def _together(toward: int) -> str:
    return f"together with the other answers stands for {_direction(toward)} risk"


def _overall(typical: Typical) -> str:
    return f"against {_percent(typical.rate)} of all"


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return "less than 1 %"
    return f"{min(99.0, 100 * share) if share < 1 else 100:.0f} %"


def _number(value: float) -> str:
    if value == round(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3g}"


def _shortened(text: Any) -> str:
    text = str(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
