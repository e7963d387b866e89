"""How exactly each number was computed: without its signature a BLEU means nothing."""

from __future__ import annotations

import streamlit as st

from dashboard.components.texts.evidence import TextEvidence
from pipelines.evaluation.metric_words import OF_TEXTS


def signatures_view(evidence: TextEvidence) -> None:
    """Show the signature of each score and of its tests, ready to be copied."""
    judged = evidence.judged
    tests: dict[str, str] = {}
    for each in judged.comparisons:
        tests.setdefault(each.metric, each.test)
    st.markdown(
        "Copy these beside the numbers, so that others can compute the same. BLEU, chrF and TER are "
        "sacreBLEU's, to the digit. Intervals are percentile bootstrap over segments, Wilson's for "
        "exact match."
    )
    for score in judged.scores[evidence.favourite]:
        words = OF_TEXTS.get(score.name)
        st.caption(words.title if words else score.name)
        lines = [score.signature]
        if score.name in tests:
            lines.append(f"test: {tests[score.name]}")
        st.code("\n".join(lines), language=None, wrap_lines=True)
