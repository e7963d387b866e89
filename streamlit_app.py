"""The dashboard: page configuration and navigation."""

import streamlit as st

from dashboard.navigation import sidebar

st.set_page_config(page_title="Litmus", page_icon=":material/science:", layout="wide")
st.navigation(sidebar()).run()
