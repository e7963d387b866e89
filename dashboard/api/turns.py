"""Who computes now, who waits, and who is turned away: one bound for predictions and chats."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect

from dashboard.api.caller import Caller
from dashboard.api.errors import Busy, Ending
from dashboard.api.settings import ApiSettings
from dashboard.ending import ENDING
from pipelines.progress import CancelledRun

T = TypeVar("T")


class Turns:
    """At most `settings.jobs` requests compute at the same time, and so many more wait.

    One of these at most learns from rows that it brought, which may take minutes and much memory,
    so that predictions go on beside it.
    """

    def __init__(self, settings: ApiSettings) -> None:
        self._most = settings.jobs + settings.waiting
        self._under_way = 0
        # With turns of its own a long computation never takes the threads of other routes.
        self._limiter = anyio.CapacityLimiter(settings.jobs)
        self._learning = anyio.CapacityLimiter(1)

    def enter(self) -> None:
        """Take a place, from the first byte on, so that slow bodies cannot pile up in memory.

        Raises:
            Busy: every place is taken.
        """
        if self._under_way >= self._most:
            raise Busy
        self._under_way += 1

    def leave(self) -> None:
        """Give the place back."""
        self._under_way -= 1

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for as long as the block lasts."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    async def run(self, caller: Caller, work: Callable[[], T], *, learning: bool = False) -> T:
        """The result of `work`, computed in a thread when its turn comes.

        Args:
            learning: whether it learns first, as one request at a time does.

        Raises:
            ClientDisconnect: the caller hung up before it was there.
            Ending: the server is to end.
        """
        try:
            # The scope ends the waiting for a turn; a thread at work is waited for.
            with caller.queueing:
                if learning:
                    async with self._learning:
                        return await anyio.to_thread.run_sync(work, limiter=self._limiter)
                return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        except CancelledRun as error:
            # Its frames hold tables of a GB, which otherwise wait for the garbage collector.
            traceback.clear_frames(error.__traceback__)
        raise Ending if ENDING.is_set() else ClientDisconnect
