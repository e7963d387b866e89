"""Which segments a system serves worst, by the values of a column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.show import show
from dashboard.components.text import count, cut
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
            _table(parts, digits),
            hide_index=True, height="content", alt="Slices with segments, means and intervals",
        )
        tests = "one test (permutation) of the two means" if len(parts) == 2 else (
            "tests of the means (permutation) are corrected after Holm"
        )
        st.caption(f"Slices of fewer than {FEW} segments are flagged; {tests}.")


def _table(parts: Sequence[MeanSlice], digits: int) -> pd.DataFrame:
    def written(end: float | None) -> str:
        return "–" if end is None else f"{end:.{digits}f}"

    two = len(parts) == 2
    return pd.DataFrame([
        {"value": part.value, "segments": part.n, "mean": round(part.mean, digits),
         "from": written(part.low), "to": written(part.high),
         f"against the {'other' if two else 'rest'}":
             "the same test" if two and position else p_words(part.p),
         "few": "yes" if part.small else ""}
        for position, part in enumerate(parts)
    ])


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
    few = [part for part in parts if part.p < SIGNIFICANT]
    if few:
        # Parts are sorted: of two slices that are one test the lower one is named.
        side = "lowest" if few[0] is parts[0] else "highest" if few[0] is parts[-1] else "different"
        score = f"{TITLES[metric]} {few[0].mean:.{digits}f}, {p_words(few[0].p)}"
        return (
            f"{few[0].value} is {side} ({score}), but {count(few[0].n, 'segment')} are few: read "
            "them before you believe it"
        )
    if len({part.mean for part in parts}) == 1:
        return f"All slices have the same mean, {parts[0].mean:.{digits}f}"
    return f"No slice is shown to differ; the lowest is {parts[0].value}, {parts[0].mean:.{digits}f}"
