"""Steps 3 and 4 of a table judged by folds: each row as it was judged, and the worst errors."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.risk.applicants import Applicants
from dashboard.components.risk.weak_spots import _finding, by_column
from data.table import Table
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.surest_errors import surest_errors
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.report.html import report_page
from pipelines.request import Request
from pipelines.tabular.predictions import RiskPredictions
from pipelines.tasks.loan_risk import TASK
from tests.pages import driver
from tests.pages.test_loan_risk_views import CHOSEN, TAB, applicants, figures, finish, percent, said
from tests.tabular.test_template_decisions import payments


@cache
def run_by_folds() -> Experiment:
    frame = applicants().assign(bank="one")
    table = Table("loans.csv", frame, "sha256:1", (), len(frame))
    models = tuple(card for card in TASK.models if card.id in ("base-rate", "linear", "boosting"))
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, {"target": "outcome", "id": "who"}), models=models,
        options=Options(TASK, {"split": "cross-validation", "budget": "0", "texts": "off"}),
    ))


def results_page(model: str) -> None:
    import streamlit as st

    from dashboard.components.risk.results import results_view
    from dashboard.session import workspace
    from tests.pages.test_held_out_views import run_by_folds

    st.session_state.setdefault("loan-risk-shown", model)
    results_view(run_by_folds(), workspace("loan-risk"))


def worst_page(model: str) -> None:
    import streamlit as st

    from dashboard.components.risk.evaluation import Ran, judged_view
    from dashboard.session import workspace
    from tests.pages.test_held_out_views import run_by_folds

    st.session_state.setdefault("loan-risk-view", "Worst errors")
    run = run_by_folds()
    judged_view(run.judged, {each.card.id: each.card.title for each in run.runs}, model, (),
                "loan-risk", Ran(run, workspace("loan-risk")))


def drawn(page: object, model: str = "boosting") -> AppTest:
    at = AppTest.from_function(page, kwargs={"model": model}, default_timeout=driver.PATIENCE)  # type: ignore[arg-type]
    return driver.fine(at.run())


def predictions() -> RiskPredictions:
    found = run_by_folds().run_of("boosting").predictions
    assert isinstance(found, RiskPredictions)
    return found


def furthest() -> int:
    """The row whose judged probability is furthest from that of the model that learnt from it."""
    run = run_by_folds().run_of("boosting")
    model = run.pipeline.model  # type: ignore[attr-defined]
    final = model.predict(applicants().assign(bank="one")[[each.name for each in model.plan.used]])
    return int(np.abs(predictions().risk - final).argmax())


def test_an_applicant_is_shown_as_it_was_judged_and_the_reasons_say_whose_they_are() -> None:
    row = furthest()
    at = drawn(results_page)
    at.session_state[CHOSEN] = row
    driver.fine(at.run())
    judged = float(predictions().risk[row])
    assert percent(figures(at)["Probability"]) == pytest.approx(100 * judged, abs=0.06)
    decided = "Decline" if judged >= predictions().own_cuts[row] else "Approve"
    assert figures(at)["Decision"] == decided
    assert "by a model that had not learnt from it" in said(at)
    assert "because it learnt from this row" in said(at)
    at.session_state[TAB] = "What if"
    assert f"it was judged at {100 * judged:.1f} %" in said(driver.fine(at.run()))


def test_what_matters_is_not_shown_on_rows_that_were_learnt_from() -> None:
    at = drawn(results_page)
    at.session_state[TAB] = "What matters"
    finish(driver.fine(at.run()))
    assert "on rows it learnt from" in said(at) and "shown to matter" not in said(at)


def test_columns_left_out_are_named_with_their_reason() -> None:
    assert "1 is left out: “bank” (" in said(drawn(results_page))


def test_assumed_figures_behind_the_threshold_are_said_to_be_so() -> None:
    assert "a margin of 10 %" in said(drawn(results_page))
    assert "are assumptions, not from your data" in said(drawn(results_page))


def test_a_model_that_is_shown_but_did_not_score_best_is_said_to_be_the_default() -> None:
    detail = run_by_folds().judged.detail  # type: ignore[union-attr]
    assert detail.order[0] == "linear", "on these rows the plain model ranks better"
    assert "not because it scored best" in said(drawn(results_page))
    assert "not because it scored best" not in said(drawn(results_page, "linear"))


def test_worst_errors_are_the_furthest_on_the_wrong_side() -> None:
    truth = np.array([True, True, True, False, False, False])
    chance = np.array([0.1, 0.3, 0.9, 0.8, 0.6, 0.2])
    found = surest_errors(truth, chance, np.full(6, 0.5), 1)
    assert found.low.tolist() == [0] and found.high.tolist() == [3]
    assert (found.missed, found.wronged) == (2, 2)
    # A row is wrong by the line of the model that predicted it.
    assert surest_errors(truth, chance, np.array([0.05, 0.5, 0.5, 0.5, 0.5, 0.5])).low.tolist() == [1]


def test_worst_errors_are_named_with_what_came() -> None:
    detail = run_by_folds().judged.detail  # type: ignore[union-attr]
    assert isinstance(detail, RiskJudgement)
    at = drawn(worst_page)
    wrong = surest_errors(detail.truth, detail.systems["boosting"], detail.cuts_of("boosting"))
    tables = [each.value for each in at.dataframe if "applicant" in each.value]
    names = applicants()["who"].iloc[run_by_folds().tested[wrong.low]]
    assert tables[0]["applicant"].str[:3].tolist() == names.str[:3].tolist()
    assert set(tables[0]["what came"]) == {"bad"} and set(tables[1]["what came"]) == {"good"}


def test_the_column_with_the_weakest_spot_comes_first_and_is_named_where_it_is_shown() -> None:
    chance = np.random.default_rng(3)
    features = pd.DataFrame({
        "shift": np.tile(["day", "night"], 200), "dice": chance.integers(0, 6, 400),
    })
    right = chance.random(400) < np.where(features["shift"] == "night", 0.5, 0.9)
    known = Applicants(
        features[["dice", "shift"]], *(np.zeros(400),) * 2, np.zeros(400, dtype=object), None,
        *(np.ones(400, dtype=bool),) * 2, 0.5, np.full(400, 0.5),
    )
    found = by_column(known, np.arange(400), right)
    assert list(found) == ["shift", "dice"]
    said = _finding("shift", found["shift"], float(right.mean()), 2, "Regression")
    assert "where shift is night" in said
    assert "No value of dice is shown" in _finding("dice", found["dice"], 0.7, 2, "Regression")


def test_a_click_on_a_worst_error_leads_to_its_applicant() -> None:
    def opened() -> None:
        import numpy as np
        import streamlit as st

        from dashboard.components.risk.worst import _open
        from tests.pages.test_held_out_views import run_by_folds

        st.session_state["worst"] = {"selection": {"rows": [1]}}
        _open(run_by_folds(), "worst", np.array([7, 42]), "linear")

    at = driver.fine(AppTest.from_function(opened, default_timeout=driver.PATIENCE).run())
    assert at.session_state["loan-risk-step"] == "results" and at.session_state[CHOSEN] == 42
    assert at.session_state["loan-risk-shown"] == "linear" and at.session_state[TAB] == "An applicant"


@cache
def disease_by_folds() -> Experiment:
    frame = payments(400)
    table = Table("payments.csv", frame, "sha256:0", (), len(frame))
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, {"target": "came"}),
        models=tuple(card for card in TASK.models if card.id in ("base-rate", "linear")),
        options=Options(TASK, {"split": "cross-validation", "budget": "0", "texts": "off",
                               "template": "disease", "positive": "fraud"}),
    ))


def test_each_wanted_sensitivity_stands_beside_the_thresholds_of_the_folds() -> None:
    from dashboard.components.risk.sensitivity import _table

    detail = disease_by_folds().judged.detail  # type: ignore[union-attr]
    table = _table(detail, "linear", 0.95)
    cuts = detail.choosers["linear"].cuts(Decision("sensitivity", 0.8))
    low, high = (f"{100 * each:.3g}" for each in (cuts.min(), cuts.max()))
    assert low != high
    assert table["judged from, by fold"].iloc[0] == f"{low} to {high} %"
    assert "new rows from" in table and "flag from" not in table


def test_the_report_names_the_worst_errors_by_their_rows() -> None:
    page = report_page(run_by_folds())
    assert "Worst errors of" in page and "the lowest probabilities" in page
