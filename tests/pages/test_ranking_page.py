"""Evaluation, ranking: lists made anywhere, held against what users took, in the page."""

from __future__ import annotations

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.pages import driver

PAGE, SLUG = "evaluation/ranking", "evaluate-ranking"


def lists(users: int = 40, items: int = 12) -> bytes:
    """A running number, two engines, a list of five places with empty cells, and a shelf."""
    rng = np.random.default_rng(0)
    rows = users * items
    frame = pd.DataFrame({
        "export_no": np.arange(rows) + 700,
        "shopper": np.repeat([f"s{n}" for n in range(users)], items),
        "item": np.tile([f"i{n}" for n in range(items)], users),
        "bought": np.where(rng.random(rows) < 0.3, "yes", "no"),
        "shelf": np.tile(["top", "low"], rows // 2),
    })
    frame["engine_a"] = rng.normal(size=rows) + (frame["bought"] == "yes")
    frame["engine_b"] = rng.normal(size=rows)
    place = frame.groupby("shopper")["engine_b"].rank(ascending=False)
    frame["place_c"] = place.where(place <= 5)
    return frame.to_csv(index=False).encode()


def brought(content: bytes) -> AppTest:
    at = driver.open_page(driver.visitor(), PAGE)
    at.file_uploader(key=f"{SLUG}-upload").set_value(("lists.csv", content, "")).run()
    return driver.finish(driver.fine(at), SLUG)


def box(at: AppTest, label: str) -> str:
    return str(next(each for each in at.selectbox if each.label == label).value)


def systems(at: AppTest) -> list[str]:
    return list(next(each for each in at.multiselect if each.label == "Score or rank").value)


def test_the_sample_shows_what_a_file_looks_like_and_is_judged() -> None:
    at = driver.open_page(driver.visitor(), PAGE)
    assert any(each.label == "What a file can look like" for each in at.expander)
    assert any("Simulated" in caption.value for caption in at.caption)
    at.button(key=f"{SLUG}-sample").click().run()
    driver.finish(driver.fine(at), SLUG)
    assert systems(at) == ["engine_a_score", "engine_b_rank"]
    assert "not chance" in driver.readable(at.subheader[0].value)


def test_columns_are_told_apart_and_a_list_with_empty_cells_is_judged() -> None:
    at = brought(lists())
    assert not at.error
    assert box(at, "User") == "shopper" and box(at, "Relevant") == "bought"
    assert systems(at) == ["engine_a", "engine_b", "place_c"]
    assert "corrected for" in at.dataframe[1].value.columns
    assert set(at.dataframe[1].value["corrected for"]) >= {"5 comparisons"}


def test_choices_and_result_survive_a_visit_to_another_page() -> None:
    at = brought(lists())
    next(each for each in at.selectbox if each.label == "Slice by").set_value("shelf")
    next(each for each in at.multiselect if each.label == "Score or rank").set_value(["place_c"])
    driver.finish(driver.fine(at.run()), SLUG)
    said = at.subheader[0].value
    driver.open_page(at, "workspace/runs")
    driver.open_page(at, PAGE)
    assert systems(at) == ["place_c"] and box(at, "Slice by") == "shelf"
    assert box(at, "User") == "shopper" and at.subheader[0].value == said
    assert any("A new upload replaces it" in caption.value for caption in at.caption)
