"""What the models fitted to the user's labels share: the logistic regression and its bundle."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.classifiers.skops_file import SKOPS_FILE, read_skops

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegressionCV

SMALLEST_CLASS = 5
STRENGTHS = (0.1, 0.5, 2.0, 8.0, 32.0)
INNER_FOLDS = 3
# The limit is the process's own: two fits at once could each restore the other's.
ONE_FIT = threading.Lock()
FACTS = "bundle.json"
DAMAGED = (
    f"The {SKOPS_FILE} of the bundle is of another model or of other classes, or lacks what was "
    "learnt; download it again."
)


def enough_labels(truth: pd.Series) -> None:
    """Check that each class has rows to learn from.

    Raises:
        DataError: fewer than two classes, or fewer than 5 rows in one of them.
    """
    counts = truth.value_counts()
    if len(counts) < 2:
        found = f"only “{counts.index[0]}”" if len(counts) else "none"
        raise DataError(
            f"Learning from your labels needs at least two classes; the labelled rows have {found}."
        )
    if counts.iloc[-1] < SMALLEST_CLASS:
        raise DataError(
            f"Learning from your labels needs at least {SMALLEST_CLASS} rows of each class to "
            f"train on; “{counts.index[-1]}” has {counts.iloc[-1]}."
        )


def logistic(truth: pd.Series, seed: int) -> LogisticRegressionCV:
    """A logistic regression whose strength is chosen by cross-validation on the training rows."""
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedKFold

    folds = min(INNER_FOLDS, int(truth.value_counts().min()))
    return LogisticRegressionCV(
        Cs=STRENGTHS,
        cv=StratifiedKFold(folds, shuffle=True, random_state=seed),
        scoring="neg_log_loss",
        l1_ratios=(0.0,),
        use_legacy_attributes=False,
        max_iter=300,
        tol=1e-3,
        random_state=seed,
    )


def fit_quietly(model: Any, features: Any, truth: pd.Series) -> None:
    """Fit with one BLAS thread: on matrices this small, several mostly wait for each other."""
    from threadpoolctl import threadpool_limits

    with ONE_FIT, threadpool_limits(1, user_api="blas"):
        model.fit(features, truth.astype(str).to_numpy(dtype=object))


def in_order(probabilities: np.ndarray, learnt: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Columns of a fitted model in the order of `classes`; a class it never saw gets zero."""
    result = np.zeros((len(probabilities), len(classes)))
    for column, name in enumerate(learnt):
        result[:, classes.index(name)] = probabilities[:, column]
    return result


def save_bundle(folder: Path, model: Any, facts: dict[str, Any]) -> None:
    """Write a fitted scikit-learn model with skops, which reads back without pickle."""
    import skops.io

    folder.mkdir(parents=True, exist_ok=True)
    skops.io.dump(model, folder / SKOPS_FILE)
    facts = {**facts, "versions": sklearn_versions()}
    (folder / FACTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")


def restore_model(
    folder: Path, steps: Sequence[str], classes: Sequence[str], row: Any
) -> Any:
    """Read a model of `save_bundle`; nothing in the file is executed.

    Args:
        steps: names of the types that it is made of, in order; the last one decides.
        classes: those that predictions choose from.
        row: one row as the model takes them.

    Raises:
        DataError: the file is damaged, holds types that no bundle of Litmus has, or is of another
            model or of other classes.
    """
    if not (folder / FACTS).is_file():
        raise DataError(f"The bundle lacks {FACTS}; download it again.")
    model = read_skops(folder / SKOPS_FILE)
    # A model of the right types may still lack what it learnt: only an answer shows that it does not.
    try:
        parts = [part for _, part in model.steps] if hasattr(model, "steps") else [model]
        fits = [type(part).__name__ for part in parts] == list(steps)
        learnt = [str(name) for name in parts[-1].classes_] if fits else []
        fits = fits and len(learnt) > 1 and len(set(learnt)) == len(learnt)
        chances = model.predict_proba(row) if fits and set(learnt) <= set(classes) else np.zeros(0)
        fits = chances.shape == (1, len(learnt)) and bool(np.isfinite(chances).all())
    except Exception as error:  # scikit-learn fails in many ways on what was not fitted
        raise DataError(DAMAGED) from error
    if not fits:
        raise DataError(DAMAGED)
    return model


def sklearn_versions() -> dict[str, str]:
    """The versions that decide what a fitted model says."""
    return {name: version(name) for name in ("scikit-learn", "numpy")}
