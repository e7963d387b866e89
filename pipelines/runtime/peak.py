"""The most memory that the process held while something ran."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from pipelines.runtime.device import resident_mb

SECONDS_APART = 0.05


class PeakMemory:
    """Looks at the memory of the process again and again until it is left.

    Attributes:
        mb: the most megabytes seen so far, of all that the process did meanwhile.
    """

    def __init__(self) -> None:
        self.mb = resident_mb()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="peak memory", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watcher.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(SECONDS_APART):
            self._look()

    def _look(self) -> None:
        self.mb = max(self.mb, resident_mb())
