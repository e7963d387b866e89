"""Clients that send a request and hang up when they like."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from starlette.types import ASGIApp

T = TypeVar("T")
PATIENCE = 60


async def visit(
    app: ASGIApp, path: str, body: Any, bored: Callable[[], bool] = lambda: False
) -> list[Any]:
    """What the application sent until it was done; the client hangs up once `bored` says so."""
    content = json.dumps(body).encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "POST",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
        "headers": [(b"content-type", b"application/json")], "client": ("test", 1),
        "server": ("test", 80), "scheme": "http", "http_version": "1.1",
    }
    given, sent = False, []

    async def receive() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": content, "more_body": False}
        while not bored():
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def apart(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work` in a thread and a loop of its own.

    A browser of other tests may have a loop in this thread.
    """
    found: list[T] = []

    async def limited() -> None:
        found.append(await asyncio.wait_for(work, PATIENCE))

    thread = threading.Thread(target=lambda: asyncio.run(limited()))
    thread.start()
    thread.join()
    assert found, "it failed, or did not end"
    return found[0]
