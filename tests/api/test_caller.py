"""Requests whose client hangs up, or whose server is to end: their work stops and frees its turn."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from dashboard.api import routes_predict
from dashboard.api.app import api_mounts
from dashboard.api.request_body import may_learn
from dashboard.api.settings import ApiSettings
from dashboard.ending import ENDING
from pipelines.predict import Answer
from pipelines.progress import Progress
from tests.api.hanging_up import PATIENCE, apart, visit

PATH = "/api/predict/sentiment"
LONG = {"model": "long", "records": []}
QUICK = {"model": "quick", "records": []}


class Predicting:
    """Predictions of which the long ones go on, batch by batch, until their progress stops them."""

    def __init__(self) -> None:
        self.batches = 0
        self.begun: list[str] = []

    def __call__(
        self, task: str, model: str, records: Any, progress: Progress, **_: Any
    ) -> Answer:
        self.begun.append(model)
        end = time.monotonic() + PATIENCE
        while model == "long" and time.monotonic() < end:
            time.sleep(0.01)
            self.batches += 1
            progress.advance(1)
        return Answer(model, [], 0.0)


@pytest.fixture
def predicting(monkeypatch: pytest.MonkeyPatch) -> Predicting:
    found = Predicting()
    monkeypatch.setattr(routes_predict, "predict_records", found)
    return found


@pytest.fixture
def ending() -> Iterator[None]:
    """Takes back that the server is to end."""
    yield
    ENDING.clear()


def api(**settings: Any) -> ASGIApp:
    return Starlette(routes=api_mounts(ApiSettings(**settings)))


def test_predictions_of_clients_that_hung_up_hold_no_turn(predicting: Predicting) -> None:
    async def visits() -> list[Any]:
        app = api(jobs=2, waiting=1)
        left = [
            asyncio.create_task(visit(app, PATH, LONG, lambda: predicting.batches > 5))
            for _ in range(2)
        ]
        while predicting.batches < 2:
            await asyncio.sleep(0.01)
        answer = await visit(app, PATH, QUICK)
        assert await asyncio.gather(*left) == [[], []], "nothing is sent to who is gone"
        return answer

    assert apart(visits())[0]["status"] == 200
    assert predicting.batches < 500


def test_who_hangs_up_in_the_queue_leaves_it_at_once(predicting: Predicting) -> None:
    async def visits() -> list[Any]:
        app = api(jobs=1, waiting=1)
        served = False
        first = asyncio.create_task(visit(app, PATH, LONG, lambda: served))
        while not predicting.begun:
            await asyncio.sleep(0.01)
        assert (await visit(app, PATH, {**QUICK, "model": "left"}, lambda: True)) == []
        waiting = asyncio.create_task(visit(app, PATH, QUICK))
        await asyncio.sleep(0.05)
        assert not waiting.done(), "the place was free, and the turn is not"
        served = True
        await first
        return await waiting

    assert apart(visits())[0]["status"] == 200
    assert predicting.begun == ["long", "quick"]


def test_one_request_learns_at_a_time_and_predictions_go_on_beside_it(
    predicting: Predicting,
) -> None:
    async def visits() -> list[Any]:
        app = api(jobs=2, waiting=4)
        served = False
        taught = {"training": [{"text": "a"}]}
        first = asyncio.create_task(visit(app, PATH, {**LONG, **taught}, lambda: served))
        while not predicting.begun:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(visit(app, PATH, {**QUICK, "model": "second", **taught}))
        bored = asyncio.create_task(visit(app, PATH, {**QUICK, **taught}, lambda: served))
        beside = await visit(app, PATH, {**QUICK, "records": ["training", "\u00e9"]})
        assert not second.done() and predicting.begun == ["long", "quick"]
        served = True
        await asyncio.gather(first, bored)
        assert (await second)[0]["status"] == 200
        return beside

    assert apart(visits())[0]["status"] == 200


def test_what_a_stopped_request_held_is_let_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[Any]] = []

    def work(*_: Any, progress: Progress, **__: Any) -> Answer:
        large = np.zeros(10)
        held.append(weakref.ref(large))
        while True:
            time.sleep(0.01)
            progress.advance(len(large) and 1)

    monkeypatch.setattr(routes_predict, "predict_records", work)
    gc.collect()
    gc.disable()
    try:
        assert apart(visit(api(), PATH, LONG, lambda: bool(held))) == []
        assert held[0]() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_rows_to_learn_from_are_told_however_they_are_written(encoding: str) -> None:
    taught = '{"records": [], "training": [{}]}'
    assert may_learn(taught.encode(encoding))
    assert may_learn(taught.replace("training", "\\u0074raining").encode(encoding))
    assert not may_learn(b'{"records": [{"text": "fine"}]}')


def test_prediction_under_way_when_the_server_is_to_end_is_503(
    predicting: Predicting, ending: None
) -> None:
    async def visits() -> list[Any]:
        first = asyncio.create_task(visit(api(), PATH, LONG))
        while predicting.batches < 2:
            await asyncio.sleep(0.01)
        ENDING.set()
        return await first

    start, body = apart(visits())
    assert start["status"] == 503
    assert (b"retry-after", b"60") in start["headers"]
    assert b"being stopped" in body["body"]
