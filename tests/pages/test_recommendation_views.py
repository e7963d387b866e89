"""Step 3 of recommendations, drawn from a run on orders whose titles are hostile."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.recommendation.known import told_apart
from pipelines.recommendation.rule_cost import RuleCost, cost_in_words
from pipelines.report.predictions import prediction_table
from tests.pages import driver, hostile

TAB = "recommendation-results-tab"
PERSON = "recommendation-person"
AT_MOST, NEVER = "recommendation-set-at_most", "recommendation-set-never"


def script(times: bool, categories: bool) -> None:
    """40 people, of whom half take the first six items and half the others; u0 takes most."""
    import numpy as np
    import pandas as pd

    from dashboard.components.recommendation.results import results_view
    from dashboard.components.serving import follow_serving
    from dashboard.components.ship_step import ship_step
    from dashboard.session import workspace
    from data.table import Table
    from pipelines.experiment import Experiment, run_experiment
    from pipelines.options import Options
    from pipelines.prepare import prepare
    from pipelines.request import Request
    from pipelines.tasks.recommendation import TASK
    from tests.pages import hostile

    def made() -> Experiment:
        chance = np.random.default_rng(1)
        rows = [
            (f"u{user}", item) for user in range(40) for item in range(12)
            if (item < 11 if user == 0 else (item < 6) == bool(user % 2) and chance.random() < 0.8)
        ]
        frame = pd.DataFrame({"user": [user for user, _ in rows]})
        frame["item"] = [f"i{item}" for _, item in rows]
        tricks = [f"{hostile.TRICKS[item % len(hostile.TRICKS)]} evil {item}" for _, item in rows]
        frame["title"] = tricks
        mapping = {"user": "user", "item": "item", "title": "title"}
        if times:
            frame["time"] = pd.date_range("2026-01-01", periods=len(rows)).astype(str)
            mapping["time"] = "time"
        if categories:
            frame["kind"] = [("tea", "<b>pots")[item % 2] for _, item in rows]
            mapping["attributes"] = "kind"
        table = Table("orders.csv", frame, "sha256:0", (), len(frame))
        models = tuple(card for card in TASK.models if card.id in ("popular", "item-neighbours"))
        return run_experiment(Request(
            task=TASK, dataset=prepare(TASK, table, mapping), models=models,
            options=Options(TASK, {"split": "random", "valid": "0.2"}),
        ))

    space = workspace("recommendation")
    space.experiment = space.experiment or made()
    follow_serving(TASK, space)
    results_view(space.experiment, space)
    ship_step(space.experiment, space)


def drawn(tab: str = "A person", *, times: bool = True, categories: bool = True) -> AppTest:
    at = AppTest.from_function(
        script, kwargs={"times": times, "categories": categories}, default_timeout=driver.PATIENCE
    )
    at.session_state[TAB] = tab
    return driver.fine(at.run())


def said(at: AppTest) -> str:
    """Everything on the page that is a sentence, as a person reads it."""
    nodes = (*at.markdown, *at.caption, *at.subheader, *at.info)
    return "\n".join(driver.readable(str(each.value)) for each in nodes)


def likes(at: AppTest, ids: list[str]) -> AppTest:
    at.multiselect(key="recommendation-likes").set_value(ids)
    return driver.fine(at.run())


def test_a_run_says_what_it_learnt_from_and_what_was_tried() -> None:
    at = drawn()
    shown = {each.label: each.value for each in at.metric}
    assert shown["Users"] == "40" and shown["Items"] == "12" and shown["Lists made"] == "40"
    assert 0 < int(shown["Learnt from"]) < 250
    assert any("settings tried, chosen: neighbours" in each.label for each in at.expander)
    tried = next(each.value for each in at.dataframe if "seconds" in each.value)
    assert tried["NDCG@10 on validation"].between(0, 1).all() and len(tried) > 1


def test_a_person_has_a_history_and_a_list_with_reasons() -> None:
    at = drawn()
    at.selectbox(key=PERSON).set_value("u1")
    driver.fine(at.run())
    history = next(each.value for each in at.dataframe if "took" in each.value)
    assert history["when"].is_monotonic_decreasing
    assert "What u1 is offered next" in said(at)
    assert "because of" in said(at)
    assert "Made from everything that u1 took, what was held back included" in said(at)


def test_buttons_go_to_the_most_active_and_to_the_least() -> None:
    at = drawn()
    driver.fine(at.button(key=f"{PERSON}-Most active").click().run())
    assert at.session_state[PERSON] == "u0"
    assert "Took 11 items" in said(at)
    driver.fine(at.button(key=f"{PERSON}-Fewest items").click().run())
    assert at.session_state[PERSON] != "u0"
    driver.fine(at.button(key=f"{PERSON}-Random").click().run())


def test_a_search_finds_people_by_a_part_of_their_id() -> None:
    at = drawn()
    at.text_input(key="recommendation-search").set_value("U3")
    driver.fine(at.run())
    options = at.selectbox(key=PERSON).options
    assert len(options) == 11 and all(each.startswith("u3") for each in options)
    at.text_input(key="recommendation-search").set_value("<b>nobody")
    driver.fine(at.run())
    assert "No user id has “<b>nobody” in it." in said(at)


def test_leaving_out_an_item_says_what_would_change() -> None:
    at = drawn()
    driver.fine(at.button(key=f"{PERSON}-Most active").click().run())
    at.selectbox(key="recommendation-without-u0").set_value("i0")
    driver.fine(at.run())
    # All is taken but one item, so that nothing can come in its place.
    assert "the same items stay in the list" in said(at) and "stays" in said(at)
    at.selectbox(key=PERSON).set_value("u1")
    driver.fine(at.run())
    assert "Without" not in said(at)


def test_a_method_without_reasons_says_how_many_took_an_item() -> None:
    at = drawn()
    at.selectbox(key="recommendation-shown").set_value("popular")
    driver.fine(at.run())
    assert "because of" not in said(at)
    assert "took it in the training part" in said(at)


def test_similar_items_are_told_with_those_who_took_both() -> None:
    at = drawn("Similar items")
    at.selectbox(key="recommendation-item").set_value("i0")
    driver.fine(at.run())
    table = next(each.value for each in at.dataframe if "likeness" in each.value)
    assert table["likeness"].is_monotonic_decreasing
    assert (table["both"] <= table["users"]).all() and table["both"].iloc[0] > 5
    at.selectbox(key="recommendation-shown").set_value("popular")
    driver.fine(at.run())
    assert "Popular does not compare items" in said(at)


def test_the_list_follows_the_likes_at_once() -> None:
    at = drawn("Simulator")
    assert "of whom nothing is known" in said(at)
    assert "because nothing is known of this one" in said(at)
    likes(at, ["i0", "i2"])
    assert "because of" in said(at)
    known = next(each.value for each in at.dataframe if "liked" in each.value)
    assert len(known) == 2 and (known["users before"] > 0).all()
    likes(at, ["i0"])
    assert len(next(each.value for each in at.dataframe if "liked" in each.value)) == 1
    driver.fine(at.button(key="recommendation-likes-clear").click().run())
    assert "of whom nothing is known" in said(at)


def test_likes_can_be_taken_over_from_a_person() -> None:
    at = drawn("Simulator")
    driver.fine(at.button(key="recommendation-likes-from").click().run())
    assert at.session_state["recommendation-likes"]
    assert "because of" in said(at)


def test_rules_show_a_list_before_and_after_and_their_cost() -> None:
    at = drawn("Rules")
    assert "Set a rule above" in said(at) and "With 1 rule" not in said(at)
    at.number_input(key=AT_MOST).set_value(1)
    driver.fine(at.run())
    assert "Without the rules" in said(at) and "leaves" in said(at)
    driver.fine(at.button(key="recommendation-rule-cost").click().run())
    jobs = [each for key, each in driver.space(at, "recommendation").memo.items()
            if "rule cost" in key]
    driver.wait_for(jobs[0])
    driver.fine(at.run())
    shown = {each.label: each.value for each in at.metric}
    change = float(shown["NDCG@10 with"]) - float(shown["NDCG@10 without"])
    assert float(shown["Change"]) == pytest.approx(change, abs=0.002) and change < 0
    assert "users judged" in said(at)
    assert said(at).count("With 1 rule (at most 1 of a category)") == 2
    # A cost belongs to the rules it was computed for.
    at.number_input(key=AT_MOST).set_value(2)
    driver.fine(at.run())
    assert "Change" not in {each.label for each in at.metric}


def test_rules_hold_wherever_lists_are_given_out_also_if_their_view_was_never_drawn() -> None:
    at = drawn("A person")
    assert "With 1 rule" not in said(at)
    at.session_state[NEVER] = ["i0", "gone"]
    driver.fine(at.run())
    # At the list, beside the downloads and beside the bundle, with what cannot hold.
    assert said(at).count("With 1 rule (never “") == 3
    assert said(at).count("The rules name the item “gone”, which these data do not have.") == 2
    experiment = driver.space(at, "recommendation").experiment
    table = prediction_table(experiment, experiment.run_of("item-neighbours"))
    assert "i0" not in set(table["item"]) and "i1" in set(table["item"])
    at.session_state[TAB] = "Rules"
    driver.fine(at.run())
    assert at.multiselect(key=NEVER).value == ["i0", "gone"], "a choice is not dropped in silence"
    assert "gone (not in these data)" in at.multiselect(key=NEVER).options


def test_a_rule_of_no_number_is_empty_and_not_zero() -> None:
    at = drawn("Rules")
    assert at.number_input(key=AT_MOST).value is None
    at.session_state[AT_MOST] = 0
    driver.fine(at.run())
    assert at.number_input(key=AT_MOST).value is None


def test_steps_look_at_the_model_that_was_chosen_last() -> None:
    at = drawn()
    at.selectbox(key="recommendation-shown").set_value("popular")
    driver.fine(at.run())
    assert at.selectbox(key="recommendation-ship-model").value == "popular"


def test_a_person_can_be_seen_as_judged() -> None:
    at = drawn()
    at.toggle(key="recommendation-as-judged").set_value(True)
    driver.fine(at.run())
    assert "was offered when it was judged" in said(at)
    assert re.search(r"Held back, and where it stood: .* at place \d+", said(at))
    assert "Made from the training part alone, without rules." in said(at)


def test_a_user_served_badly_opens_in_step_3() -> None:
    def opened() -> None:
        import streamlit as st

        from dashboard.components.recommendation.evaluation import _open

        st.session_state["worst"] = {"selection": {"rows": [1]}}
        _open("recommendation", "worst", ["u1", "u2"], "ease")

    at = driver.fine(AppTest.from_function(opened).run())
    assert at.session_state["recommendation-step"] == "results"
    assert at.session_state[TAB] == "A person" and at.session_state[PERSON] == "u2"
    assert at.session_state["recommendation-shown"] == "ease"
    assert at.session_state["recommendation-as-judged"]


def test_what_the_data_cannot_serve_is_not_asked_for() -> None:
    at = drawn("Rules", times=False, categories=False)
    keys = {each.key for each in at.number_input}
    assert AT_MOST not in keys and "recommendation-set-new_days" not in keys
    assert "More rules need" in said(at)
    at.multiselect(key=NEVER).set_value(["i0"])
    driver.fine(at.run())
    assert "With the rules" in said(at)


def test_the_map_is_drawn_when_it_has_been_laid_out() -> None:
    at = drawn("Item map")
    job = driver.space(at, "recommendation").memo[
        "evidence", "item map", driver.space(at, "recommendation").experiment.id
    ]
    driver.wait_for(job)
    driver.fine(at.run())
    assert "12 items; t-SNE of who took each" in said(at)


@pytest.mark.parametrize("tab", ["A person", "Similar items", "Simulator", "Rules"])
def test_titles_are_shown_and_never_obeyed(tab: str) -> None:
    at = drawn(tab)
    if tab == "Simulator":
        likes(at, ["i0", "i2", "i3"])
    if tab == "Rules":
        at.number_input(key=AT_MOST).set_value(1)
        driver.fine(at.run())
    found = 0
    for text in driver.everything_in_markdown(at):
        if "evil" not in text:
            continue
        found += 1
        for trick in hostile.TRICKS:
            assert trick not in text, text
        assert "<b>" not in text
    assert found


def test_items_of_one_title_are_told_apart_by_their_ids() -> None:
    assert told_apart(["Pot", "Cup", "Pot"], ["1", "2", "3"]).tolist() == [
        "Pot (1)", "Cup", "Pot (3)"
    ]
    long = "x" * 300
    assert len(set(told_apart([f"{long}1", f"{long}2"], ["a", "b"]))) == 2
    assert told_apart([], []).tolist() == []


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.03, -0.01, "cost 0.020 of NDCG@10, 10.0 % of it (95 % interval 0.010 to 0.030)"),
        (-0.05, 0.01, "changes by -0.020 under these rules, which can be chance"),
        (0.01, 0.03, "These rules add"),
        (None, None, "goes from 0.200 to 0.180"),
    ],
)
def test_a_cost_is_claimed_only_where_it_is_proven(
    low: float | None, high: float | None, words: str
) -> None:
    change = 0.02 if low and low > 0 else -0.02
    cost = RuleCost(k=10, users=50, before=0.2, after=0.2 + change, change=change, low=low, high=high,
                    touched=0.4)
    assert words in cost_in_words(cost)
