"""What a link asks for in vain is said; a column is never chosen just to have one."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages import driver


def told(at: AppTest) -> list[str]:
    said = [driver.readable(str(each.value)) for each in at.warning]
    return [each for each in said if each.startswith("The link asks for")]


def test_what_a_link_asks_for_in_vain_is_said_in_one_line_until_something_is_changed() -> None:
    at = driver.sentiment(**{
        "sentiment-source": "product-reviews", "sentiment-text": "nope", "sentiment-set-seed": "-1",
        "sentiment-set-nothing": "1",
    })
    [line] = told(at)
    assert "Seed “-1”" in line and "the column “nope” for Text" in line
    assert "the setting “set-nothing”" in line
    driver.step(at, "models")
    assert told(at) == [line]
    at.number_input(key="sentiment-set-seed").set_value(7)
    driver.fine(at.run())
    assert told(at) == []


def test_a_link_that_can_be_taken_over_whole_says_nothing() -> None:
    at = driver.sentiment(**{
        "sentiment-source": "product-reviews", "sentiment-group": "plan", "sentiment-time": "",
        "sentiment-set-seed": "7",
    })
    assert told(at) == [] and at.selectbox(key="sentiment-group").value == "plan"


def test_an_unknown_sample_is_said() -> None:
    assert "the sample “nothing”" in told(driver.sentiment(**{"sentiment-source": "nothing"}))[0]


def script() -> None:
    import pandas as pd
    import streamlit as st

    from dashboard.components.data_step import map_columns, problem_with
    from dashboard.session import workspace
    from data.table import Table
    from pipelines.tasks.recommendation import TASK

    space = workspace("recommendation")
    frame = pd.DataFrame({"item": [f"i{row % 6}" for row in range(60)]})
    space.table = Table("no_user.csv", frame, "sha256:1", (), len(frame))
    map_columns(TASK, space)
    st.error(problem_with(TASK, space))


def test_a_user_that_no_column_holds_is_left_to_be_chosen_and_said_as_elsewhere() -> None:
    at = driver.fine(AppTest.from_function(script, default_timeout=driver.PATIENCE).run())
    user = at.selectbox(key="recommendation-user")
    assert user.value == "" and user.options[0] == "choose a column"
    assert at.error[0].value.startswith("User has no column. Choose the column that holds it")
