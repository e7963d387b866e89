"""Recommendations in a browser: orders and items are uploaded, a person's list is explained."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visiting import OVERFLOW, go_to_step, settled
from tests.recommendation.test_run import TASTES, orders

TITLES = "sku,title,category\n" + "\n".join(
    f"{item},Thing {item.upper()},camp {item[0]}" for camp in TASTES.values() for item in camp
)


def test_orders_with_a_file_of_items_become_lists_with_reasons(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(f"{address}/recommendations?recommendation-source=file&recommendation-set-budget=0.0")
    tab.locator("input[type=file]").set_input_files([
        {"name": "orders.csv", "mimeType": "text/csv",
         "buffer": orders().to_csv(index=False).encode()},
        {"name": "items.csv", "mimeType": "text/csv", "buffer": TITLES.encode()},
    ])
    expect(tab.get_by_text(re.compile(r"60 users · 12 items · 300 different pairs"))).to_be_visible()
    settled(tab)
    tab.get_by_role("button", name=re.compile(r"Run \d models")).click()
    tab.get_by_text("Lists made", exact=True).wait_for()
    settled(tab)
    expect(tab.get_by_text(re.compile("because of", re.IGNORECASE)).first).to_be_visible()
    go_to_step(tab, "4 Evaluation")
    verdict = re.compile("Nothing was left to choose from")
    expect(tab.get_by_role("heading", name=verdict)).to_be_visible()
    tab.set_viewport_size({"width": 390, "height": 800})
    settled(tab)
    assert tab.evaluate(OVERFLOW) <= 0
    assert not complaints, complaints
