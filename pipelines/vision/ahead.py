"""Work on single images in threads, one batch ahead of the network that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

THREADS = 4

Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(
    items: Sequence[Item], work: Callable[[Item], Made], batch: int
) -> Iterator[list[Made]]:
    """Results of `work` in the order of `items`, in lists of at most `batch`.

    While a list is used the next one is made, and never more, so that memory stays flat.

    Raises:
        Exception: whatever `work` raised first in the order of the items.
    """
    starts = range(0, len(items), batch)
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="litmus-images")

    def begin(start: int) -> list[Future[Made]]:
        return [pool.submit(work, item) for item in items[start : start + batch]]

    try:
        waiting = begin(0)
        for start in starts:
            following = begin(start + batch)
            yield [each.result() for each in waiting]
            waiting = following
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
