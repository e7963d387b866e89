"""The one place that holds things for all sessions: nothing that a user brought is among them."""

from __future__ import annotations

import os

import streamlit as st

from dashboard.jobs import JobPool
from data import samples
from data.profile import Profile, profile
from data.table import Table

SMALL_MACHINE_CORES = 4


@st.cache_resource
def job_pool() -> JobPool:
    """The pool that runs heavy work: one job at a time on a small machine, else two."""
    return JobPool(workers=1 if (os.cpu_count() or 1) <= SMALL_MACHINE_CORES else 2)


@st.cache_resource
def writing_pool() -> JobPool:
    """The pool that writes texts: they take turns token by token, and wait for no long run."""
    return JobPool(workers=4)


@st.cache_resource(max_entries=20)
def sample_table(sample_id: str) -> Table:
    """A sample of the project, read once; nobody's own data."""
    return samples.load(sample_id)


@st.cache_resource(max_entries=20)
def sample_profile(sample_id: str) -> Profile:
    """The profile of a sample."""
    return profile(sample_table(sample_id))
