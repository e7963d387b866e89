"""Home: what Litmus answers, what runs here, and the last runs of this session."""

import streamlit as st

from dashboard.components.dataset_picker import FILE, source_key
from dashboard.components.steps import STEPS, step_key
from dashboard.components.text import count, shown
from dashboard.navigation import PAGES, application_page, described, page
from dashboard.session import past_runs
from pipelines.registry import all_tasks
from pipelines.runtime.device import device_name, memory_gb
from pipelines.task import Task

TITLE = "Home"
ICON = ":material/home:"
ORDER = 0
HELP = "What Litmus answers, what runs on this machine, and your last runs."

st.title("Does it work on your data?", anchor=False)
st.markdown(
    "Litmus finds out in minutes whether an AI feature works for you: bring a file, compare models "
    "against an honest baseline, and read how sure the answer is."
)


def place(task: Task) -> tuple[str, int]:
    """Where a task stands: by its page in the sidebar, then as the page itself orders its tasks."""
    facts = described(application_page(task.slug))
    return str(facts["ORDER"]), str(facts.get("TASKS", task.slug)).split().index(task.slug)


tasks = sorted(all_tasks(), key=place)
offline = sum(card.source != "hub" for task in tasks for card in task.models)
with st.container(horizontal=True):
    st.badge(device_name(), icon=":material/memory:", color="gray")
    st.badge(f"{memory_gb():.0f} GB memory", icon=":material/storage:", color="gray")
    st.badge(f"{count(offline, 'model')} work offline", icon=":material/wifi_off:", color="gray")
    st.badge("your files stay in your session", icon=":material/lock:", color="gray")

st.subheader("Start with a question", anchor=False)
with st.grid(3, min_column_width=300):
    for task in tasks:
        with st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"{task.icon} **{task.title}**")
                st.markdown(task.question)
                st.caption(
                    f"{count(len(task.models), 'model')} to compare: "
                    f"{', '.join(card.title for card in task.models)}"
                )
            with st.container(horizontal=True, gap="xxsmall"):
                file = application_page(task.slug)
                there = page(file)
                # A page may have more to open than the five steps of its task.
                if "OPENS" in described(file):
                    st.page_link(there, label=str(described(file)["OPENS"]), icon=":material/forum:")
                if task.sample:
                    st.page_link(
                        there, label="Try it on the sample", icon=":material/play_circle:",
                        query_params={
                            "task": task.slug, source_key(task): task.sample,
                            step_key(task.slug): STEPS["results"],
                        },
                    )
                st.page_link(
                    there, label="Bring your own file", icon=":material/upload_file:",
                    query_params={"task": task.slug, source_key(task): FILE},
                )

st.subheader("Your last runs", anchor=False)
runs = past_runs()
if not runs:
    st.caption(
        "None yet in this session. A run on a sample takes seconds, or a minute or two where models "
        "learn from it."
    )
for run in runs[:5]:
    with st.container(border=True):
        st.markdown(
            f"**{run.request.task.title}** · {shown(run.request.dataset.name, 60)} · "
            f"{count(len(run.rows), 'row')} · {run.created:%H:%M} UTC"
        )
        st.caption(
            shown(run.judged.verdict, 400) if run.judged
            else "Nothing to hold the answers against, so no verdict."
        )
if runs:
    st.page_link(page(PAGES / "workspace" / "runs.py"), label="Look at these runs, keep or share one")
