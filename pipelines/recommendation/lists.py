"""The lists that a method gives, as predictions: one list a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.evaluation.ranking_results import Ground
from pipelines.recommendation.ground import ground_of
from pipelines.recommendation.lessons import ListLessons

SHORT = "fewer than {length}, because nothing else is left to offer"


@dataclass(frozen=True)
class ListPredictions:
    """The best items for each question, best first.

    Attributes:
        lessons: what was learnt from, which names items and users.
        users: (n,) object; the id of whom each list is for, "" where that is nobody known by an id.
        lists: (n, length) int32 positions of items, -1 where nothing is left to offer.
        scores: (n, length) float32 on the method's own scale.
        rules: (n,) object; how a list came about where the method did not make it, else "".
        length: how many of a list are shown and downloaded; the rest is there to be judged.
        places: (n,) object; for each question the ranks, 0 for the best, of the items that were held
            back, among all that the user had not taken; None where nothing was held back.
        asides: (n,) object; what of a question was not understood, "" where all was; None where
            nothing can have been missed.
    """

    lessons: ListLessons
    users: np.ndarray
    lists: np.ndarray
    scores: np.ndarray
    rules: np.ndarray
    length: int
    places: np.ndarray
    asides: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.lists)

    @property
    def ranks(self) -> list[np.ndarray] | None:
        """`places` as a list; None where some question held nothing back."""
        found = self.places.tolist()
        return None if any(each is None for each in found) else found

    def ground(self, truth: pd.Series, batch: pd.DataFrame) -> Ground:
        """What judges them: what was held back, and what everybody had taken before."""
        return ground_of(truth, batch, self.lessons)

    def take(self, rows: np.ndarray) -> ListPredictions:
        return ListPredictions(
            self.lessons, self.users[rows], self.lists[rows], self.scores[rows], self.rules[rows],
            self.length, self.places[rows], None if self.asides is None else self.asides[rows],
        )

    def replaced(
        self, pieces: Sequence[tuple[np.ndarray, ListPredictions]]
    ) -> ListPredictions:
        raise NotImplementedError("lists are not cross-validated")

    @property
    def notes(self) -> np.ndarray:
        """(n,) object; what a reader of each list has to know: its rule, what was not understood, and
        why it is short."""
        there = (self.lists[:, : self.length] >= 0).sum(axis=1)
        short = np.where(there < self.length, SHORT.format(length=self.length), "")
        asides = [""] * len(self) if self.asides is None else self.asides.tolist()
        found = np.empty(len(self), dtype=object)
        found[:] = [
            "; ".join(each for each in told if each)
            for told in zip(self.rules.tolist(), asides, short.tolist(), strict=True)
        ]
        return found

    def frame(self) -> pd.DataFrame:
        """One row a question: its items, their titles and scores as lists, and the rule.

        Scores are None where the method did not make the list: those are on another scale.
        """
        catalogue, names = self.lessons.catalogue, self.lessons.all.items
        shown = [row[row >= 0][: self.length] for row in self.lists]
        return pd.DataFrame({
            "items": pd.Series([names[row].tolist() for row in shown], dtype=object),
            "titles": pd.Series([catalogue.titles[row].tolist() for row in shown], dtype=object),
            "scores": pd.Series(
                [
                    [None if rule else round(float(score), 6) for score in scores[: len(row)]]
                    for row, scores, rule in zip(shown, self.scores, self.rules, strict=True)
                ],
                dtype=object,
            ),
            "rule": pd.Series(self.notes, dtype=object),
        })

    def long_frame(self, names: Sequence[str] | np.ndarray, column: str = "user") -> pd.DataFrame:
        """One row an item of a list, as exports want it.

        Scores are missing where the method did not make the list: those are on another scale.

        Args:
            names: (n,) who or what each list is for.
            column: what these are called.
        """
        catalogue, items = self.lessons.catalogue, self.lessons.all.items
        lists = self.lists[:, : self.length]
        rows, places = np.nonzero(lists >= 0)
        chosen = lists[rows, places]
        found: dict[str, object] = {
            column: np.asarray(names, dtype=object)[rows], "rank": places + 1, "item": items[chosen],
        }
        if catalogue.described:
            found["title"] = catalogue.titles[chosen]
        made = (self.rules == "")[rows]
        found["score"] = np.where(made, np.round(self.scores[rows, places], 6), np.nan)
        notes = self.notes
        if (notes != "").any():
            found["rule"] = notes[rows]
        return pd.DataFrame(found)
