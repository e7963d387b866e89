"""Boosted trees of one library or another behind one face: fit, score, explain, keep."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.progress import SILENT, Progress
from pipelines.tabular.tuning import Setting

# A tree of many leaves on few rows, or of a slow rate on many, needs other numbers of rounds.
MOST_ROUNDS = 1_500
PATIENCE = 60
SMALL_CELLS = 100_000
MOST_THREADS = 8


@dataclass(frozen=True)
class Ground:
    """What trees are grown on.

    Attributes:
        values: (n, p) numbers and codes, NaN where missing.
        y: (n,) target.
        weight: (n,) of each row.
        categorical: (p,) whether each column is a code.
        monotone: (p,) 1, -1 or 0.
        classes: whether the target is yes or no.
    """

    values: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    categorical: np.ndarray
    monotone: np.ndarray
    classes: bool

    def take(self, rows: np.ndarray) -> Ground:
        """The ground of some rows."""
        return Ground(
            self.values[rows], self.y[rows], self.weight[rows], self.categorical, self.monotone,
            self.classes,
        )  # fmt: skip

    def with_order(self) -> Ground:
        """The same with codes read as numbers, which rise as levels become rarer."""
        return replace(self, categorical=np.zeros_like(self.categorical))


def parameters(settings: Mapping[str, Setting], ground: Ground, seed: int) -> dict[str, Any]:
    """Parameters of LightGBM that give the same trees for the same seed, whatever the threads."""
    found: dict[str, Any] = {
        "objective": "binary" if ground.classes else "regression",
        "metric": "binary_logloss" if ground.classes else "l2",
        "boost_from_average": True, "deterministic": True, "force_row_wise": True,
        "verbosity": -1, "seed": seed, "num_threads": _threads(ground),
        "bagging_freq": 1, "feature_pre_filter": False,
        "max_cat_to_onehot": 8, "cat_smooth": 20.0, "min_data_per_group": 20,
        **{name: value for name, value in settings.items() if name != "categories"},
    }  # fmt: skip
    if ground.monotone.any():
        found["monotone_constraints"] = ground.monotone.tolist()
        found["monotone_constraints_method"] = "advanced"
    return found


def lightgbm_data(ground: Ground, reference: Any = None) -> Any:
    """The ground as LightGBM bins it."""
    import lightgbm

    names = [f"f{place}" for place in range(ground.values.shape[1])]
    return lightgbm.Dataset(
        ground.values, ground.y, weight=ground.weight, feature_name=names,
        categorical_feature=np.flatnonzero(ground.categorical).tolist(), reference=reference,
        free_raw_data=False, params={"verbosity": -1, "max_bin": 255, "feature_pre_filter": False},
    )  # fmt: skip


def grow(
    ground: Ground, settings: Mapping[str, Setting], rounds: int, seed: int,
    look: Ground | None = None, progress: Progress = SILENT,
) -> tuple[Any, np.ndarray]:
    """Trees of LightGBM, and the loss on `look` after each round.

    Args:
        ground: rows to learn from.
        settings: of the trees.
        rounds: how many trees; fewer where the loss on `look` has not become better for long.
        seed: of what is drawn.
        look: rows to look at; None grows all rounds.
        progress: asked after each tree whether to go on.

    Returns:
        The booster, and (rounds,) losses (empty without `look`).
    """
    import lightgbm

    def heard(env: Any) -> None:
        progress.advance(0)

    progress.advance(0)
    data = lightgbm_data(ground)
    given = parameters(settings, ground, seed)
    if look is None:
        return lightgbm.train(given, data, rounds, callbacks=[heard]), np.zeros(0)
    seen: dict[str, Any] = {}
    booster = lightgbm.train(
        given, data, rounds, valid_sets=[lightgbm_data(look, data)], valid_names=["look"],
        callbacks=[
            lightgbm.early_stopping(PATIENCE, verbose=False), lightgbm.record_evaluation(seen), heard
        ],
    )  # fmt: skip
    return booster, np.asarray(next(iter(seen["look"].values())))


def grown_from(booster: Any) -> Any:
    """The booster as it would be read back, without the rows that it has learnt from."""
    import lightgbm

    return lightgbm.Booster(model_str=booster.model_to_string())


def _threads(ground: Ground) -> int:
    """On few rows threads mostly wait for each other."""
    return 1 if ground.values.size < SMALL_CELLS else min(MOST_THREADS, os.cpu_count() or 1)


def mean_score(boosters: Sequence[Any], values: np.ndarray, rounds: int) -> np.ndarray:
    """(n,) mean raw score of several boosters."""
    return np.mean(
        [each.predict(values, raw_score=True, num_iteration=rounds) for each in boosters], axis=0
    )


def mean_shares(boosters: Sequence[Any], values: np.ndarray, rounds: int) -> np.ndarray:
    """(n, p + 1) mean SHAP values of several boosters; the last column is the base."""
    return np.mean(
        [each.predict(values, pred_contrib=True, num_iteration=rounds) for each in boosters], axis=0
    )
