"""How often each class is said: overall, and over time."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from data.traits import times
from pipelines.evaluation.judgement import Judgement
from pipelines.evaluation.verdict import SIGNIFICANT, p_words
from pipelines.pipeline import ClassPredictions
from pipelines.report import svg
from pipelines.report.sections import Chart, Evidence, Section, Table
from pipelines.report.wording import cut, percent, rows

MOST_LINES = 6
MOST_CLASSES = 20
MOST_MODELS = 8
MOST_PERIODS = 40
FEWEST_ROWS = 20
# Shortest first, each with the most periods that a chart can hold.
_PERIODS = (("D", "day", 21), ("W", "week", 30), ("M", "month", 40), ("Q", "quarter", 40))


def trend(evidence: Evidence, said: ClassPredictions) -> Section | None:
    """Share of each predicted class by day, week, month, quarter or year."""
    if evidence.times is None:
        return None
    when = times(evidence.times)
    known = when.notna().to_numpy()
    if known.sum() < 2 or when[known].nunique() < 2:
        return None
    moments = pd.DatetimeIndex(when[known]).tz_localize(None)
    periods, word = _periods(moments)
    places, names = pd.factorize(periods, sort=True)
    if len(names) < 2:
        return None
    codes = said.codes[known]
    counts = np.zeros((len(names), len(said.classes)), dtype=int)
    np.add.at(counts, (places, codes), 1)
    if len(names) > MOST_PERIODS:
        counts, names = counts[-MOST_PERIODS:], names[-MOST_PERIODS:]
    totals = counts.sum(axis=1)
    share = counts / totals[:, None]
    order = np.argsort(-counts.sum(axis=0), kind="stable")[:MOST_LINES]
    chosen = sorted(int(c) for c in order)
    titles = [_period_name(each, word) for each in names]
    at = np.linspace(0, 1, len(names))
    lines = [svg.Line(said.classes[c], at, share[:, c]) for c in chosen]
    title = _change(counts, said.classes, word)
    missing, unit = int((~known).sum()), evidence.unit
    note = f" {rows(missing, evidence.unit)} without a readable time are left out." if missing else ""
    drawing = svg.trend(
        lines, f"Share of each predicted class by {word}. {title}.", ends=(titles[0], titles[-1]),
        up=f"Share of {evidence.unit}s",
    )
    table = Table(
        f"Share of each predicted class by {word}",
        (word.capitalize(), f"{unit.capitalize()}s", *(cut(said.classes[c], 40) for c in chosen)),
        tuple(
            (titles[i], f"{totals[i]:,}", *(percent(share[i, c]) for c in chosen))
            for i in range(len(names))
        ),
        folded=len(names) > 10,
    )
    return Section(
        "trend", "Over time",
        f"What {cut(evidence.favourite, 60)} says of all {evidence.unit}s that have a time.{note}",
        (Chart(title, drawing),), (table,),
    )


def _periods(moments: pd.DatetimeIndex) -> tuple[pd.PeriodIndex, str]:
    """The shortest periods with rows enough in each, else the longest that make three points."""
    found, name = moments.to_period("Y"), "year"
    for code, word, most in reversed(_PERIODS):
        periods = moments.to_period(code)
        count = periods.nunique()
        enough = len(moments) >= FEWEST_ROWS * count or found.nunique() < 3
        if count > most or not enough:
            break
        found, name = periods, word
    return found, name


def _period_name(period: pd.Period, word: str) -> str:
    if word == "week":
        return f"{period.start_time:%Y-%m-%d}"
    return str(period)


def _change(counts: np.ndarray, classes: tuple[str, ...], word: str) -> str:
    """Names the largest change from the first half to the second, if it is not chance."""
    from scipy import stats

    half = int(np.searchsorted(np.cumsum(counts.sum(axis=1)), counts.sum() / 2)) + 1
    half = min(max(half, 1), len(counts) - 1)
    before, after = counts[:half].sum(axis=0), counts[half:].sum(axis=0)
    held = (before + after) > 0
    if held.sum() < 2:
        return f"Every {word} is all {cut(classes[int(held.argmax())], 40)}"
    p = float(stats.chi2_contingency([before[held], after[held]], correction=False).pvalue)
    if p >= SIGNIFICANT:
        return f"No change over time beyond chance ({p_words(p)})"
    old, new = before / before.sum(), after / after.sum()
    most = int(np.abs(new - old).argmax())
    verb = "rises" if new[most] > old[most] else "falls"
    return (
        f"{cut(classes[most], 40)} {verb} from {percent(old[most], 0)} to {percent(new[most], 0)} "
        f"between the first and the second half ({p_words(p)})"
    )


def distribution(evidence: Evidence, judgement: Judgement | None) -> Section | None:
    """How often each class is predicted, beside how often it is true where that is known."""
    favourite = evidence.favourite
    if judgement is not None:
        classes = judgement.classes
        codes = {system.name: system.labels for system in judgement.systems}
        truth = np.bincount(judgement.truth, minlength=len(classes)) / len(judgement.truth)
    else:
        found = {n: cast(ClassPredictions, each) for n, each in evidence.predictions.items()}
        if favourite not in found:
            return None
        classes = found[favourite].classes
        codes = {name: each.codes for name, each in found.items()}
        truth = None
    total = len(codes[favourite])
    if total == 0:
        return None
    models = [favourite, *(name for name in codes if name != favourite)][:MOST_MODELS]
    share = {name: np.bincount(codes[name], minlength=len(classes)) / total for name in models}
    size = share[favourite] if truth is None else truth + share[favourite]
    order = sorted(int(c) for c in np.argsort(-size, kind="stable")[:MOST_CLASSES])
    mine, unit = share[favourite], evidence.unit
    name = cut(favourite, 60)
    if truth is None:
        most = int(mine.argmax())
        title = f"{name} calls {percent(mine[most], 0)} of the {unit}s {cut(classes[most], 40)}"
    else:
        most = int(np.abs(mine - truth).argmax())
        title = (
            f"{name} says {cut(classes[most], 40)} for {percent(mine[most], 0)} of the {unit}s; "
            f"{percent(truth[most], 0)} are"
        )
    bars = [
        svg.Bar(classes[c], float(mine[c]), strong=True,
                mark=None if truth is None else float(truth[c]))
        for c in order
    ]
    header = ["Class", *(["True"] if truth is not None else []), *(cut(m, 40) for m in models)]
    body = []
    for c in order:
        truly = [] if truth is None else [percent(float(truth[c]))]
        body.append((cut(classes[c], 40), *truly, *(percent(float(share[m][c])) for m in models)))
    marks = " The upright mark is the true share." if truth is not None else ""
    return Section(
        "distribution", "What is predicted",
        f"Shares of the {rows(total, unit)}{' that judge' if truth is not None else ''}.{marks}",
        (Chart(title, svg.bars(bars, f"Share of each predicted class. {title}.")),),
        (Table("Share of each class, as each model says it", tuple(header), tuple(body)),),
    )
