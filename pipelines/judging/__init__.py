"""How the results of each kind of task are judged; `find_kind` gives the judge of a kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import OptionError
from data.roles import Role
from pipelines.arrangement import Arrangement
from pipelines.evaluation.claims import deciding
from pipelines.evaluation.score import Comparison, Score
from pipelines.options import Options
from pipelines.pipeline import Predictions
from pipelines.progress import Progress
from pipelines.purpose import Purpose
from pipelines.request import Request
from pipelines.task import Task


@dataclass(frozen=True)
class Judged:
    """What was found out about the models of a run on the same rows.

    Attributes:
        rows: how many judged.
        baseline: id of the model that the others have to beat.
        scores: of each model by its id.
        comparisons: paired tests between models.
        warnings: what a careful reader must know.
        verdict: one or two sentences on what is and is not proven.
        detail: the evidence behind it, of the kind's own type.
        purpose: what the run is for, where its task has templates.
        say: the verdict with models called as given by id; None where it uses no names but theirs.
        warn: the warnings likewise.
    """

    rows: int
    baseline: str
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    verdict: str
    detail: Any
    purpose: Purpose | None = None
    say: Callable[[Mapping[str, str]], str] | None = None
    warn: Callable[[Mapping[str, str]], tuple[str, ...]] | None = None

    @property
    def first(self) -> tuple[str, ...]:
        """The metrics that its template shows first; none without a template."""
        return self.purpose.template.first if self.purpose is not None else ()

    def decided(self, metric: str, model: str, against: str) -> Comparison | None:
        """The one comparison of two models that a claim rests on; see `claims.deciding`."""
        return deciding(self.comparisons, metric, model, against)

    def named(self, titles: Mapping[str, str]) -> Judged:
        """The same with a verdict and warnings that call models by their titles, where its kind can."""
        return replace(
            self,
            verdict=self.verdict if self.say is None else self.say(titles),
            warnings=self.warnings if self.warn is None else self.warn(titles),
        )

    def noting(self, notes: Sequence[str]) -> Judged:
        """The same with more warnings."""
        warn = self.warn

        def with_notes(titles: Mapping[str, str]) -> tuple[str, ...]:
            return (*(warn(titles) if warn is not None else self.warnings), *notes)

        return replace(
            self, warnings=(*self.warnings, *notes), warn=None if warn is None else with_notes
        )

    def doubted(self, doubt: str) -> Judged:
        """The same with a verdict that first says why to doubt it; without a doubt, itself."""
        if not doubt:
            return self
        say = self.say

        def with_doubt(titles: Mapping[str, str]) -> str:
            return f"{doubt} {say(titles) if say is not None else self.verdict}"

        return replace(
            self, verdict=f"{doubt} {self.verdict}", say=None if say is None else with_doubt
        )

    def meant_for(self, purpose: Purpose | None) -> Judged:
        """The same with the scores that its template shows first in front."""
        if purpose is None:
            return self
        place = {name: position for position, name in enumerate(purpose.template.first)}
        scores = {
            model: tuple(sorted(found, key=lambda score: place.get(score.name, len(place))))
            for model, found in self.scores.items()
        }
        return replace(self, scores=scores, purpose=purpose)


class Kind(Protocol):
    """A kind of task: what its outputs are and how they are judged."""

    name: str
    roles: tuple[Role, ...]

    def outputs(
        self, task: Task, datasets: Sequence[Dataset], options: Options
    ) -> tuple[str, ...]:
        """The names that predictions choose from (the classes), in order.

        Args:
            datasets: the one that judges and, if there is one, the one to learn from.
        """
        ...

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """What a prediction should have been, missing where unknown; None without labels."""
        ...

    def arrange(
        self, request: Request, outputs: tuple[str, ...], progress: Progress
    ) -> Arrangement:
        """What the models of a run are asked, learn from and are judged by.

        Raises:
            DataError: there is nothing to ask, or too little to learn from.
        """
        ...

    def lessons(
        self, task: Task, dataset: Dataset, outputs: tuple[str, ...], options: Options
    ) -> Any:
        """All of a data set as what a model learns from, sized.

        Raises:
            DataError: there is nothing to learn from.
        """
        ...

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Predictions],
        *,
        baseline: str,
        batch: pd.DataFrame,
        metrics: Sequence[str],
        source: str | None,
        favourite: str,
        seed: int,
        progress: Progress,
        purpose: Purpose | None,
    ) -> Judged:
        """Scores, paired tests and a verdict on rows that no model was fitted to.

        Args:
            batch: the judged rows, a frame of role-named columns, aligned with `truth`.
            metrics: those of the task, the one that its verdict speaks about first.
            source: the role that predictions are made from, where that is a text.
            purpose: what the run is for, where its task has templates; `metrics` follow it already.
        """
        ...

    def right(self, truth: pd.Series, predictions: Predictions) -> np.ndarray:
        """Whether each prediction is right."""
        ...

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns for the roles of `evaluate`, as far as they can be told."""
        ...

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows that `evaluate` judges, in order: those whose truth is known."""
        ...

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int, progress: Progress
    ) -> Judged:
        """Judge predictions made anywhere else, in the columns that `mapping` names by role."""
        ...


@runtime_checkable
class JudgesFolds(Kind, Protocol):
    """A kind that also judges the folds of cross-validation one by one."""

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Predictions],
        *,
        baseline: str,
        batch: pd.DataFrame,
        metrics: Sequence[str],
        source: str | None,
        favourite: str,
        seed: int,
        progress: Progress,
        purpose: Purpose | None,
        folds: np.ndarray | None = None,
    ) -> Judged:
        """As `Kind.judge`.

        Args:
            folds: (n,) the fold that judged each row, where models of folds did.
        """
        ...

    def over_folds(
        self,
        judged: Judged,
        truth: pd.Series,
        folds: Mapping[str, Sequence[tuple[np.ndarray, Predictions]]],
        *,
        training_rows: float,
        favourite: str,
    ) -> Judged:
        """The same with scores and tests over folds, which share their training rows.

        Args:
            truth: of all questions.
            folds: of each model that learns, the positions that judged and what was said of them.
            training_rows: of a fold.
            favourite: the model that the verdict speaks of.
        """
        ...


def find_kind(name: str) -> Kind:
    """The judge of a kind of task.

    Raises:
        OptionError: there is none of that name.
    """
    known = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    if name not in known:
        raise OptionError(f"There is no evaluation of kind “{name}”; there is {', '.join(known)}.")
    kind: Kind = importlib.import_module(f"pipelines.judging.{name}").KIND
    return kind
