"""Logistic regression of a yes/no target, ridge regression of an amount."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from data.errors import OptionError
from pipelines.learnt_arrays import doubles
from pipelines.progress import Progress
from pipelines.tabular.models.base import DEFAULT, TabularLessons, TabularModel
from pipelines.tabular.models.pieces import Pieces, learn_pieces
from pipelines.tabular.models.stacking import signed_weights
from pipelines.tabular.tuning import Fold, HeldOut, Setting, together, tune

STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
# With many rows a penalty of this size hardly matters.
STRENGTHS_OF_MANY, MANY_ROWS = (0.03, 1.0), 20_000
SHAPES = ("straight", "bent")
PIECES, MOST_BENT = 8, 100
# Newton's method with a Cholesky factor is exact and fast until its matrix grows.
MOST_FOR_NEWTON = 500


class Linear(TabularModel):
    """A sum of what each column adds, regularised; the strength is chosen by cross-validation.

    The shape is `straight` (a number adds in proportion to itself), `bent` (a number adds along a
    line of a few pieces, so that it may rise and fall), or `auto`, which tries both.
    """

    name: ClassVar[str] = "logistic"
    defaults: ClassVar[Mapping[str, Setting]] = {"shape": "auto", "strength": "auto"}

    def _fit(self, lessons: TabularLessons, progress: Progress) -> HeldOut:
        weight = self.learning_weights(lessons)
        folds = lessons.folds(self.seed)
        self.signs = self._signs(lessons)
        best, self.trials = tune(
            self._candidates(len(lessons)),
            lambda settings: self._cross_fit(weight, lessons, folds, settings, progress),
            lessons.budget, progress,
        )  # fmt: skip
        self.shape = str(best.trial.settings["shape"])
        cells = self._encoded_lessons(lessons, self.shape)
        self.pieces = self._pieces_of(lessons) if self.shape == "bent" else None
        self.coefficients, self.intercept = self._solve(
            cells, lessons.y, weight, float(best.trial.settings["strength"])
        )
        self.middle = np.average(cells.astype(np.float64), axis=0, weights=lessons.weight)
        return best.held

    def _shapes(self) -> tuple[str, ...]:
        wanted = str(self.settings["shape"])
        if wanted not in (*SHAPES, "auto"):
            raise OptionError(f"There is no shape “{wanted}”; choose straight, bent or auto.")
        # Pieces bend both ways: where a direction is set the line stays straight. Of very many
        # columns pieces cost more time than they are worth.
        if self.signs.any() or (wanted == "auto" and len(self.part_owner) > MOST_BENT):
            return ("straight",)
        return SHAPES if wanted == "auto" else (wanted,)

    def _signs(self, lessons: TabularLessons) -> np.ndarray:
        """(q,) the direction of each dense column that is a number; flags of missing are free."""
        used = self.plan.used
        wanted = np.array([int(lessons.monotone.get(each.name, 0)) for each in used])
        return np.where(self.plan.scaling.level == -1, wanted[self.dense_owner], 0)

    def _candidates(self, rows: int) -> list[dict[str, Setting]]:
        wanted = self.settings["strength"]
        try:
            usual = STRENGTHS if rows < MANY_ROWS else STRENGTHS_OF_MANY
            strengths = usual if wanted == "auto" else (float(wanted),)
        except ValueError:
            strengths = (0.0,)
        if min(strengths) <= 0:
            raise OptionError(f"The strength of {self.name} is auto or above 0, not “{wanted}”.")
        return [
            {"shape": shape, "strength": strength}
            for shape in self._shapes() for strength in strengths
        ]  # fmt: skip

    def _pieces_of(self, lessons: TabularLessons) -> Pieces:
        values = lessons.values(self.seed)
        return lessons.once(
            ("pieces", self.seed, PIECES), lambda: learn_pieces(values, self.categorical, PIECES)
        )

    def _encoded_lessons(self, lessons: TabularLessons, shape: str) -> np.ndarray:
        if shape == "straight":
            return lessons.dense(self.seed)
        pieces = self._pieces_of(lessons)
        return lessons.once(
            ("in pieces", self.seed, PIECES),
            lambda: np.concatenate(
                [lessons.dense(self.seed), pieces.encode(lessons.values(self.seed))], axis=1
            ),
        )

    def _cross_fit(
        self, weight: np.ndarray, lessons: TabularLessons, folds: Sequence[Fold],
        settings: Mapping[str, Setting], progress: Progress,
    ) -> tuple[float, HeldOut, None]:  # fmt: skip
        cells = self._encoded_lessons(lessons, str(settings["shape"]))
        scores = []
        for fold in folds:
            progress.advance(0)
            coefficients, intercept = self._solve(
                cells[fold.learn], lessons.y[fold.learn], weight[fold.learn],
                float(settings["strength"]),
            )  # fmt: skip
            scores.append(cells[fold.look] @ coefficients + intercept)
        held = together(folds, scores)
        return self.loss(held, lessons), held, None

    def _solve(
        self, cells: np.ndarray, y: np.ndarray, weight: np.ndarray, strength: float
    ) -> tuple[np.ndarray, float]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression, Ridge

        if self.signs.any():
            return signed_weights(
                cells.astype(np.float64), y, weight, 1 / strength, self.signs, self.kind == DEFAULT
            )
        if self.kind == DEFAULT:
            small = cells.shape[1] <= MOST_FOR_NEWTON
            model = LogisticRegression(
                C=strength, solver="newton-cholesky" if small else "lbfgs", max_iter=200, tol=1e-5
            )
        else:
            model = Ridge(alpha=1.0 / strength)
        with warnings.catch_warnings():
            # The best found so far is used where the last digit is not reached.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(cells.astype(np.float64), y, sample_weight=weight)
        return np.ravel(model.coef_).astype(np.float64), float(np.ravel(model.intercept_)[0])

    def _encode(self, values: np.ndarray) -> np.ndarray:
        cells = self.plan.scaling.dense(values).astype(np.float64)
        if self.pieces is None:
            return cells
        return np.concatenate([cells, self.pieces.encode(values)], axis=1)

    def _owner(self) -> np.ndarray:
        if self.pieces is None:
            return self.dense_owner
        return np.concatenate([self.dense_owner, self.part_owner[self.pieces.owner]])

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return self._encode(values) @ self.coefficients + self.intercept

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        cells = (self._encode(values) - self.middle) * self.coefficients
        base = self.intercept + float(self.middle @ self.coefficients)
        return base, self.by_column(cells, self._owner())

    def _facts(self) -> dict[str, Any]:
        return {
            "shape": self.shape, "intercept": self.intercept,
            "pieces": None if self.pieces is None else self.pieces.to_json(),
        }

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"coefficients": self.coefficients, "middle": self.middle}

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.shape, self.intercept = str(facts["shape"]), float(facts["intercept"])
        self.pieces = None if facts["pieces"] is None else Pieces.from_json(facts["pieces"])
        if self.pieces is not None:
            self.pieces.check([len(each) for each in self.part_levels])
        cells = len(self._owner())
        self.coefficients = doubles(arrays, "coefficients", cells)
        self.middle = doubles(arrays, "middle", cells)


