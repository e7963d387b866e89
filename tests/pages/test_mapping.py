"""Step 1: roles and label meanings, as changed in the page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.column_mapper import chosen_dataset
from data.dataset import Dataset
from pipelines.registry import find_task
from tests.pages import driver, hostile

TWO_TEXTS = hostile.table([
    ["review", "reply", "sentiment", "channel"],
    *[[f"I love this lamp number {n}", f"Thank you so much for writing {n}",
       ("positive", "negative")[n % 2], ("mail", "shop")[n % 3 == 0]] for n in range(24)],
])


def unlabelled(rows: int) -> bytes:
    """Texts alone."""
    return hostile.table([
        ["review"], *[[f"I {('love', 'hate')[n % 2]} this lamp, number {n}"] for n in range(rows)],
    ])


STARS = hostile.table([
    ["review", "verdict"], *[[f"The lamp number {n} is here", f"v{n % 3}"] for n in range(24)]
])


def dataset(at: AppTest) -> Dataset:
    """The data set that the page would run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.session_state", at.session_state)
        return chosen_dataset(find_task("sentiment"), driver.space(at))


def test_roles_are_suggested_from_odd_column_names() -> None:
    at = driver.with_file("a.csv", hostile.table([
        ["ID #", "What did you think?", "Judgement (pos/neg)", "Where"],
        *[[n, f"I had hoped for more from number {n}", ("pos", "neg")[n % 2], "shop"]
          for n in range(20)],
    ]))
    assert dataset(at).roles["text"] == "What did you think?"
    assert dataset(at).roles["label"] == "Judgement (pos/neg)"


def test_changed_role_changes_the_data_set() -> None:
    at = driver.with_file("a.csv", TWO_TEXTS)
    before = dataset(at)
    other = "reply" if before.roles["text"] == "review" else "review"
    at.selectbox(key="sentiment-text").select(other)
    at.selectbox(key="sentiment-group").select("channel")
    driver.fine(at.run())
    after = dataset(at)
    assert after.roles["text"] == other
    assert after.roles["group"] == "channel"
    assert after.fingerprint != before.fingerprint


def test_wrong_mapping_says_why_and_disables_run() -> None:
    at = driver.with_file("a.csv", TWO_TEXTS)
    at.selectbox(key="sentiment-label").select(at.selectbox(key="sentiment-text").value)
    driver.fine(at.run())
    assert len(driver.errors(at)) == 1
    assert at.button(key="sentiment-run").disabled
    for name in ("models", "results", "evaluation", "ship"):
        driver.step(at, name)
        assert at.button(key="sentiment-run").disabled, name


def test_mapping_put_right_enables_run_again() -> None:
    at = driver.with_file("a.csv", TWO_TEXTS)
    at.selectbox(key="sentiment-label").select("channel")
    driver.fine(at.run())
    assert at.button(key="sentiment-run").disabled
    at.selectbox(key="sentiment-label").select("sentiment")
    driver.fine(at.run())
    assert not at.error
    assert not at.button(key="sentiment-run").disabled


def test_meaning_of_label_values_can_be_given() -> None:
    at = driver.with_file("a.csv", STARS)
    at.selectbox(key="sentiment-label").select("verdict")
    driver.fine(at.run())
    assert "could be read as" in driver.errors(at)[0]
    for value, meaning in (("v0", "negative"), ("v1", "positive")):
        at.selectbox(key=f"sentiment-label-verdict-{value}").select(meaning)
        driver.fine(at.run())
    assert not at.error
    found = dataset(at)
    assert dict(found.labels) == {"v0": "negative", "v1": "positive"}


def test_label_value_can_be_left_out() -> None:
    at = driver.with_file("a.csv", driver.reviews())
    before = dict(dataset(at).labels)
    assert "neutral" in before
    at.selectbox(key="sentiment-label-sentiment-neutral").select("leave out")
    driver.fine(at.run())
    assert dict(dataset(at).labels) == {
        name: meaning for name, meaning in before.items() if name != "neutral"
    }


def test_new_file_gets_its_own_suggestion() -> None:
    at = driver.with_file("unlabelled.csv", unlabelled(12))
    assert "label" not in dataset(at).roles
    driver.with_file("labelled.csv", driver.reviews(), at)
    assert dataset(at).roles["label"] == "sentiment"


