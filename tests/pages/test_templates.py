"""Templates in the page: chosen in step 2, and what step 4 then shows first."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages import driver
from tests.triage import CAUTION


def models_page() -> None:
    import streamlit as st

    from dashboard.components.models_step import chosen_options, models_step
    from dashboard.session import workspace
    from tests.triage import TASK

    models_step(TASK, workspace(TASK.slug))
    st.session_state["options"] = dict(chosen_options(TASK))


def evaluation_page(template: str = "breakdowns", third: str = "broken motor") -> None:
    from dashboard.components.classification.evaluation import evaluation_view
    from dashboard.components.classification.evidence import evidence_of_run
    from dashboard.session import workspace
    from tests.triage import TASK, triaged

    found = triaged("broken belt", third, "fine", template=template)
    evaluation_view(evidence_of_run(found, workspace(TASK.slug)), found.warnings)


def page(script: object, **given: str) -> AppTest:
    at = AppTest.from_function(script, kwargs=given, default_timeout=driver.PATIENCE)  # type: ignore[arg-type]
    return driver.fine(at.run())


def thresholds(at: AppTest) -> AppTest:
    at.get_by_key("triage-view").set_value("Threshold")
    return driver.fine(at.run())


def metrics(at: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in at.metric}


def test_a_template_is_chosen_with_the_class_to_find() -> None:
    at = page(models_page)
    assert at.session_state["options"]["template"] == "general"
    assert not [box for box in at.text_input if box.label == "Class to find"]
    at.selectbox(key="triage-set-template").set_value("breakdowns")
    driver.fine(at.run())
    assert any(CAUTION in driver.readable(each.value) for each in at.caption)
    at.text_input(key="triage-set-positive").set_value("motor")
    driver.fine(at.run())
    options = at.session_state["options"]
    assert (options["template"], options["positive"]) == ("breakdowns", "motor")
    assert len([box for box in at.selectbox if box.key == "triage-set-template"]) == 1


def test_evaluation_shows_caution_and_first_metric_of_the_template() -> None:
    at = page(evaluation_page)
    assert [driver.readable(each.value) for each in at.info] == [CAUTION]
    assert "finds" in at.subheader[0].value
    assert next(box for box in at.selectbox if box.label == "Metric").value == "sensitivity"
    said = " ".join(driver.everything_in_markdown(at))
    assert "Words has a sensitivity of" in said and "worse than the baseline" not in said
    lines = list(at.dataframe[0].value["score"])
    assert lines[:3] == ["Sensitivity", "Specificity", "Accuracy"]


def test_the_threshold_is_chosen_by_what_it_has_to_find() -> None:
    at = thresholds(page(evaluation_page))
    way = at.get_by_key("triage-way-find")
    assert way.value == "What it has to find"
    share = next(box for box in at.number_input if box.label.startswith("Find at least"))
    flag = next(box for box in at.selectbox if box.label == "Raise a flag for")
    assert (share.value, flag.value) == (90, "broken belt or broken motor")
    many = metrics(at)
    assert set(many) == {"Flag from this probability on", "Found", "Others left alone",
                         "Flagged of 1,000 rows"}
    assert "not shown to tell them apart" in driver.readable(at.warning[-1].value)
    share.set_value(70)
    driver.fine(at.run())
    few = metrics(at)
    assert float(few["Flag from this probability on"]) > float(many["Flag from this probability on"])
    assert (many["Flagged of 1,000 rows"], many["Others left alone"]) == ("1,000", "0.0 %")
    assert int(few["Flagged of 1,000 rows"]) < 700
    assert "chosen on a random half" in " ".join(driver.everything_in_markdown(at))
    at.get_by_key("triage-way-find").set_value("What it costs")
    driver.fine(at.run())
    assert "Cost per 1,000 rows" in metrics(at)


def test_costs_come_first_without_a_template_that_finds() -> None:
    at = thresholds(page(evaluation_page, template="general"))
    assert not at.info
    assert "Cost per 1,000 rows" in metrics(at)
    at.get_by_key("triage-way").set_value("What it has to find")
    driver.fine(at.run())
    flag = next(box for box in at.selectbox if box.label == "Raise a flag for")
    assert (flag.value, flag.options) == ("broken belt", ["broken belt", "broken motor", "fine"])
    assert "Others left alone" in metrics(at)


def test_a_hostile_class_name_is_shown_and_never_obeyed() -> None:
    at = thresholds(page(evaluation_page, third="broken :red[x] $\\frac{1}{2}$ [a](http://evil)"))
    for text in driver.everything_in_markdown(at):
        for token in (":red[", "$\\frac", "](http"):
            assert token not in text, text
