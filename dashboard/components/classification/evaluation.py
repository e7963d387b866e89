"""Step 4: the verdict, the leaderboard, and the evidence behind them."""

from __future__ import annotations

import streamlit as st

from dashboard.components.classification.calibration import calibration_view
from dashboard.components.classification.curves import curves_view
from dashboard.components.classification.errors import errors_view
from dashboard.components.classification.evidence import Evidence
from dashboard.components.classification.slices import slices_view
from dashboard.components.classification.thresholds import thresholds_view
from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.text import cut

VIEWS = {
    "Errors": errors_view, "Curves": curves_view, "Calibration": calibration_view,
    "Threshold": thresholds_view, "Slices": slices_view,
}
METRIC_NAMES = {
    "accuracy": "Accuracy", "top5_accuracy": "Among the best five",
    "balanced_accuracy": "Balanced accuracy",
    "precision_macro": "Precision, macro", "recall_macro": "Recall, macro",
    "f1_macro": "F1, macro", "f1_weighted": "F1, weighted", "f1": "F1",
    "sensitivity": "Sensitivity", "specificity": "Specificity", "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC", "brier": "Brier score", "log_loss": "Log loss",
    "ece": "Calibration error (ECE)",
}


def evaluation_view(evidence: Evidence, warnings: tuple[str, ...]) -> None:
    """Draw the step."""
    verdict_view(evidence.judged, warnings)
    leaderboard_view(
        evidence.judged, evidence.titles, evidence.favourite, METRIC_NAMES, key=evidence.key
    )
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
