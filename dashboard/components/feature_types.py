"""Step 1 of tables: what each column is taken for, changed with one click; codes for no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.components.protecting import PROTECTED
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from data.dataset import Dataset
from pipelines.tabular.inspection import MOST_ROWS, Inspected, inspect_columns
from pipelines.tabular.kinds import KINDS
from pipelines.task import Task

NAMED = 3
LEFT_OUT = "left out"
PLURAL = {"category": "categories"}


def feature_types(task: Task, space: Workspace, dataset: Dataset) -> None:
    """Draw the columns that models learn from with what they are taken for."""
    unseen = _unseen(task)
    names = [name for name in dataset.features if name not in unseen]
    if not names:
        return
    frame = dataset.table.frame
    found = space.once(
        ("column types", dataset.table.fingerprint, *names), lambda: inspect_columns(frame, names)
    )
    chosen = _chosen(task, found)
    with st.expander(_summary(found, chosen), icon=":material/view_column:"):
        key = f"{task.slug}-types-{dataset.table.fingerprint[:12]}-{len(names)}"
        st.data_editor(
            _table(found, chosen), key=key, hide_index=True, alt="Columns and their types",
            disabled=["column", "values", "missing", "note"], height=min(38 + 35 * len(found), 420),
            column_config={
                "type": st.column_config.SelectboxColumn(
                    options=list(KINDS), required=True, help="what models take the column for"
                ),
                "column": st.column_config.TextColumn(width="medium"),
                "values": st.column_config.TextColumn(width="medium"),
                "missing": st.column_config.TextColumn(width="small"),
                "note": st.column_config.TextColumn(width=270),
            },
            on_change=_changed, args=(task, key, found),
        )
        st.caption(
            "Double-click a type to change it."
            + (f" Told by the first {MOST_ROWS:,} rows." if len(frame) > MOST_ROWS else "")
        )
    # Outside, as nobody opens a list to look for what they do not know of.
    _offer_codes(task, found)


def _unseen(task: Task) -> set[str]:
    """Columns that the user keeps from the models."""
    state = st.session_state
    options = ["exclude"]
    if str(state.get(f"{task.slug}-set-use_protected") or "no") == "no":
        options.append(PROTECTED)
    return {name for each in options for name in state.get(f"{task.slug}-set-{each}") or ()}


def _chosen(task: Task, found: Sequence[Inspected]) -> dict[str, str]:
    """The types that the user set, by column, as far as they are of this table."""
    known = {each.name for each in found}
    parts = str(st.session_state.get(f"{task.slug}-set-types") or "").split(";")
    pairs = [part.rpartition("=") for part in parts]
    return {
        name.strip(): word.strip() for name, _, word in pairs
        if name.strip() in known and word.strip() in KINDS
    }


def _summary(found: Sequence[Inspected], chosen: Mapping[str, str]) -> str:
    kinds = Counter(chosen.get(each.name, each.kind) for each in found)
    left_out = kinds.pop(LEFT_OUT, 0)
    parts = [
        f"{kinds[kind]} {PLURAL.get(kind, kind + 's') if kinds[kind] > 1 else kind}"
        for kind in KINDS if kinds[kind]
    ]
    learnt = f"{count(len(found) - left_out, 'column')} to learn from"
    words = f"{learnt}: {', '.join(parts)}" if parts else learnt
    return f"{words}; {left_out} left out" if left_out else words


def _table(found: Sequence[Inspected], chosen: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({
        "column": [each.name for each in found],
        "type": [chosen.get(each.name, each.kind) for each in found],
        "note": [_note(each) for each in found],
        "values": [
            ", ".join(each.examples) + (f" … {each.distinct:,}" if each.distinct > NAMED else "")
            for each in found
        ],
        "missing": [percent(each.missing) if each.missing else "" for each in found],
    })


def _note(column: Inspected) -> str:
    if column.codes:
        return f"{_listed(column.codes)} may stand for a missing answer"
    return column.reason


def _changed(task: Task, key: str, found: Sequence[Inspected]) -> None:
    """Keep the types that differ from those found, as the option is written."""
    chosen = _chosen(task, found)
    for row, edit in st.session_state[key]["edited_rows"].items():
        if "type" in edit:
            column = found[int(row)]
            chosen[column.name] = str(edit["type"])
    kept = {
        each.name: chosen[each.name] for each in found
        if chosen.get(each.name, each.kind) != each.kind
    }
    text = "; ".join(f"{name}={kind}" for name, kind in kept.items())
    st.session_state[f"{task.slug}-set-types"] = text


def _offer_codes(task: Task, found: Sequence[Inspected]) -> None:
    coded = [each for each in found if each.codes]
    if not coded:
        return
    key = f"{task.slug}-set-missing_codes"
    named = ", ".join(f"{_listed(each.codes)} in {shown(each.name, 30)}" for each in coded[:NAMED])
    more = f" and in {len(coded) - NAMED} more columns" if len(coded) > NAMED else ""
    toggle = f"{key}-toggle"
    st.session_state[toggle] = str(st.session_state.get(key) or "none") != "none"
    st.toggle(
        f"Read {named}{more} as missing", key=toggle, on_change=_codes_changed, args=(key, toggle),
        help="these numbers lie apart from all others; kept, they have a weight of their own",
    )


def _codes_changed(key: str, toggle: str) -> None:
    st.session_state[key] = "auto" if st.session_state[toggle] else "none"


def _listed(codes: Sequence[float]) -> str:
    return ", ".join(f"{code:g}" for code in codes)
