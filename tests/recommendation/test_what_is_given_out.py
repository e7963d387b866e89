"""Rules hold for all that a run gives out, and its report shows lists, reasons and misses."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.bundle import pack, unpack
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment
from pipelines.options import Options
from pipelines.report.card import model_card
from pipelines.report.html import report_page
from pipelines.report.predictions import prediction_csv, prediction_parquet, prediction_table
from pipelines.report.reproduce import command_line
from tests.recommendation.test_run import orders


@pytest.fixture(scope="module")
def run(folder: Path) -> Experiment:
    return run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv", folder / "items.csv"),
        models=("ease",), settings={"budget": "0"},
    ))


RULES = {"never": "a1", "never_categories": "camp b"}


def test_a_download_obeys_rules_that_were_set_after_the_run(run: Experiment) -> None:
    before = pd.read_csv(io.BytesIO(prediction_csv(run, run.run_of("ease"))))
    assert {"a1", "b1"} <= set(before["item"])
    ruled = run.serving(Options(run.request.task, {**run.request.options, **RULES}))
    assert ruled.id == run.id and ruled.judged is run.judged
    after = pd.read_csv(io.BytesIO(prediction_csv(ruled, ruled.run_of("ease"))))
    assert not {item for item in after["item"] if item == "a1" or item[0] == "b"}
    assert set(after["item"]) > {"a2", "c1"}
    kept = pd.read_parquet(io.BytesIO(prediction_parquet(ruled, ruled.run_of("ease"))))
    assert kept["item"].tolist() == after["item"].tolist()
    again = pd.read_csv(io.BytesIO(prediction_csv(run, run.run_of("ease"))))
    assert again.equals(before)


def test_a_bundle_obeys_the_rules_it_was_made_with(run: Experiment) -> None:
    options = {**run.request.options, **RULES, "new_days": "2", "boost_new": "2"}
    ruled = run.serving(Options(run.request.task, options))
    model = ruled.run_of("ease")
    bundle = unpack(pack(ruled, model), "ease.zip")
    people = [f"u{number}" for number in range(60)]
    found = bundle.pipeline.predict(pd.DataFrame({"user": people}))
    assert found.frame()["items"].tolist() == (
        prediction_table(ruled, model).groupby("user")["item"].agg(list)[people].tolist()
    )
    alike = bundle.pipeline.predict(pd.DataFrame({"item": ["a2"]})).frame()["items"].iloc[0]
    assert alike and not {item for item in alike if item == "a1" or item[0] == "b"}
    rules = "never “Thing A1”; nothing of “camp b”; items new in the last 2 days boosted by 2"
    assert f"3 rules ({rules})" in model_card(ruled, model)
    assert "3 rules" not in model_card(run, run.run_of("ease"))
    assert "--set=never=a1" in command_line(ruled)


def test_rules_on_the_command_line_are_those_of_the_page(run: Experiment, folder: Path) -> None:
    done = run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv", folder / "items.csv"),
        models=("ease",), settings={"budget": "0", **RULES},
    ))
    ruled = run.serving(Options(run.request.task, {**run.request.options, **RULES}))
    assert prediction_table(done, done.run_of("ease")).equals(
        prediction_table(ruled, ruled.run_of("ease"))
    )
    before, now = (each.judged.scores["ease"] for each in (run, done) if each.judged)
    assert before == now, "methods are judged without rules"
    page = report_page(done)
    assert "Never “Thing A1”" in page
    # a1 and all of camp b are what some judge by.
    assert "These rules cost 0." in page and "95 % interval" in page


def test_rules_that_name_what_is_gone_say_so_and_the_rest_holds(folder: Path) -> None:
    done = run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv",), models=("ease",),
        settings={"budget": "0", "never": "a1,gone", "at_most": "2"},
    ))
    assert any("name the item “gone”" in each for each in done.warnings)
    assert any("rules on categories have no effect" in each for each in done.warnings)
    found = prediction_table(done, done.run_of("ease"))
    assert "a1" not in set(found["item"]) and len(found)


def test_the_report_shows_lists_with_reasons_and_the_settings(run: Experiment) -> None:
    page = report_page(run)
    assert "What EASE offers" in page and "because of Thing" in page
    assert "Settings of each model" in page
    assert "Users served worst" not in page, "everybody was shown what was held back"


def test_the_report_shows_whom_lists_serve_worst(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    rows = [(f"u{user}", f"item{item:02d}") for user in range(60)
            for item in chance.choice(40, 6, replace=False)]
    pd.DataFrame(rows, columns=["user", "item"]).to_csv(tmp_path / "any.csv", index=False)
    done = run_command(RunCommand(
        task="recommendation", data=(tmp_path / "any.csv",), models=("ease",),
        settings={"budget": "0", "split": "random"},
    ))
    page = report_page(done)
    assert "Users served worst" in page and re.search(r"\(place \d\d", page)
    assert "had taken 5" in page


def test_the_verdict_says_that_later_interactions_were_learnt_from(tmp_path: Path) -> None:
    late = orders()
    late.loc[late["segment"] == "b", "ordered"] = "2026-04" + late["ordered"].str[-3:]
    late.to_csv(tmp_path / "orders.csv", index=False)

    def verdict(split: str) -> str:
        done = run_command(RunCommand(
            task="recommendation", data=(tmp_path / "orders.csv",), models=("ease",),
            settings={"budget": "0", "split": split, "test": "0.3"},
        ))
        assert done.judged is not None
        return done.judged.verdict

    assert verdict("temporal").startswith("These scores flatter: models also learnt")
    assert "flatter" not in verdict("global")
