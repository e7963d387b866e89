"""The end of the server: what is under way hears of it, and nothing holds it up for long."""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType

LOG = logging.getLogger(__name__)

# Set once somebody asked the process to end. Work under way looks at it between two batches.
ENDING = threading.Event()
# Less than the ten seconds after which Docker and its kind kill what they asked to end.
SECONDS_TO_END = 6.0


@asynccontextmanager
async def ends_in_time(app: object) -> AsyncIterator[None]:
    """The lifespan of a server that is gone seconds after SIGTERM or Ctrl+C.

    The server itself waits without limit for every open connection, even for one whose client has
    ceased to read. So what computes is told to stop, and the process leaves if that is not enough.
    Saved runs are whole or absent whenever it leaves: each is one transaction.
    """
    if threading.current_thread() is threading.main_thread():
        _listen(os._exit)
    yield


def _listen(leave: Callable[[int], None]) -> None:
    # Unlike an event, such a queue may be used where a signal interrupts anything.
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    threading.Thread(
        target=_end_after, args=(heard, leave), name="litmus-ending", daemon=True
    ).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        # Without a handler of the server the process ends at once.
        if callable(before):
            signal.signal(number, _both(heard, before))


def _both(
    heard: queue.SimpleQueue[int], before: Callable[[int, FrameType | None], object]
) -> Callable[[int, FrameType | None], None]:
    def hear(number: int, frame: FrameType | None) -> None:
        heard.put(number)
        before(number, frame)

    return hear


def _end_after(heard: queue.SimpleQueue[int], leave: Callable[[int], None]) -> None:
    number = heard.get()
    ENDING.set()
    time.sleep(SECONDS_TO_END)
    LOG.warning("Not all had ended %.0f s after the signal to end; leaving", SECONDS_TO_END)
    leave(128 + number)
