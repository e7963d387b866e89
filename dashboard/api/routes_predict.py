"""POST /predict/{task}: predictions for records, as the pages compute them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.errors import NotFound
from dashboard.api.receiving import receive_body
from dashboard.api.request_body import read_predict_request
from dashboard.api.responses import JsonAnswer
from dashboard.api.settings import ApiSettings, refuse_hub_model
from dashboard.api.turns import Turns
from pipelines.predict import predict_records
from pipelines.registry import all_tasks


def predict_routes(settings: ApiSettings, turns: Turns) -> APIRouter:
    """The prediction route; it takes a turn among all that computes here."""
    router = APIRouter(redirect_slashes=False)

    @router.post("/predict/{task}", response_model=None)
    async def predict(task: str, request: Request) -> Response:
        """Predictions for each record, in the order of the records."""
        with turns.place():
            body = await receive_body(request)
            return await turns.run(partial(_answer, task, body, settings))

    return router


def _answer(task: str, body: bytes, settings: ApiSettings) -> Response:
    known = [each.slug for each in all_tasks()]
    if task not in known:
        raise NotFound(f"There is no task “{task}”; the tasks are {', '.join(known)}.")
    asked = read_predict_request(body)
    refuse_hub_model(asked.model, settings)
    found = predict_records(task, asked.model, asked.records, classes=asked.classes)
    return JsonAnswer(
        {
            "model": found.model,
            "predictions": found.predictions,
            "seconds": round(found.seconds, 6),
        }
    )
