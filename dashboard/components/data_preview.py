"""The first rows of a table, as they were read."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.table_height import table_height
from dashboard.session import Workspace
from pipelines.task import Task

PREVIEW_ROWS = 200
LINES = 8


def first_rows(task: Task, space: Workspace) -> None:
    """The first rows of the table."""
    assert space.table is not None, "data comes first"
    frame = space.table.frame
    preview = frame.head(PREVIEW_ROWS)
    preview.index = pd.Index([space.table.row_number(row) for row in preview.index], name="row")
    st.dataframe(preview, height=table_height(LINES), alt="The first rows as they were read")
    if len(frame) > PREVIEW_ROWS:
        st.caption(f"The first {PREVIEW_ROWS} of {len(frame):,} rows.")
