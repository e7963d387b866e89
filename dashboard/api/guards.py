"""What stands before the routes: how often, who, and how much may come in."""

from __future__ import annotations

import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.errors import BodyTooLarge
from dashboard.api.responses import error_answer

OPEN_PATHS = frozenset({"/health", "/docs", "/openapi.json"})
MOST_CLIENTS = 10_000


def route_path(scope: Scope) -> str:
    """The path below where the API is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of that lower-case name, or nothing."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value for key, value in headers if key == name), b"")


class RateLimit:
    """A token bucket for each client address: a minute's worth at once, refilled steadily.

    Health checks are not counted, so that a busy client does not make the server look dead.

    Args:
        per_minute: requests a minute and client; 0 for any number.
        clock: seconds that only grow.
        most_clients: buckets kept; the one that was used longest ago goes first.
    """

    def __init__(
        self,
        app: ASGIApp,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        most_clients: int = MOST_CLIENTS,
    ) -> None:
        self.app = app
        self._per_minute = per_minute
        self._clock = clock
        self._most_clients = most_clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._per_minute and route_path(scope) != "/health":
            wait = self._wait((scope.get("client") or ("unknown", 0))[0])
            if wait:
                answer = error_answer(
                    429,
                    f"More than {self._per_minute:,} requests came in a minute; "
                    f"wait {wait} seconds, or send more records in each request.",
                    {"Retry-After": str(wait)},
                )
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _wait(self, client: str) -> int:
        """Take a token; the seconds until there is one if there is none."""
        now = self._clock()
        tokens, before = self._buckets.pop(client, (float(self._per_minute), now))
        a_second = self._per_minute / 60
        tokens = min(float(self._per_minute), tokens + (now - before) * a_second)
        granted = tokens >= 1
        self._buckets[client] = (tokens - 1 if granted else tokens, now)
        while len(self._buckets) > self._most_clients:
            self._buckets.popitem(last=False)
        return 0 if granted else max(1, math.ceil((1 - tokens) / a_second))


class KeyCheck:
    """Lets in who sends the key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self.app = app
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._may_enter(scope):
            await self.app(scope, receive, send)
            return
        answer = error_answer(
            401,
            "This needs the key of the server: send it as “Authorization: Bearer KEY” or "
            "“X-API-Key: KEY”.",
            {"WWW-Authenticate": "Bearer"},
        )
        await answer(scope, receive, send)

    def _may_enter(self, scope: Scope) -> bool:
        if not self._key or route_path(scope) in OPEN_PATHS:
            return True
        kind, _, token = header(scope, b"authorization").partition(b" ")
        given = token.strip() if kind.lower() == b"bearer" else header(scope, b"x-api-key")
        return hmac.compare_digest(given, self._key)


class BodyLimit:
    """Refuses bodies over the limit: by their announced length, and by counting what arrives."""

    def __init__(self, app: ASGIApp, limit_mb: float, limit_bytes: int) -> None:
        self.app = app
        self._limit_mb = limit_mb
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = header(scope, b"content-length")
        if announced.isdigit() and int(announced[:20]) > self._limit_bytes:
            error = BodyTooLarge(self._limit_mb)
            answer = error_answer(413, error.detail, {"Connection": "close"})
            await answer(scope, receive, send)
            return
        arrived = 0

        async def counted_receive() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._limit_bytes:
                raise BodyTooLarge(self._limit_mb)
            return message

        await self.app(scope, counted_receive, send)
