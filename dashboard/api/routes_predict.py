"""POST /predict/{task}: predictions for records, as the pages compute them."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboard.api.errors import Busy, NotFound
from dashboard.api.request_body import read_predict_request
from dashboard.api.responses import JsonAnswer
from dashboard.api.settings import ApiSettings
from data.errors import DataError, OptionError
from pipelines.predict import predict_records
from pipelines.registry import all_tasks

BODY_SECONDS = 30.0


def predict_routes(settings: ApiSettings) -> APIRouter:
    """The prediction route; at most `settings.jobs` requests compute at the same time."""
    router = APIRouter(redirect_slashes=False)
    turns = anyio.CapacityLimiter(settings.jobs)
    # Counted from the first byte, so that slow bodies cannot pile up in memory.
    under_way = 0

    @router.post("/predict/{task}", response_model=None)
    async def predict(task: str, request: Request) -> Response:
        """Predictions for each record, in the order of the records."""
        nonlocal under_way
        if under_way >= settings.jobs + settings.waiting:
            raise Busy
        under_way += 1
        try:
            _refuse_forms_of_other_sites(request)
            body = await _body(request)
            # With turns of its own a long prediction never takes the threads of other routes.
            return await anyio.to_thread.run_sync(_answer, task, body, settings, limiter=turns)
        finally:
            under_way -= 1

    return router


async def _body(request: Request) -> bytes:
    try:
        with anyio.fail_after(BODY_SECONDS):
            return await request.body()
    except TimeoutError as error:
        raise DataError(
            f"The body did not arrive within {BODY_SECONDS:.0f} seconds; send it again."
        ) from error


def _answer(task: str, body: bytes, settings: ApiSettings) -> Response:
    known = [each.slug for each in all_tasks()]
    if task not in known:
        raise NotFound(f"There is no task “{task}”; the tasks are {', '.join(known)}.")
    asked = read_predict_request(body)
    if asked.model.startswith("hub:") and not settings.hub_models:
        raise OptionError(
            "Models from the Hugging Face Hub are switched off here; whoever runs the server can "
            "allow them with LITMUS_API_HUB_MODELS=on."
        )
    found = predict_records(task, asked.model, asked.records, classes=asked.classes)
    return JsonAnswer(
        {
            "model": found.model,
            "predictions": found.predictions,
            "seconds": round(found.seconds, 6),
        }
    )


def _refuse_forms_of_other_sites(request: Request) -> None:
    """A page of another site can make a browser post a form here, but no JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "origin" in request.headers and kind != "application/json":
        raise DataError("A browser has to send the body with “Content-Type: application/json”.")
