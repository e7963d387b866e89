"""What the models fitted to the user's labels share: the logistic regression and its bundle."""

from __future__ import annotations

import json
import threading
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.errors import DataError

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegressionCV

SMALLEST_CLASS = 5
STRENGTHS = (0.1, 0.5, 2.0, 8.0, 32.0)
INNER_FOLDS = 3
SKOPS_FILE = "model.skops"
# The limit is the process's own: two fits at once could each restore the other's.
ONE_FIT = threading.Lock()
FOLDS_TYPE = "sklearn.model_selection._split.StratifiedKFold"  # skops does not know it yet


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
    (folder / "bundle.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")


def restore_model(folder: Path) -> Any:
    """Read a model of `save_bundle`; nothing in the file is executed.

    Raises:
        DataError: the file holds types that no bundle of Litmus has.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.load(folder / SKOPS_FILE, trusted=[FOLDS_TYPE])
    except UntrustedTypesFoundException as error:
        raise DataError(
            f"The bundle {folder.name} holds types that no bundle of Litmus has; it was not opened."
        ) from error


def sklearn_versions() -> dict[str, str]:
    """The versions that decide what a fitted model says."""
    return {name: version(name) for name in ("scikit-learn", "numpy")}
