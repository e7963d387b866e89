"""Step 4: the verdict, the leaderboard, and the evidence behind them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.show import show
from dashboard.components.classification.calibration import calibration_view
from dashboard.components.classification.curves import curves_view
from dashboard.components.classification.errors import errors_view
from dashboard.components.classification.evidence import Evidence
from dashboard.components.classification.slices import slices_view
from dashboard.components.classification.thresholds import thresholds_view
from dashboard.components.text import cut, shown
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import p_words

VIEWS = {
    "Errors": errors_view, "Curves": curves_view, "Calibration": calibration_view,
    "Threshold": thresholds_view, "Slices": slices_view,
}
METRIC_NAMES = {
    "accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy",
    "precision_macro": "Precision, macro", "recall_macro": "Recall, macro",
    "f1_macro": "F1, macro", "f1_weighted": "F1, weighted", "f1": "F1",
    "sensitivity": "Sensitivity", "specificity": "Specificity", "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC", "brier": "Brier score", "log_loss": "Log loss",
    "ece": "Calibration error (ECE)",
}


def evaluation_view(evidence: Evidence, warnings: tuple[str, ...]) -> None:
    """Draw the step."""
    st.subheader(shown(evidence.judged.verdict, most=1000), anchor=False)
    if warnings:
        with st.expander(
            f"{len(warnings)} notes and warnings", icon=":material/warning:",
        ):
            for sentence in warnings:
                st.markdown(f"- {shown(sentence, most=600)}")
    _leaderboard(evidence)
    names = [name for name in evidence.judged.scores if name != evidence.judged.baseline]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(names) > 1:
            model = st.selectbox(
                "Look closer at", names, index=names.index(evidence.favourite),
                format_func=lambda name: cut(evidence.titles[name], 60),
                key=f"{evidence.key}-model", persist_state="session", width=260,
            )
        else:
            model = names[0]
        view = st.segmented_control(
            "View", list(VIEWS), default="Errors", required=True, key=f"{evidence.key}-view",
            bind="query-params", label_visibility="collapsed",
        )
    VIEWS[view or "Errors"](evidence, model or evidence.favourite)


def _leaderboard(evidence: Evidence) -> None:
    judged = evidence.judged
    names = [score.name for score in next(iter(judged.scores.values()))]
    metric = st.selectbox(
        "Metric", names, format_func=lambda name: METRIC_NAMES.get(name, name),
        key=f"{evidence.key}-metric", bind="query-params", width=260,
    )
    scores = {
        model: next((score for score in found if score.name == metric), None)
        for model, found in judged.scores.items()
    }
    present = [(evidence.titles.get(name, name), score) for name, score in scores.items()
               if score is not None]
    title = evidence.titles.get(judged.baseline, judged.baseline)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            leaderboard(present, title), key=f"{evidence.key}-leaderboard",
            title=_finding(evidence, metric, scores), height=90 + 44 * len(present),
            alt=f"{METRIC_NAMES.get(metric, metric)} of each model with 95 % intervals",
        )
    with right:
        st.dataframe(
            score_table(evidence), hide_index=True, alt="All scores with their intervals",
            height="content",
        )
        _tests(evidence, metric)


def _finding(evidence: Evidence, metric: str, scores: dict[str, Score | None]) -> str:
    baseline = evidence.judged.baseline
    found = evidence.judgement.comparison(metric, evidence.favourite, baseline)
    score = scores.get(evidence.favourite)
    name = evidence.titles[evidence.favourite]
    if score is None:
        return f"{name} has no {METRIC_NAMES.get(metric, metric)}"
    if found is None:
        return f"{name}: {score.value:.3f}"
    better = "better" if (found.delta > 0) == score.higher_is_better else "worse"
    if found.p >= 0.05:
        return f"{name} is not shown to differ from the baseline ({p_words(found.p)})"
    return f"{name} is {abs(found.delta):.3f} {better} than the baseline ({p_words(found.p)})"


def score_table(evidence: Evidence) -> pd.DataFrame:
    """Models by metrics, each cell a value with its interval."""
    rows = []
    for model, scores in evidence.judged.scores.items():
        row = {"model": evidence.titles.get(model, model)}
        for score in scores:
            label = METRIC_NAMES.get(score.name, score.name)
            row[label] = f"{score.value:.3f}"
            if score.low is not None and score.high is not None:
                row[label] += f"  ({score.low:.3f} to {score.high:.3f})"
        rows.append(row)
    return pd.DataFrame(rows)


def _tests(evidence: Evidence, metric: str) -> None:
    found = [each for each in evidence.judged.comparisons if each.metric == metric]
    if not found:
        return
    table = pd.DataFrame([
        {
            "model": evidence.titles.get(each.model, each.model),
            "against": evidence.titles.get(each.against, each.against),
            "difference": f"{each.delta:+.3f}",
            "95 % interval": "" if each.low is None or each.high is None
            else f"{each.low:+.3f} to {each.high:+.3f}",
            "p": p_words(each.p), "test": each.test,
        }
        for each in found
    ])
    st.caption(f"Paired tests of {METRIC_NAMES.get(metric, metric).lower()}, on the same rows")
    st.dataframe(table, hide_index=True, alt="Paired tests between models",
                 height="content")
