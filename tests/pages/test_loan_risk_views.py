"""Step 3 of loan risk, drawn from runs on tables whose names and cells are hostile."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.risk.applicants import applicants_of, model_of, names_of
from dashboard.components.risk.explained import Added, added_of, cell_text
from dashboard.components.risk.flipping import unchangeable
from dashboard.components.risk.past import neighbours_of, past_of
from dashboard.session import Workspace
from data.dataset import Dataset
from data.table import Table
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.request import Request
from pipelines.tasks.loan_risk import TASK
from tests.pages import driver, hostile

TAB = "loan-risk-results-tab"
CHOSEN = "loan-risk-applicant"
TABS = ("An applicant", "What if", "Scorecard", "What matters", "New file")
DEBT = f"debt {hostile.TRICKS[0]}"
HOME = f"home {hostile.TRICKS[4]}"


def script(kind: str, shown: str) -> None:
    import streamlit as st

    from dashboard.components.risk.results import results_view
    from dashboard.session import workspace
    from tests.pages.test_loan_risk_views import made

    space = workspace("loan-risk")
    st.session_state.setdefault("loan-risk-shown", shown)
    results_view(space.once("run", lambda: made(kind)), space)


@cache
def made(kind: str) -> Experiment:
    """A run on `applicants`, which the sessions of all tests only read."""
    frame = applicants(kind)
    table = Table("loans.csv", frame, "sha256:0", (), len(frame))
    mapping = {"target": "outcome", "id": "who", "time": "applied"}
    if kind != "amount":
        mapping["exposure"] = "loan"
    models = tuple(card for card in TASK.models if card.id in ("base-rate", "linear", "scorecard"))
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, mapping), models=models,
        options=Options(TASK, {"split": "random", "test": "0.5", "budget": "0", "texts": "off"}),
    ))


def applicants(kind: str = "default", rows: int = 240, seed: int = 1) -> pd.DataFrame:
    """Applicants who default, or lose more, the more debts they have and where they rent."""
    chance = np.random.default_rng(seed)
    debt = chance.normal(size=rows).round(2)
    home = chance.choice([f"own {hostile.TRICKS[2]} evil", f"rent {hostile.TRICKS[5]} evil"], rows)
    strength = 1.6 * debt + np.where(np.char.startswith(home.astype(str), "rent"), 1.0, 0.0)
    frame = pd.DataFrame({
        "who": pd.Series([f"a{row} {hostile.TRICKS[row % 8]}" for row in range(rows)], dtype="str"),
        DEBT: debt, HOME: pd.Series(home, dtype="str"),
        "age": chance.integers(18, 70, rows), "loan": chance.integers(1, 90, rows) * 100.0,
        "applied": pd.date_range("2026-01-01", periods=rows),
        "since": pd.Series(pd.date_range("2025-01-01", periods=rows).astype(str), dtype="str"),
    })
    frame.loc[::9, DEBT] = np.nan
    if kind == "amount":
        frame["outcome"] = (1_000 * strength + chance.normal(size=rows) * 100).round(2)
    else:
        bad = chance.random(rows) < 1 / (1 + np.exp(1.2 - strength))
        frame["outcome"] = pd.Series(np.where(bad, "bad", "good"), dtype="str")
    return frame


def drawn(tab: str = "An applicant", *, kind: str = "default", model: str = "linear") -> AppTest:
    at = AppTest.from_function(
        script, kwargs={"kind": kind, "shown": model}, default_timeout=driver.PATIENCE
    )
    at.session_state[TAB] = tab
    return driver.fine(at.run())


def said(at: AppTest) -> str:
    """Everything on the page that is a sentence, as a person reads it."""
    nodes = (*at.markdown, *at.caption, *at.subheader, *at.info, *at.warning, *at.error, *at.success)
    return "\n".join(driver.readable(str(each.value)) for each in nodes)


def figures(at: AppTest) -> dict[str, str]:
    return {each.label: driver.readable(each.value) for each in at.metric}


def press(at: AppTest, name: str) -> AppTest:
    return driver.fine(at.button(key=f"{CHOSEN}-{name}").click().run())


def finish(at: AppTest) -> AppTest:
    """Wait for the job of a tab, and draw it."""
    for each in driver.space(at, "loan-risk").memo.values():
        job = getattr(each, "job", each)
        if hasattr(job, "finished"):
            driver.wait_for(job)
    return driver.fine(at.run())


def percent(text: str) -> float:
    return float(text.removesuffix(" %"))


def test_a_run_is_summed_up_at_its_threshold() -> None:
    at = drawn()
    shown = figures(at)
    assert shown["Rows"] == "240" and shown["Known outcomes"] == "240"
    run = driver.space(at, "loan-risk").memo["run"].run_of("linear")
    found = run.predictions
    assert percent(shown["Threshold"]) == pytest.approx(100 * 0.1 / 0.6, abs=0.06)
    assert percent(shown["Approved"]) == pytest.approx(100 * (found.risk < 0.1 / 0.6).mean(), abs=0.06)
    loss = float((found.risk * applicants()["loan"] * 0.5).sum())
    total = next(each.value for each in at.metric if each.label == "Expected loss")
    assert total.endswith(" k") and float(total.split()[0]) == pytest.approx(loss / 1_000, abs=0.1)


def test_buttons_go_to_the_riskiest_and_the_least_risky_and_reasons_agree() -> None:
    at = press(drawn(), "Most risky")
    worst = percent(figures(at)["Probability"])
    assert figures(at)["Decision"] == "Decline" and "Reasons that raise the risk" in said(at)
    assert "higher than for" in said(at)
    press(at, "Least risky")
    assert percent(figures(at)["Probability"]) < worst
    assert figures(at)["Decision"] == "Approve"
    press(at, "Borderline")
    assert percent(figures(at)["Probability"]) == pytest.approx(16.7, abs=4)
    press(at, "Random")


def test_contributions_add_up_to_the_probability() -> None:
    at = press(drawn(), "Most risky")
    row = at.session_state[CHOSEN]
    model = driver.space(at, "loan-risk").memo["run"].run_of("linear").pipeline.model
    cells = applicants().iloc[[row]]
    total = model.contributions(cells).scores
    shown = percent(figures(at)["Probability"])
    assert shown == pytest.approx(100 * float(model.calibrator.probabilities(total)[0]), abs=0.06)
    caption = next(text for text in said(at).splitlines() if text.startswith("Beginning at"))
    assert f"add up to {total[0]:,.2f}" in caption


def test_how_sure_a_probability_is_comes_from_rows_that_judge() -> None:
    at = press(drawn(), "Most risky")
    assert "How sure: of the 50 judged rows nearest in probability" in said(at)
    assert "95 % interval" in said(at)


def test_similar_applicants_are_past_ones_and_never_the_same_one() -> None:
    at = drawn()
    experiment = driver.space(at, "loan-risk").memo["run"]
    learnt = int(experiment.split.train[0])
    at.session_state[CHOSEN] = learnt
    driver.fine(at.run())
    table = next(each.value for each in at.dataframe if "past applicant" in each.value)
    names = applicants()["who"]
    assert len(table) == 8 and table["distance"].is_monotonic_increasing
    past = set(names.iloc[experiment.split.train])
    assert set(table["past applicant"]) <= past and names[learnt] not in set(table["past applicant"])
    assert "had “outcome: bad”" in said(at) and "has learnt from this row" in said(at)


def test_a_change_that_turns_the_decision_is_named_and_leaves_what_cannot_change() -> None:
    at = press(drawn(), "Borderline")
    assert "To “" in said(at) and "→" in said(at)
    fixed = at.multiselect(key="loan-risk-fixed")
    assert fixed.value == ["age"]
    fixed.set_value(list(fixed.options))
    driver.fine(at.run())
    assert "No change of up to three of the other columns" in said(at)


def test_a_search_finds_applicants_by_a_part_of_their_identifier() -> None:
    at = drawn()
    at.text_input(key="loan-risk-search").set_value("A23")
    driver.fine(at.run())
    listed = next(each for each in at.selectbox if each.label == "Applicant")
    assert len(listed.options) == 11 and all(each.startswith("a23") for each in listed.options)
    at.text_input(key="loan-risk-search").set_value("<b>nobody")
    driver.fine(at.run())
    assert "No identifier has “<b>nobody” in it." in said(at)


def test_the_chosen_applicant_stays_in_other_tabs_and_with_other_models() -> None:
    at = press(drawn(), "Most risky")
    row = at.session_state[CHOSEN]
    at.session_state[TAB] = "What if"
    driver.fine(at.run())
    assert at.session_state[CHOSEN] == row
    at.selectbox(key="loan-risk-shown").set_value("scorecard")
    driver.fine(at.run())
    assert at.session_state[CHOSEN] == row


def test_what_if_answers_with_the_fitted_model_and_can_be_undone() -> None:
    at = press(drawn("What if"), "Most risky")
    row = at.session_state[CHOSEN]
    model = driver.space(at, "loan-risk").memo["run"].run_of("linear").pipeline.model
    assert figures(at)["As it was"] == figures(at)["As changed"]
    debt = next(each for each in at.number_input if each.label == driver_label(DEBT))
    debt.set_value(-2.5)
    driver.fine(at.run())
    cells = applicants().iloc[[row]].assign(**{DEBT: -2.5})
    wanted = 100 * float(model.predict(cells)[0])
    assert percent(figures(at)["As changed"]) == pytest.approx(wanted, abs=0.06)
    table = next(each.value for each in at.dataframe if "was" in each.value)
    assert table["is"].tolist() == ["-2.5"]
    assert "as before" in said(at) or "where it was" in said(at)
    reset = next(each for each in at.button if each.label == "As it was")
    driver.fine(reset.click().run())
    assert figures(at)["As it was"] == figures(at)["As changed"]


def driver_label(name: str) -> str:
    from dashboard.components.text import shown

    return shown(name, 40)


def test_what_if_asks_for_categories_and_dates_by_what_was_seen() -> None:
    at = press(drawn("What if"), "Most risky")
    home = next(each for each in at.selectbox if each.label == driver_label(HOME))
    assert "missing" in home.options and len(home.options) == 3
    before = figures(at)["As it was"]
    other = next(each for each in home.options if each not in (home.value, "missing"))
    home.set_value(other)
    driver.fine(at.run())
    assert figures(at)["As changed"] != before
    assert any(each.label == "since" for each in at.date_input)


def test_a_scorecard_is_printed_and_its_scale_changes_without_learning() -> None:
    at = drawn("Scorecard", model="scorecard")
    table = next(each.value for each in at.dataframe if "Points" in each.value)
    assert "A score of 600 points means 50 good applicants to one bad" in said(at)
    assert table["Rows"].sum() > 0 and table["Bad rate"].dropna().between(0, 100).all()
    spread = table["Points"].max() - table["Points"].min()
    at.number_input(key="loan-risk-double-odds").set_value(40.0)
    driver.fine(at.run())
    wider = next(each.value for each in at.dataframe if "Points" in each.value)
    assert wider["Points"].max() - wider["Points"].min() == pytest.approx(2 * spread, abs=3)
    assert "every 40 points more double these odds" in said(at)
    fitted = driver.space(at, "loan-risk").memo["run"].run_of("scorecard").pipeline.model
    assert fitted.settings["double_odds"] == 20, "the fitted scorecard is as it was"


def test_the_points_of_an_applicant_are_those_of_the_model() -> None:
    at = press(drawn(model="scorecard"), "Least risky")
    run = driver.space(at, "loan-risk").memo["run"].run_of("scorecard")
    points = run.pipeline.model.points(applicants().iloc[[at.session_state[CHOSEN]]])
    assert figures(at)["Points"] == f"{points[0]:,.0f}"


def test_what_matters_is_computed_once_and_says_what_follows_what() -> None:
    at = finish(drawn("What matters"))
    assert "matters most" in said(at) and "Rises with" in said(at)
    memo = driver.space(at, "loan-risk").memo
    jobs = [each for key, each in memo.items() if "matters" in key]
    driver.fine(at.run())
    assert [each for key, each in memo.items() if "matters" in key] == jobs and len(jobs) == 1
    at.selectbox(key="loan-risk-shape").set_value(HOME)
    assert "From" in said(driver.fine(at.run()))


def bring(at: AppTest, frame: pd.DataFrame) -> AppTest:
    out = io.StringIO()
    frame.to_csv(out, index=False)
    at.file_uploader(key="loan-risk-new-file").set_value(("new.csv", out.getvalue().encode(), ""))
    return finish(driver.fine(at.run()))


def test_a_new_file_is_scored_and_drift_raises_an_alarm() -> None:
    at = drawn("New file")
    new = applicants(seed=7).drop(columns="outcome")
    bring(at, new)
    scored = next(each.value for each in at.dataframe if "probability" in each.value)
    model = driver.space(at, "loan-risk").memo["run"].run_of("linear").pipeline.model
    assert np.allclose(scored["probability"], model.predict(new)[:200], atol=1e-6)
    assert "expected_loss" in scored and figures(at)["New rows"] == "240"
    bring(at, new.assign(**{DEBT: new[DEBT] + 4}))
    assert "is no longer as in training" in said(at) and "The score is no longer" in said(at)
    assert "4" not in figures(at)["Columns that moved"].split()[0]


def test_a_new_file_without_a_column_is_refused_in_a_sentence() -> None:
    at = bring(drawn("New file"), applicants().drop(columns=["age", "outcome"]))
    assert "“age” is missing, which the model learnt from" in "\n".join(driver.errors(at))


def test_amounts_have_no_threshold_and_a_range() -> None:
    at = drawn(kind="amount")
    shown = figures(at)
    assert "Threshold" not in shown and "Mean amount" in shown and " to " in shown["Range"]
    assert "Scorecard" not in said(at) and "Reasons for a larger amount" in said(at)
    assert "the amount the most" in said(at) and "the risk" not in said(at)
    press(at, "Largest")
    for tab in ("What if", "What matters", "New file"):
        at.session_state[TAB] = tab
        finish(driver.fine(at.run()))
    bring(at, applicants("amount", seed=5).drop(columns="outcome"))
    assert any("low" in each.value for each in at.dataframe)


def test_the_base_rate_says_that_it_looks_at_nothing() -> None:
    at = drawn(model="base-rate")
    assert "says the same of everybody" in said(at)
    at.session_state[TAB] = "What matters"
    finish(driver.fine(at.run()))
    assert "looks at no column" in said(at)


@pytest.mark.parametrize("tab", TABS)
def test_names_and_cells_are_shown_and_never_obeyed(tab: str) -> None:
    at = drawn(tab, model="scorecard")
    if tab == "What if":
        press(at, "Most risky")
    if tab == "New file":
        bring(at, applicants(seed=3).assign(**{DEBT: 9.0}))
    finish(at)
    found = driver.everything_in_markdown(at)
    for text in found:
        for trick in hostile.TRICKS:
            assert trick not in text, text
    # The columns of the scorecard stand in a table alone, which reads no Markdown.
    assert tab == "Scorecard" or any("debt" in text and "script" in text for text in found)


def test_a_training_file_of_its_own_is_the_past() -> None:
    def data(rows: int, seed: int) -> Dataset:
        frame = applicants(rows=rows, seed=seed)
        table = Table(f"{seed}.csv", frame, f"sha256:{seed}", (), rows)
        return prepare(TASK, table, {"target": "outcome", "id": "who", "time": "applied"})

    experiment = run_experiment(Request(
        task=TASK, dataset=data(60, 5), training=data(200, 6),
        models=tuple(card for card in TASK.models if card.id in ("base-rate", "linear")),
        options=Options(TASK, {"budget": "0", "texts": "off"}),
    ))
    run, space = experiment.run_of("linear"), Workspace()
    past, known = past_of(experiment, run, space), applicants_of(experiment, run, space)
    taught = applicants(rows=200, seed=6)
    assert len(past.actual) == 200 and not known.taught.any() and known.judged.all()
    assert past.actual.tolist() == (taught["outcome"] == "bad").astype(float).tolist()
    assert past.features["age"].tolist() == taught["age"].tolist()
    assert neighbours_of(experiment, run, space).similar(known.cells(0), 3).outcomes.shape == (3,)


def test_rows_of_the_same_identifier_are_told_apart() -> None:
    frame = pd.DataFrame({"who": pd.Series(["a", "b", "a", None], dtype="str"), "x": [1, 2, 3, 4],
                          "outcome": [0, 1, 0, 1]})
    table = Table("a.csv", frame, "sha256:0", (), 4)
    dataset = prepare(TASK, table, {"target": "outcome", "id": "who"})
    names = names_of(dataset, np.arange(4)).tolist()
    assert names[:3] == ["a (row 2)", "b", "a (row 4)"] and "row 5" in names[3]


def test_cells_read_as_a_person_writes_them() -> None:
    assert [cell_text(each) for each in (None, np.nan, 1234.0, 0.25, 12_345, "a\nb", float("inf"))] == [
        "missing", "missing", "1,234", "0.25", "12,345", "a b", "infinite"
    ]


@pytest.mark.parametrize(
    ("name", "fixed"),
    [("age_band", True), ("Sex", True), ("dependents", True), ("wage", False), ("package", False)],
)
def test_columns_that_nobody_can_change_are_told_by_their_names(name: str, fixed: bool) -> None:
    assert unchangeable(name) == fixed


def test_the_points_that_are_shown_add_up_to_the_score_that_is_shown() -> None:
    done = made("default")
    run = done.run_of("scorecard")
    model, known = model_of(run), applicants_of(done, run, Workspace())
    for row in range(0, 60, 7):
        cells = known.cells(row)
        added = added_of(model, cells, model.contributions(cells))
        assert (added.values == np.round(added.values)).all()
        assert added.base + added.values.sum() == round(float(model.points(cells)[0]))


def test_where_no_column_says_anything_none_is_named() -> None:
    assert "No column" in Added(("a", "b"), np.array([0.0, 0.0]), 500.0, "points", 0, -1.0).finding
    assert Added(("a",), np.array([-2.0]), 500.0, "points", 0, -1.0).finding == (
        "a raises the risk the most"
    )
