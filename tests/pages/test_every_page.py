"""Every page that the navigation finds renders: empty, after a run, after a hostile upload."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.navigation import PAGES, described, page_files
from tests.pages import driver

FILES = [file for files in page_files().values() for file in files]
NAMES = [str(file.relative_to(PAGES).with_suffix("")) for file in FILES]


@pytest.mark.parametrize("name", NAMES)
def test_page_says_its_title_icon_order_and_help(name: str) -> None:
    facts = described(PAGES / f"{name}.py")
    assert set(facts) >= {"TITLE", "ICON", "ORDER", "HELP"}
    assert str(facts["ICON"]).startswith(":material/")


@pytest.mark.parametrize("name", NAMES)
def test_page_renders_empty_and_says_what_to_do(name: str) -> None:
    at = driver.open_page(driver.visitor(), name)
    assert len(at.title) == 1
    assert not at.error
    assert not at.warning


def test_every_page_renders_after_a_run_on_the_sample() -> None:
    at = driver.run_to_the_end(driver.on_sample())
    for name in NAMES:
        driver.open_page(at, name)
        assert not at.error, name
    driver.open_page(at, "home")
    assert any("330 rows" in text.value for text in at.markdown)


def test_every_page_renders_after_a_hostile_upload() -> None:
    at = driver.with_file("broken.xlsx", b"PK\x03\x04 not a workbook")
    assert len(at.error) == 1
    for name in NAMES:
        driver.open_page(at, name)


def test_every_step_and_view_of_a_run_renders() -> None:
    at = driver.run_to_the_end(driver.on_sample())
    for name in ("data", "models", "results", "evaluation", "ship"):
        driver.step(at, name)
        assert not at.error, name
    driver.step(at, "evaluation")
    for view in ("Errors", "Curves", "Calibration", "Threshold", "Slices"):
        at.get_by_key("sentiment-view").set_value(view)
        driver.fine(at.run())
        assert at.get("plotly_chart"), view
    driver.step(at, "results")
    for tab in ("Rows", "Examples", "By group", "Try a sentence"):
        at.session_state["sentiment-results-tab"] = tab
        driver.fine(at.run())


@pytest.mark.parametrize("name", ["results", "evaluation", "ship"])
def test_later_step_says_what_it_waits_for(name: str) -> None:
    at = driver.step(driver.sentiment(), name)
    assert "waits for data" in at.info[0].value
    at.get_by_key("sentiment-step").set_value("data").run()
    at.get_by_key("sentiment-source").set_value("product-reviews").run()
    driver.step(at, name)
    assert "waits for a run" in at.info[0].value


def test_default_model_runs_on_the_sample_and_gives_a_verdict() -> None:
    at = driver.finish(driver.press_run(driver.on_sample()))
    experiment = driver.space(at).experiment
    assert experiment is not None
    assert experiment.favourite.card.id == "litmus-sentiment"
    assert at.get_by_key("sentiment-step").value == "results"
    assert at.metric[0].label == "Rows read"
    driver.step(at, "evaluation")
    assert "litmus-sentiment is right" in driver.readable(at.subheader[0].value)


def test_home_page_renders_without_a_heavy_library(root: Path) -> None:
    program = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('streamlit_app.py', default_timeout=120).run()\n"
        "assert not at.exception and at.title[0].value\n"
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "[]"
