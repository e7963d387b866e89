"""Errors to browse: click a cell of the matrix, open a row, see the words that moved it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.confusion import confusion, largest_errors, selected_cell
from dashboard.charts.show import show
from dashboard.components.attribution import show_attribution
from dashboard.components.classification.evidence import Evidence
from dashboard.components.text import count, cut, shown
from data.export import safe_csv

ROWS_SHOWN = 500
ALL = "All errors"
PICTURE = "picture"


@st.fragment
def errors_view(evidence: Evidence, model: str) -> None:
    """Draw the matrix, the table it filters, and the opened row."""
    found = evidence.of(model)
    classes = evidence.judgement.classes
    left, right = st.columns([4, 7], gap="medium")
    with left:
        event = show(
            confusion(found.matrix, classes),
            title=_worst_cell(evidence, model),
            alt="Rows by true class and predicted class", key=f"{evidence.key}-matrix-{model}",
            table=pd.DataFrame(found.matrix, index=list(classes), columns=list(classes)),
            height=340, on_select="rerun",
        )
        st.caption("Click a cell to see its rows, or choose below.")
        choices = {
            f"{classes[truth]} called {classes[said]}: {n:,}": (truth, said)
            for truth, said, n in largest_errors(found.matrix)
        }
        picked = st.selectbox(
            "Rows", [ALL, *choices], format_func=cut, key=f"{evidence.key}-cell-{model}",
            help="Does the same as a click in the matrix.",
        )
    cell = selected_cell(event) or choices.get(picked or ALL)
    if cell is None:
        rows, what = found.errors, "errors, the most confident first"
    else:
        truth, said = cell
        judgement = evidence.judgement
        rows = np.flatnonzero((judgement.truth == truth) & (found.system.labels == said))
        rows = rows[np.argsort(-found.confidence[rows], kind="stable")]
        what = f"rows that are {shown(classes[truth], 30)} and were called {shown(classes[said], 30)}"
    with right:
        st.markdown(f"**{len(rows):,} {what}**")
        if not len(rows):
            st.caption("None.")
            return
        table, config, tall = _table(evidence, model, rows[:ROWS_SHOWN]), {}, None
        if evidence.previews is not None:
            table.insert(0, PICTURE, evidence.previews(rows[:ROWS_SHOWN]))
            config, tall = {PICTURE: st.column_config.ImageColumn("", width="small")}, 64
        state = st.dataframe(
            table, hide_index=True, height=330, on_select="rerun", selection_mode="single-row",
            key=f"{evidence.key}-errors-{model}-{cell}", alt="Rows with truth and prediction",
            column_config=config, row_height=tall,
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "Download these rows", lambda: safe_csv(
                    _table(evidence, model, rows), byte_order_mark=True
                ),
                file_name="errors.csv", icon=":material/download:", key=f"{evidence.key}-errors-csv",
                on_click="ignore",
            )
            if len(rows) > ROWS_SHOWN:
                st.caption(f"The first {ROWS_SHOWN} of {len(rows):,} are shown.")
    chosen = state["selection"]["rows"]
    if chosen and chosen[0] < len(rows):
        _open(evidence, model, int(rows[chosen[0]]))
    else:
        st.caption("Select a row to open it.")


def _worst_cell(evidence: Evidence, model: str) -> str:
    matrix = evidence.of(model).matrix.copy()
    np.fill_diagonal(matrix, 0)
    if not matrix.any():
        return "No errors on these rows"
    truth, said = np.unravel_index(int(matrix.argmax()), matrix.shape)
    classes = evidence.judgement.classes
    return (
        f"Most often {classes[truth]} is called {classes[said]}: "
        f"{count(int(matrix[truth, said]), 'time')}"
    )


def _table(evidence: Evidence, model: str, rows: np.ndarray) -> pd.DataFrame:
    found = evidence.of(model)
    first = {
        "row": evidence.rows[rows],
        "truth": evidence.labels(evidence.judgement.truth[rows]),
        "prediction": evidence.labels(found.system.labels[rows]),
        "confidence": np.round(found.confidence[rows], 3),
    }
    table = pd.DataFrame(first)
    frame = evidence.frame.iloc[rows].reset_index(drop=True)
    names = [evidence.text] if evidence.text else []
    names += [name for name in frame.columns if name not in names]
    for name in names:
        label = name if name not in table else f"{name} (yours)"
        column = frame[name]
        table[label] = column.astype("str") if column.dtype == object else column
    return table


def _open(evidence: Evidence, model: str, row: int) -> None:
    if evidence.open_row is not None:
        evidence.open_row(model, row)
        return
    found = evidence.of(model)
    truth = evidence.labels([evidence.judgement.truth[row]])[0]
    said = evidence.labels([found.system.labels[row]])[0]
    with st.container(border=True):
        st.markdown(
            f"**Row {evidence.rows[row]:,}** · truth **{shown(truth, 40)}** · "
            f"prediction **{shown(said, 40)}** with {100 * found.confidence[row]:.0f} % confidence"
        )
        if evidence.text is not None:
            text = str(evidence.frame[evidence.text].iloc[row])
            if evidence.explain is None:
                st.markdown(shown(text, most=2000))
                return
            with st.skeleton(height=80):
                attribution = evidence.explain(model, row, str(said))
                show_attribution(text, attribution, key=f"{evidence.key}-open-{model}-{row}")
