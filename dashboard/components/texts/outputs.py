"""What the outputs look like: lengths, empty ones, copies of the source, languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.leaderboard import leaderboard
from dashboard.charts.show import show
from dashboard.components.text import count, shown
from dashboard.components.texts.evidence import TextEvidence
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_warnings import LONG, SHORT


def outputs_view(evidence: TextEvidence) -> None:
    """Draw a table of what is seen in the outputs, and the lengths beside it."""
    judgement = evidence.judgement
    n = len(judgement.references)
    ratios = [
        (evidence.titles[name], Score("length_ratio", facts.length_ratio, None, None, n, "segments"))
        for name, facts in judgement.facts.items() if np.isfinite(facts.length_ratio)
    ]
    left, right = st.columns([5, 6], gap="medium")
    with left:
        show(
            leaderboard(ratios, None, "Words for each word of the reference", towards=1.0),
            title=_finding(evidence), key=f"{evidence.key}-lengths",
            alt="Length of the outputs against the references", height=90 + 44 * len(ratios),
        )
    with right:
        st.dataframe(_table(evidence), hide_index=True, height="content",
                     alt="Lengths, empty outputs, copies and languages of each system")
        language = judgement.language
        if language is not None:
            st.caption(
                f"The references look {language.name} ({100 * language.share:.0f} % of those looked "
                "at). A copy repeats the source where the reference does not."
            )


def _finding(evidence: TextEvidence) -> str:
    judgement = evidence.judgement
    n = len(judgement.references)
    silent = max(judgement.facts, key=lambda name: judgement.facts[name].empty)
    empty = judgement.facts[silent].empty
    if empty:
        return f"{evidence.titles[silent]} writes nothing for {empty:,} of {count(n, 'segment')}"
    off = {
        name: facts.length_ratio for name, facts in judgement.facts.items()
        if np.isfinite(facts.length_ratio) and not SHORT <= facts.length_ratio <= LONG
    }
    if not off:
        return "Every system writes about as much as the references"
    name = max(off, key=lambda each: abs(np.log(max(off[each], 1e-9))))
    side = "less" if off[name] < 1 else "more"
    return (
        f"{evidence.titles[name]} writes much {side} than the references: {off[name]:.2f} words for "
        "each of theirs"
    )


def _table(evidence: TextEvidence) -> pd.DataFrame:
    judgement = evidence.judgement
    n = len(judgement.references)
    theirs = np.array([max(len(each[0]), 1) for each in judgement.references])
    rows = []
    for name, facts in judgement.facts.items():
        share = np.array([len(text) for text in judgement.systems[name]]) / theirs
        language = facts.language
        row: dict[str, object] = {
            "model": evidence.titles[name],
            "length ratio": f"{facts.length_ratio:.2f}",
            "shorter than half": int((share < 0.5).sum()),
            "longer than double": int((share > 2).sum()),
            "empty": f"{facts.empty:,} ({100 * facts.empty / n:.1f} %)",
        }
        if facts.copied is not None:
            row["copies"] = f"{facts.copied:,} ({100 * facts.copied / n:.1f} %)"
        row["language"] = (
            "" if language is None else f"{shown(language.name)} {100 * language.share:.0f} %"
        )
        rows.append(row)
    return pd.DataFrame(rows)
