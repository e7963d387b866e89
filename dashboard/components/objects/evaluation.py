"""Step 4 for objects and faces: the verdict, the leaderboard, differences, slices and the worst."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.distribution import distribution
from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.show import show
from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.objects.evidence import lookers
from dashboard.components.objects.gallery import PAGE, opened_view, tiles
from dashboard.components.text import count, cut, shown
from dashboard.session import Workspace
from pipelines.evaluation.count_verdict import side_words
from pipelines.evaluation.counts import PRIMARY, CountJudgement
from pipelines.evaluation.mean_slices import FEW, mean_slices
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import SIGNIFICANT, p_words
from pipelines.experiment import Experiment
from pipelines.judging import Judged

METRIC_NAMES = {"mae": "Mean error", "accuracy": "Exact", "bias": "Bias"}
VIEWS = ("Differences", "Images furthest off", "Slices")
# Differences beyond are told together.
FAR = 3


def evaluation_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step, or what it needs when nothing was counted by hand."""
    slug, judged = experiment.request.task.slug, experiment.judged
    if judged is None:
        st.info(
            "Nothing is proven yet: nobody has counted. Put a table beside the images in the ZIP, with "
            "their names and how many there are; fifty images are a good start.",
            icon=":material/edit_note:",
        )
        return
    judgement = cast(CountJudgement, judged.detail)
    titles = {run.card.id: run.card.title for run in experiment.runs}
    verdict_view(judged, experiment.warnings)
    leaderboard_view(
        _ranked(judged), titles, experiment.favourite.card.id, METRIC_NAMES, key=slug,
        first=PRIMARY,
    )
    names = list(lookers(experiment))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View", VIEWS, default=VIEWS[0], required=True, key=f"{slug}-view",
            bind="query-params", label_visibility="collapsed",
        ) or VIEWS[0]
        model = names[0]
        if len(names) > 1:
            model = st.selectbox(
                "Look closer at", names, format_func=lambda name: cut(titles[name], 60),
                key=f"{slug}-model", persist_state="session", width=260,
            ) or names[0]
    if view == VIEWS[0]:
        _differences(judgement, model, titles[model], key=f"{slug}-differences-{model}")
    elif view == VIEWS[1]:
        _furthest(experiment, judgement, model, space)
    else:
        _slices(experiment, judgement, model, titles[model])


def _ranked(judged: Judged) -> Judged:
    """The same without the bias, of which neither more nor less is better."""
    return replace(judged, scores={
        name: tuple(score for score in scores if score.name != "bias")
        for name, scores in judged.scores.items()
    })


def _differences(judgement: CountJudgement, model: str, title: str, key: str) -> None:
    off = np.clip(np.round(judgement.errors(model)), -FAR - 1, FAR + 1).astype(int)
    steps = range(-FAR - 1, FAR + 2)
    held = {_step(step): int((off == step).sum()) for step in steps}
    bias = judgement.score(model, "bias")
    side = "" if bias is None else side_words(bias)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            distribution(held).update_xaxes(title_text="Images"), key=key, height=90 + 30 * len(held),
            title=f"{title} {side}" if side else f"{title} is not shown to err to one side",
            alt="Images by the difference of the count from the true count",
        )
    with right:
        st.dataframe(
            pd.DataFrame({"difference": list(held), "images": list(held.values())}),
            hide_index=True, height="content", alt="Images by difference",
        )
        if bias is not None and bias.low is not None and bias.high is not None:
            st.caption(
                f"Bias {bias.value:+.2f} ({bias.low:+.2f} to {bias.high:+.2f}): the mean of the count "
                "minus the true count."
            )


def _step(step: int) -> str:
    if not step:
        return "exact"
    more = " or more" if abs(step) > FAR else ""
    return f"{abs(step)}{more} too {'few' if step < 0 else 'many'}"


def _furthest(
    experiment: Experiment, judgement: CountJudgement, model: str, space: Workspace
) -> None:
    off = np.abs(judgement.errors(model))
    order = np.argsort(-off, kind="stable")
    order = order[off[order] > 0][:PAGE]
    if not len(order):
        st.success("Every counted image is counted exactly.", icon=":material/check:")
        return
    st.caption(
        f"{count(int((off > 0).sum()), 'image')} of {len(off):,} counted wrong; the worst first."
    )
    run, rows = experiment.run_of(model), experiment.tested[order]
    opened_view(experiment, run, space, rows)
    tiles(experiment, run, space, rows, key=f"{experiment.request.task.slug}-furthest")


def _slices(experiment: Experiment, judgement: CountJudgement, model: str, title: str) -> None:
    columns, first = _columns(experiment)
    if not columns:
        st.info("There is no column to slice by.", icon=":material/view_column:")
        return
    slug, names = experiment.request.task.slug, list(columns)
    chosen = st.selectbox(
        "Slice by", names, index=names.index(first), key=f"{slug}-slice", persist_state="session",
        format_func=lambda name: cut(name, 60), width=260,
    ) or first
    parts = list(reversed(mean_slices(
        columns[chosen], np.abs(judgement.errors(model)), seed=judgement.seed
    )))
    sure = [part for part in parts if part.p < SIGNIFICANT and not part.small]
    worst = (sure or parts)[0]
    finding = (
        f"{title} differs where {chosen} is {worst.value}: off by {worst.mean:.2f} "
        f"({p_words(worst.p)} against the rest)"
        if sure else
        f"No slice is shown to differ; the furthest off is {worst.value}, by {worst.mean:.2f}"
    )
    scores = [
        (f"{part.value[:24]} (few)" if part.small else part.value,
         Score("mae", part.mean, part.low, part.high, part.n, "images", higher_is_better=False))
        for part in parts
    ]
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            leaderboard(scores, None, "Mean error"), title=finding,
            key=f"{slug}-slices-{model}-{chosen}", height=90 + 44 * len(parts),
            alt="Mean error of each slice with 95 % intervals",
        )
    with right:
        st.dataframe(
            pd.DataFrame([
                {"value": part.value, "images": part.n, "mean error": round(part.mean, 3),
                 "from": part.low, "to": part.high, "against the rest": p_words(part.p),
                 "few": "yes" if part.small else ""}
                for part in parts
            ]),
            hide_index=True, height="content", alt="Slices with images, means and intervals",
        )
        st.caption(
            f"Slices of fewer than {FEW} images are flagged; tests of the means (permutation) are "
            f"corrected after Holm. {shown(title)} may differ by something that goes along with the "
            "column."
        )


def _columns(experiment: Experiment) -> tuple[dict[str, pd.Series], str]:
    """What counted images can be sliced by, the mapped column first."""
    dataset = experiment.request.dataset
    frame = dataset.table.frame.iloc[experiment.rows[experiment.tested]].reset_index(drop=True)
    used = {column for role, column in dataset.roles.items() if role != "group"}
    group = dataset.roles.get("group")
    names = [str(name) for name in frame.columns
             if name not in used and name != group and frame[name].nunique() > 1]
    if group is not None:
        names.insert(0, group)
    return {name: frame[name] for name in names}, names[0] if names else ""
