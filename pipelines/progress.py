"""How long work tells where it is and learns that it was cancelled."""

from __future__ import annotations

from data.errors import LitmusError


class CancelledRun(LitmusError):
    """The user stopped the run; nothing of it is kept."""


class Progress:
    """Receives stages and rows done. This one is silent; the others show them."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of `total` rows (0 when unknown)."""

    def advance(self, rows: int) -> None:
        """Report `rows` more rows done.

        Raises:
            CancelledRun: the user asked to stop.
        """


SILENT = Progress()