def test_choices_survive_a_visit_to_another_page() -> None:
    at = driver.on_sample()
    at.selectbox(key="sentiment-group").select("plan")
    driver.leave_out(at)
    at.number_input(key="sentiment-set-seed").set_value(7)
    driver.fine(at.run())
    driver.open_page(at, "workspace/data")
    driver.open_page(at, driver.SENTIMENT)
    driver.step(at, "data")
    assert at.selectbox(key="sentiment-group").value == "plan"
    driver.step(at, "models")
    assert not at.checkbox(key="sentiment-use-litmus-sentiment").value
    assert at.checkbox(key="sentiment-use-vader").value
    assert at.number_input(key="sentiment-set-seed").value == 7


def test_file_is_still_in_use_after_a_visit_to_another_page() -> None:
    at = driver.with_file("mine.csv", driver.reviews())
    driver.open_page(at, "home")
    driver.open_page(at, driver.SENTIMENT)
    table = driver.space(at).table
    assert table is not None
    assert table.name == "mine.csv"
    assert any("In use: mine" in caption.value for caption in at.caption)


@pytest.mark.parametrize("rows", [1, 5, 20, 25, 49, 60])
def test_random_sample_can_be_labelled_whatever_the_number_of_rows(rows: int) -> None:
    at = driver.with_file("a.csv", unlabelled(rows))
    assert at.button(key="sentiment-give-positive")


def test_labels_given_in_the_page_judge_the_models() -> None:
    at = driver.with_file("a.csv", unlabelled(20))
    for _ in range(20):
        box = next(text.value for text in at.markdown if "this lamp" in text.value)
        answer = "positive" if "love" in box else "negative"
        at.button(key=f"sentiment-give-{answer}").click()
        driver.fine(at.run())
    assert "labelled" in at.success[0].value
    at.button(key="sentiment-use-labels").click()
    driver.fine(at.run())
    driver.run_to_the_end(at)
    experiment = driver.space(at).experiment
    assert experiment is not None
    assert experiment.judged is not None
    assert "20 labelled rows" in driver.readable(experiment.judged.verdict)
    assert any("given by hand" in sentence for sentence in experiment.warnings)
    driver.step(at, "evaluation")
    assert "20 labelled rows" in driver.readable(at.subheader[0].value)


def test_last_label_can_be_taken_back() -> None:
    at = driver.with_file("a.csv", unlabelled(20))
    at.button(key="sentiment-give-positive").click()
    driver.fine(at.run())
    assert list(driver.space(at).drawn.values()) == ["positive"]
    at.button(key="sentiment-undo").click()
    driver.fine(at.run())
    assert not driver.space(at).drawn


def test_labelling_goes_on_while_only_one_class_was_given() -> None:
    at = driver.with_file("a.csv", unlabelled(20))
    for done in range(1, 20):
        at.button(key="sentiment-give-positive").click()
        driver.fine(at.run())
        assert not at.error
        assert len(driver.space(at).drawn) == done
    at.button(key="sentiment-give-positive").click()
    driver.fine(at.run())
    assert "the same label" in at.warning[0].value
    assert not at.success


def test_run_without_labels_offers_to_label_a_sample() -> None:
    at = driver.with_file("a.csv", unlabelled(20))
    driver.run_to_the_end(at)
    driver.step(at, "evaluation")
    assert "Nothing is proven yet" in at.info[0].value
    at.button(key="sentiment-to-labelling").click()
    driver.fine(at.run())
    assert at.get_by_key("sentiment-step").value == "data"


def test_too_many_rows_offer_a_random_sample_and_the_report_states_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LITMUS_MAX_ROWS", "40")
    at = driver.with_file("long.csv", driver.reviews(100))
    assert "100 rows; at most 40 are read" in driver.errors(at)[0]
    assert driver.space(at).table is None
    offer = next(button for button in at.button if "random sample of 40" in button.label)
    offer.click()
    driver.fine(at.run())
    assert not at.error
    table = driver.space(at).table
    assert table is not None
    assert (len(table.frame), table.total_rows) == (40, 100)
    driver.run_to_the_end(at)
    experiment = driver.space(at).experiment
    assert experiment is not None
    from pipelines.report.html import report_page

    assert any("random sample" in sentence for sentence in experiment.warnings)
    assert "random sample" in report_page(experiment)


def test_a_column_that_could_judge_is_pointed_at() -> None:
    at = driver.open_page(driver.visitor(), "applications/sentiment")
    at.get_by_key("sentiment-source").set_value("file")
    driver.fine(at.run())
    content = hostile.table([
        ["review", "remark"],
        *[[f"I love this lamp number {n}", f"Seen by colleague {n} of the team"] for n in range(24)],
    ])
    at.file_uploader(key="sentiment-upload").set_value([("rows.csv", content, "")]).run()
    said = [driver.readable(each.value) for each in driver.fine(at).caption]
    assert any(
        "Nothing can be judged without true labels: if a column holds them (“remark”)" in each
        for each in said
    )
