"""The API as one application, to be mounted beside the pages."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from dashboard.api.errors import BugBarrier, add_error_answers
from dashboard.api.guards import BodyLimit, KeyCheck, RateLimit
from dashboard.api.routes import reading_routes
from dashboard.api.routes_chat import chat_routes
from dashboard.api.routes_predict import predict_routes
from dashboard.api.settings import ApiSettings
from dashboard.api.turns import Turns


def create_api(settings: ApiSettings) -> FastAPI:
    """The API with these settings; its paths begin below where it is mounted."""
    # FastAPI's own pages load scripts from elsewhere; ours work without a network.
    app = FastAPI(
        title="Litmus", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.include_router(reading_routes())
    # One bound for all that computes, so that chats and predictions do not add up.
    turns = Turns(settings)
    app.include_router(predict_routes(settings, turns))
    app.include_router(chat_routes(settings, turns))
    add_error_answers(app)
    # The last one added is the first to see a request.
    app.add_middleware(
        BodyLimit, limit_mb=settings.max_body_mb, limit_bytes=settings.max_body_bytes
    )
    app.add_middleware(KeyCheck, key=settings.key)
    app.add_middleware(RateLimit, per_minute=settings.rate_per_minute)
    app.add_middleware(BugBarrier)
    return app


def api_mounts(settings: ApiSettings, prefix: str = "/api") -> list[BaseRoute]:
    """The routes that put the API under `prefix`, including the bare prefix itself."""
    app = create_api(settings)
    return [Mount(prefix, app=app), Route(prefix, endpoint=app, include_in_schema=False)]
