"""Every way a request can fail, as JSON with one sentence."""

from __future__ import annotations

import logging

from fastapi import FastAPI, HTTPException, Request
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.responses import JsonAnswer, error_answer
from data.errors import LitmusError

LOG = logging.getLogger(__name__)
BUG = "Something went wrong here; it was written to the log."


class NotFound(HTTPException):
    """Something named in the path that does not exist."""

    def __init__(self, sentence: str) -> None:
        super().__init__(404, sentence)


class BodyTooLarge(HTTPException):
    """A request body over the limit."""

    def __init__(self, limit_mb: float) -> None:
        super().__init__(
            413, f"The request is larger than {limit_mb:g} MB; send the records in smaller batches."
        )


class Busy(HTTPException):
    """More predictions wait than this machine can take."""

    def __init__(self) -> None:
        super().__init__(
            429,
            "Too many predictions are waiting here; send this one again in a few seconds.",
            {"Retry-After": "5"},
        )


class Ending(HTTPException):
    """The server was asked to end while it computed."""

    def __init__(self) -> None:
        super().__init__(
            503, "The server is being stopped; send this again in a minute.", {"Retry-After": "60"}
        )


class BugBarrier:
    """Answers 500 for what nobody foresaw; the traceback goes to the log and nowhere else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except ClientDisconnect:
            LOG.info("The client of %s %s hung up", scope["method"], scope["path"])
        except Exception:
            LOG.exception("A bug in %s %s", scope["method"], scope["path"])
            if started:
                raise
            await error_answer(500, BUG)(scope, receive, send)


def add_error_answers(app: FastAPI) -> None:
    """Make `app` answer a user's errors with their sentence."""
    app.add_exception_handler(LitmusError, _user_error)
    app.add_exception_handler(StarletteHTTPException, _http_error)


async def _user_error(request: Request, error: Exception) -> JsonAnswer:
    return error_answer(400, str(error))


async def _http_error(request: Request, error: Exception) -> JsonAnswer:
    assert isinstance(error, StarletteHTTPException)
    sentence = error.detail
    path = request.scope["path"]
    if error.status_code == 404 and not isinstance(error, NotFound):
        sentence = f"There is nothing at {path}; /api/docs lists what there is."
    elif error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        sentence = f"{path} does not take {request.method}; it takes {allowed}."
    return error_answer(error.status_code, sentence, error.headers)
