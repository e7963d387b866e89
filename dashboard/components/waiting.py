"""Shows where a job of a view is, and draws the page again when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.collecting import spare_libraries

if TYPE_CHECKING:
    from dashboard.jobs import Job


@st.fragment(run_every=0.5)
def wait_for(job: Job) -> None:
    """Draw the progress of a job until it ends."""
    spare_libraries()
    if job.finished:
        st.rerun()
    share = min(1.0, job.done / job.total) if job.total else 0.0
    far = f" · {job.done:,} of {job.total:,}" if job.total else ""
    st.progress(share, f"{job.stage_name}{far}")
