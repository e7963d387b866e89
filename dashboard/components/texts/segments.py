"""Every segment with its reference and outputs, the largest losses against another system first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.text import count, cut, shown
from dashboard.components.texts.evidence import TextEvidence
from dashboard.components.texts.marked import marked_html
from data.export import safe_csv
from pipelines.evaluation.text_metrics import OF_A_HUNDRED, TITLES
from pipelines.evaluation.word_differences import closest

ROWS_SHOWN = 500
NOBODY = "nobody: the weakest first"
NOTICEABLE = 1e-9
# A longer source would push what was made of it off the screen.
LONG_SOURCE = 600


@st.fragment
def segments_view(evidence: TextEvidence, model: str) -> None:
    """Draw the table and the opened segment."""
    judgement = evidence.judgement
    rivals = evidence.rivals(model)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rival = st.selectbox(
            "Against", [*rivals, NOBODY], index=_first_rival(evidence, model, rivals),
            key=f"{evidence.key}-rival-{model}", width=260,
            format_func=lambda name: cut(evidence.titles.get(name, name), 60),
        )
        metrics = [name for name in judgement.segments[model] if name != "exact_match"]
        metric = st.selectbox(
            "By", metrics, index=metrics.index(evidence.segment_metric), width=160,
            format_func=lambda name: TITLES[name], key=f"{evidence.key}-segment-metric",
        ) or evidence.segment_metric
        words = st.text_input(
            "Search", key=f"{evidence.key}-search", placeholder="words in any of the texts", width=280,
        )
    other = None if rival in (None, NOBODY) else rival
    order = _order(evidence, model, other, metric, words)
    st.markdown(f"**{_finding(evidence, model, other, metric, order)}**")
    if not len(order):
        st.caption("No segment has these words.")
        return
    table = _table(evidence, model, other, metric, order)
    state = st.dataframe(
        table.head(ROWS_SHOWN), hide_index=True, height=330, on_select="rerun",
        selection_mode="single-row", key=f"{evidence.key}-segments-{model}-{other}-{metric}-{words}",
        alt="Segments with their scores, reference and outputs",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download these segments", lambda: safe_csv(table, byte_order_mark=True),
            file_name="segments.csv", icon=":material/download:", on_click="ignore",
            key=f"{evidence.key}-segments-csv",
        )
        if len(table) > ROWS_SHOWN:
            st.caption(f"The first {ROWS_SHOWN} of {len(table):,} are shown.")
    chosen = state["selection"]["rows"]
    # Without a choice the worst one is open: it is what the table is for.
    picked = chosen[0] if chosen and chosen[0] < len(order) else 0
    _open(evidence, model, other, metric, int(order[picked]))
    st.caption("Select another row to open it.")


def _first_rival(evidence: TextEvidence, model: str, rivals: list[str]) -> int:
    """The place of the rival to begin with: none where all there is is a copy that never wins."""
    judgement, first = evidence.judgement, rivals[0] if rivals else None
    if first is None or judgement.stand_in or first != judgement.baseline:
        return 0
    lost = judgement.losses(model, first, evidence.segment_metric) > NOTICEABLE
    return 0 if lost.any() else len(rivals)


def _order(
    evidence: TextEvidence, model: str, other: str | None, metric: str, words: str
) -> np.ndarray:
    judgement = evidence.judgement
    if other is None:
        badness = -judgement.segments[model][metric] * (-1 if metric == "ter" else 1)
    else:
        badness = judgement.losses(model, other, metric)
    order = np.argsort(-badness, kind="stable")
    wanted = words.casefold().split()
    if not wanted:
        return order
    texts = [judgement.systems[name] for name in (model, other) if name is not None]
    texts += [judgement.sources] if judgement.sources is not None else []
    kept = []
    for row in order:
        held = " ".join([*judgement.references[row], *(each[row] for each in texts)]).casefold()
        if all(word in held for word in wanted):
            kept.append(row)
    return np.array(kept, dtype=int)


def _finding(
    evidence: TextEvidence, model: str, other: str | None, metric: str, order: np.ndarray
) -> str:
    name, title = shown(evidence.titles[model], 60), TITLES[metric]
    if other is None:
        return f"{count(len(order), 'segment')}, the weakest {title} first"
    lost = evidence.judgement.losses(model, other, metric)[order]
    worse, better = int((lost > NOTICEABLE).sum()), int((lost < -NOTICEABLE).sum())
    rival = shown(evidence.titles[other], 60)
    if better == len(order):
        return (
            f"By {title} {name} is better than {rival} in all of {count(better, 'segment')}; "
            "the smallest gains first"
        )
    return (
        f"By {title} {name} is worse than {rival} in "
        f"{count(worse, 'segment')}, better in {better:,} and the same in "
        f"{len(order) - worse - better:,}; the largest losses first"
    )


def _table(
    evidence: TextEvidence, model: str, other: str | None, metric: str, order: np.ndarray
) -> pd.DataFrame:
    judgement, titles = evidence.judgement, evidence.titles
    digits = 1 if metric in OF_A_HUNDRED else 3
    columns: dict[str, object] = {"row": evidence.rows[order]}
    names = [name for name in (model, other) if name is not None]
    if other is not None:
        columns["loss"] = np.round(judgement.losses(model, other, metric)[order], digits)
    for name in names:
        label = f"{TITLES[metric]} of {titles[name]}"
        columns[label] = np.round(judgement.segments[name][metric][order], digits)
    columns["reference"] = [" || ".join(judgement.references[row]) for row in order]
    for name in names:
        label = titles[name] if titles[name] not in columns else f"{titles[name]} (output)"
        columns[label] = [judgement.systems[name][row] for row in order]
    if judgement.sources is not None:
        label = "source" if "source" not in columns else "source (of the file)"
        columns[label] = [judgement.sources[row] for row in order]
    return pd.DataFrame(columns)


def _open(evidence: TextEvidence, model: str, other: str | None, metric: str, row: int) -> None:
    judgement, titles = evidence.judgement, evidence.titles
    digits = 1 if metric in OF_A_HUNDRED else 3
    output = judgement.systems[model][row]
    reference = closest(output, judgement.references[row])
    with st.container(border=True):
        st.markdown(f"**Row {evidence.rows[row]:,}**")
        if judgement.sources is not None and judgement.sources[row].strip():
            _source(judgement.sources[row])
        parts = [("Reference", marked_html(reference, output))]
        for name in (model, other):
            if name is not None:
                value = judgement.segments[name][metric][row]
                parts.append((
                    f"{titles[name]}, {TITLES[metric]} {value:.{digits}f}",
                    marked_html(judgement.systems[name][row], reference),
                ))
        for place, (title, text) in zip(st.columns(len(parts), gap="medium"), parts, strict=True):
            with place:
                st.caption(shown(title, 120))
                st.html(text)
        others = [each for each in judgement.references[row] if each != reference]
        if others:
            st.caption(f"{count(len(others), 'other reference')}")
            for each in others:
                st.html(marked_html(each, None))
        st.caption(
            f"Marked in an output: words that the reference does not have there. Marked in the "
            f"reference: words that {shown(titles[model], 60)} does not have."
        )


def _source(text: str) -> None:
    if len(text) <= LONG_SOURCE:
        st.caption("Source")
        st.html(marked_html(text, None))
        return
    with st.expander(f"Source, {count(len(text.split()), 'word')}", icon=":material/article:"):
        st.html(marked_html(text, None))
