"""How long work tells where it is and learns that it was cancelled."""

from __future__ import annotations

from collections.abc import Callable

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

    def figure(self, name: str, step: float, value: float) -> None:
        """Report a point of a curve that grows while the work goes on.

        Args:
            name: of the curve, as in "validation loss".
            step: how far the work is, in units of its own (epochs).
        """


SILENT = Progress()


def running_count(progress: Progress) -> Callable[[int, int], None]:
    """A callback for work that tells how much of how much is done, as `progress` wants to hear it.

    Raises:
        CancelledRun: from the callback, when the user asked to stop.
    """
    done = 0

    def report(now: int, total: int) -> None:
        nonlocal done
        progress.advance(now - done)
        done = now

    return report
