"""ROC and precision-recall curves of a model."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.curves import precision_recall, roc
from dashboard.charts.show import show
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import shown


def curves_view(evidence: Evidence, model: str) -> None:
    """Draw both curves side by side."""
    found = evidence.of(model)
    title = evidence.titles[model]
    if found.system.probabilities is None:
        st.info(f"{shown(title)} gives no probabilities, and a curve needs them.")
        return
    if not found.roc:
        st.info("A curve needs rows of at least two classes.")
        return
    area = evidence.judgement.score(model, "roc_auc")
    average = evidence.judgement.score(model, "pr_auc")
    left, right = st.columns(2, gap="medium")
    with left:
        show(
            roc(found.roc), key=f"{evidence.key}-roc-{model}",
            title=f"{title} ranks a class above the rest: AUC {area.value:.3f}" if area else title,
            alt="True positive rate against false positive rate", height=360,
        )
    with right:
        show(
            precision_recall(found.precision_recall), key=f"{evidence.key}-pr-{model}",
            title=f"Average precision {average.value:.3f}" if average else title,
            alt="Precision against recall", height=360,
        )
