"""Evaluation, text: outputs made anywhere, held against references in the page."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver, hostile

PAGE = "evaluation/text"
SLUG = "evaluate-text"
VIEWS = ("Lengths and copies", "Slices", "Signatures", "Segments")


def outputs(rows: int = 40) -> bytes:
    """A source, a reference, a good system, a poor one that skips some, and a group."""
    body = []
    for row in range(rows):
        reference = f"the parcel number {row} was sent to the old town on Monday"
        good = reference if row % 3 else reference.replace("was sent", "went out")
        poor = "" if row % 10 == 0 else f"parcel {row} old town Monday"
        body.append([f"das Paket {row}", reference, good, poor, ("mail", "chat")[row % 2]])
    return hostile.table([["source", "reference", "system_a", "system_b", "channel"], *body])


def brought(content: bytes, name: str = "outputs.csv", at: AppTest | None = None) -> AppTest:
    at = driver.open_page(driver.visitor(), PAGE) if at is None else at
    at.file_uploader(key=f"{SLUG}-upload").set_value((name, content, "")).run()
    return driver.finish(driver.fine(at), SLUG)


def chosen(at: AppTest, label: str) -> list[str]:
    return next(box for box in at.multiselect if box.label == label).value


def test_file_of_outputs_is_judged_with_columns_told_by_their_names() -> None:
    at = brought(outputs())
    assert not at.error
    assert chosen(at, "References") == ["reference"]
    assert chosen(at, "Outputs") == ["system_a", "system_b"]
    verdict = driver.readable(at.subheader[0].value)
    assert "40 segments" in verdict and "system_a" in verdict and "copying the source" in verdict
    scores = at.dataframe[0].value
    assert list(scores.columns) == ["score", "system_a", "copy", "system_b"]
    assert {"BLEU", "chrF", "TER", "ROUGE-L", "Exact match", "Token F1"} <= set(scores["score"])


def test_every_view_shows_something() -> None:
    at = brought(outputs())
    for view in VIEWS:
        at.get_by_key("texts-view").set_value(view)
        driver.fine(at.run())
        assert len(at.dataframe) > 2 or at.code
    signatures = " ".join(block.value for block in at.code)
    assert "evaluate text" in signatures, "the command that repeats it stands below every view"
    at.get_by_key("texts-view").set_value("Signatures")
    driver.fine(at.run())
    assert any("tok:13a" in block.value for block in at.code)


def test_segments_begin_with_the_largest_loss_against_the_other_system() -> None:
    at = brought(outputs())
    table = at.dataframe[-1].value
    assert list(table["loss"]) == sorted(table["loss"], reverse=True)
    at.get_by_key("texts-model").set_value("system_b")
    driver.fine(at.run())
    table = at.dataframe[-1].value
    assert table["loss"].iloc[0] > 50, "an empty output loses everything"
    assert table["system_b"].iloc[0] == ""


def test_search_keeps_the_segments_with_the_words() -> None:
    at = brought(outputs())
    at.text_input(key="texts-search").set_value("number 17")
    driver.fine(at.run())
    assert list(at.dataframe[-1].value["row"]) == [19]


def test_another_mapping_is_judged_anew_and_the_old_one_is_kept() -> None:
    at = brought(outputs())
    box = next(box for box in at.multiselect if box.label == "Outputs")
    box.set_value(["system_b"])
    driver.finish(driver.fine(at.run()), SLUG)
    assert list(at.dataframe[0].value.columns) == ["score", "system_b", "copy"]
    box = next(box for box in at.multiselect if box.label == "Outputs")
    box.set_value(["system_a", "system_b"])
    driver.fine(at.run())
    assert driver.space(at, SLUG).job is None
    assert list(at.dataframe[0].value.columns) == ["score", "system_a", "copy", "system_b"]


def test_guess_of_the_reference_is_called_one_until_another_is_chosen() -> None:
    rows = [[f"the parcel {n} came late", f"parcel {n} came too late"] for n in range(30)]
    at = brought(hostile.table([["wording", "model_a"], *rows]))
    assert chosen(at, "References") == ["wording"]
    said = [driver.readable(each.value) for each in at.caption]
    assert any("“wording” was taken for it: a guess" in each for each in said)
    assert "30 segments" in driver.readable(at.subheader[0].value)
    at = brought(outputs())
    assert not any("a guess" in driver.readable(each.value) for each in at.caption)


def test_missing_part_is_asked_for() -> None:
    at = brought(outputs())
    next(box for box in at.multiselect if box.label == "Outputs").set_value([])
    driver.fine(at.run())
    assert "at least one column of outputs" in at.info[0].value


def test_sample_is_one_click_away() -> None:
    at = driver.open_page(driver.visitor(), PAGE)
    at.button(key=f"{SLUG}-sample").click()
    driver.finish(driver.fine(at.run()), SLUG)
    assert not at.error
    assert "40 segments system" in driver.readable(at.subheader[0].value)


def test_sheet_of_a_workbook_is_chosen() -> None:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer) as book:
        pd.DataFrame({"note": ["nothing here"]}).to_excel(book, sheet_name="Cover", index=False)
        pd.read_csv(io.BytesIO(outputs())).to_excel(book, sheet_name="Outputs", index=False)
    at = brought(buffer.getvalue(), "outputs.xlsx")
    at.selectbox(key=f"{SLUG}-sheet").set_value("Outputs")
    driver.finish(driver.fine(at.run()), SLUG)
    assert "40 segments" in driver.readable(at.subheader[0].value)
    assert any("--sheet=Outputs" in block.value for block in at.code)


def test_column_in_two_parts_gives_one_sentence() -> None:
    at = brought(outputs())
    next(box for box in at.multiselect if box.label == "Outputs").set_value(
        ["reference", "system_a"]
    )
    driver.finish(driver.fine(at.run()), SLUG)
    assert len(at.error) == 1
    assert "reference" in driver.errors(at)[0]


def test_empty_references_give_one_sentence() -> None:
    rows = [["reference", "system_a"], *[["", f"text {n} of the system"] for n in range(5)]]
    at = brought(hostile.table(rows))
    if not at.error:
        next(box for box in at.multiselect if box.label == "References").set_value(["reference"])
        next(box for box in at.multiselect if box.label == "Outputs").set_value(["system_a"])
        driver.finish(driver.fine(at.run()), SLUG)
    assert len(at.error) == 1
    assert "reference" in driver.errors(at)[0]


@pytest.mark.parametrize("case", ["empty", "header only", "a broken workbook"])
def test_wrong_file_gives_one_sentence_and_keeps_the_table(case: str) -> None:
    at = brought(outputs())
    before = driver.space(at, SLUG).table
    name, content, words = hostile.REFUSED[case]
    brought(content, name, at)
    assert words in driver.errors(at)[0]
    assert driver.space(at, SLUG).table is before
    said = [driver.readable(each.value) for each in at.caption]
    assert "Still in use: outputs.csv, 40 rows." in said
    at.file_uploader(key=f"{SLUG}-upload").set_value([]).run()
    assert not driver.errors(driver.fine(at)), "the file that was refused is no longer chosen"
    said = [driver.readable(each.value) for each in at.caption]
    assert "In use: outputs.csv, 40 rows. A new upload replaces it." in said
    assert not any("Still in use" in each for each in said)


def test_where_a_file_is_brought_it_is_said_that_a_reload_forgets_it() -> None:
    at = driver.open_page(driver.visitor(), PAGE)
    assert any("a reload of the page forgets it" in each.value for each in at.caption)


def test_texts_of_strangers_are_shown_and_never_obeyed() -> None:
    trick = hostile.NAME
    rows = [
        [f"{trick} right way to say {n}", f"{trick} wrong way to say {n}", f"{trick} way {n}"]
        for n in range(30)
    ]
    head = [f"reference {trick}", f"system_a {trick}", f"system_b {trick}"]
    at = brought(hostile.table([head, *rows]))
    assert not at.error
    seen = 0
    for view in VIEWS:
        at.get_by_key("texts-view").set_value(view)
        driver.fine(at.run())
        marked = {block.proto.body for block in at.get("html")}
        for text in driver.everything_in_markdown(at):
            seen += "evil" in text
            if text in marked:  # HTML of ours, which reads neither Markdown nor formulas
                assert "<script" not in text and "<img" not in text
                continue
            for token in ("<script>", "$\\frac", ":red[", "](http"):
                assert token not in text, text
    assert seen > 3


def vendors() -> bytes:
    """Twelve segments of mail and twelve of web; a vendor of an own name fails at four of mail."""
    goods = ["invoice", "router", "parcel", "ticket", "lamp", "refund"]
    body = []
    for row in range(24):
        human = f"Please check the {goods[row % 6]} of order {chr(97 + row)}{chr(97 + row)} again"
        first = "" if row % 6 == 0 else " ".join(reversed(human.split()))
        ours = human.replace("check", "see") if row % 2 == 0 else human
        body.append([("mail", "web")[row % 2], first, human, ours])
    return hostile.table([["channel", "DeepThing", "human", "our MT v2"], *body])


def test_a_system_that_writes_nothing_for_some_segments_is_named_first() -> None:
    at = brought(vendors(), "vendors.csv")
    assert chosen(at, "Outputs") == ["DeepThing", "our MT v2"]
    at.get_by_key("texts-view").set_value("Lengths and copies")
    driver.fine(at.run())
    said = [driver.readable(each.value) for each in at.markdown]
    assert any("DeepThing writes nothing for 4 of 24 segments" in each for each in said)


def test_two_small_slices_are_one_test_and_said_to_be_few() -> None:
    at = brought(vendors(), "vendors.csv")
    at.get_by_key("texts-view").set_value("Slices")
    driver.fine(at.run())
    at.selectbox(key="texts-model").set_value("our MT v2")
    driver.fine(at.run())
    said = " ".join(driver.readable(each.value) for each in at.markdown)
    assert "mail is lowest" in said and "but 12 segments are few" in said
    table = next(each.value for each in at.dataframe if "against the other" in each.value)
    assert table["against the other"].tolist()[1] == "the same test"
    # Every segment of web is the reference itself: there is nothing to draw an interval from.
    assert table.set_index("value").loc["web", ["from", "to"]].tolist() == ["–", "–"]
    assert not at.error


def test_a_system_alone_is_no_baseline() -> None:
    at = brought(vendors(), "vendors.csv")
    box = next(each for each in at.multiselect if each.label == "Outputs")
    box.set_value(["our MT v2"])
    driver.finish(driver.fine(at.run()), SLUG)
    shown = " ".join(str(each.value) for each in (*at.markdown, *at.dataframe))
    assert "our MT v2" in shown and "(baseline)" not in shown
