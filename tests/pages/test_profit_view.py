"""Step 4 by profit: figures of one's own beside the choices of the other steps."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.column_mapper import role_key
from dashboard.components.models_step import chosen_options, option_key
from pipelines.tasks.loan_risk import TASK
from tests.pages import driver

LOSS = "loss_given_default"


def page() -> None:
    import streamlit as st

    from dashboard.components.models_step import _option
    from dashboard.components.risk.evaluation import evaluation_view
    from dashboard.session import workspace
    from pipelines.tasks.loan_risk import TASK
    from tests.tabular.test_template_decisions import run_of

    if st.session_state.get("step", "evaluation") == "models":
        for option in TASK.options:
            if option.name in ("margin", "loss_given_default", "review_cost"):
                _option(TASK, option)
    else:
        evaluation_view(run_of(template="loans"), workspace("loan-risk"))


def drawn(**state: object) -> AppTest:
    at = AppTest.from_function(page, default_timeout=driver.PATIENCE)
    for key, value in state.items():
        at.session_state[key.replace("__", "-")] = value
    return driver.fine(at.run())


def test_a_file_without_a_margin_has_its_threshold_by_profit() -> None:
    # The data step leaves the choice of every role in the session, empty where no column has it.
    at = AppTest.from_function(page, default_timeout=driver.PATIENCE)
    for role in TASK.roles:
        at.session_state[role_key(TASK, role.name)] = ""
    driver.fine(at.run())
    assert any(each.label == "Approve below" for each in at.metric)


def test_no_widget_of_the_step_is_called_as_a_role_or_an_option_is() -> None:
    at = drawn()
    taken = {role_key(TASK, role.name) for role in TASK.roles}
    taken |= {option_key(TASK, option.name) for option in TASK.options}
    widgets = (*at.number_input, *at.selectbox, *at.button_group)
    assert widgets and not taken & {each.key for each in widgets}


def test_a_figure_of_the_user_is_the_setting_of_step_2() -> None:
    at = drawn()
    before = next(each.value for each in at.metric if each.label == "Profit a row")
    loss = next(each for each in at.number_input if each.label.startswith("Loss given default"))
    assert loss.value == 50.0
    loss.set_value(80.0)
    driver.fine(at.run())
    assert at.session_state[option_key(TASK, LOSS)] == 0.8
    assert next(each.value for each in at.metric if each.label == "Profit a row") != before
    assert any("until you run again" in each.value for each in at.caption)
    at.session_state["step"] = "models"
    driver.fine(at.run())
    assert at.number_input(key=option_key(TASK, LOSS)).value == 0.8
    at.number_input(key=option_key(TASK, LOSS)).set_value(0.65)
    driver.fine(at.run())
    at.session_state["step"] = "evaluation"
    driver.fine(at.run())
    loss = next(each for each in at.number_input if each.label.startswith("Loss given default"))
    assert loss.value == pytest.approx(65.0)


def test_a_changed_figure_makes_the_results_older_than_the_choices() -> None:
    from dashboard.components.made_before import _options

    options = {option.name: option.default for option in TASK.options}
    assert not _options(TASK, options, options)
    assert _options(TASK, {**options, LOSS: "0.8"}, options) == ["“Loss given default”"]
    assert chosen_options(TASK)[LOSS] == "0.5"
