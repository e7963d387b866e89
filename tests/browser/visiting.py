"""Steps that a visitor takes in the browser."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import Page, expect

WAIT = 240_000  # a first load of the model beside other work takes its time
SAMPLE = "sentiment-source=product-reviews"
# How many pixels of a page are out of sight at the side.
OVERFLOW = """() => {
    const block = document.querySelector('[data-testid=stMainBlockContainer]');
    const main = document.querySelector('[data-testid=stMain]') || block.parentElement;
    return Math.max(document.documentElement.scrollWidth - window.innerWidth,
                    main.scrollWidth - main.clientWidth);
}"""


def settled(page: Page) -> None:
    """Wait until the page's script has ended."""
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    expect(page.locator("[data-stale=true]")).to_have_count(0)


def go_to_step(page: Page, name: str) -> None:
    """Open one of the five steps, by its label."""
    page.get_by_role("radio", name=name).click()
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    settled(page)


def run_and_wait(page: Page, models: int = 3) -> None:
    """Press Run and wait for the results."""
    page.get_by_role("button", name=f"Run {models} models").click()
    page.get_by_text("Rows read", exact=True).wait_for()
    settled(page)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    box = page.get_by_role("combobox", name=label, exact=True)
    # A page that scrolls closes what just opened.
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box.click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def odd_reviews() -> bytes:
    """Reviews under column names that nobody's code expects, one of them a formula."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";")
    write.writerow(["Nr.", "What did you think? *", "Stimmung (pos/neg)", "Wo gekauft"])
    texts = {
        "pos": ("I love this lamp", "Wonderful light and a great price", "It works very well"),
        "neg": ("I hate this lamp", "Terrible support and a broken switch", "It never worked"),
    }
    for row in range(60):
        label = ("pos", "neg")[row % 2]
        text = f"{texts[label][row % 3]}, number {row}"
        # Wrong on purpose: the matrix needs errors to click on.
        given = ("neg", "pos")[row % 2] if row % 10 == 4 else label
        write.writerow([row, '=HYPERLINK("http://evil.example","great")' if row == 6 else text,
                        given, ("Laden", "Netz")[row % 4 < 2]])
    return out.getvalue().encode("utf-8-sig")
