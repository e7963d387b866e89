"""Share: put this dashboard on Streamlit Community Cloud in five steps."""

from pathlib import Path

import streamlit as st

from dashboard.components.cloud_memory import memory
from dashboard.components.text import count
from pipelines.registry import all_tasks
from pipelines.runtime.device import resident_mb

TITLE = "Share"
ICON = ":material/share:"
ORDER = 3
HELP = "Put this dashboard online for your team in five steps, with checks of what can be checked."
ROOT = Path(__file__).parents[3]
READ_FIRST = ("uv.lock", "Pipfile", "environment.yml", "requirements.txt", "pyproject.toml")
LARGEST_FILE_MB = 100
MARKS = {True: ":material/check_circle:", False: ":material/cancel:", None: ":material/info:"}


def checks() -> list[tuple[bool | None, str]]:
    """What can be checked from here: passed, not passed or not sure, and a sentence."""
    found = [name for name in READ_FIRST if (ROOT / name).is_file()]
    files = [file for folder in ("data", "pipelines", "dashboard") for file in
             (ROOT / folder).rglob("*") if file.is_file()]
    largest = max(files, key=lambda file: file.stat().st_size)
    size = largest.stat().st_size / 1e6
    models = max(card.size_mb for task in all_tasks() for card in task.models if card.default)
    now = resident_mb()
    return [
        (found == ["requirements.txt"],
         f"One dependency file that the cloud reads: {', '.join(found) or 'none'}"),
        ((ROOT / "streamlit_app.py").is_file(), "The entry file streamlit_app.py is at the root"),
        (size < LARGEST_FILE_MB,
         f"The largest file is {largest.name}, {size:.0f} MB; GitHub takes up to 100 MB"),
        memory(now, models),
    ]


st.title("Share", anchor=False)
st.caption("Three ways: send a report, save a run behind a link, or put the whole dashboard online.")
st.subheader("Streamlit Community Cloud in five steps", anchor=False)
st.markdown(
    "1. Push your copy of this project to a GitHub repository.\n"
    "2. Sign in at **share.streamlit.io** with the same GitHub account.\n"
    "3. Press **Create app**, choose the repository and the branch.\n"
    "4. Set the main file to `streamlit_app.py`; under advanced settings choose Python 3.11.\n"
    "5. Press **Deploy**. The first start installs for some minutes; then send the address.\n"
)
st.caption(
    "Good to know: an app sleeps after 12 hours without visitors and wakes on a click; its disk does "
    "not last, so save runs in a database (LITMUS_DATABASE_URL) if links must stay; the HTTP API is "
    "for servers of your own."
)
st.subheader("Checks", anchor=False)
results = checks()
for passed, sentence in results:
    st.markdown(f"{MARKS[passed]} {sentence}")
failed = sum(passed is False for passed, _ in results)
if failed:
    st.warning(f"{count(failed, 'check')} not passed.")
st.subheader("A server of your own", anchor=False)
st.markdown("The Dockerfile builds from the same requirements and serves pages and API together.")
st.code("docker build -t litmus . && docker run -p 8501:8501 litmus", language="bash")
