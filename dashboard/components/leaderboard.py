"""The verdict, all systems by a score, and the tests between them, whatever the kind of task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import digits_of, leaderboard
from dashboard.charts.show import show
from dashboard.components.table_height import table_height
from dashboard.components.text import shown
from pipelines.evaluation.claims import OF_FOLDS, correction_words, decisive
from pipelines.evaluation.finding import traded
from pipelines.evaluation.paired_tests import ROUNDING
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.verdict import chance_words, is_shown, p_words
from pipelines.judging import Judged
from pipelines.report.wording import interval, signed

# Lines of a table before it scrolls, so that what follows stays near.
MOST_LINES = 9
# Of the paired tests, in pixels; p is never what is cut.
WIDTHS = {
    "model": 175, "against": 130, "p": 80, "corrected for": 115, "difference": 85,
    "95 % interval": 140, "test": 190,
}


def verdict_view(judged: Judged, warnings: Sequence[str]) -> None:
    """Draw the verdict in large type, the caution of its template, and warnings behind a click."""
    st.subheader(shown(judged.verdict, most=1000), anchor=False)
    caution = judged.purpose.template.caution if judged.purpose is not None else ""
    if caution:
        st.info(shown(caution, most=600), icon=":material/info:")
    warnings = [sentence for sentence in warnings if sentence != caution]
    if warnings:
        number = "1 note or warning" if len(warnings) == 1 else f"{len(warnings):,} notes and warnings"
        with st.expander(number, icon=":material/warning:"):
            for sentence in warnings:
                st.markdown(f"- {shown(sentence, most=600)}")


def leaderboard_view(
    judged: Judged,
    titles: Mapping[str, str],
    favourite: str,
    names: Mapping[str, str],
    *,
    key: str,
    first: str | None = None,
    against: str | None = None,
) -> None:
    """Draw a choice of metric, the chart, all scores and the paired tests.

    Args:
        judged: by the kind of the task.
        titles: what systems are called, by name.
        favourite: the system that the chart's title speaks of.
        names: what metrics are called.
        key: tells the widgets apart.
        first: the metric that is shown at first, where the run's template names none; the first
            one if not given.
        against: the system that the title holds the favourite against where none of them is a
            baseline by nature; no system is then marked as one.
    """
    metrics = list(dict.fromkeys(s.name for found in judged.scores.values() for s in found))
    first = next((name for name in judged.first if name in metrics), first)
    # A metric that was chosen under another template does not hide the one that this one is about.
    under = f"-{judged.purpose.template.id}" if judged.purpose is not None and judged.first else ""
    metric = metrics[0] if len(metrics) == 1 else st.selectbox(
        "Metric", metrics, format_func=lambda name: names.get(name, name),
        index=metrics.index(first) if first in metrics else 0,
        key=f"{key}-metric{under}", bind="query-params", width=260,
    )
    scores = {
        model: next((score for score in found if score.name == metric), None)
        for model, found in judged.scores.items()
    }
    present = [(titles.get(name, name), score) for name, score in scores.items()
               if score is not None]
    baseline = None if against else titles.get(judged.baseline, judged.baseline)
    title = names.get(metric, metric)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            leaderboard(present, baseline, title), key=f"{key}-leaderboard",
            title=_finding(judged, titles, favourite, against, metric, title, scores),
            height=90 + 44 * len(present),
            alt=f"{title} of each model with 95 % intervals",
        )
    with right:
        table = score_table(judged, titles, names, favourite, baseline)
        st.dataframe(
            table, hide_index=True, alt="All scores with their intervals",
            height="content" if len(table) <= MOST_LINES else table_height(MOST_LINES),
            column_config={
                "score": st.column_config.Column(width=130, pinned=True),
                **{name: st.column_config.Column(width=165) for name in table.columns[1:]},
            },
        )
    _tests(judged, titles, metric, title)


def score_table(
    judged: Judged, titles: Mapping[str, str], names: Mapping[str, str], favourite: str,
    baseline: str | None = None,
) -> pd.DataFrame:
    """Metrics by models, each cell a value with its interval; the favourite and what it has to beat
    come first, where a narrow screen shows them."""
    metrics = list(dict.fromkeys(s.name for found in judged.scores.values() for s in found))
    columns: dict[str, list[str]] = {"score": [names.get(each, each) for each in metrics]}
    models = sorted(
        judged.scores,
        key=lambda name: (name != favourite, titles.get(name, name) != baseline),
    )
    for model in models:
        held = {score.name: score for score in judged.scores[model]}
        label = titles.get(model, model)
        columns[label if label not in columns else f"{label} ({model})"] = [
            _written(held.get(metric)) for metric in metrics
        ]
    return pd.DataFrame(columns)


def _written(score: Score | None) -> str:
    if score is None:
        return "–"
    return interval(score, as_percent=False, digits=digits_of(score.name))


def _finding(
    judged: Judged, titles: Mapping[str, str], favourite: str, against: str | None, metric: str,
    title: str, scores: Mapping[str, Score | None],
) -> str:
    other = against or judged.baseline
    both = traded(
        judged.scores[favourite], () if other == favourite else judged.scores.get(other, ()), metric,
        titles.get(favourite, favourite),
    )
    if both:
        return both
    found = judged.decided(metric, favourite, other)
    score, name = scores.get(favourite), titles.get(favourite, favourite)
    digits = digits_of(metric)
    if score is None:
        return f"{name} has no {title}"
    if found is None:
        return f"{name}: {score.value:.{digits}f}"
    words = titles.get(against, against) if against else "the baseline"
    better = "better" if (found.delta > 0) == score.higher_is_better else "worse"
    if not is_shown(found):
        return f"{name} is not shown to differ from {words} ({chance_words(found)})"
    return f"{name} is {abs(found.delta):.{digits}f} {better} than {words} ({p_words(found.p)})"


def _tests(judged: Judged, titles: Mapping[str, str], metric: str, title: str) -> None:
    found = decisive(judged.comparisons, metric)
    if not found:
        return
    digits = digits_of(metric)
    table = pd.DataFrame([
        {
            "model": titles.get(each.model, each.model),
            "against": titles.get(each.against, each.against),
            "p": p_words(each.p),
            "corrected for": correction_words(each),
            "difference": signed(each.delta, digits),
            "95 % interval": _interval(each, digits),
            "test": each.test_in_words,
        }
        for each in found
    ])
    plain = title[0].lower() + title[1:] if title[1].islower() else title
    st.caption(
        f"Paired tests of {plain}, on the same {_unit(judged, found[0])}. p is corrected (Holm) for as "
        "many comparisons as stand beside it; intervals are not."
    )
    st.dataframe(
        table, hide_index=True, alt="Paired tests between models",
        height="content" if len(table) <= MOST_LINES else table_height(MOST_LINES),
        column_config={name: st.column_config.Column(width=width) for name, width in WIDTHS.items()},
    )


def _unit(judged: Judged, test: Comparison) -> str:
    """What a test compares models on."""
    if test.metric.endswith(OF_FOLDS):
        return "folds"
    every = (score for found in judged.scores.values() for score in found)
    return next((score.unit for score in every if score.name == test.metric), "rows")


def _interval(found: Comparison, digits: int) -> str:
    if found.low is None or found.high is None:
        return "the same" if abs(found.delta) <= ROUNDING else "–"
    return f"{signed(found.low, digits)} to {signed(found.high, digits)}"
