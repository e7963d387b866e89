"""The app in a session of its own, driven as a visitor drives it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.jobs import Job
from dashboard.session import Workspace

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0
SENTIMENT = "applications/sentiment"
QUICK = ("litmus-sentiment",)
CSV_HEAD = "review,sentiment,channel\n"


def visitor() -> AppTest:
    """A new session that opened the home page."""
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE)
    return fine(at.run())


def open_page(at: AppTest, page: str, **address: str) -> AppTest:
    """Go to a page, named by its file under `dashboard/pages`, as its link with a query does."""
    at.query_params.clear()
    at.query_params.update(address)
    return fine(at.switch_page(f"dashboard/pages/{page}.py").run())


def sentiment(**address: str) -> AppTest:
    """A new session on the sentiment page, opened with a query in its link."""
    return open_page(visitor(), SENTIMENT, **address)


def on_sample() -> AppTest:
    """A new session on the sentiment page with the sample chosen."""
    at = sentiment()
    at.get_by_key("sentiment-source").set_value("product-reviews")
    return fine(at.run())


def with_file(name: str, content: bytes, at: AppTest | None = None) -> AppTest:
    """The sentiment page with a file brought, in a new session unless one is given."""
    at = sentiment() if at is None else at
    if at.get_by_key("sentiment-source").value != "file":
        at.get_by_key("sentiment-source").set_value("file")
        fine(at.run())
    at.file_uploader(key="sentiment-upload").set_value((name, content, "")).run()
    return fine(at)


def reviews(rows: int = 30, head: str = CSV_HEAD) -> bytes:
    """A small labelled CSV: every third row is positive, every third negative."""
    lines = (
        f"{('I love this lamp', 'I hate this lamp', 'The lamp has a switch')[row % 3]} no {row},"
        f"{('positive', 'negative', 'neutral')[row % 3]},{('mail', 'shop')[row % 2]}"
        for row in range(rows)
    )
    return (head + "\n".join(lines) + "\n").encode()


def step(at: AppTest, name: str) -> AppTest:
    """Open one of the five steps."""
    at.get_by_key("sentiment-step").set_value(name)
    return fine(at.run())


def leave_out(at: AppTest, models: Iterable[str] = QUICK) -> AppTest:
    """Untick models in step 2."""
    step(at, "models")
    for model in models:
        at.checkbox(key=f"sentiment-use-{model}").uncheck()
    return fine(at.run())


def press_run(at: AppTest) -> AppTest:
    """Press Run once."""
    at.button(key="sentiment-run").click()
    return fine(at.run())


def finish(at: AppTest, slug: str = "sentiment") -> AppTest:
    """Wait until the job has ended and the page has taken it over."""
    job = space(at, slug).job
    if job is not None:
        wait_for(job)
        fine(at.run())
    assert space(at, slug).job is None
    return at


def run_to_the_end(at: AppTest) -> AppTest:
    """Leave out the slow model, run, and wait."""
    return finish(press_run(leave_out(at)))


def wait_for(job: Job) -> None:
    """Wait until nothing more happens in a job."""
    end = time.monotonic() + PATIENCE
    while not job.finished:
        assert time.monotonic() < end, f"{job.title} is still {job.state}: {job.stage_name}"
        time.sleep(0.01)


def space(at: AppTest, slug: str = "sentiment") -> Workspace:
    """The session's workspace."""
    found: Workspace = at.session_state["workspaces"][slug]
    return found


def fine(at: AppTest) -> AppTest:
    """The same session, whose last script run raised nothing."""
    assert not at.exception, [str(error.value) for error in at.exception]
    return at


def errors(at: AppTest) -> list[str]:
    """The error sentences on the page, without the backslashes that keep Markdown away."""
    return [readable(str(error.value)) for error in at.error]


def readable(markdown: str) -> str:
    """What Markdown of escaped text reads like."""
    return markdown.replace("\\", "").replace("\u2060", "")


def everything_in_markdown(at: AppTest) -> list[str]:
    """Every text of the page that is read as Markdown or as HTML: bodies, labels and tooltips."""
    found = []
    for node in (*at.main, *at.sidebar):
        for holder in (node, getattr(node, "proto", None)):
            for name in ("body", "label", "help", "text"):
                value = getattr(holder, name, None)
                if isinstance(value, str) and value and getattr(node, "type", "") != "code":
                    found.append(value)
    return found

