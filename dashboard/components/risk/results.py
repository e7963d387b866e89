"""Step 3 of loan risk: an applicant and why, what if, the scorecard, what matters, a new file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from dashboard.components.risk.applicant import applicant_view
from dashboard.components.risk.applicants import (
    Applicants,
    amount,
    applicants_of,
    decisions_of,
    line_words,
    loss_share,
    model_of,
    outcome_of,
)
from dashboard.components.risk.importance import importance_view
from dashboard.components.risk.rescore import rescore_view
from dashboard.components.risk.scorecard import scorecard_of, scorecard_view
from dashboard.components.risk.what_if import what_if_view
from dashboard.components.risk.why_shown import why_this_model, why_this_threshold
from dashboard.components.text import count, cut, percent, shown
from dashboard.session import Workspace
from pipelines.evaluation.decisions import HeldScores
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.decision import how_chosen
from pipelines.tabular.plan import Column

MOST_LEFT_OUT = 5
View = Callable[[Experiment, ModelRun, Workspace], None]
VIEWS: dict[str, View] = {
    "An applicant": applicant_view, "What if": what_if_view, "Scorecard": scorecard_view,
    "What matters": importance_view, "New file": rescore_view,
}


def results_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug = experiment.request.task.slug
    runs = {run.card.id: run for run in experiment.runs}
    names, key = list(runs), f"{slug}-shown"
    if st.session_state.get(key) not in names:
        st.session_state[key] = experiment.favourite.card.id
    chosen = st.selectbox(
        "Predictions by", names, key=key, width=300,
        format_func=lambda name: cut(runs[name].card.title, 60) if name in runs else str(name),
        persist_state="session",
    )
    run = runs[chosen or names[0]]
    known = applicants_of(experiment, run, space)
    if run is experiment.favourite:
        told = why_this_model(
            experiment.judged, {name: each.card.title for name, each in runs.items()}, run.card.id
        )
        if told:
            st.caption(shown(told, most=900))
    _figures(experiment, run, known)
    if known.chances:
        told = why_this_threshold(experiment, run, known.threshold)
        if told:
            st.caption(told)
    _columns(run)
    tabs = [name for name in VIEWS if name != "Scorecard" or scorecard_of(experiment) is not None]
    for name, tab in zip(
        tabs, st.tabs(tabs, key=f"{slug}-results-tab", on_change="rerun"), strict=True
    ):
        if tab.open:
            with tab:
                VIEWS[name](experiment, run, space)


def _figures(experiment: Experiment, run: ModelRun, known: Applicants) -> None:
    outcomes = known.actual[np.isfinite(known.actual)]
    figures: list[tuple[str, str, str]] = [
        ("Rows", f"{len(known):,}", f"{len(experiment.tested):,} of them judge in step 4"),
        ("Known outcomes", f"{len(outcomes):,}", "rows with a target; the others are predicted only"),
    ]
    if known.chances:
        figures += _of_chances(experiment, run, known, outcomes)
    else:
        figures += [
            ("Mean amount", amount(float(outcomes.mean())) if len(outcomes) else "unknown",
             f"of {outcome_of(experiment)} where it is known"),
            ("Mean predicted", amount(float(known.said.mean())), "over all rows"),
        ]
    with st.grid(4, min_column_width=150):
        for label, value, told in figures:
            st.metric(label, value, border=True, height="stretch", help=told)


def _of_chances(
    experiment: Experiment, run: ModelRun, known: Applicants, outcomes: np.ndarray
) -> list[tuple[str, str, str]]:
    low, high = decisions_of(experiment)
    below = float(known.below.mean())
    share = "Approved" if low == "approve" else "Not flagged"
    found = [
        ("Observed rate", percent(float(outcomes.mean())) if len(outcomes) else "unknown",
         f"share of known outcomes with {outcome_of(experiment)}"),
        ("Mean probability", percent(float(known.said.mean())), "predicted, over all rows"),
        ("Threshold", line_words(known.threshold),
         f"from here on: {high}. {how_chosen(experiment.request.options, _choosing(run))}"),
        (share, percent(below), f"rows below the threshold: {low}"),
    ]
    if known.exposure is not None:
        loss = known.said * known.exposure * loss_share(run)
        total, held = float(np.nansum(loss)), float(np.nansum(loss[known.below]))
        found.append((
            "Expected loss", _short(total),
            f"probability x exposure x {percent(loss_share(run))} loss given default, over all rows "
            f"with an exposure; {amount(held)} of it in rows below the threshold",
        ))
    return found


def _choosing(run: ModelRun) -> HeldScores | None:
    """The rows that chose the threshold of the fitted model."""
    choosers = getattr(run.predictions, "choosers", None)
    return None if choosers is None else choosers.held[0]


def _short(value: float) -> str:
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):,.4g} {letter}"
    return amount(value)


def _columns(run: ModelRun) -> None:
    """Which columns the model looks at, and what was noted in reading them."""
    plan = model_of(run).plan
    kinds = {kind: sum(each.kind == kind for each in plan.used) for kind in
             ("number", "flag", "category", "date", "text")}
    plural = {"category": "categories", "text": "of sentences"}
    parts = [
        f"{n} {plural.get(kind, kind + 's') if n > 1 or kind == 'text' else kind}"
        for kind, n in kinds.items() if n
    ]
    st.caption(
        f"{shown(run.card.title, 60)} looks at {count(len(plan.used), 'column')}: {', '.join(parts)}."
        + _left_out(plan.left_out)
    )


def _left_out(columns: Sequence[Column]) -> str:
    """The columns that no model sees, each with its reason."""
    if not columns:
        return ""
    named = "; ".join(
        f"“{shown(each.name, 40)}”" + (f" ({shown(each.reason, 120)})" if each.reason else "")
        for each in columns[:MOST_LEFT_OUT]
    )
    more = len(columns) - MOST_LEFT_OUT
    return (
        f" {len(columns):,} {'is' if len(columns) == 1 else 'are'} left out: {named}"
        + (f"; and {more:,} more" if more > 0 else "") + "."
    )
