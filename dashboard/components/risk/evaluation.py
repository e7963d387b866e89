"""Step 4 for risk and amounts: verdict, leaderboard, curves, deciles, profit, fairness, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import streamlit as st

from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.risk.capacity import capacity_view
from dashboard.components.risk.deciles import deciles_view
from dashboard.components.risk.fairness import fairness_view
from dashboard.components.risk.profit import profit_view
from dashboard.components.risk.ranking_curves import curves_view
from dashboard.components.risk.residuals import residuals_view
from dashboard.components.risk.sensitivity import sensitivity_view
from dashboard.components.risk.worst import worst_view
from dashboard.components.text import cut, shown
from dashboard.session import Workspace
from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.threshold_words import threshold_words
from pipelines.experiment import Experiment
from pipelines.judging import Judged

METRIC_NAMES = {
    "roc_auc": "AUC", "gini": "Gini", "ks": "KS", "pr_auc": "Average precision", "brier": "Brier score",
    "log_loss": "Log loss", "ece": "Calibration error", "accuracy": "Accuracy", "f1": "F1",
    "precision_at_capacity": "Precision at capacity", "recall_at_capacity": "Recall at capacity",
    "sensitivity": "Sensitivity", "specificity": "Specificity", "flagged": "Flagged",
    "missed": "Missed", "rmse": "RMSE", "mae": "MAE", "r2": "R²",
    "interval_coverage": "Coverage of intervals", "roc_auc_of_folds": "AUC, mean of folds",
    "rmse_of_folds": "RMSE, mean of folds", "mae_of_folds": "MAE, mean of folds",
}
# What a file is held against where none of its columns is the baseline.
BASELINES = {"base-rate": "Base rate", "mean": "Mean"}
# How a line may be drawn; a run shows the way of its template, and a file all of them.
LINES = {
    "profit": "Threshold by profit", "capacity": "Review capacity",
    "sensitivity": "Threshold by sensitivity",
}
VIEWS = {
    LINES["profit"]: profit_view, LINES["capacity"]: capacity_view,
    LINES["sensitivity"]: sensitivity_view, "Curves": curves_view,
    "Calibration and deciles": deciles_view, "Fairness": fairness_view,
}
# Only of a run: a file of probabilities has no applicants to look at.
WORST = "Worst errors"


@dataclass(frozen=True)
class Ran:
    """A run, with where what was computed for it is kept."""

    experiment: Experiment
    space: Workspace


def evaluation_view(experiment: Experiment, space: Workspace) -> None:
    """Draw the step of a run."""
    assert experiment.judged is not None, "a target is required"
    titles = {run.card.id: run.card.title for run in experiment.runs}
    judged_view(
        experiment.judged, titles, experiment.favourite.card.id, experiment.warnings,
        experiment.request.task.slug, Ran(experiment, space),
    )


def judged_view(
    judged: Judged, titles: Mapping[str, str], favourite: str, warnings: Sequence[str], key: str,
    ran: Ran | None = None,
) -> None:
    """Draw what was found out, of a run or of a file.

    Args:
        titles: what models are called, by id.
        favourite: the model that is looked at first.
        key: tells the widgets apart.
        ran: the run that was judged; None of a file.
    """
    detail = judged.detail
    if titles.get(judged.baseline) == judged.baseline:
        titles = {**titles, judged.baseline: BASELINES.get(judged.baseline, judged.baseline)}
    verdict_view(judged, warnings)
    leaderboard_view(
        judged, titles, favourite, METRIC_NAMES, key=key, first=detail.primary
    )
    if isinstance(detail, RiskJudgement):
        st.caption(shown(threshold_words(detail, titles), most=600))
    names = [name for name in titles if name != judged.baseline] or list(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = None
        if isinstance(detail, RiskJudgement):
            offered = _offered(judged, ran)
            under = "" if offered[0] == LINES["profit"] else f"-{detail.decision.rule}"
            view = st.segmented_control(
                "View", offered, default=offered[0], required=True, key=f"{key}-view{under}",
                bind="query-params", label_visibility="collapsed", wrap=True,
            ) or offered[0]
        model = st.selectbox(
            "Look closer at", names, index=names.index(favourite) if favourite in names else 0,
            format_func=lambda name: cut(titles.get(name, name), 60), key=f"{key}-model",
            persist_state="session", width=260,
        ) or names[0]
    title = titles.get(model, model)
    if view is None:
        residuals_view(cast(RegressionJudgement, detail), model, title, key)
    else:
        _draw(view, cast(RiskJudgement, detail), model, title, key, ran)


def _draw(
    view: str, judgement: RiskJudgement, model: str, title: str, key: str, ran: Ran | None
) -> None:
    if view == LINES["profit"]:
        # Its figures are settings of the run.
        task = None if ran is None else ran.experiment.request.task
        profit_view(judgement, model, title, key, task)
    elif view == WORST and ran is not None:
        worst_view(judgement, model, title, ran.experiment, ran.space)
    else:
        VIEWS[view](judgement, model, title, key)


def _offered(judged: Judged, ran: Ran | None) -> list[str]:
    """The views that fit what was judged, that of its decision first."""
    detail = cast(RiskJudgement, judged.detail)
    lines = set(LINES.values())
    if judged.purpose is not None:
        lines = {LINES[detail.decision.rule]}
    return [
        name for name in VIEWS
        if (name in lines or name not in LINES.values()) and (name != "Fairness" or detail.groups)
    ] + ([WORST] if ran is not None else [])
