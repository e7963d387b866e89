"""A method of recommendation as a pipeline: settings chosen, fitted, and asked for lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.pipeline import Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.bundle_files import read_recommender, write_recommender
from pipelines.recommendation.choosing import Choice, choose, people_with, seconds_to_judge
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.lists import ListPredictions
from pipelines.recommendation.ranking import ranks_of
from pipelines.recommendation.recommender import Recommender, Setting
from pipelines.recommendation.rule_options import fitting, rules_of
from pipelines.recommendation.rules import Effects, Rules, effects_of, served_top

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# As long as the longest list that is judged.
JUDGED = 20
NOBODY = "what most people take, because nothing is known of this one"
NOTHING_KNOWN = "what most people take, because none of these items is known"
UNKNOWN_ITEM = "what most people take, because this item is not known"
NOT_ALIKE = "what most people take, because this method does not compare items"
SILENT_HISTORY = "what most people take, because this history says nothing to this method"


class ListPipeline(Pipeline):
    """Gives everybody a list of items that they have not taken yet.

    Rows of a batch ask for one list each. What a row is about stands in its columns: `user`, the id
    of somebody whose interactions were brought; `history`, ids of items that somebody took, who need
    not be known; or `item`, for items like it. A run asks with `user` and `taken`, how many items that
    one had taken before what judges, and gets lists made from those alone. Those judge the method, so
    the rules of the settings hold for all lists but them.

    Attributes:
        method: the class of the method.
        tried: the settings that were tried, and how good each was on validation interactions.
    """

    method: ClassVar[type[Recommender]]
    carries = (
        "It holds the id of every user and what each of them took, so hand it on as you would the data."
    )

    def load(self) -> Self:
        """Bring in what sorts the lists: the first model of a run is not slower than the others."""
        import_module("torch")
        return self

    def learn(self, lessons: ListLessons, progress: Progress = SILENT) -> Self:
        """Choose settings on validation interactions, then fit to all that do not judge.

        Raises:
            DataError: there are more users or items than the method can hold.
        """
        self.lessons, self.notes = lessons, ()
        self.tried: Choice | None = None
        refusal = self.method.refusal(
            len(lessons.all.users), len(lessons.all.items), len(lessons.learnt)
        )
        if refusal:
            raise DataError(refusal)
        return self.holding(self.fitted(self.method, lessons, progress))

    def holding(self, recommender: Recommender) -> Self:
        """The pipeline with what was learnt, and where that computes."""
        self.recommender = recommender
        self.facts.device = recommender.device_used() or self.facts.device
        return self

    def fitted(
        self, method: type[Recommender], lessons: ListLessons, progress: Progress
    ) -> Recommender:
        """A method with the settings that were best on validation interactions, once a run."""

        def work() -> tuple[Recommender, Choice | None]:
            choice = self.chosen(method, lessons, progress)
            settings = method.grid()[0] if choice is None else choice.settings
            made = self.made(method, settings)
            return made.fit(lessons.final, progress), choice

        recommender, choice = lessons.model_once(
            (method, self.config.seed, self.budget), work, self.borrow
        )
        if method is self.method:
            self.tried = choice
        if choice is not None and choice.stopped_early:
            self.notes = (*self.notes, stopped_words(method.name, choice))
        return recommender

    def borrow(self, seconds: float) -> None:
        """Count what another model of the run has learnt for this one."""
        self.borrowed += seconds

    def chosen(
        self, method: type[Recommender], lessons: ListLessons, progress: Progress
    ) -> Choice | None:
        """The best settings within the budget; None where there is nothing to choose (by)."""
        grid = method.grid()
        if len(grid) < 2 or not self.budget or not self.can_choose(lessons):
            return None
        size = len(lessons.all.users), len(lessons.all.items), len(lessons.early)
        judging = seconds_to_judge(*size[:2])
        return choose(
            lambda settings: self.made(method, settings), grid, lessons.for_choice,
            lessons.held_for_choice, budget_seconds=self.budget, progress=progress,
            name=f"{method.name[:1].upper()}{method.name[1:]}",
            cost=lambda settings: method.seconds(*size, settings) + judging,
        )

    @staticmethod
    def can_choose(lessons: ListLessons) -> bool:
        """Whether anybody with a history has validation interactions."""
        if not len(lessons.validation):
            return False
        return len(people_with(lessons.held_for_choice, lessons.early.matrix())) > 0

    def made(self, method: type[Recommender], settings: Mapping[str, Setting]) -> Recommender:
        """A method with settings, not fitted yet."""
        return method(settings, self.config.device, self.config.seed)

    @property
    def budget(self) -> float:
        """Seconds for choosing settings; 0 takes the usual ones."""
        return float(self.config.settings.get("budget", 0))

    @property
    def length(self) -> int:
        """Items of a list."""
        return int(self.config.settings.get("length", 10))

    @property
    def rules(self) -> Rules:
        """What holds for every list that is given out, as far as the data can serve it."""
        wanted, lessons = rules_of(self.config.settings), self.lessons
        found: Rules = lessons.once(
            ("rules", wanted), lambda: fitting(wanted, lessons.all, lessons.catalogue)[0]
        )
        return found

    @property
    def effects(self) -> Effects | None:
        """What the rules mean for the items; None without rules."""
        rules, lessons = self.rules, self.lessons
        if rules.empty:
            return None
        found: Effects = lessons.once(
            ("effects", rules), lambda: effects_of(rules, lessons.all, lessons.catalogue)
        )
        return found

    def serve(
        self, histories: csr_matrix, number: int, progress: Progress = SILENT
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lists as they are given out: under the rules.

        Args:
            histories: (n, I) weights of what each has taken.
            number: items wanted for each.
            progress: hears of the rows done.

        Returns:
            Items and scores as of `ranking.top`, and (n,) object; how a list came about where the
            method did not make it, else "".
        """
        return self._listed(histories, number, self.effects, progress)

    def _listed(
        self, histories: csr_matrix, number: int, effects: Effects | None, progress: Progress
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        lists, scores, heard = served_top(self.recommender, histories, number, effects, progress)
        empty = np.diff(histories.indptr) == 0
        rules = np.where(heard, "", np.where(empty, NOBODY, SILENT_HISTORY)).astype(object)
        return lists, scores, rules

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ListPredictions:
        histories, known, asides = self._histories(batch)
        number = min(max(JUDGED, self.length), len(self.lessons.all.items))
        effects = None if "taken" in batch else self.effects
        lists, scores, rules = self._listed(histories, number, effects, progress)
        rules = np.where(known == "", rules, known)
        places = np.full(len(batch), None, dtype=object)
        if "held" in batch:
            held = batch["held"].tolist()
            asked = np.flatnonzero([each is not None and len(each) > 0 for each in held])
            found = ranks_of(self.recommender, histories[asked], [held[row] for row in asked])
            for row, ranks in zip(asked, found, strict=True):
                places[row] = ranks
        self._put_similar(batch, lists, scores, rules)
        users = batch["user"] if "user" in batch else pd.Series([""] * len(batch), dtype=object)
        return ListPredictions(
            self.lessons, users.fillna("").to_numpy(dtype=object), lists, scores, rules, self.length,
            places, asides,
        )

    def history_of(self, user: str) -> csr_matrix:
        """(1, I) all that a user took; empty for one that is not known."""
        position = self.lessons.user_at.get(user)
        if position is None:
            return self.lessons.everything[:0].__class__((1, len(self.lessons.all.items)))
        return self.lessons.everything[position]

    def history_from(self, items: Sequence[str]) -> csr_matrix:
        """(1, I) the known ones of some items, each taken once."""
        known = [self.lessons.item_at[name] for name in items if name in self.lessons.item_at]
        return _rows([np.unique(np.asarray(known, dtype=np.int32))], len(self.lessons.all.items))

    def save(self, folder: Path) -> None:
        write_recommender(folder, self.recommender, self.lessons)

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            DataError: the bundle is damaged, or of another method.
        """
        self.recommender, self.lessons = read_recommender(
            folder, self.method, self.config.device, self.config.seed
        )
        return self

    def memory_mb(self) -> float:
        """Megabytes of what was learnt."""
        found = getattr(self, "recommender", None)
        return 0.0 if found is None else sum(
            each.nbytes for each in found.arrays().values()
        ) / 2**20

    def _histories(self, batch: pd.DataFrame) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
        """(b, I) what each row has taken, the rule where none of that is known, and what is not."""
        rules = np.full(len(batch), "", dtype=object)
        asides = rules.copy()
        size = len(self.lessons.all.items)
        if "taken" in batch:
            positions = batch["user"].map(self.lessons.user_at).to_numpy()
            histories = self.lessons.taken[positions]
        else:
            pieces: list[csr_matrix] = []
            for row, record in enumerate(batch.to_dict("records")):
                given = record.get("history")
                if isinstance(given, list):
                    pieces.append(self.history_from([str(each) for each in given]))
                    if given and not pieces[-1].nnz:
                        rules[row] = NOTHING_KNOWN
                    else:
                        asides[row] = self._not_known(given)
                else:
                    user = record.get("user")
                    pieces.append(self.history_of("" if user is None else str(user)))
            from scipy.sparse import csr_matrix, vstack

            histories = vstack(pieces, format="csr") if pieces else csr_matrix((0, size))
        return histories, rules, asides

    def _not_known(self, items: Sequence[object]) -> str:
        """Which of some items are not known, in a few words; empty where all are."""
        missing = [str(each) for each in items if str(each) not in self.lessons.item_at]
        if not missing:
            return ""
        verb = "is" if len(missing) == 1 else "are"
        return f"{len(missing):,} of {len(items):,} items {verb} not known, such as “{missing[0][:60]}”"

    def _put_similar(
        self, batch: pd.DataFrame, lists: np.ndarray, scores: np.ndarray, rules: np.ndarray
    ) -> None:
        """In place of the lists of rows that ask for items like another."""
        if "item" not in batch:
            return
        for row, name in enumerate(batch["item"].tolist()):
            if not isinstance(name, str):
                continue
            position = self.lessons.item_at.get(name)
            if position is None:
                rules[row] = UNKNOWN_ITEM
                continue
            items, likeness = self.recommender.similar(position, len(self.lessons.all.items))
            if not len(items):
                rules[row] = NOT_ALIKE
                continue
            items, likeness = self._allowed(items, likeness, lists.shape[1])
            lists[row], scores[row] = -1, -np.inf
            lists[row, : len(items)], scores[row, : len(items)] = items, likeness
            rules[row] = ""


    def _allowed(
        self, items: np.ndarray, likeness: np.ndarray, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """The first of some items that are not ruled out; what is alike may be of one category."""
        effects = self.effects
        if effects is not None:
            there = ~effects.banned[items]
            items, likeness = items[there], likeness[there]
        return items[:most], likeness[:most]


def stopped_words(name: str, choice: Choice) -> str:
    """Why another run may choose other settings, in a sentence."""
    tried = len(choice.tried)
    return (
        f"the choice of settings of {name} took far longer than data of this size usually does and "
        f"ended after {tried} of {tried + choice.unreached}; a machine with less to do may choose "
        "others."
    )


def _rows(items: Sequence[np.ndarray], size: int) -> csr_matrix:
    """A (b, size) matrix of ones at some positions of each row."""
    from scipy.sparse import csr_matrix

    starts = np.concatenate([[0], np.cumsum([len(each) for each in items])])
    columns = np.concatenate(items) if items else np.zeros(0, dtype=np.int32)
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts), (len(items), size))
