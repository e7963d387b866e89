"""The dashboard: page configuration and navigation."""

import streamlit as st

from dashboard.navigation import ICON, LOGO, sidebar

st.set_page_config(page_title="Litmus", page_icon=str(ICON), layout="wide")
st.logo(LOGO, size="large")
st.navigation(sidebar()).run()
