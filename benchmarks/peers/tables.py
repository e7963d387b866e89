"""Other libraries on tables: fitted to the same training rows, asked about the same test rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

# As the first settings that ours chooses among, as far as scikit-learn has them: leaves, rows in a
# leaf, share of the features a split may use, and L2 penalty.
CANDIDATES = ((15, 20, 0.5, 5.0), (63, 5, 0.7, 1.0), (7, 20, 0.3, 10.0))
FOLDS, MOST_ROUNDS = 3, 400
# Above so many rows, choosing settings of a peer would take longer than everything of ours.
MOST_ROWS_TUNED = 10_000


def _categories(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.apply(
        lambda cells: cells if pd.api.types.is_numeric_dtype(cells) else cells.astype("category")
    )


def lightgbm(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """Plain LightGBM: (m,) probabilities."""
    from lightgbm import LGBMClassifier

    both = _categories(pd.concat([train, test]))
    model = LGBMClassifier(verbose=-1, random_state=0, n_jobs=2)
    model.fit(both.iloc[: len(train)], y)
    return np.asarray(model.predict_proba(both.iloc[len(train):]))[:, 1]


def histogram(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """Plain histogram boosting of scikit-learn."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    both = _categories(pd.concat([train, test]))
    model = HistGradientBoostingClassifier(random_state=0, categorical_features="from_dtype")
    model.fit(both.iloc[: len(train)], y)
    return np.asarray(model.predict_proba(both.iloc[len(train):]))[:, 1]


def logistic(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """Plain logistic regression on standardised numbers and one-hot categories."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    both = pd.get_dummies(pd.concat([train, test]), dtype=float)
    model = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=2000)
    )
    model.fit(both.iloc[: len(train)].to_numpy(float), y)
    return np.asarray(model.predict_proba(both.iloc[len(train):].to_numpy(float)))[:, 1]


def _made(number: int, rounds: int, stops: bool) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    leaves, rows, share, penalty = CANDIDATES[number]
    return HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=leaves, min_samples_leaf=rows, max_features=share,
        l2_regularization=penalty, max_iter=rounds, early_stopping=stops, n_iter_no_change=30,
        categorical_features="from_dtype", random_state=0,
    )


def histogram_tuned(train: pd.DataFrame, y: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    """Scikit-learn's boosting with settings and rounds chosen by cross-validation on log loss."""
    from sklearn.metrics import log_loss
    from sklearn.model_selection import StratifiedKFold

    both = _categories(pd.concat([train, test]))
    x, rest = both.iloc[: len(train)], both.iloc[len(train):]
    best = (np.inf, 0, 1)
    for number in range(len(CANDIDATES)):
        held, rounds = np.zeros(len(y)), []
        for learn, look in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y):
            model = _made(number, MOST_ROUNDS, True).fit(x.iloc[learn], y[learn])
            held[look], rounds = model.predict_proba(x.iloc[look])[:, 1], [*rounds, model.n_iter_]
        best = min(best, (log_loss(y, held), number, round(float(np.mean(rounds)))))
    model = _made(best[1], best[2], False).fit(x, y)
    return np.asarray(model.predict_proba(rest))[:, 1]


def peers_for(rows: int) -> dict[str, Callable[..., np.ndarray]]:
    """The libraries to compare with on a table of so many rows, by what they are called."""
    found = {
        "plain LightGBM": lightgbm, "plain HistGradientBoosting": histogram,
        "plain logistic regression": logistic,
    }
    if rows <= MOST_ROWS_TUNED:
        found["tuned HistGradientBoosting"] = histogram_tuned
    return found
