"""Step 5: take the result along, share it, repeat it."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import streamlit as st

from dashboard.charts.text import escape_markdown
from dashboard.components.dataset_picker import FILE
from dashboard.components.marking import marked_of
from dashboard.components.steps import STEPS, step_key
from dashboard.components.text import cut, shown
from dashboard.navigation import shares_page
from dashboard.session import Workspace
from data import samples
from pipelines.bundle import pack
from pipelines.bundle_about import CARD
from pipelines.experiment import Experiment, ModelRun
from pipelines.report.card import model_card
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.report.kinds import OwnDownload, OwnServing, find_page
from pipelines.report.predictions import prediction_csv, prediction_parquet, safe_name
from pipelines.report.reproduce import command_line, http_call, score_command


def ship_step(experiment: Experiment, space: Workspace) -> None:
    """Draw the step."""
    slug, marked = experiment.request.task.slug, marked_of(experiment)
    runs = {run.card.id: run for run in experiment.runs}
    names, key = list(runs), f"{slug}-ship-model"
    if st.session_state.get(key, names[0]) not in names:
        st.session_state[key] = experiment.favourite.card.id
    chosen = st.selectbox(
        "Predictions of", names, index=names.index(experiment.favourite.card.id), width=300,
        format_func=lambda name: cut(runs[name].card.title, 60) if name in runs else str(name),
        key=key, persist_state="session",
    )
    run = runs[chosen or names[0]]
    stem = f"predictions-{safe_name(run.card.id)}"
    with st.grid(3, min_column_width=240):
        with _item("Predictions", _download_words(experiment) + _served_words(experiment)):
            if len(experiment.rows):
                _download(
                    "CSV",
                    lambda: prediction_csv(experiment, run, byte_order_mark=True),
                    f"{stem}.csv", "text/csv",
                )
                _download("Parquet", lambda: prediction_parquet(experiment, run),
                          f"{stem}.parquet", "application/vnd.apache.parquet")
        with _item("Report", "One file that opens offline, on a phone and on paper: verdict, scores "
                   "with intervals, errors, and how each number was computed."):
            _download("HTML report", lambda: report_page(experiment, marked), "report.html",
                      "text/html")
            _download("report.json", lambda: json.dumps(document(experiment, marked), indent=2),
                      "report.json", "application/json")
        with _item("Model bundle", _bundle_words(run) + (
            _served_words(experiment) if _fitted(run) else ""
        )):
            if _fitted(run):
                _download("Bundle", lambda: pack(experiment, run), f"{safe_name(run.card.id)}.zip",
                          "application/zip")
                _download("Model card", lambda: model_card(experiment, run), CARD, "text/markdown")
    if _fitted(run):
        _preview(experiment, run, f"{slug}-card-{run.card.id}")
    st.subheader("The same again", anchor=False)
    st.caption("Command line: the same file and seed give the same report to the digit.")
    st.code(command_line(experiment), language="bash", wrap_lines=True)
    if run.card.source in ("packaged", "trained"):
        st.caption("HTTP, served beside this page by `make run`.")
        st.code(http_call(experiment, run, _base()), language="bash", wrap_lines=True)
    elif _fitted(run):
        st.caption("New rows: score a file of the same columns with the bundle, in the folder of "
                   "Litmus with its environment active.")
        st.code(score_command(experiment, run), language="bash", wrap_lines=True)
        whose = " This is the first row of your data." if run.pipeline.columns else ""
        st.caption("HTTP: put the bundle into a folder, start the server with "
                   f"`LITMUS_BUNDLES=FOLDER make run`, and ask it about a row.{whose}")
        st.code(http_call(experiment, run, _base()), language="bash", wrap_lines=True)
    if space.source in {sample.id for sample in samples.samples(slug)}:
        st.caption("Link: opens this page with the same sample, columns, models and settings.")
        # A page of several tasks opens the view of the one that is named.
        link = {"task": slug} if shares_page(slug) else {}
        link |= {**space.link, step_key(slug): STEPS["evaluation"]}
        base = (st.context.url or "").split("?")[0]
        st.code(f"{base}?{urlencode(link)}", language=None, wrap_lines=True)
    elif space.source.startswith(FILE):
        st.caption(
            "Your own file stays in this session, so a link cannot carry it. Send the HTML report, "
            "or save the run on the Runs page to give it a link."
        )


def _preview(experiment: Experiment, run: ModelRun, key: str) -> None:
    """The card as it is in the bundle, made only once somebody opens it."""
    with st.expander("Model card", icon=":material/badge:", key=key, on_change="rerun") as opened:
        if opened.open:
            st.markdown(model_card(experiment, run, level=2, escape=escape_markdown))


def _base() -> str:
    """Where this page is served."""
    address = urlsplit(st.context.url or "http://localhost:8501")
    return f"{address.scheme}://{address.netloc}"


def _download_words(experiment: Experiment) -> str:
    if not len(experiment.rows):
        return ("There are no questions, so nothing was asked and there is nothing to download: bring "
                "a table of questions beside the documents.")
    page = find_page(experiment.request.task.kind)
    if isinstance(page, OwnDownload):
        return page.DOWNLOADED
    return ("Your rows with prediction, confidence and probabilities. Cells that a spreadsheet would "
            "run as a formula are made harmless.")


def _served_words(experiment: Experiment) -> str:
    """What holds for all that is given out, such as the rules of a shop."""
    page = find_page(experiment.request.task.kind)
    words = page.served(experiment) if isinstance(page, OwnServing) else ""
    return f" **{shown(words, most=600)}**" if words else ""


def _fitted(run: ModelRun) -> bool:
    return run.card.learns and not run.card.baseline


def _bundle_words(run: ModelRun) -> str:
    if _fitted(run):
        return (f"{run.card.title} as fitted to your data, in skops or safetensors format, without "
                "pickle, with its model card. `python -m pipelines predict --bundle` and the HTTP API "
                f"read it. {run.pipeline.carries}")
    if run.card.source == "hub":
        return "This model comes from the Hub; its name and revision are all that is needed."
    return f"{run.card.title} comes with Litmus; there is nothing to take along."


def _item(title: str, words: str) -> st.delta_generator.DeltaGenerator:
    box = st.container(border=True, height="stretch")
    box.markdown(f"**{title}**")
    box.caption(words)
    return box.container(horizontal=True)


def _download(label: str, data: Callable[[], str | bytes], name: str, mime: str) -> None:
    st.download_button(
        label, data, file_name=name, mime=mime, icon=":material/download:", on_click="ignore",
        key=f"download-{name}",
    )
