"""POST /predict/{task}: predictions for records, as the pages compute them."""

from __future__ import annotations

from functools import partial

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.caller import Caller
from dashboard.api.errors import NotFound
from dashboard.api.form_body import is_form, read_form_request
from dashboard.api.receiving import receive_body
from dashboard.api.request_body import PredictRequest, may_learn, read_predict_request
from dashboard.api.responses import JsonAnswer
from dashboard.api.settings import ApiSettings, refuse_hub_model
from dashboard.api.turns import Turns
from pipelines.predict import predict_records
from pipelines.registry import all_tasks


def predict_routes(settings: ApiSettings, turns: Turns) -> APIRouter:
    """The prediction route; it takes a turn among all that computes here."""
    router = APIRouter(redirect_slashes=False)
    reading = anyio.CapacityLimiter(1)

    @router.post("/predict/{task}", response_model=None)
    async def predict(task: str, request: Request) -> Response:
        """Predictions for each record, in the order of the records."""
        with turns.place():
            _refuse_unknown(task)
            body = await receive_body(request)
            form = await read_form_request(task, request) if is_form(request) else None
            caller = Caller(request)
            async with caller.watched():
                learning = form is None and may_learn(body) and await anyio.to_thread.run_sync(
                    _learns, body, limiter=reading
                )
                return await turns.run(
                    caller, partial(_answer, task, form or body, settings, caller), learning=learning
                )

    return router


def _refuse_unknown(task: str) -> None:
    known = [each.slug for each in all_tasks()]
    if task not in known:
        raise NotFound(f"There is no task “{task}”; the tasks are {', '.join(known)}.")


def _learns(body: bytes) -> bool:
    return bool(read_predict_request(body).training)


def _answer(
    task: str, given: PredictRequest | bytes, settings: ApiSettings, caller: Caller
) -> Response:
    # Bodies wait as they came: read, they are ten times as large.
    asked = read_predict_request(given) if isinstance(given, bytes) else given
    refuse_hub_model(asked.model, settings)
    found = predict_records(
        task, asked.model, asked.records, classes=asked.classes, progress=caller,
        training=asked.training,
    )
    answer = {
        "model": found.model,
        "predictions": found.predictions,
        "seconds": round(found.seconds, 6),
    }
    if asked.training or found.warnings:
        answer["warnings"] = list(dict.fromkeys(found.warnings))
    return JsonAnswer(answer)
