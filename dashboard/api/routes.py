"""The routes that only read: health, tasks and the documentation."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from dashboard.api.docs_page import PAGE_HEADERS, docs_page
from dashboard.api.openapi import openapi_document
from dashboard.api.responses import JsonAnswer
from pipelines.listing import listing
from pipelines.runtime.device import device_name
from pipelines.runtime.residents import RESIDENTS

READS = ["GET", "HEAD"]
HOST = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


def reading_routes() -> APIRouter:
    """GET /health, /tasks, /openapi.json and /docs."""
    router = APIRouter(redirect_slashes=False)
    for path, endpoint in (
        ("/health", health),
        ("/tasks", tasks),
        ("/openapi.json", openapi),
        ("/docs", docs),
    ):
        router.add_api_route(path, endpoint, methods=READS, response_model=None)
    return router


# Plain functions: FastAPI runs them beside the event loop, which also serves the pages.
def health() -> Response:
    """Whether the server answers, what it computes with, and the models it holds in memory."""
    device = device_name().partition(",")[0].lower()
    loaded = sorted(set(RESIDENTS.names()))
    return JsonAnswer({"status": "ok", "device": device, "models_loaded": loaded})


def tasks() -> Response:
    """Every task, as `python -m pipelines list --json`."""
    return JsonAnswer(listing())


def openapi(request: Request) -> Response:
    """The description of this API for programs."""
    return JsonAnswer(openapi_document(listing(), request.scope.get("root_path", "")))


def docs(request: Request) -> Response:
    """The description of this API for people."""
    root = request.scope.get("root_path", "")
    origin = f"{request.url.scheme}://{request.url.netloc}"
    # The page shows the address it was opened at, and never what else a Host header may hold.
    shown = origin if HOST.fullmatch(origin) else "http://localhost:8501"
    document = openapi_document(listing(), root)
    return HTMLResponse(docs_page(document, shown + root), headers=PAGE_HEADERS)
