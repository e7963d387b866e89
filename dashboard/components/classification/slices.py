"""Which group a model serves worst."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.charts.show import show
from dashboard.charts.slices import slices as slices_chart
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import cut
from pipelines.evaluation.slices import Slice, slices
from pipelines.evaluation.verdict import SIGNIFICANT, p_words

TEXT_LENGTH = "length of the text"
TRUE_CLASS = "true class"


def slices_view(evidence: Evidence, model: str) -> None:
    """Draw accuracy by the values of a column."""
    columns = _columns(evidence)
    first = columns.index(evidence.group) if evidence.group in columns else 0
    chosen = st.selectbox(
        "Slice by", columns, index=first, key=f"{evidence.key}-slice", persist_state="session",
        format_func=lambda name: cut(name, 60), width=260,
    )
    found = evidence.of(model)
    parts = slices(_values(evidence, chosen or columns[0]), found.right)
    title = _finding(parts, f"{evidence.titles[model]} is weakest where {chosen} is",
                     float(found.right.mean()))
    table = pd.DataFrame([
        {"value": part.value, "rows": part.n, "accuracy": round(part.accuracy, 3),
         "from": round(part.low, 3), "to": round(part.high, 3),
         "against the rest": p_words(part.p), "few rows": "yes" if part.small else ""}
        for part in parts
    ])
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            slices_chart(list(parts), float(found.right.mean())), title=title,
            key=f"{evidence.key}-slices-{model}", height=110 + 34 * len(parts),
            alt="Accuracy of each slice with 95 % intervals",
        )
    with right:
        st.dataframe(table, hide_index=True, alt="Slices with rows, accuracy and intervals")
        st.caption("Slices of fewer than 30 rows are flagged; tests are corrected after Holm.")


def _finding(parts: Sequence[Slice], weakest: str, overall: float) -> str:
    """What the slices show, as far as their rows and tests allow it.

    Args:
        parts: the lowest first.
        weakest: begins the sentence on a slice that is shown to be lower.
        overall: share right of all rows.
    """
    sure = [part for part in parts if part.p < SIGNIFICANT and not part.small]
    if sure and sure[0].accuracy < overall:
        return (
            f"{weakest} {sure[0].value}: {100 * sure[0].accuracy:.0f} % right "
            f"({p_words(sure[0].p)} against the rest)"
        )
    worst = parts[0]
    share = f"{100 * worst.accuracy:.0f} %"
    if all(part.accuracy == worst.accuracy for part in parts):
        return f"All slices are {share} right" if len(parts) > 1 else f"The one slice is {share} right"
    if sure:
        return f"{sure[-1].value} is higher than the rest ({p_words(sure[-1].p)})"
    few = f" ({p_words(worst.p)}, but {worst.n:,} rows are few)" if worst.p < SIGNIFICANT else ""
    return f"No slice is shown to differ; the lowest is {worst.value}, {share} of {worst.n:,}{few}"


def _columns(evidence: Evidence) -> list[str]:
    own = [str(name) for name in evidence.frame.columns if name != evidence.text]
    texts = evidence.text is not None and evidence.previews is None
    return [*own, TRUE_CLASS, *([TEXT_LENGTH] if texts else [])]


def _values(evidence: Evidence, name: str) -> pd.Series:
    if name in evidence.frame:
        return evidence.frame[name]
    if name == TRUE_CLASS:
        return pd.Series(evidence.labels(evidence.judgement.truth))
    return evidence.frame[evidence.text].astype("str").str.split().str.len()
