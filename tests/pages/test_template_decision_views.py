"""Step 4 of tables by template: whom to look at, who is found, and profit only where one lends."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pipelines.evaluation.risk_judgement import RiskJudgement
from tests.pages import driver, hostile
from tests.tabular.test_template_decisions import run_of


def evaluation_page(**settings: str) -> None:
    from dashboard.components.risk.evaluation import evaluation_view
    from dashboard.session import workspace
    from tests.tabular.test_template_decisions import run_of

    evaluation_view(run_of(**settings), workspace("loan-risk"))


def results_page(**settings: str) -> None:
    import streamlit as st

    from dashboard.components.risk.results import results_view
    from dashboard.session import workspace
    from tests.tabular.test_template_decisions import run_of

    st.session_state.setdefault("loan-risk-shown", "linear")
    results_view(run_of(**settings), workspace("loan-risk"))


def file_page(kind: str = "fraud") -> None:
    import numpy as np
    import pandas as pd

    from dashboard.components.risk.evaluation import judged_view
    from pipelines.judging import find_kind
    from tests.evaluation.test_risk_metrics import made_up

    truth, chance, _ = made_up(400)
    frame = pd.DataFrame({"came": np.where(truth, kind, "genuine"), "said": chance})
    judged = find_kind("risk").evaluate(
        frame, {"truth": ["came"], "prediction": ["said"]}, 0
    )
    titles = {name: name for name in judged.scores}
    judged_view(judged, titles, "said", judged.warnings, "evaluate-risk")


def page(script: object, **settings: str) -> AppTest:
    at = AppTest.from_function(script, kwargs=settings, default_timeout=driver.PATIENCE)  # type: ignore[arg-type]
    return driver.fine(at.run())


def figures(at: AppTest) -> dict[str, str]:
    return {each.label: driver.readable(each.value) for each in at.metric}


def views(at: AppTest) -> list[str]:
    return list(next(
        each.options for each in at.button_group if each.label == "View"
    ))


def metric_shown(at: AppTest) -> str:
    return str(next(box for box in at.selectbox if box.label == "Metric").value)


def judgement_of(**settings: str) -> RiskJudgement:
    judged = run_of(**settings).judged
    assert judged is not None
    detail: RiskJudgement = judged.detail
    return detail


def test_fraud_shows_what_looking_finds_and_no_profit() -> None:
    at = page(evaluation_page, template="fraud", capacity="0.1")
    assert views(at)[0] == "Review capacity" and "Threshold by profit" not in views(at)
    assert metric_shown(at) == "precision_at_capacity"
    detail = judgement_of(template="fraud", capacity="0.1")
    precision, recall = (
        detail.score("linear", name) for name in ("precision_at_capacity", "recall_at_capacity")
    )
    assert precision is not None and recall is not None
    shown = figures(at)
    assert shown["Looked at"] == "36"
    assert shown["Of them right"] == f"{100 * precision.value:.1f} %"
    assert shown["Of all found"] == f"{100 * recall.value:.1f} %"
    # The page reckons the interval anew for any capacity; here it is that of the score.
    right = next(each for each in at.metric if each.label == "Of them right")
    assert f"{100 * precision.low:.1f} to {100 * precision.high:.1f}" in right.help  # type: ignore[operator]
    assert any("New rows are flagged from" in driver.readable(each.value) for each in at.caption)


def test_another_capacity_finds_more_of_them_at_less_precision() -> None:
    at = page(evaluation_page, template="churn")
    assert metric_shown(at) == "recall_at_capacity"
    few = figures(at)
    at.select_slider(key="loan-risk-capacity-0.05").set_value(0.3)
    driver.fine(at.run())
    many = figures(at)
    assert int(many["Looked at"]) > int(few["Looked at"])
    for label, more in (("Of all found", True), ("Of them right", False)):
        before, after = (float(each[label].removesuffix(" %")) for each in (few, many))
        assert (after > before) == more


def test_disease_shows_who_is_found_at_the_models_own_threshold() -> None:
    at = page(evaluation_page, template="disease", sensitivity="0.8")
    assert views(at)[0] == "Threshold by sensitivity"
    assert metric_shown(at) == "sensitivity"
    detail = judgement_of(template="disease", sensitivity="0.8")
    shown = figures(at)
    assert float(shown["Flag from"].removesuffix(" %")) == pytest.approx(
        100 * detail.threshold("linear"), rel=0.01
    )
    for label, name in (("Found", "sensitivity"), ("Others left alone", "specificity"),
                        ("Flagged", "flagged")):
        score = detail.score("linear", name)
        assert score is not None
        assert float(shown[label].removesuffix(" %")) == pytest.approx(100 * score.value, abs=0.06)
    assert any("no medical device" in driver.readable(each.value) for each in at.info)
    at.number_input(key="loan-risk-sensitivity-0.8").set_value(95.0)
    driver.fine(at.run())
    assert float(figures(at)["Found"].removesuffix(" %")) > float(shown["Found"].removesuffix(" %"))


def test_loans_keep_profit() -> None:
    at = page(evaluation_page, template="loans")
    assert views(at)[0] == "Threshold by profit"
    assert not {"Review capacity", "Threshold by sensitivity"} & set(views(at))
    assert "Profit a row" in figures(at)


def test_a_file_offers_every_way_to_draw_the_line() -> None:
    at = page(file_page, kind=f"fraud {hostile.TRICKS[0]}")
    assert views(at)[:3] == ["Threshold by profit", "Review capacity", "Threshold by sensitivity"]
    for name, label in (("Review capacity", "Of them right"), ("Threshold by sensitivity", "Found")):
        at.get_by_key("evaluate-risk-view").set_value(name)
        driver.fine(at.run())
        assert label in figures(at)
        for text in driver.everything_in_markdown(at):
            assert hostile.TRICKS[0] not in text, text
    assert any("random half of the rows" in each.value for each in at.caption)


@pytest.mark.parametrize(
    ("template", "words"),
    [("fraud", "5 % of them, the capacity, are flagged"),
     ("disease", "of new cases are expected to be found"), ("loans", "approving breaks even")],
)
def test_results_say_how_the_threshold_came_about(template: str, words: str) -> None:
    at = page(results_page, template=template)
    threshold = next(each for each in at.metric if each.label == "Threshold")
    assert words in threshold.help
    decision = next(each for each in at.metric if each.label == "Decision")
    said = {"Approve", "Decline"} if template == "loans" else {"Flag", "No flag"}
    assert decision.value in said
    labels = [each.label for each in at.metric]
    assert ("Approved" if template == "loans" else "Not flagged") in labels


def test_the_tables_name_every_capacity_once() -> None:
    at = page(evaluation_page, template="fraud", capacity="0.1")
    table = next(each.value for each in at.dataframe if "looked at" in each.value)
    assert isinstance(table, pd.DataFrame)
    assert table["looked at"].tolist() == ["1 %", "2 %", "5 %", "10 %", "20 %", "30 %"]
