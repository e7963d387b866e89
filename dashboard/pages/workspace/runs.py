"""Runs: what this session ran, and reports that were saved behind a link."""

import json
from functools import partial

import streamlit as st

from dashboard.components.marking import marked_of
from dashboard.components.run_size import size_of
from dashboard.components.text import shown
from dashboard.session import past_runs
from data.errors import LitmusError
from data.run_store import run_store
from pipelines.experiment import Experiment
from pipelines.report.document import document
from pipelines.report.html import report_page

TITLE = "Runs"
ICON = ":material/history:"
ORDER = 2
HELP = "The runs of this session. Save one to give it a link that a colleague can open."


def report_json(run: Experiment) -> str:
    """report.json as text."""
    return json.dumps(document(run, marked_of(run)), indent=2, ensure_ascii=False)


def report_html(run: Experiment) -> str:
    """report.html as text."""
    return report_page(run, marked_of(run))


def saved(token: str) -> None:
    """Show a saved report."""
    try:
        run = run_store().open(token)
    except LitmusError as error:
        st.error(str(error), icon=":material/link_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Saved {run.created:%d %B %Y, %H:%M} UTC. Nothing in it changes any more.")
        st.download_button("HTML report", run.report_html, "report.html", "text/html",
                           icon=":material/download:", on_click="ignore")
        st.download_button("report.json", run.report_json, "report.json", "application/json",
                           icon=":material/download:", on_click="ignore")
    st.iframe(run.report_html, height=1600)


def save(position: int) -> None:
    """Keep a run of the session and remember its token."""
    run = past_runs()[position]
    token = run_store().save(
        run.request.task.slug, run.request.dataset.name,
        report_json(run), report_html(run),
    )
    st.session_state.setdefault("saved-runs", {})[run.id] = token


def forget(run_id: str) -> None:
    """Delete a saved run."""
    run_store().delete(st.session_state["saved-runs"].pop(run_id))


st.title("Runs", anchor=False)
token = st.query_params.get("run", "")
if token:
    saved(token)
    st.stop()
st.caption(
    "These live in your session and go when you close or reload the tab. A saved run keeps its "
    "report, with the texts shown in it, and whoever has its link can read it."
)
runs = past_runs()
if not runs:
    st.info("No run yet. Open an application and press Run.", icon=":material/play_arrow:")
tokens = st.session_state.get("saved-runs", {})
for position, run in enumerate(runs):
    with st.container(border=True):
        st.markdown(
            f"**{run.request.task.title}** · {shown(run.request.dataset.name, 60)} · "
            f"{size_of(run)} · "
            f"{shown(', '.join(each.card.title for each in run.runs), 200)} · "
            f"{run.created:%H:%M} UTC"
        )
        found = run.judged or marked_of(run)
        st.markdown(shown(found.verdict, 600) if found else "No labels, so no verdict.")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                "HTML report", partial(report_html, run), "report.html", "text/html",
                icon=":material/download:", key=f"runs-html-{position}", on_click="ignore",
            )
            st.download_button(
                "report.json", partial(report_json, run), "report.json",
                "application/json", icon=":material/download:", key=f"runs-json-{position}",
                on_click="ignore",
            )
            if run.id not in tokens:
                st.button("Save and make a link", icon=":material/link:", on_click=save,
                          args=(position,), key=f"runs-save-{position}")
            else:
                st.button("Delete the saved copy", icon=":material/link_off:", on_click=forget,
                          args=(run.id,), key=f"runs-forget-{position}")
        if run.id in tokens:
            base = (st.context.url or "").split("?")[0]
            st.code(f"{base}?run={tokens[run.id]}", language=None, wrap_lines=True)
