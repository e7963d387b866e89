"""Which segments a system serves worst, by the values of a column."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.show import show
from dashboard.components.text import cut
from dashboard.components.texts.evidence import TextEvidence
from pipelines.evaluation.mean_slices import FEW, MeanSlice, mean_slices
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_metrics import OF_A_HUNDRED, TITLES
from pipelines.evaluation.verdict import SIGNIFICANT, p_words


def slices_view(evidence: TextEvidence, model: str) -> None:
    """Draw the mean score of segments by a column."""
    judgement = evidence.judgement
    names = list(evidence.columns)
    metrics: list[str] = [name for name in ("chrf", "f1_token", "rougeL") if name in judgement.metrics]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Slice by", names, index=names.index(evidence.group), key=f"{evidence.key}-slice",
            persist_state="session", format_func=lambda name: cut(name, 60), width=260,
        ) or names[0]
        metric = st.selectbox(
            "Mean of", metrics, index=metrics.index(evidence.segment_metric), width=160,
            format_func=lambda name: TITLES[name], key=f"{evidence.key}-slice-metric",
        ) or metrics[0]
    parts = mean_slices(
        evidence.columns[chosen], judgement.segments[model][metric], seed=judgement.seed
    )
    digits = 1 if metric in OF_A_HUNDRED else 3
    scores = [
        (f"{part.value[:24]} (few)" if part.small else part.value,
         Score(metric, part.mean, part.low, part.high, part.n, "segments"))
        for part in parts
    ]
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            leaderboard(scores, None, f"Mean {TITLES[metric]} of single segments"),
            title=_finding(evidence.titles[model], chosen, parts, metric),
            key=f"{evidence.key}-slices-{model}-{chosen}-{metric}", height=90 + 44 * len(parts),
            alt=f"Mean {TITLES[metric]} of each slice with 95 % intervals",
        )
    with right:
        st.dataframe(
            pd.DataFrame([
                {"value": part.value, "segments": part.n, "mean": round(part.mean, digits),
                 "from": None if part.low is None else round(part.low, digits),
                 "to": None if part.high is None else round(part.high, digits),
                 "against the rest": p_words(part.p), "few": "yes" if part.small else ""}
                for part in parts
            ]),
            hide_index=True, height="content", alt="Slices with segments, means and intervals",
        )
        st.caption(
            f"Slices of fewer than {FEW} segments are flagged; tests (Mann-Whitney) are corrected "
            "after Holm."
        )


def _finding(name: str, column: str, parts: tuple[MeanSlice, ...], metric: str) -> str:
    sure = [part for part in parts if part.p < SIGNIFICANT and not part.small]
    digits = 1 if metric in OF_A_HUNDRED else 3
    if sure:
        mean = sum(part.mean * part.n for part in parts) / sum(part.n for part in parts)
        side = "weaker" if sure[0].mean < mean else "stronger"
        return (
            f"{name} is {side} where {column} is {sure[0].value}: {TITLES[metric]} "
            f"{sure[0].mean:.{digits}f} ({p_words(sure[0].p)} against the rest)"
        )
    return f"No slice is shown to differ; the lowest is {parts[0].value}, {parts[0].mean:.{digits}f}"
