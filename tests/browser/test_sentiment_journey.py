"""The one path through the product, in a browser: from a stranger's file to a shipped report."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Download, Page, expect

from tests.browser.visiting import choose, go_to_step, odd_reviews, run_and_wait, settled

MATRIX = ".st-key-sentiment-matrix-litmus-sentiment"


def test_file_with_odd_columns_is_mapped_run_judged_and_shipped(
    tab: Page, address: str, complaints: list[str]
) -> None:
    _bring_file(tab, address)
    choose(tab, "Slice by", "Wo gekauft")
    run_and_wait(tab)
    go_to_step(tab, "4 Evaluation")
    expect(tab.get_by_role("heading", name=re.compile("labelled rows"))).to_be_visible()
    _click_a_cell(tab)
    go_to_step(tab, "5 Ship")
    _check_predictions(_downloaded(tab, "CSV"))
    _check_report(_downloaded(tab, "HTML report"))
    assert not complaints, complaints


def _bring_file(page: Page, address: str) -> None:
    page.goto(f"{address}/sentiment?sentiment-source=file")
    page.locator("input[type=file]").set_input_files(
        {"name": "Umfrage 2026.csv", "mimeType": "text/csv", "buffer": odd_reviews()}
    )
    page.get_by_text("60 rows · 4 columns").wait_for()
    settled(page)
    for label, column in (("Text", "What did you think? *"), ("Label", "Stimmung (pos/neg)")):
        expect(page.get_by_role("combobox", name=label, exact=True)).to_have_value(column)


def _click_a_cell(page: Page) -> None:
    expect(page.get_by_text("errors, the most confident first")).to_be_visible()
    chart = page.locator(MATRIX)
    chart.locator(".plot-container").wait_for()
    drag = chart.locator(".nsewdrag").first
    drag.scroll_into_view_if_needed()
    box = drag.bounding_box()
    assert box is not None
    # The middle of the upper left cell: the truth and the answer are negative.
    at = {"x": box["width"] / 6, "y": box["height"] / 6}
    drag.hover(position=at)
    drag.click(position=at)
    caption = page.get_by_text(re.compile("rows? that (are|is) negative and w(ere|as) called negative"))
    expect(caption).to_be_visible()
    expect(page.get_by_text("errors, the most confident first")).to_have_count(0)


def _downloaded(page: Page, name: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name, exact=True).click()
    download: Download = waiting.value
    return Path(download.path()).read_text(encoding="utf-8-sig")


def _check_predictions(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 60
    formula = rows[6]["What did you think? *"]
    assert "HYPERLINK" in formula
    assert not formula.startswith("=")
    assert {row["prediction"] for row in rows} <= {"negative", "neutral", "positive"}


def _check_report(text: str) -> None:
    assert re.search(r"labelled rows litmus-sentiment is right", text)
    assert "95 %" in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']https?:", text)
    assert "<a href=\"http://evil.example" not in text
