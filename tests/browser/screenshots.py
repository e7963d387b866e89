"""`make screenshots`: pictures of every page, light and dark, wide and narrow, in `screenshots/`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.serving import chromium, served

SIZES = {"wide": (1440, 1000), "narrow": (390, 844)}
PAGES = ("", "question-answering", "chat-and-generation", "translate-and-summarise",
         "classification", "text", "data", "runs", "share")
STEPS = ("1 Data", "2 Models", "3 Results", "4 Evaluation", "5 Ship")
VIEWS = ("Curves", "Calibration", "Threshold", "Slices")
TABS = ("Rows", "Words", "Examples", "By group")
# The other tasks: page, sample, what stands on it once the run has ended, and the views of step 4.
TASKS = {
    "question-answering": ("question-answering", "handbook", "Ask your documents",
                           ("Threshold", "Slices")),
    "translation": ("translate-and-summarise", "translations", "Rows read",
                    ("Lengths and copies", "Slices", "Signatures")),
    "summarization": ("translate-and-summarise", "articles", "Rows read", ()),
    "keywords": ("translate-and-summarise", "article-keywords", "Rows read", ()),
}
WAIT = 120_000


def settle(page: Page) -> None:
    """Wait until the script has ended and charts are drawn."""
    page.wait_for_selector("h1", timeout=WAIT)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget]') &&"
        " !document.querySelector('[data-testid=stSkeleton]')", timeout=WAIT,
    )
    page.wait_for_timeout(900)


def shoot(page: Page, folder: Path, name: str) -> None:
    """Save the whole page as a picture."""
    settle(page)
    height = page.evaluate(
        "() => (document.querySelector('[data-testid=stMainBlockContainer]') || document.body)"
        ".scrollHeight"
    )
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height + 60)})
    page.wait_for_timeout(400)
    page.screenshot(path=folder / f"{name}.png")
    page.set_viewport_size(size)


def tour(page: Page, address: str, folder: Path, mark: str) -> None:
    """Every page, empty and with a run on the sample."""
    for path in PAGES:
        page.goto(f"{address}/{path}")
        shoot(page, folder, f"{path or 'home'}-empty-{mark}")
    page.goto(f"{address}/sentiment?sentiment-source=product-reviews"
              "&sentiment-step=3+Results")
    page.get_by_text("Rows read", exact=True).wait_for(timeout=WAIT)
    shoot(page, folder, f"sentiment-3-results-{mark}")
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        if tab == "Words":
            page.get_by_text("What the chance of a class loses").wait_for(timeout=WAIT)
        shoot(page, folder, f"sentiment-3-{tab.lower().replace(' ', '-')}-{mark}")
    page.get_by_role("tab", name="Try a sentence").click()
    box = page.get_by_label("A sentence of yours")
    box.fill("The light is lovely, but support never answered my mail.")
    page.get_by_text("Solid: speaks for").wait_for(timeout=WAIT)
    shoot(page, folder, f"sentiment-3-try-{mark}")
    for step in STEPS:
        page.get_by_role("radio", name=step).click()
        shoot(page, folder, f"sentiment-{step.lower().replace(' ', '-')}-{mark}")
        if step == "4 Evaluation":
            for view in VIEWS:
                page.get_by_role("radio", name=view).click()
                shoot(page, folder, f"sentiment-4-{view.lower()}-{mark}")
    for task in TASKS:
        tour_of_task(page, address, folder, mark, task)
    page.goto(f"{address}/text")
    page.get_by_role("button", name="Try it with a sample").click()
    page.get_by_text("Take it along").wait_for(timeout=WAIT)
    shoot(page, folder, f"text-{mark}")
    if SIZES["wide"][0] == (page.viewport_size or {}).get("width"):
        page.get_by_role("link", name="Runs").first.click()
        shoot(page, folder, f"runs-{mark}")
        page.get_by_role("link", name="Data").first.click()
        shoot(page, folder, f"data-{mark}")


def tour_of_task(page: Page, address: str, folder: Path, mark: str, task: str) -> None:
    """The five steps of a task on its sample."""
    path, sample, landmark, views = TASKS[task]
    page.goto(f"{address}/{path}?task={task}&{task}-source={sample}&{task}-step=3+Results")
    page.get_by_text(landmark, exact=True).wait_for(timeout=WAIT)
    if task == "question-answering":
        page.get_by_label(landmark).fill("Who runs operations and opened the Portuguese workshop?")
        page.keyboard.press("Enter")
        page.get_by_text("% sure").first.wait_for(timeout=WAIT)
    for step in STEPS:
        page.get_by_role("radio", name=step).click()
        shoot(page, folder, f"{task}-{step.lower().replace(' ', '-')}-{mark}")
        if step == "4 Evaluation":
            for view in views:
                page.get_by_role("radio", name=view).click()
                shoot(page, folder, f"{task}-4-{view.lower().replace(' ', '-')}-{mark}")


def main() -> None:
    """Take all the pictures, or those of one mark such as `light-wide`."""
    wanted = sys.argv[1:]
    folder = Path("screenshots")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as cache, served(Path(cache)) as address, \
            chromium() as browser:
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                mark = f"{scheme}-{size}"
                if wanted and mark not in wanted:
                    continue
                context = browser.new_context(
                    color_scheme=scheme, viewport={"width": width, "height": height},
                    reduced_motion="reduce",
                )
                tour(context.new_page(), address, folder, mark)
                context.close()


if __name__ == "__main__":
    main()
