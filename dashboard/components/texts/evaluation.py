"""Step 4 of texts: the verdict, the leaderboard, and the evidence behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.components.leaderboard import leaderboard_view, verdict_view
from dashboard.components.text import cut
from dashboard.components.texts.evidence import TextEvidence
from dashboard.components.texts.outputs import outputs_view
from dashboard.components.texts.segments import segments_view
from dashboard.components.texts.signatures import signatures_view
from dashboard.components.texts.slices import slices_view
from pipelines.evaluation.metric_words import OF_TEXTS, titles
from pipelines.judging import Judged

METRIC_NAMES = titles(OF_TEXTS)
# Views of one system; the others show all of them.
OF_A_SYSTEM: dict[str, Callable[[TextEvidence, str], None]] = {
    "Segments": segments_view, "Slices": slices_view,
}
OF_ALL: dict[str, Callable[[TextEvidence], None]] = {
    "Lengths and copies": outputs_view, "Signatures": signatures_view,
}
VIEWS = ("Segments", "Lengths and copies", "Slices", "Signatures")


def headline_first(judged: Judged, metric: str) -> Judged:
    """The same with the scores that the verdict speaks of before the others."""
    return replace(judged, scores={
        name: tuple(sorted(scores, key=lambda score: score.name != metric))
        for name, scores in judged.scores.items()
    })


def evaluation_view(evidence: TextEvidence, warnings: Sequence[str]) -> None:
    """Draw the step."""
    judgement = evidence.judgement
    judged = headline_first(evidence.judged.named(evidence.titles), judgement.primary)
    if judgement.stand_in and len(judged.scores) == 1:
        # What stands alone is no baseline of anything.
        judged = replace(judged, baseline="")
    verdict_view(judged, warnings)
    rivals = evidence.rivals(evidence.favourite)
    leaderboard_view(
        judged, evidence.titles, evidence.favourite, METRIC_NAMES, key=evidence.key,
        first=judgement.primary, against=rivals[0] if judgement.stand_in and rivals else None,
    )
    view = st.segmented_control(
        "View", list(VIEWS), default=VIEWS[0], required=True, key=f"{evidence.key}-view",
        bind="query-params", label_visibility="collapsed",
    ) or VIEWS[0]
    if view in OF_ALL:
        OF_ALL[view](evidence)
        return
    names = [
        name for name in evidence.judged.scores
        if judgement.stand_in or name != judgement.baseline
    ] or [evidence.favourite]
    model = names[0]
    if len(names) > 1:
        model = st.selectbox(
            "Look closer at", names, index=names.index(evidence.favourite),
            format_func=lambda name: cut(evidence.titles[name], 60),
            key=f"{evidence.key}-model", persist_state="session", width=260,
        ) or evidence.favourite
    OF_A_SYSTEM[view](evidence, model)
