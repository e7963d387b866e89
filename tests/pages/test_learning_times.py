"""What a model that learns should take is told from runs on data of the same size, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.components.dataset_picker import UPLOADS
from dashboard.components.run_size import size_of
from data.interactions.joining import join_catalogue
from data.readers import ENDINGS
from data.table import Table
from pipelines.data_size import data_size, settings_text
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.request import Request
from pipelines.runtime import speeds
from pipelines.tasks.recommendation import TASK
from tests.pages import driver

OPTIONS = Options(TASK, {"split": "random", "budget": "0"})
MODELS = ("ease", "item-neighbours", "als", "blend")


def orders(users: int = 40) -> Table:
    chance = np.random.default_rng(0)
    rows = [
        (f"u{user}", f"i{item}") for user in range(users) for item in range(12)
        if (item < 6) == bool(user % 2) and chance.random() < 0.8
    ]
    frame = pd.DataFrame(rows, columns=["user", "item"])
    return Table("orders.csv", frame, "sha256:0", (), len(frame))


def run_of(table: Table, *names: str) -> Experiment:
    models = tuple(card for card in TASK.models if card.baseline or card.id in names)
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, {"user": "user", "item": "item"}), models=models,
        options=OPTIONS,
    ))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_a_run_tells_what_learning_takes_on_data_of_its_size_and_no_other(cache: Path) -> None:
    run = run_of(orders(), "ease")
    settings = settings_text(TASK, OPTIONS, "auto")
    seconds = run.run_of("ease").seconds

    def told(users: int) -> float | None:
        dataset = prepare(TASK, orders(users), {"user": "user", "item": "item"})
        return speeds.learning_seconds("ease", data_size(TASK, dataset), settings, TASK.slug)

    assert told(40) == pytest.approx(seconds["fit"] + seconds["predict"], abs=2e-3)
    assert told(400) is None


def test_a_blend_counts_what_other_models_of_the_run_learnt_for_it(cache: Path) -> None:
    run = run_of(orders(), *MODELS)
    parts = [run.run_of(model) for model in ("ease", "item-neighbours", "als")]
    assert run.run_of("blend").pipeline.borrowed > 0
    assert run.run_of("blend").pipeline.borrowed <= sum(part.seconds["fit"] for part in parts)
    assert all(part.pipeline.borrowed == 0 for part in parts)


def test_settings_of_what_is_given_out_do_not_change_what_learning_takes() -> None:
    ruled = Options(TASK, {**OPTIONS, "at_most": "2"})
    assert settings_text(TASK, ruled, "auto") == settings_text(TASK, OPTIONS, "auto")
    other = Options(TASK, {**OPTIONS, "budget": "20"})
    assert settings_text(TASK, other, "auto") != settings_text(TASK, OPTIONS, "auto")


def test_cards_say_what_was_timed_and_what_was_not(cache: Path) -> None:
    at = driver.open_page(driver.visitor(), "applications/recommendations")
    at.get_by_key("recommendation-source").set_value("shop-orders")
    driver.fine(at.run())
    at.get_by_key("recommendation-step").set_value("models")
    driver.fine(at.run())
    waits = [each.value for each in at.caption if "not timed on data of this size" in each.value]
    assert len(waits) == len(TASK.models) - 1, "all but the baseline learn"
    space = driver.space(at, "recommendation")
    assert space.table is not None
    dataset = prepare(TASK, space.table, {})
    speeds.remember_learning(
        "bpr", 75.0, data_size(TASK, dataset), settings_text(TASK, Options(TASK), "auto"), TASK.slug
    )
    driver.fine(at.run())
    assert [each.value for each in at.caption if "learning included" in each.value] == [
        "About 75 s here, learning included (from a run on data of this size)"
    ]


def test_the_page_takes_every_ending_that_is_read() -> None:
    assert set(ENDINGS) <= set(UPLOADS["interactions"]) and "dat" in ENDINGS


def test_a_run_is_listed_by_the_rows_of_its_file(cache: Path) -> None:
    table = orders()
    items = pd.DataFrame({"item": [f"i{n}" for n in range(14)], "title": [f"T{n}" for n in range(14)]})
    joined = join_catalogue([table, Table("items.csv", items, "sha256:1", (), len(items))])
    assert size_of(run_of(joined)) == f"{len(table.frame):,} rows of 40 users"
