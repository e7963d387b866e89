"""Gradient boosting by LightGBM, its settings chosen on the data at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from data.errors import OptionError
from pipelines.progress import Progress
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.models.tree_files import read_trees
from pipelines.tabular.models.trees import (
    MOST_ROUNDS,
    Ground,
    grow,
    grown_from,
    mean_score,
    mean_shares,
)
from pipelines.tabular.tuning import Fold, HeldOut, Setting, affordable, together, tune

_PLAIN: Mapping[str, Setting] = {
    "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 20, "feature_fraction": 0.5,
    "bagging_fraction": 0.8, "lambda_l2": 5.0,
}  # fmt: skip
# In this order, from cross-validation on German credit, HMEQ and 30,000 rows of Give Me Some
# Credit: each of the first five was the best of one of them or within 0.001 of it.
CANDIDATES: tuple[Mapping[str, Setting], ...] = (
    _PLAIN,
    {**_PLAIN, "num_leaves": 63, "min_data_in_leaf": 5, "feature_fraction": 0.7, "lambda_l2": 1.0,
     "extra_trees": "true"},
    {**_PLAIN, "num_leaves": 7, "feature_fraction": 0.3, "lambda_l2": 10.0, "categories": "order"},
    {**_PLAIN, "num_leaves": 63, "min_data_in_leaf": 5, "lambda_l2": 2.0},
    {**_PLAIN, "num_leaves": 4, "feature_fraction": 0.4, "lambda_l2": 1.0},
    {**_PLAIN, "num_leaves": 31, "feature_fraction": 0.8, "lambda_l2": 1.0},
    {**_PLAIN, "num_leaves": 127, "min_data_in_leaf": 40, "lambda_l2": 20.0},
)  # fmt: skip
# Measured: 24,000 rows x 10 columns x 250 rounds took 0.6 s on one core.
SECONDS_A_CELL = 1e-8
USUAL_ROUNDS = 300
# The mean of trees grown with other draws is steadier than one of them.
SEEDS, FEW_ROWS = 3, 25_000


class Boosting(TabularModel):
    """Boosted trees; the reasons are exact SHAP values of the trees (Lundberg et al. 2020).

    The settings `leaves` and `rate` fix what the choice of settings otherwise finds.
    """

    name: ClassVar[str] = "boosting"
    defaults: ClassVar[Mapping[str, Setting]] = {"leaves": "auto", "rate": "auto"}

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        ground = self._ground(lessons)
        folds = lessons.folds(self.seed)
        cost = ground.values.size * USUAL_ROUNDS * SECONDS_A_CELL * len(folds)
        candidates = affordable(self._candidates(), cost, lessons.budget)
        best, self.trials = tune(
            candidates, lambda settings: self._cross_fit(ground, lessons, folds, settings, progress),
            lessons.budget, progress,
        )  # fmt: skip
        self.chosen = dict(best.trial.settings)
        self.rounds = int(best.kept)
        seen = ground.with_order() if self.chosen.get("categories") == "order" else ground
        seeds = SEEDS if len(lessons) <= FEW_ROWS else 1
        self.boosters = [
            grown_from(grow(seen, self.chosen, self.rounds, self.seed + at, progress=progress)[0])
            for at in range(seeds)
        ]
        return best.held

    def _candidates(self) -> list[dict[str, Setting]]:
        fixed: dict[str, Setting] = {}
        leaves, rate = self.settings["leaves"], self.settings["rate"]
        try:
            if leaves != "auto":
                fixed["num_leaves"] = max(2, int(leaves))
            if rate != "auto":
                fixed["learning_rate"] = float(rate)
        except ValueError as error:
            raise OptionError("The leaves and the rate of boosting are numbers or auto.") from error
        unique = []
        for each in CANDIDATES:
            made = {**each, **fixed}
            if made not in unique:
                unique.append(made)
        return unique

    def _ground(self, lessons: TabularLessons) -> Ground:
        used = self.plan.used
        wanted = [int(lessons.monotone.get(each.name, 0)) for each in used]
        monotone = np.array([wanted[owner] for owner in self.part_owner], dtype=np.int64)
        return Ground(
            lessons.values(self.seed), lessons.y, self.learning_weights(lessons), self.categorical,
            np.where(self.categorical, 0, monotone), self.kind == DEFAULT,
        )  # fmt: skip

    def _cross_fit(
        self, ground: Ground, lessons: TabularLessons, folds: Sequence[Fold],
        settings: Mapping[str, Setting], progress: Progress,
    ) -> tuple[float, HeldOut, int]:  # fmt: skip
        seen = ground.with_order() if settings.get("categories") == "order" else ground
        grown = [
            grow(
                seen.take(fold.learn), settings, MOST_ROUNDS, self.seed, seen.take(fold.look), progress
            )
            for fold in folds
        ]
        # One number of rounds for all folds: each fold's own best would flatter its loss.
        shortest = min(len(losses) for _, losses in grown)
        curve = np.average(
            [losses[:shortest] for _, losses in grown], axis=0,
            weights=[len(fold.look) for fold in folds],
        )  # fmt: skip
        rounds = int(curve.argmin()) + 1
        scores = [
            mean_score([booster], seen.values[fold.look], rounds)
            for (booster, _), fold in zip(grown, folds, strict=True)
        ]
        held = together(folds, scores)
        return self.loss(held, lessons), held, rounds

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return mean_score(self.boosters, values, self.rounds)

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        found = mean_shares(self.boosters, values, self.rounds)
        return float(found[0, -1]), self.by_column(found[:, :-1], self.part_owner)

    def _facts(self) -> dict[str, Any]:
        return {"chosen": self.chosen, "rounds": self.rounds, "boosters": len(self.boosters)}

    def _arrays(self) -> dict[str, np.ndarray]:
        return {}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.chosen, self.rounds = dict(facts["chosen"]), int(facts["rounds"])
        self._count = int(facts["boosters"])

    def _save_more(self, folder: Path) -> None:
        for place, booster in enumerate(self.boosters):
            (folder / f"trees-{place}.txt").write_text(booster.model_to_string(), encoding="utf-8")

    def _restore_more(self, folder: Path) -> None:
        self.boosters = [
            read_trees(folder / f"trees-{place}.txt") for place in range(self._count)
        ]
        if {each.num_feature() for each in self.boosters} != {len(self.part_owner)}:
            raise ValueError("trees of other columns")
