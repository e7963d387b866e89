"""Questions to documents in a browser: an answer marked in its passage, a verdict, a cited chat."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from pipelines.generation.smollm import packaged_file
from tests.browser.visiting import OVERFLOW, go_to_step, settled

QUESTION = "In which town did the founder solder her first light?"


def test_handbook_answers_is_judged_and_can_be_chatted_with(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(address)
    tab.get_by_role("link", name="Try it on the sample").nth(1).click()
    box = tab.get_by_label("Ask your documents")
    box.wait_for()
    box.fill(QUESTION)
    box.press("Enter")
    expect(tab.locator("mark").first).to_have_text("Otley")
    expect(tab.get_by_role("heading", name="Otley")).to_be_visible()
    expect(tab.get_by_text(re.compile(r"% sure · 01-welcome\.md"))).to_be_visible()
    go_to_step(tab, "4 Evaluation")
    expect(tab.get_by_role("heading", name=re.compile("On 60 questions litmus-reader"))).to_be_visible()
    expect(tab.get_by_text(re.compile("not fully right, the worst first"))).to_be_visible()
    tab.get_by_role("radio", name="Retrieval", exact=True).click()
    expect(tab.get_by_text(re.compile("Searching by words and meaning"))).to_be_visible()
    _fits_a_phone(tab)
    if packaged_file() is not None:
        _chat_cites(tab)
    assert not complaints, complaints


def _fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for step in ("1 Data", "2 Models", "4 Evaluation", "5 Ship", "3 Results"):
        go_to_step(page, step)
        assert page.evaluate(OVERFLOW) <= 0, step
    page.set_viewport_size({"width": 1440, "height": 1000})


def _chat_cites(page: Page) -> None:
    """The index of the run answers the chat: the passages it was given stand below the reply."""
    page.get_by_role("link", name="Chat and generation").first.click()
    settled(page)
    page.get_by_text("Answer from my documents").click()
    page.get_by_role("button", name="Settings").click()
    length = page.get_by_role("slider", name="Maximum length")
    length.press("Home")
    expect(length).to_have_value("16")
    page.keyboard.press("Escape")
    settled(page)
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(QUESTION)
    box.press("Enter")
    reply = page.get_by_test_id("stChatMessage").last
    expect(reply.get_by_text(re.compile(r"context [\d,]+ of"))).to_be_visible()
    passages = reply.get_by_test_id("stExpander")
    expect(passages).to_have_count(3)
    expect(reply.get_by_text(re.compile(r"^\[1\] 01-welcome\.md \((not )?cited\)$"))).to_be_visible()
