"""The one path through an application: five steps around one workspace."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.collecting import spare_libraries
from dashboard.components.data_step import data_step
from dashboard.components.dataset_picker import bring_sample
from dashboard.components.link import adopt_link, say_unread, was_brought, write_link
from dashboard.components.made_before import made_before
from dashboard.components.models_step import follow_suggestion, models_step
from dashboard.components.run_button import collect, forget_trouble, run_button, start_run, watch
from dashboard.components.serving import follow_serving
from dashboard.components.ship_step import ship_step
from dashboard.components.steps import go_to, step_row
from dashboard.components.text import shown
from dashboard.session import Workspace, workspace
from pipelines.experiment import Experiment
from pipelines.registry import find_task
from pipelines.task import Task

Step = Callable[[Experiment, Workspace], None]


def application(slug: str, *, results: Step, evaluation: Step, titled: bool = True) -> None:
    """Draw the page of a task.

    Args:
        slug: of the task.
        results: draws step 3 from a finished run.
        evaluation: draws step 4 from a finished run.
        titled: whether the task gives the page its title; not where a page holds several tasks.
    """
    spare_libraries()
    task = find_task(slug)
    space = workspace(slug)
    collect(task, space)
    results_wanted = adopt_link(task, space)
    bring_sample(task, space)
    follow_suggestion(task, space)
    if results_wanted and space.table is not None:
        start_run(task, space)
    follow_serving(task, space)
    forget_trouble(task, space)
    if titled:
        st.title(task.title, anchor=False)
    st.caption(task.question)
    say_unread(task, space)
    with st.container(horizontal=True, horizontal_alignment="distribute",
                      vertical_alignment="center"):
        step = step_row(slug, space)
        button = st.container(width="content")
    watch(space)
    if space.trouble and step != "data":
        st.error(shown(space.trouble, most=600), icon=":material/error:")
    if step not in ("data", "models"):
        made_before(task, space)
    if step == "data":
        data_step(task, space)
    elif step == "models":
        models_step(task, space)
    elif space.experiment is None:
        waits(task, space)
    elif step == "results":
        _caution(space.experiment)
        results(space.experiment, space)
    elif step == "evaluation":
        evaluation(space.experiment, space)
    else:
        ship_step(space.experiment, space)
    with button:
        run_button(task, space)
    write_link(task, space)


def _caution(experiment: Experiment) -> None:
    """What the template of a run says to everybody who looks at it."""
    request = experiment.request
    template = request.task.template(request.options.get("template", ""))
    if template is not None and template.caution:
        st.warning(template.caution, icon=":material/warning:")


def waits(task: Task, space: Workspace) -> None:
    """Say what a later step waits for."""
    if space.job is not None:
        st.info("The run is under way; this fills in when it ends.", icon=":material/hourglass_top:")
    elif space.table is None:
        if was_brought(task):
            st.warning(
                "Your file and all that was made of it are gone: they last as long as the page is "
                "open, and it was opened anew. Bring the file again in step 1.",
                icon=":material/restart_alt:",
            )
        else:
            st.info("This waits for data: begin with step 1.", icon=":material/arrow_back:")
        st.button(
            "Go to step 1", key=f"{task.slug}-to-data", icon=":material/arrow_back:",
            on_click=go_to, args=(task.slug, "data"),
        )
    elif space.trouble:
        st.info(
            "The last run ended for the reason above: change the data or the settings, then press Run.",
            icon=":material/play_arrow:",
        )
    else:
        st.info("This waits for a run: press Run above.", icon=":material/play_arrow:")
