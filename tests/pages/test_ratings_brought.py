"""What was rated low: said at the data step, with the setting that leaves it out, and never liked."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages import driver

LIKED = "recommendation-set-liked"


def script(step: str) -> None:
    """24 people who rate eight items of their own half; the newest ratings of all are low."""
    import pandas as pd

    from dashboard.components.recommendation.brought import interaction_preview
    from dashboard.components.recommendation.results import results_view
    from dashboard.session import workspace
    from data.table import Table
    from pipelines.experiment import run_experiment
    from pipelines.options import Options
    from pipelines.prepare import prepare
    from pipelines.request import Request
    from pipelines.tasks.recommendation import TASK

    rows = [
        (f"u{user}", f"i{8 * (user % 2) + (user + place) % 8}", 1.0 + place % 5,
         f"2026-01-{9 - place:02d}") for user in range(24) for place in range(6)
    ]
    frame = pd.DataFrame(rows, columns=["user", "item", "stars", "time"])
    table = Table("stars.csv", frame, "sha256:1", (), len(frame))
    mapping = {"user": "user", "item": "item", "rating": "stars", "time": "time"}
    space = workspace("recommendation")
    if step == "data":
        space.table = table
        interaction_preview(TASK, space)
        return
    if space.experiment is None:
        models = tuple(card for card in TASK.models if card.id in ("popular", "item-neighbours"))
        space.experiment = run_experiment(Request(
            task=TASK, dataset=prepare(TASK, table, mapping), models=models,
            options=Options(TASK, {"split": "random", "feedback": "explicit", "budget": "0"}),
        ))
    results_view(space.experiment, space)


def warned(at: AppTest) -> str:
    return "\n".join(driver.readable(str(each.value)) for each in at.warning)


def test_the_data_step_says_what_low_ratings_count_as_and_offers_the_least_one() -> None:
    at = AppTest.from_function(script, kwargs={"step": "data"}, default_timeout=driver.PATIENCE)
    at.session_state["recommendation-set-feedback"] = "explicit"
    driver.fine(at.run())
    assert "Every rating counts as taken, also the 72 of 144 below 3" in warned(at)
    at.number_input(key=LIKED).set_value(3.0)
    driver.fine(at.run())
    assert "Every rating counts" not in warned(at)
    at.number_input(key=LIKED).set_value(30.0)
    at.run()
    # Set too high it is an error, and still at hand.
    assert at.error and at.number_input(key=LIKED).value == 30.0


def test_only_what_somebody_rated_well_is_taken_over_as_liked() -> None:
    at = AppTest.from_function(script, kwargs={"step": "results"}, default_timeout=driver.PATIENCE)
    at.session_state["recommendation-results-tab"] = "Simulator"
    at.session_state["recommendation-person"] = "u0"
    driver.fine(at.run())
    button = at.button(key="recommendation-likes-from")
    # Of stars 1 to 5 and 1 again, those of 3 and more.
    assert button.label == "Take over 3 that u0 liked"
    driver.fine(button.click().run())
    assert sorted(at.session_state["recommendation-likes"]) == ["i2", "i3", "i4"]


def refused(trouble: str) -> None:
    """Forty people who took a single thing each, at the data step."""
    import pandas as pd

    from dashboard.components.application import waits
    from dashboard.components.recommendation.brought import interaction_preview
    from dashboard.session import workspace
    from data.table import Table
    from pipelines.tasks.recommendation import TASK

    space = workspace("recommendation")
    people = [f"u{row}" for row in range(40)]
    frame = pd.DataFrame({"user": people, "item": [f"i{row % 7}" for row in range(40)]})
    space.table, space.trouble = Table("single.csv", frame, "sha256:1", (), 40), trouble
    interaction_preview(TASK, space)
    waits(TASK, space)


def test_what_ended_a_run_stands_once_at_the_data_step() -> None:
    at = driver.fine(AppTest.from_function(refused, kwargs={"trouble": ""}).run())
    [error] = at.error
    assert "took a single item" in error.value and "press Run above" in at.info[0].value
    again = AppTest.from_function(refused, kwargs={"trouble": driver.readable(error.value)})
    driver.fine(again.run())
    assert not again.error and "The last run ended for the reason above" in again.info[0].value


def full() -> None:
    """Every user took every item; the times are counters."""
    import pandas as pd

    from dashboard.components.data_step import data_step
    from dashboard.session import workspace
    from data.table import Table
    from pipelines.tasks.recommendation import TASK

    space = workspace("recommendation")
    rows = [(f"u{user}", f"i{item}", 10 * user + item) for user in range(12) for item in range(10)]
    frame = pd.DataFrame(rows, columns=["user", "item", "time"])
    space.table = Table("full.csv", frame, "sha256:2", (), len(frame))
    data_step(TASK, space)


def test_columns_passed_over_and_full_tables_are_told_in_plain_words() -> None:
    at = driver.fine(AppTest.from_function(full, default_timeout=driver.PATIENCE).run())
    assert "“time” is read as no time: it holds cells such as “0”" in warned(at)
    figures = [driver.readable(each.value) for each in at.markdown]
    assert any("120 different pairs, 100 % of all possible" in each for each in figures)
