"""The pages and the REST API in one process: `streamlit run asgi_app.py`."""

from __future__ import annotations

import streamlit as st

from dashboard.api.app import api_mounts
from dashboard.api.settings import ApiSettings
from dashboard.ending import ends_in_time

app = st.App(
    "streamlit_app.py",
    routes=api_mounts(ApiSettings.from_environment()),
    lifespan=ends_in_time,
)
