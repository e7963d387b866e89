"""How well risks are ranked: what is found against what is wrongly flagged."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.curves import precision_recall, roc
from dashboard.charts.gain import gain
from dashboard.charts.show import show
from pipelines.evaluation.curves import precision_recall_curve, roc_curve
from pipelines.evaluation.deciles import gain_curve
from pipelines.evaluation.risk_judgement import RiskJudgement


def curves_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw the ROC, precision-recall and gain curves."""
    truth, chance = judgement.truth, judgement.systems[model]
    area, average = judgement.score(model, "roc_auc"), judgement.score(model, "pr_auc")
    if not truth.any() or truth.all():
        st.info("A curve needs rows of both outcomes.")
        return
    left, middle, right = st.columns(3, gap="medium")
    with left:
        show(
            roc({title: roc_curve(truth, chance)}), key=f"{key}-roc-{model}", height=340,
            title=f"AUC {area.value:.3f}" if area else title,
            alt="True positive rate against false positive rate",
        )
    with middle:
        show(
            precision_recall({title: precision_recall_curve(truth, chance)}),
            key=f"{key}-pr-{model}", height=340,
            title=f"Average precision {average.value:.3f}" if average else title,
            alt="Precision against recall",
        )
    with right:
        shares, reached = gain_curve(truth, chance)
        tenth = reached[round(0.1 * (len(shares) - 1))]
        show(
            gain(shares, reached), key=f"{key}-gain-{model}", height=340,
            title=f"The riskiest tenth holds {100 * tenth:.0f} % of “{judgement.positive}”",
            alt="Share of the class among the riskiest rows",
        )
