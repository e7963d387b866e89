"""What every model of a table does: learn, predict what is calibrated, and say why."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from pipelines.learnt_arrays import doubles, read_arrays, read_facts
from pipelines.progress import SILENT, Progress
from pipelines.tabular.calibration import METHODS, Calibrator, choose_calibrator
from pipelines.tabular.certainty import similar_rates
from pipelines.tabular.models.conformal import Spread, learn_spread
from pipelines.tabular.models.lessons import AMOUNT, DEFAULT, TabularLessons
from pipelines.tabular.models.plan_files import read_plan, write_plan
from pipelines.tabular.tuning import HeldOut, Setting, Trial, log_loss_of, squared_error_of

if TYPE_CHECKING:
    import torch

    from pipelines.tabular.columns import Plan

FACTS = "model.json"
ARRAYS = "arrays.safetensors"
__all__ = ["AMOUNT", "DEFAULT", "Contributions", "TabularLessons", "TabularModel"]


@dataclass(frozen=True)
class Contributions:
    """What each column adds to a score, on the scale of the score before calibration.

    Attributes:
        base: the score before anything is known of the applicant.
        values: (n, columns) log odds, or units of the amount; with `base` they add up to the score.
        columns: names of the user's columns.
    """

    base: float
    values: np.ndarray
    columns: tuple[str, ...]

    @property
    def scores(self) -> np.ndarray:
        """(n,) the scores that these add up to."""
        return self.base + self.values.sum(axis=1)


class TabularModel(ABC):
    """Learns a yes/no target as a probability, or an amount; read-only once fitted.

    Every model is fitted to all its training rows, and calibrated on scores that models of the same
    settings gave rows which they had not learnt from.

    Args:
        settings: those of `defaults` that are to be different. `calibration` is auto, none, sigmoid
            or isotonic; `balance` is none, or balanced to weigh the rarer outcome as much as the
            other while learning (probabilities are calibrated afterwards all the same).
        device: where to compute: auto, or one that `choose_device` knows.
        seed: of everything drawn.

    Raises:
        OptionError: a setting is unknown.
    """

    name: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]] = (DEFAULT, AMOUNT)
    calibrations: ClassVar[tuple[str, ...]] = METHODS
    # Whether directions that are set for columns are kept.
    keeps_directions: ClassVar[bool] = True
    defaults: ClassVar[Mapping[str, Setting]] = {}

    def __init__(
        self, settings: Mapping[str, Setting] | None = None, device: str = "auto", seed: int = 0
    ) -> None:
        known: dict[str, Setting] = {"calibration": "auto", "balance": "none", **self.defaults}
        unknown = [key for key in settings or {} if key not in known]
        if unknown:
            raise OptionError(
                f"There is no setting “{unknown[0]}” of {self.name}; it has {', '.join(known)}."
            )
        self.settings: dict[str, Setting] = {**known, **(settings or {})}
        self.device = device
        self.seed = seed
        self.kind = DEFAULT
        # What a good row earned on average, as a share of its exposure, where a column held it.
        self.margin: float | None = None
        self.trials: tuple[Trial, ...] = ()
        self.held = HeldOut(np.zeros(0, dtype=np.int64), np.zeros(0))
        self.held_y = np.zeros(0)
        self.calibrator = Calibrator("none")
        self.spread: Spread | None = None
        self._plan: Plan | None = None

    @property
    def plan(self) -> Plan:
        """How the columns are read."""
        if self._plan is None:
            raise ValueError(f"{self.name} is not fitted")
        return self._plan

    def fit(self, lessons: TabularLessons, progress: Progress = SILENT) -> Self:
        """Learn from training rows: settings, model and calibration.

        Raises:
            DataError: there is too little to learn from.
            OptionError: the model does not learn such a target.
        """
        lessons.check()
        if lessons.kind not in self.kinds:
            raise OptionError(
                f"{self.name} learns a yes/no target only; choose another model for an amount."
            )
        self.kind, self.margin = lessons.kind, lessons.margin
        self._plan = lessons.planned(self.seed)
        self.held = self._fit(lessons, progress)
        y, weight = lessons.y[self.held.rows], lessons.weight[self.held.rows]
        self.held_y = y
        if self.kind == DEFAULT:
            wanted = str(self.settings["calibration"])
            self.calibrator = choose_calibrator(
                self.held.scores, y, weight, wanted, self.seed, self.calibrations
            )
        else:
            self.spread = learn_spread(self.held.scores, y, lessons.y)
        # A blend of this run takes it from here.
        lessons.memo.setdefault(self.key, self)
        return self

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Tells it from models of the same lessons with other settings."""
        return "model", self.name, tuple(sorted(self.settings.items())), self.device, self.seed

    def scores(self, features: pd.DataFrame) -> np.ndarray:
        """(n,) log odds or amounts, before calibration."""
        if not len(features):
            return np.zeros(0)
        return np.asarray(self._scores(self.plan.numbers(features).values), dtype=np.float64)

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """(n,) calibrated probabilities of the yes, or amounts.

        Amounts stay near those that were seen: see `Spread.within`.
        """
        scores = self.scores(features)
        if self.kind == DEFAULT:
            return self.calibrator.probabilities(scores)
        return scores if self.spread is None else self.spread.within(scores)

    def contributions(self, features: pd.DataFrame) -> Contributions:
        """What each of the user's columns that the model looks at adds to the score of each row."""
        columns = tuple(each.name for each in self.plan.used)
        if not len(features):
            return Contributions(0.0, np.zeros((0, len(columns))), columns)
        base, values = self._contributions(self.plan.numbers(features).values)
        return Contributions(float(base), values, columns)

    def interval(self, features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
        """Bounds that hold 90 % of amounts like these, each (n,); None of a yes/no target."""
        if self.kind == DEFAULT or self.spread is None:
            return None
        return self.spread.interval(self.scores(features))

    def certainty(self, features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray] | None:
        """95 % bounds of each probability, (n,) each; None of an amount.

        They come from held-out rows of a similar score, see `similar_rates`, and hold the predicted
        probability in any case.
        """
        if self.kind != DEFAULT or not len(self.held_y):
            return None
        scores = self.scores(features)
        low, high = similar_rates(scores, self.held.scores, self.held_y)
        chances = self.calibrator.probabilities(scores)
        return np.minimum(low, chances), np.maximum(high, chances)

    def held_out_predictions(self) -> np.ndarray:
        """(m,) predictions of `held.rows` by models that had not learnt from them, calibrated."""
        if self.kind == DEFAULT:
            return self.calibrator.probabilities(self.held.scores)
        return self.held.scores if self.spread is None else self.spread.within(self.held.scores)

    def save(self, folder: Path, *, part: bool = False) -> None:
        """Write everything that was learnt, in formats that run no code.

        Args:
            part: whether it is read as a part of a blend, whose own held-out scores are used.
        """
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        facts = {
            "model": self.name, "kind": self.kind, "settings": self.settings, "seed": self.seed,
            "margin": self.margin, "calibrator": self.calibrator.to_json(),
            "spread": None if self.spread is None else self.spread.to_json(),
            "trials": [
                {"settings": dict(each.settings), "loss": each.loss, "seconds": each.seconds}
                for each in self.trials
            ],
            "learnt": self._facts(),
        }
        (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        arrays = {
            **self._arrays(), "held.scores": self.held.scores[: 0 if part else None],
            "held.outcomes": self.held_y[: 0 if part else None],
        }
        # safetensors writes the memory of an array as it lies, whatever its strides.
        save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, folder / ARRAYS)
        write_plan(folder, self.plan)
        self._save_more(folder)

    def restore(self, folder: Path) -> Self:
        """Become the model that `save` wrote.

        Raises:
            DataError: the files are damaged, incomplete, or of another model.
        """
        from safetensors import SafetensorError

        damaged = DataError(
            f"The bundle of {self.name} is damaged, or of another model; download it again."
        )
        try:
            facts = read_facts(folder / FACTS)
            if facts["model"] != self.name or facts["kind"] not in self.kinds:
                raise damaged
            self.settings = {**self.settings, **facts["settings"]}
            self.kind, self.seed = facts["kind"], int(facts["seed"])
            self.margin = _share(facts.get("margin"))
            self.calibrator = Calibrator.from_json(facts["calibrator"])
            self.spread = None if facts["spread"] is None else Spread.from_json(facts["spread"])
            self.trials = tuple(Trial(**each) for each in facts["trials"])
            self._plan = read_plan(folder)
            arrays = read_arrays(folder / ARRAYS)
            # Older bundles hold which rows these were, too.
            arrays.pop("held.rows", None)
            self.held_y = doubles(arrays, "held.outcomes", None)
            scores = doubles(arrays, "held.scores", len(self.held_y))
            # Which rows they were is of no use to whoever has only the bundle.
            self.held = HeldOut(np.full(len(scores), -1), scores)
            if self.kind == DEFAULT and not np.isin(self.held_y, (0.0, 1.0)).all():
                raise damaged
            self._restore(facts["learnt"], arrays)
            self._restore_more(folder)
        except (
            OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError,
            SafetensorError,
        ) as error:
            raise damaged from error
        return self

    @property
    def part_owner(self) -> np.ndarray:
        """(p,) the position among the plan's used columns that each part comes from."""
        used = self.plan.used
        return np.repeat(np.arange(len(used)), [len(each.parts) for each in used])

    @property
    def part_levels(self) -> tuple[tuple[str, ...], ...]:
        """The texts of the codes of each of the p parts; empty for numbers."""
        return tuple(each.levels for each in self.plan.used for _ in each.parts)

    @property
    def part_apart(self) -> tuple[tuple[float, ...], ...]:
        """The numbers of each of the p parts that may stand for a missing answer."""
        return tuple(each.apart for each in self.plan.used for _ in each.parts)

    @property
    def categorical(self) -> np.ndarray:
        """(p,) whether each part is a code."""
        return np.array([bool(each) for each in self.part_levels], dtype=bool)

    @property
    def dense_owner(self) -> np.ndarray:
        """(q,) the position among the plan's used columns that each dense column comes from."""
        return self.part_owner[self.plan.scaling.part]

    def by_column(self, values: np.ndarray, owner: np.ndarray) -> np.ndarray:
        """(n, columns) sums of (n, q) contributions of cells over the columns they come from."""
        found = np.zeros((len(values), len(self.plan.used)))
        np.add.at(found.T, owner, values.T)
        return found

    def number(self, key: str) -> float:
        """A setting that is a number."""
        return float(self.settings[key])

    def whole(self, key: str) -> int:
        """A setting that is a whole number."""
        return int(self.settings[key])

    def where(self) -> torch.device:
        """The device to learn on."""
        from pipelines.runtime.device import choose_device

        return choose_device(self.device)

    def loss(self, held: HeldOut, lessons: TabularLessons) -> float:
        """Log loss or squared error of held-out scores; log odds are first put to scale.

        Where outcomes were balanced by weights, scores are shifted: the loss is that of the best
        sigmoid, as calibration comes afterwards.
        """
        y, weight = lessons.y[held.rows], lessons.weight[held.rows]
        if self.kind == AMOUNT:
            return squared_error_of(held.scores, y, weight)
        scores = held.scores
        if self.settings["balance"] != "none":
            scores = Calibrator.sigmoid(scores, y, weight).log_odds(scores)
        return log_loss_of(scores, y, weight)

    def learning_weights(self, lessons: TabularLessons) -> np.ndarray:
        """(n,) the weight of each row while learning, with the rarer outcome raised if asked."""
        weight = lessons.weight
        if self.kind == AMOUNT or self.settings["balance"] != "balanced":
            return weight / weight.mean()
        yes = lessons.y == 1
        total = weight.sum()
        raised = np.where(yes, total / weight[yes].sum(), total / weight[~yes].sum())
        return weight * raised / 2 / weight.mean()

    @abstractmethod
    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        """Learn, and give the scores of rows that were held out meanwhile."""

    @abstractmethod
    def _scores(self, values: np.ndarray) -> np.ndarray:
        """(n,) scores of (n, p) parts as `Plan.numbers` gives them."""

    @abstractmethod
    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        """The base, and (n, columns) what each column that the plan uses adds."""

    @abstractmethod
    def _facts(self) -> dict[str, Any]:
        """What was learnt, as far as it is JSON."""

    @abstractmethod
    def _arrays(self) -> dict[str, np.ndarray]:
        """What was learnt, as far as it is arrays."""

    @abstractmethod
    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None: ...

    def _save_more(self, folder: Path) -> None:  # noqa: B027 -- most models have no other files
        """Write files of another format."""

    def _restore_more(self, folder: Path) -> None:  # noqa: B027
        """Read what `_save_more` wrote."""


def _share(margin: Any) -> float | None:
    """The margin of a bundle; those of before hold none.

    Raises:
        ValueError: it is no number of zero or more.
    """
    if margin is None:
        return None
    found = float(margin)
    if not 0 <= found < float("inf"):
        raise ValueError("a margin below zero or without end")
    return found
