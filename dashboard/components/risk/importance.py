"""Which columns matter to a model, and how its answer follows each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.contributions import Bar, contributions
from dashboard.charts.feature_shape import feature_shape
from dashboard.charts.show import show
from dashboard.components.risk.applicants import Applicants, amount, applicants_of, model_of
from dashboard.components.risk.picking import key_of
from dashboard.components.text import count, cut, shown
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress
from pipelines.tabular.importance import REPEATS, Importance, permutation_importance
from pipelines.tabular.shapes import MISSING, Shape, shapes

MOST_BARS = 15
FEWEST_JUDGED = 20


@dataclass(frozen=True)
class Matters:
    """What the tab shows, computed once for a model."""

    importance: tuple[Importance, ...]
    shapes: tuple[Shape, ...]


@st.fragment
def importance_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw importances and shapes, computed once, in the job pool."""
    known = applicants_of(experiment, run, space)
    key = ("evidence", "matters", experiment.id, run.card.id)
    job = space.memo.get(key)
    if job is None:
        model, seed = model_of(run), experiment.request.seed
        rows = np.flatnonzero(known.judged & np.isfinite(known.actual))

        def work(progress: Progress) -> Matters:
            found: tuple[Importance, ...] = ()
            if len(rows) >= FEWEST_JUDGED:
                features = known.features.iloc[rows]
                found = permutation_importance(
                    model, features, known.actual[rows], seed=seed, progress=progress
                )
            return Matters(found, shapes(model, known.features, seed=seed, progress=progress))

        job = space.memo[key] = start_job("What matters", work)
    if not job.finished:
        wait_for(job)
        return
    if job.state != "done":
        st.error(shown(job.sentence, most=600), icon=":material/error:")
        return
    found = cast(Matters, job.result)
    left, right = st.columns([6, 6], gap="medium")
    with left:
        _importance(experiment, run, known, found.importance)
    with right:
        _shape(experiment, run, known, found)


def _importance(
    experiment: Experiment, run: ModelRun, known: Applicants, found: tuple[Importance, ...]
) -> None:
    if not found:
        st.info("Too few rows judge to tell what matters.", icon=":material/bar_chart:")
        return
    if not any(each.loss for each in found):
        st.info(f"{shown(run.card.title, 60)} looks at no column, so none matters to it.",
                icon=":material/horizontal_rule:")
        return
    top = found[:MOST_BARS]
    scale = 100.0 if known.chances else 1.0
    unit = "Fall of the AUC when shuffled, in points" if known.chances else (
        "Rise of the error (RMSE) when shuffled"
    )
    digits = 1 if known.chances else 0 if top[0].loss >= 100 else 3
    seen = bool((known.judged & known.taught).any())
    show(
        contributions(
            [Bar(each.column, scale * each.loss, scale * each.low, scale * each.high)
             for each in top], unit, digits=digits, worse=0.0,
        ),
        key=key_of(experiment, f"importance-{run.card.id}"), title=_finding(found, seen),
        alt="Importance of each column with its interval",
        table=pd.DataFrame({
            "column": [each.column for each in found],
            "loss": [round(each.loss, 5) for each in found],
            "from": [round(each.low, 5) for each in found],
            "to": [round(each.high, 5) for each in found],
        }),
    )
    more = f" The first {MOST_BARS} of {len(found)}." if len(found) > MOST_BARS else ""
    st.caption(
        f"Each column alone was exchanged among {count(found[0].n, 'row')}, {REPEATS} times; 95 % "
        "intervals over rows. Columns that say the same hide each other: shuffling one loses little "
        "while the other stays."
        + (" The final model has learnt from these rows (cross-validation judges with others), which "
           "flatters columns that it overfits to: this is what it uses, no proof that a column "
           "matters for new rows." if seen else "") + more
    )


def _finding(found: tuple[Importance, ...], seen: bool) -> str:
    """What the bars show; nothing is proven on rows that the model has learnt from."""
    if seen:
        return f"{cut(found[0].column, 40)} weighs the most with this model, on rows it learnt from"
    proven = sum(each.proven for each in found)
    if not proven:
        return "No column alone is shown to matter"
    return f"{cut(found[0].column, 40)} matters most; {proven} of {len(found)} are shown to matter"


def _shape(experiment: Experiment, run: ModelRun, known: Applicants, found: Matters) -> None:
    by_name = {each.column: each for each in found.shapes}
    if by_name and not any(each.range for each in found.shapes):
        return
    if not by_name:
        st.info("Columns of sentences have no shape.", icon=":material/show_chart:")
        return
    order = [each.column for each in found.importance if each.column in by_name] or list(by_name)
    key = key_of(experiment, "shape")
    if st.session_state.get(key, order[0]) not in order:
        st.session_state[key] = order[0]
    name = st.selectbox("How the answer follows", order, key=key, persist_state="session",
                        format_func=lambda each: cut(each, 60)) or order[0]
    shape = by_name[name]
    what = "Mean probability" if known.chances else "Mean amount"
    show(
        feature_shape(shape, what, as_percent=known.chances),
        key=key_of(experiment, f"shape-{run.card.id}-{order.index(name)}"), height=380,
        title=shape_in_words(shape, known.chances), alt=f"{what} by the value of a column",
        table=pd.DataFrame({
            "value": shape.labels, what.lower(): np.round(shape.mean, 4), "rows": shape.rows,
        }),
    )
    st.caption(
        "The mean answer if every row had this value and all else stayed as it is; bars count the "
        "rows whose own value is nearest. Where there are few rows the curve is a guess."
        + (" The circle at the right is of rows without a value." if MISSING in shape.labels
           and np.isfinite(shape.at).any() else "")
    )


def shape_in_words(shape: Shape, chances: bool) -> str:
    """What a shape shows, with its ends."""

    def said(value: float) -> str:
        return f"{100 * value:.1f} %" if chances else amount(value)

    known = np.array([label != MISSING for label in shape.labels])
    mean = shape.mean[known]
    name = cut(shape.column, 40)
    if not len(mean) or shape.range < (0.0005 if chances else 1e-9 * max(1.0, np.abs(mean).max())):
        return f"The answer does not follow {name}"
    low, high = int(mean.argmin()), int(mean.argmax())
    labels = [label for label in shape.labels if label != MISSING]
    if not np.isfinite(shape.at).any():
        return f"From {said(mean[low])} at {cut(labels[low], 24)} to {said(mean[high])} at " + cut(
            labels[high], 24
        )
    steps = np.diff(mean)
    slack = 0.02 * shape.range
    if (steps >= -slack).all():
        return f"Rises with {name}, from {said(mean[0])} to {said(mean[-1])}"
    if (steps <= slack).all():
        return f"Falls with {name}, from {said(mean[0])} to {said(mean[-1])}"
    return (
        f"Lowest at {name} {labels[low]} ({said(mean[low])}), highest at {labels[high]} "
        f"({said(mean[high])})"
    )
