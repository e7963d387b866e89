"""How far amounts lie from what was predicted, learnt on rows that were held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.learnt_arrays import rising

LEVEL = 0.90
# A bin needs some rows beyond each bound for that bound to mean something.
ROWS_A_BIN = 200
MOST_BINS = 10
ROOM = 0.1


@dataclass(frozen=True)
class Spread:
    """Bounds around a predicted amount, by how large the prediction is.

    Errors of held-out rows, ordered within bins of the prediction (conformal prediction, Vovk et al.
    2005, within groups): in each bin 90 % of new rows like these lie between the bounds.

    Attributes:
        edges: of the bins, rising, without the outer ones.
        low, high: what is added to a prediction in each bin for its bounds.
        least, most: amounts that are possible at all.
    """

    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    least: float
    most: float

    def within(self, scores: np.ndarray) -> np.ndarray:
        """(n,) scores kept between the least and the most that is possible."""
        return np.clip(np.nan_to_num(scores, nan=0.0), self.least, self.most)

    def interval(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The bounds of each of (n,) scores; the prediction itself lies between them."""
        inside = self.within(scores)
        at = np.searchsorted(np.asarray(self.edges), inside, side="right")
        low = np.minimum(self.within(inside + np.asarray(self.low)[at]), inside)
        high = np.maximum(self.within(inside + np.asarray(self.high)[at]), inside)
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON keeps it to the digit."""
        return {
            "edges": list(self.edges), "low": list(self.low), "high": list(self.high),
            "least": self.least, "most": self.most,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Spread:
        """What `to_json` gave.

        Raises:
            ValueError: it is not of that form.
        """
        edges = rising(facts["edges"])
        low, high = (tuple(float(each) for each in facts[name]) for name in ("low", "high"))
        least, most = rising((facts["least"], facts["most"]))
        if not len(edges) + 1 == len(low) == len(high) or not np.isfinite((*low, *high)).all():
            raise ValueError("no spread")
        return cls(edges, low, high, least, most)


def learn_spread(scores: np.ndarray, held: np.ndarray, y: np.ndarray) -> Spread:
    """Bounds from scores of rows that were not learnt from.

    Args:
        scores: (m,) predictions of them.
        held: (m,) their amounts.
        y: (n,) all amounts; a share (all between 0 and 1) stays one, and what was never negative
            does not become so.
    """
    least, most = _possible(y)
    inside = np.clip(scores, least, most)
    number = int(np.clip(len(held) // ROWS_A_BIN, 1, MOST_BINS))
    cuts = np.unique(np.quantile(inside, np.linspace(0, 1, number + 1)[1:-1]))
    at = np.searchsorted(cuts, inside, side="right")
    error = held - inside
    low, high = [], []
    for place in range(len(cuts) + 1):
        some = np.sort(error[at == place] if (at == place).sum() >= ROWS_A_BIN // 2 else error)
        # The rank that holds for one more row drawn like these.
        rank = (len(some) + 1) * (1 - LEVEL) / 2
        below, above = int(np.floor(rank)) - 1, int(np.ceil(len(some) + 1 - rank)) - 1
        low.append(float(some[below]) if below >= 0 else -np.inf)
        high.append(float(some[above]) if above < len(some) else np.inf)
    room = most - least
    return Spread(
        tuple(float(each) for each in cuts),
        tuple(max(each, -room) for each in low), tuple(min(each, room) for each in high),
        least, most,
    )


def _possible(y: np.ndarray) -> tuple[float, float]:
    """The least and the most that an amount like these can be."""
    least, most = float(y.min()), float(y.max())
    if least >= 0 and most <= 1:
        return 0.0, 1.0
    room = ROOM * (most - least)
    return (max(0.0, least - room) if least >= 0 else least - room), most + room
