"""The score of a model in the fixed check, shown beside its name."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.collecting import spare_libraries
from dashboard.components.text import interval, percent, shown
from dashboard.jobs import Job
from dashboard.session import start_job
from pipelines.generation.chat import SMOLLM
from pipelines.generation.check_questions import QUESTIONS
from pipelines.generation.fixed_check import Checked, known_check, run_check
from pipelines.generation.smollm import weights_name
from pipelines.progress import Progress

KEY = "fixed-checks"


def check_line(model: str) -> None:
    """One line on what the model got right, or a button that asks it."""
    checked = _known(model)
    job: Job | None = st.session_state.get("fixed-check-job")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        if checked is not None:
            st.caption(
                f"Asked {len(QUESTIONS)} easy questions{_precision(checked)}: {checked.sentence} "
                f"right. {_advice(checked)}"
            )
            # A rerun when it closes would swallow the click that closed it.
            with st.popover("See the replies", key="check-replies"):
                _replies(checked)
        elif job is not None and not job.finished:
            _watch(job)
        elif model:
            if job is not None and job.sentence:
                st.caption(shown(job.sentence))
            st.caption("How much does it know? 36 questions with one right answer each say.")
            st.button(
                "Check this model", icon=":material/fact_check:", key="check-model",
                on_click=_start, args=(model,),
            )


def _known(model: str) -> Checked | None:
    checks: dict[str, Checked] = st.session_state.setdefault(KEY, {})
    if model not in checks and model == SMOLLM:
        found = known_check(weights_name())
        if found is not None:
            checks[model] = found
    return checks.get(model)


def _start(model: str) -> None:
    checks: dict[str, Checked] = st.session_state.setdefault(KEY, {})

    def work(progress: Progress) -> None:
        from pipelines.generation.loading import load_model

        checks[model] = run_check(load_model(model, progress=progress), progress)

    st.session_state["fixed-check-job"] = start_job("Fixed check", work)


@st.fragment(run_every=0.5)
def _watch(job: Job) -> None:
    spare_libraries()
    if job.finished:
        st.rerun()
    share = job.done / job.total if job.total else 0.0
    st.progress(share, f"{shown(job.stage_name)} {job.done} of {job.total}" if job.total
                else shown(job.stage_name))


def _precision(checked: Checked) -> str:
    return f" in {checked.precision}" if checked.precision else ""


def _advice(checked: Checked) -> str:
    share = sum(checked.right.values()) / sum(checked.asked.values())
    return "Check what it says." if share < 0.9 else "These were easy questions."


def _replies(checked: Checked) -> None:
    for score in checked.scores:
        st.caption(
            f"{score.name.removeprefix('check_').capitalize()}: {percent(score.value)} "
            f"({interval(score)}, 95 % interval of {score.n} questions)"
        )
    rows = [
        {"subject": question.subject, "question": question.text, "reply": reply,
         "right": question.grade(reply.strip())}
        for question, reply in zip(QUESTIONS, checked.replies, strict=True)
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height=360, width=640,
        alt="Questions of the fixed check with the model's replies",
    )
