"""Whoever waits for an answer: work under way stops when nobody does any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import Request

from dashboard.ending import ENDING
from pipelines.progress import CancelledRun, Progress

SECONDS_BETWEEN_LOOKS = 0.25


class Caller(Progress):
    """The client of one request, as the progress of the work that is done for it.

    Attributes:
        queueing: cancelled when the client hangs up, so that it leaves the queue at once.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._gone = threading.Event()
        self.queueing = anyio.CancelScope()

    def gone(self) -> bool:
        """Whether the work is for nobody: the client hung up, or the server is to end."""
        return self._gone.is_set() or ENDING.is_set()

    def hang_up(self) -> None:
        """Nobody waits any more; only the event loop may say so."""
        self._gone.set()
        self.queueing.cancel()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Notices that the client hangs up, once the body is read and while the block lasts."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        except asyncio.CancelledError:
            self.hang_up()
            raise
        finally:
            watching.cancel()

    def stage(self, name: str, total: int) -> None:
        self._check()

    def advance(self, rows: int) -> None:
        self._check()

    def _check(self) -> None:
        if self.gone():
            raise CancelledRun("Nobody waits for this answer any more.")

    async def _watch(self) -> None:
        while not await self._request.is_disconnected():
            await anyio.sleep(SECONDS_BETWEEN_LOOKS)
        self.hang_up()
