"""Outputs without references are marked in the page, and the marks reach the report."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from dashboard.components.marking import wording_of
from pipelines.evaluation.labelled_sample import choose_sample
from pipelines.evaluation.marked import marked
from pipelines.report.document import document
from pipelines.report.html import report_page
from tests.pages import driver, hostile
from tests.pages import test_question_answering_page as answers
from tests.pages.test_translate_page import PAGE, opened, with_file

SLUG = "summarization"
ROWS = 12


def unjudged() -> AppTest:
    """Twelve texts without references, summarised by the baseline, at the Evaluation step."""
    rows = [["text"], *[[f"Order {row} came late. Nobody answers. I wait. So it is."]
                        for row in range(ROWS)]]
    return driver_step(with_file(SLUG, hostile.table(rows)), "evaluation")


def driver_step(at: AppTest, name: str) -> AppTest:
    at.get_by_key(f"{SLUG}-step").set_value(name)
    return driver.fine(at.run())


def mark(at: AppTest, *answers: bool) -> AppTest:
    for good in answers:
        at.button(key=f"{SLUG}-mark-{'good' if good else 'bad'}").click()
        driver.fine(at.run())
    return at


def verdict(at: AppTest) -> str:
    return driver.readable(at.subheader[0].value)


def test_marks_give_an_estimate_with_its_interval_that_grows_and_is_taken_back() -> None:
    at = unjudged()
    assert "no references" in at.info[0].value
    mark(at, True, True, False)
    assert "“First sentences” is acceptable on 2 of 3 rows marked at random: between" in verdict(at)
    at.button(key=f"{SLUG}-mark-undo").click()
    driver.fine(at.run())
    assert "acceptable on 2 of 2 rows" in verdict(at)
    experiment = driver.space(at, SLUG).experiment
    assert experiment is not None
    order = [int(row) for row in choose_sample(ROWS, ROWS, 0)]
    kept = at.session_state["marks"][(experiment.id,)]
    assert [each.row for each in kept] == order[:2]


def test_shown_output_is_that_of_the_row_in_question_and_names_no_model() -> None:
    at = unjudged()
    first, second = (int(row) for row in choose_sample(ROWS, ROWS, 0)[:2])

    def on_show() -> str:
        return " ".join(block.proto.body for block in at.get("html"))

    assert f"Order {first} came late" in on_show()
    assert "First sentences" not in on_show()
    mark(at, True)
    assert f"Order {second} came late" in on_show()


def test_marks_stay_while_another_page_is_looked_at() -> None:
    at = mark(unjudged(), True, False)
    driver.open_page(at, "workspace/runs")
    said = " ".join(driver.readable(str(each.value)) for each in at.markdown)
    assert "acceptable on 1 of 2 rows" in said
    driver.open_page(at, PAGE)
    assert "acceptable on 1 of 2 rows" in verdict(at)


def test_marks_reach_the_report() -> None:
    at = mark(unjudged(), *[True] * ROWS)
    assert at.success, "the sample is marked"
    experiment = driver.space(at, SLUG).experiment
    assert experiment is not None
    found = marked(at.session_state["marks"][(experiment.id,)], ROWS, {"lead": "First sentences"})
    report = json.loads(json.dumps(document(experiment, found)))
    (score,) = report["runs"][0]["scores"]
    assert (score["name"], score["n"], score["value"]) == ("acceptable", ROWS, 1.0)
    assert (score["low"], score["high"]) == (1.0, 1.0), "every row was marked"
    assert report["verdict"] == found.verdict if found else ""
    page = report_page(experiment, found)
    assert "Marked by hand" in page and "12 rows drawn at random" in page
    assert "Nothing is proven" not in page
    assert "Nothing is proven" in report_page(experiment)
    driver_step(at, "ship")


def test_two_models_are_marked_blindly_and_one_can_be_left_out() -> None:
    at = opened("keywords")
    at.get_by_key("keywords-source").set_value("file")
    driver.fine(at.run())
    rows = [["text"], *[[f"The scooter {row} was parked in a bike lane of the old city."]
                        for row in range(6)]]
    at.file_uploader(key="keywords-upload").set_value(("rows.csv", hostile.table(rows), "")).run()
    driver.fine(at).button(key="keywords-run").click()
    driver.finish(driver.fine(at.run()), "keywords")
    at.get_by_key("keywords-step").set_value("evaluation")
    driver.fine(at.run())
    models = at.multiselect(key="keywords-marked-models")
    assert models.value == ["minilm-keyphrases"], "the baseline only where one asks for it"
    models.set_value(["minilm-keyphrases", "frequency"])
    driver.fine(at.run())
    for _ in range(12):
        if at.success:
            break
        at.button(key="keywords-mark-good").click()
        driver.fine(at.run())
    assert {"Key phrases", "Most frequent words"} < set(at.dataframe[0].value.columns)
    at.multiselect(key="keywords-marked-models").set_value([])
    driver.fine(at.run())
    assert "at least one model" in at.info[0].value


def test_results_say_that_they_were_made_before_a_change_until_it_is_undone() -> None:
    at = unjudged()
    assert not at.warning
    key = f"{SLUG}-set-seed"
    driver_step(at, "models")
    at.number_input(key=key).set_value(7)
    driver.fine(at.run())
    for step in ("results", "evaluation", "ship"):
        driver_step(at, step)
        assert "made before the change of the seed" in at.warning[0].value
    driver_step(at, "models")
    at.number_input(key=key).set_value(0)
    driver.fine(at.run())
    driver_step(at, "results")
    assert not at.warning
    driver_step(at, "models")
    at.number_input(key=key).set_value(7)
    driver.fine(at.run())
    driver_step(at, "results")
    at.button(key=f"{SLUG}-run").click()
    driver.finish(driver.fine(at.run()), SLUG)
    assert not at.warning


def test_results_show_the_share_that_was_found_acceptable() -> None:
    at = driver_step(mark(unjudged(), True, True, True, False), "results")
    assert {metric.label: metric.value for metric in at.metric}["Acceptable"] == "75.0 %"


def test_marks_of_a_run_are_its_own() -> None:
    at = mark(unjudged(), True)
    at.button(key=f"{SLUG}-run").click()
    driver.finish(driver.fine(at.run()), SLUG)
    assert "no references" in at.info[0].value
    experiment = driver.space(at, SLUG).experiment
    assert experiment is not None
    assert not at.session_state["marks"][(experiment.id,)]


def test_marks_at_a_threshold_of_three_decimals_are_those_of_the_run() -> None:
    questions = b"question\nWhen does the office in Porto open?\nHow many days of leave are there?\n"
    at = answers.with_files(("office.md", answers.OFFICE), ("ask.csv", questions))
    answers.to_step(at, "models")
    at.number_input(key=f"{answers.SLUG}-set-threshold").set_value(0.335)
    driver.fine(at.run())
    at = answers.ran(at)
    answers.to_step(at, "results")
    at.session_state["answers-tab"] = "Mark a sample"
    driver.fine(at.run())
    experiment = driver.space(at, answers.SLUG).experiment
    assert experiment is not None and float(experiment.request.options["threshold"]) == 0.335
    at.button(key="answers-mark-good").click()
    driver.fine(at.run())
    assert len(at.session_state["marks"][(experiment.id,)]) == 1
    assert not any("so the report does not hold it" in each.value for each in at.caption)
    at.select_slider(key="answers-threshold-0.335").set_value(0.5)
    driver.fine(at.run())
    at.button(key="answers-mark-good").click()
    driver.fine(at.run())
    assert len(at.session_state["marks"][(experiment.id,)]) == 1
    assert any("so the report does not hold it" in each.value for each in at.caption)


def test_answers_are_marked_by_the_same_code_under_their_own_name() -> None:
    questions = b"question\nWhen does the office in Porto open?\nHow many days of leave are there?\n"
    at = answers.ran(answers.with_files(("office.md", answers.OFFICE), ("ask.csv", questions)))
    answers.to_step(at, "results")
    at.session_state["answers-tab"] = "Mark a sample"
    driver.fine(at.run())
    for good in (True, False):
        at.button(key=f"answers-mark-{'good' if good else 'bad'}").click()
        driver.fine(at.run())
    assert at.success
    said = " ".join(driver.readable(each.value) for each in at.markdown)
    assert "litmus-reader is right on 1 of 2 rows" in said
    experiment = driver.space(at, answers.SLUG).experiment
    assert experiment is not None
    titles = {"litmus-reader": "litmus-reader"}
    found = marked(at.session_state["marks"][(experiment.id,)], 2, titles, wording_of(experiment))
    scores = {run["model"]: run["scores"] for run in document(experiment, found)["runs"]}
    assert [score["name"] for score in scores["litmus-reader"]] == ["right"]
    assert "“right” or “wrong”" in report_page(experiment, found)
