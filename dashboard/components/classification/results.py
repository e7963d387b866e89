"""Step 3 for texts in classes: what the data say, by the chosen model."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.distribution import distribution
from dashboard.charts.show import show
from dashboard.charts.slices import slices as slices_chart
from dashboard.charts.trend import trend, trend_table
from dashboard.components.attribution import show_attribution
from dashboard.components.classification.words import words_view
from dashboard.components.score_card import score_card
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from data.traits import times
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.slices import Slice, slices
from pipelines.evaluation.verdict import SIGNIFICANT, p_words
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import ClassPredictions
from pipelines.report.predictions import prediction_table

ROWS_SHOWN = 1_000
EXAMPLES = 5


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug = experiment.request.task.slug
    runs = {run.card.id: run for run in experiment.runs if not run.card.baseline}
    runs = runs or {run.card.id: run for run in experiment.runs}
    names = list(runs)
    favourite = experiment.favourite.card.id
    if len(names) > 1:
        chosen = st.segmented_control(
            "Predictions of", names, default=favourite if favourite in names else names[0],
            required=True, format_func=lambda name: shown(runs[name].card.title, 40),
            key=f"{slug}-shown", persist_state="session",
        )
    else:
        chosen = names[0]
    run = runs[chosen or names[0]]
    found = cast(ClassPredictions, run.predictions)
    _cards(experiment, run, found)
    if run.card.needs_labels and len(experiment.split.train):
        st.caption(
            f"{len(experiment.split.train):,} of these rows trained this model, so it knows them "
            "better than new ones. Step 4 judges on the others."
        )
    left, right = st.columns(2, gap="medium")
    counts = {name: int((found.codes == code).sum()) for code, name in enumerate(found.classes)}
    top = max(counts, key=lambda name: counts[name])
    with left:
        show(
            distribution(counts), key=f"{slug}-distribution-{run.card.id}",
            title=f"{percent(counts[top] / max(1, len(found)))} of {len(found):,} rows read as {top}",
            alt="Rows by predicted class", height=250,
            table=pd.DataFrame({"class": list(counts), "rows": list(counts.values())}),
        )
    with right:
        _trend_or_slices(experiment, run, found)
    tabs = st.tabs(["Try a sentence", "Rows", "Words", "Examples", "By group"],
                   key=f"{slug}-results-tab", on_change="rerun")
    for tab, draw in zip(tabs, (_try, _rows, words_view, _examples, _groups), strict=True):
        if tab.open:
            with tab:
                draw(experiment, run, space)


def _cards(experiment: Experiment, run: ModelRun, found: ClassPredictions) -> None:
    shares = [(name, float((found.codes == code).mean())) for code, name in enumerate(found.classes)]
    with st.grid(len(shares) + 2, min_column_width=150):
        st.metric("Rows read", f"{len(found):,}", border=True, height="stretch",
                  help=f"{run.rows_per_second:,.0f} rows a second on {run.pipeline.facts.device} in "
                  f"{run.pipeline.facts.precision}")
        for name, share in shares:
            st.metric(name.capitalize(), percent(share), border=True, height="stretch")
        score = None
        if experiment.judged is not None:
            scores = experiment.judged.scores[run.card.id]
            score = next((each for each in scores if each.name == "accuracy"), None)
        if score is None:
            st.metric("Right", "unknown", border=True, height="stretch",
                      help="There are no labels. Label a sample in step 1.")
        else:
            score_card("Right", score, count(score.n, "labelled row"), as_percent=True)


def _trend_or_slices(experiment: Experiment, run: ModelRun, found: ClassPredictions) -> None:
    slug = experiment.request.task.slug
    cells = experiment.request.dataset.column("time")
    if cells is None:
        st.info("Map a time column in step 1 to see the trend.", icon=":material/timeline:")
        return
    when = times(cells.iloc[experiment.rows].reset_index(drop=True))
    if when.notna().sum() < 2:
        st.info("The time column has no times that could be read.", icon=":material/timeline:")
        return
    focus = found.classes[0]
    table = trend_table(when, found.codes, found.classes)
    show(
        trend(table, focus), key=f"{slug}-trend-{run.card.id}",
        title=_trend_finding(table, focus), alt=f"Share of {focus} over time with its interval",
        height=250, table=table,
    )


def _trend_finding(table: pd.DataFrame, focus: str) -> str:
    own = table[table["class"] == focus] if "class" in table else table
    enough = own[own["n"] >= 5] if "n" in own else own
    if enough.empty or "share" not in enough:
        return f"Share of {focus} over time"
    peak = enough.loc[enough["share"].idxmax()]
    period = pd.Timestamp(peak["period"] if "period" in peak else peak.iloc[0])
    return f"{focus.capitalize()} peaks at {100 * peak['share']:.0f} % around {period:%d %b %Y}"


@st.fragment
def _try(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    slug = experiment.request.task.slug
    text = st.text_input(
        "A sentence of yours", key=f"{slug}-try", live=True, max_chars=2_000,
        placeholder="The lamp is lovely, but support never answered.", persist_state="session",
    )
    if not text or not text.strip():
        st.caption(f"{shown(run.card.title)} answers while you type.")
        return
    batch = pd.DataFrame({"text": [text]})
    found = cast(ClassPredictions, run.pipeline.predict(batch))
    with st.grid(len(found.classes), min_column_width=130):
        for name, chance in zip(found.classes, found.probabilities[0], strict=True):
            st.metric(name.capitalize(), percent(float(chance)), border=True)
    explained = run.pipeline.explain(batch, [str(found.labels[0])])
    show_attribution(text, explained[0] if explained else None, key=f"{slug}-try-words")


@st.fragment
def _rows(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    slug = experiment.request.task.slug
    found = cast(ClassPredictions, run.predictions)
    texts = _texts(experiment)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input("Search the text", type="search", key=f"{slug}-search", width=320,
                              persist_state="session")
        wanted = st.pills("Prediction", found.classes, selection_mode="multi", key=f"{slug}-only",
                          persist_state="session")
    keep = np.ones(len(found), dtype=bool)
    if query:
        keep &= texts.str.contains(query, case=False, regex=False).to_numpy(dtype=bool)
    if wanted:
        keep &= np.isin(found.labels, list(wanted))
    rows = np.flatnonzero(keep)
    table = space.once(
        ("evidence", "predictions", experiment.id, run.card.id),
        lambda: prediction_table(experiment, run),
    )
    view = table.iloc[experiment.rows[rows[:ROWS_SHOWN]]]
    first = [experiment.request.dataset.roles["text"], "prediction", "confidence"]
    order = [name for name in first if name in view] + [n for n in view.columns if n not in first]
    state = st.dataframe(
        view[order], hide_index=True, height=320, on_select="rerun", selection_mode="single-row",
        key=f"{slug}-rows-{run.card.id}-{query}-{wanted}", alt="Rows with their predictions",
    )
    st.caption(
        f"{count(len(rows), 'row')} of {len(found):,}"
        + (f"; the first {ROWS_SHOWN:,} are shown." if len(rows) > ROWS_SHOWN else ".")
    )
    selected = state["selection"]["rows"]
    if selected and selected[0] < len(rows):
        row = int(rows[selected[0]])
        with st.container(border=True):
            label = str(found.labels[row])
            st.markdown(f"**{label.capitalize()}**, {100 * found.confidence[row]:.0f} % confident")
            batch = pd.DataFrame({"text": [texts.iloc[row]]})
            explained = run.pipeline.explain(batch, [label])
            show_attribution(texts.iloc[row], explained[0] if explained else None,
                             key=f"{slug}-row-{row}")


def _texts(experiment: Experiment) -> pd.Series:
    batch = experiment.request.dataset.batch()["text"]
    return batch.iloc[experiment.rows].reset_index(drop=True)


def _examples(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    found = cast(ClassPredictions, run.predictions)
    texts = _texts(experiment)
    for column, (code, name) in zip(
        st.columns(len(found.classes), gap="medium"), enumerate(found.classes), strict=True
    ):
        with column:
            st.markdown(f"**{name.capitalize()}**")
            mine = np.flatnonzero(found.codes == code)
            if not len(mine):
                st.caption("None.")
                continue
            ranked = mine[np.argsort(-found.probabilities[mine, code], kind="stable")]
            middle = max(0, len(ranked) // 2 - EXAMPLES // 2)
            for title, some in (("Most extreme", ranked[:EXAMPLES]),
                                ("Typical (median confidence)", ranked[middle : middle + EXAMPLES])):
                st.caption(title)
                for row in some:
                    chance = 100 * found.probabilities[row, code]
                    st.markdown(f"{shown(texts.iloc[row], 220)} :gray[{chance:.0f} %]")


def _groups(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    dataset = experiment.request.dataset
    slug = dataset.roles.get("group")
    found = cast(ClassPredictions, run.predictions)
    if slug is None:
        st.info("Map “Slice by” in step 1 to compare groups.", icon=":material/group_work:")
        return
    focus = st.segmented_control(
        "Share of", found.classes, default=found.classes[0], required=True,
        key=f"{experiment.request.task.slug}-focus", persist_state="session",
    ) or found.classes[0]
    cells = dataset.table.frame[slug].iloc[experiment.rows].reset_index(drop=True)
    is_focus = found.labels == focus
    parts = sorted(slices(cells, is_focus), key=lambda part: -part.accuracy)
    overall = float(is_focus.mean())
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            slices_chart(parts, overall, f"Share {focus}"), height=110 + 34 * len(parts),
            key=f"{experiment.request.task.slug}-groups-{run.card.id}-{focus}",
            title=_groups_finding(str(focus), slug, parts),
            alt=f"Share of {focus} in each group with 95 % intervals",
        )
    with right:
        low, high = wilson(int(is_focus.sum()), len(is_focus))
        st.caption(f"Over all rows {percent(overall)} ({100 * low:.1f} to {100 * high:.1f} %).")
        st.dataframe(
            pd.DataFrame([
                {"group": part.value, "rows": part.n, f"share {focus}": round(part.accuracy, 3),
                 "from": round(part.low, 3), "to": round(part.high, 3),
                 "few rows": "yes" if part.small else ""}
                for part in parts
            ]),
            hide_index=True, alt="Groups with shares and intervals",
        )


def _groups_finding(focus: str, column: str, parts: list[Slice]) -> str:
    sure = [part for part in parts if part.p < SIGNIFICANT and not part.small]
    if not sure:
        return f"No group of {column} is shown to differ in {focus}"
    top = sure[0]
    return (
        f"{focus.capitalize()} where {column} is {top.value}: {100 * top.accuracy:.0f} % of "
        f"{top.n:,} rows, unlike the rest ({p_words(top.p)})"
    )
