"""Images in a browser: a ZIP is uploaded, its classes are learnt, and an image is opened."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visiting import OVERFLOW, go_to_step, settled
from tests.image_sets import shapes_zip

KINDS = ("bar across", "disc")


def test_a_zip_of_images_is_learnt_and_an_image_of_the_gallery_opens(
    tab: Page, address: str, complaints: list[str]
) -> None:
    _bring(tab, address, shapes_zip(a_class=12, kinds=KINDS))
    _run(tab)
    _gallery_opens_one(tab)
    _map_shows_the_image_under_the_pointer(tab)
    go_to_step(tab, "4 Evaluation")
    verdict = re.compile("labelled images? Your own classes")
    expect(tab.get_by_role("heading", name=verdict)).to_be_visible()
    _fits_a_phone(tab)
    assert not complaints, complaints


def _bring(page: Page, address: str, archive: bytes) -> None:
    page.goto(f"{address}/images?images-source=file")
    page.locator("input[type=file]").set_input_files(
        {"name": "shapes.zip", "mimeType": "application/zip", "buffer": archive}
    )
    expect(page.get_by_text("24 images · 2 classes of 12 each · 48 x 48 pixels")).to_be_visible()
    settled(page)


def _run(page: Page) -> None:
    page.get_by_role("button", name="Run 2 models").click()
    page.get_by_text("Images read", exact=True).wait_for()
    settled(page)


def _gallery_opens_one(page: Page) -> None:
    expect(page.get_by_text("24 images of 24. Click a name to open its image.")).to_be_visible()
    page.locator("[class*=st-key-images-open-]").get_by_role("button").first.click()
    settled(page)
    expect(page.get_by_text(re.compile("Grad-CAM: warm parts spoke for"))).to_be_visible()
    expect(page.get_by_text(re.compile("most similar images that models learnt from"))).to_be_visible()
    opened = page.get_by_role("button", name="Close")
    expect(opened).to_be_visible()
    opened.click()
    settled(page)
    expect(page.get_by_text(re.compile("Grad-CAM"))).to_have_count(0)


def _map_shows_the_image_under_the_pointer(page: Page) -> None:
    page.get_by_role("tab", name="Map").click()
    chart = page.locator("[class*=st-key-images-map-] .js-plotly-plot")
    chart.wait_for()
    settled(page)
    hovered = page.locator("img[src^='data:image']:visible[alt^='bar across/'], "
                           "img[src^='data:image']:visible[alt^='disc/']")
    expect(hovered).to_have_count(0)
    chart.scroll_into_view_if_needed()
    # The component finds the chart a moment after both are drawn.
    for _ in range(20):
        point = chart.locator(".scatterlayer .point").first.bounding_box()
        assert point is not None
        page.mouse.move(point["x"] + point["width"] / 2 - 30, point["y"])
        page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
        page.wait_for_timeout(300)
        if hovered.count():
            break
    expect(hovered).to_have_count(1)


def _fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for step in ("1 Data", "2 Models", "3 Results", "4 Evaluation", "5 Ship"):
        go_to_step(page, step)
        assert page.evaluate(OVERFLOW) <= 0, step
