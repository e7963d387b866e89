"""The link of an application: what it carries, and what it ignores."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.pages import driver


def test_home_offers_the_sample_behind_one_link() -> None:
    at = driver.visitor()
    assert any("sentiment-source=product-reviews" in link.proto.query_string
               for link in at.get("page_link"))


def test_link_with_a_sample_opens_on_it() -> None:
    at = driver.sentiment(**{"sentiment-source": "product-reviews"})
    table = driver.space(at).table
    assert table is not None
    assert len(table.frame) == 330


def test_choices_are_written_into_the_address() -> None:
    at = driver.on_sample()
    at.selectbox(key="sentiment-group").select("plan")
    driver.leave_out(at)
    at.number_input(key="sentiment-set-seed").set_value(7)
    driver.fine(at.run())
    found = at.query_params
    assert found["sentiment-source"] == "product-reviews"
    assert found["sentiment-group"] == "plan"
    assert found["sentiment-use-litmus-sentiment"] == "no"
    assert found["sentiment-set-seed"] == "7"
    assert "sentiment-use-vader" not in found, "what is as suggested is left out"
    assert "sentiment-text" not in found


def test_link_reproduces_sample_columns_models_settings_and_results() -> None:
    ours = driver.on_sample()
    ours.selectbox(key="sentiment-group").select("plan")
    ours.selectbox(key="sentiment-time").select("")
    driver.leave_out(ours)
    ours.number_input(key="sentiment-set-seed").set_value(7)
    driver.fine(ours.run())
    driver.finish(driver.press_run(ours))
    driver.step(ours, "ship")
    link = next(code.value for code in ours.code if "sentiment-source" in code.value)
    address = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    theirs = driver.finish(driver.sentiment(**address))
    mine, other = driver.space(ours).experiment, driver.space(theirs).experiment
    assert mine is not None
    assert other is not None
    assert other.request.dataset.fingerprint == mine.request.dataset.fingerprint
    assert other.request.seed == mine.request.seed == 7
    assert [card.id for card in other.request.models] == ["majority", "vader"]
    assert other.judged is not None
    assert mine.judged is not None
    assert other.judged.verdict == mine.judged.verdict
    assert theirs.get_by_key("sentiment-step").value == "evaluation"


def test_of_an_own_file_the_address_says_only_that_there_is_one() -> None:
    at = driver.with_file("secret.csv", driver.reviews())
    assert {name: at.query_params[name] for name in at.query_params if name != "sentiment-step"} == {
        "sentiment-source": "file",
    }


@pytest.mark.parametrize("value", [
    "nothing", "<script>alert(1)</script>", "../../etc/passwd", "", "x" * 10_000, "file",
])
@pytest.mark.parametrize("step", ["1 Data", "4 Evaluation"])
def test_source_that_is_no_sample_is_ignored(value: str, step: str) -> None:
    at = driver.sentiment(**{"sentiment-source": value, "sentiment-step": step})
    space = driver.space(at)
    assert space.table is None
    assert space.job is None


@pytest.mark.parametrize(("name", "value"), [
    ("sentiment-text", "no such column"),
    ("sentiment-label", "<script>alert(1)</script>"),
    ("sentiment-use-litmus-sentiment", "perhaps"),
    ("sentiment-use-nothing", "yes"),
    ("sentiment-set-seed", "-1"),
    ("sentiment-set-seed", "nan"),
    ("sentiment-set-seed", "1e9"),
    ("sentiment-set-seed", "9" * 400),
    ("sentiment-set-split", "<b>"),
    ("sentiment-set-nothing", "1"),
    ("sentiment-step", "9 Nowhere"),
    ("sentiment-hub", "<script>"),
    ("sentiment-hub", "../../etc/passwd"),
    ("sentiment-view", "Nothing"),
    ("sentiment-metric", "nothing"),
])
def test_hostile_value_in_a_link_never_breaks_a_step(name: str, value: str) -> None:
    at = driver.sentiment(**{"sentiment-source": "product-reviews", name: value})
    for each in ("models", "results", "evaluation", "ship", "data"):
        driver.step(at, each)
    space = driver.space(at)
    assert space.table is not None
    assert not any("<script>" in text for text in driver.everything_in_markdown(at))
    if name != "sentiment-hub":
        assert not at.button(key="sentiment-run").disabled


def test_after_a_reload_the_page_says_that_the_file_is_gone_and_leads_to_step_1() -> None:
    ours = driver.with_file("mine.csv", driver.reviews())
    driver.step(ours, "evaluation")
    assert ours.query_params["sentiment-source"] == "file"
    reloaded = driver.sentiment(**{
        "sentiment-source": "file", "sentiment-step": "4 Evaluation",
    })
    assert any("Your file and all that was made of it are gone" in each.value
               for each in reloaded.warning)
    reloaded.button(key="sentiment-to-data").click().run()
    assert driver.fine(reloaded).get_by_key("sentiment-step").value == "data"
    other = driver.sentiment(**{"sentiment-step": "4 Evaluation"})
    assert not other.warning and any("begin with step 1" in each.value for each in other.info)
