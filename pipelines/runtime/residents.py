"""One copy of each loaded model for all sessions; the least recently used go first."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

DEFAULT_LIMIT_MB = 1500


class Sized(Protocol):
    """Anything that knows how many megabytes it holds."""

    def memory_mb(self) -> float: ...


T = TypeVar("T", bound=Sized)


class Residents:
    """Loaded models by key, within a limit of megabytes.

    Args:
        limit_mb: the most megabytes held; one model alone may exceed it.
    """

    def __init__(self, limit_mb: float) -> None:
        self._limit_mb = limit_mb
        self._models: OrderedDict[Hashable, Any] = OrderedDict()
        self._held_mb: dict[Hashable, float] = {}
        self._loading: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, load: Callable[[], T]) -> T:
        """The model of that key, loaded once however many ask at the same time."""
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        with loading:
            with self._lock:
                if key in self._models:
                    self._models.move_to_end(key)
                    return self._models[key]
            model = load()
            with self._lock:
                self._models[key] = model
        # Asked once and under no lock: a model may count another that it shares, and so ask for it.
        held_mb = model.memory_mb()
        with self._lock:
            if self._models.get(key) is model:
                self._held_mb[key] = held_mb
            self._release()
        return model

    def names(self) -> list[str]:
        """The loaded models, the least recently used first."""
        with self._lock:
            return [str(key[0] if isinstance(key, tuple) else key) for key in self._models]

    def clear(self) -> None:
        """Release every model."""
        with self._lock:
            self._models.clear()
            self._held_mb.clear()

    def _release(self) -> None:
        """Let go of the least recently used until the rest is within the limit."""
        while sum(self._held_mb.values()) > self._limit_mb and len(self._models) > 1:
            key, _ = self._models.popitem(last=False)
            self._held_mb.pop(key, None)


RESIDENTS = Residents(float(os.environ.get("LITMUS_MODEL_MEMORY_MB", DEFAULT_LIMIT_MB)))
