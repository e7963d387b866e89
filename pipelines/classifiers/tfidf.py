"""Words and pairs of words with logistic regression, fitted to the user's labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from pipelines.classifiers.linear import (
    enough_labels,
    fit_quietly,
    in_order,
    logistic,
    restore_model,
    save_bundle,
    sklearn_versions,
)
from pipelines.pipeline import Attribution, ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
WORD = r"(?u)\b\w[\w']*\b"
TERMS = 15
STEPS = ("TfidfVectorizer", "LogisticRegressionCV")


class TfidfPipeline(Pipeline):
    """TF-IDF of words and word pairs; of characters where the script puts no spaces."""

    def fit(self, batch: pd.DataFrame, truth: pd.Series, progress: Progress = SILENT) -> Self:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        enough_labels(truth)
        texts = batch["text"]
        unspaced = texts.str.contains(UNSPACED).mean() > 0.5
        vectorizer = TfidfVectorizer(
            analyzer="char" if unspaced else "word",
            ngram_range=(1, 3) if unspaced else (1, 2),
            token_pattern=WORD,
            sublinear_tf=True,
            min_df=2 if len(texts) >= 100 else 1,
            max_features=100_000,
        )
        self._model = make_pipeline(vectorizer, logistic(truth, self.config.seed))
        fit_quietly(self._model, texts, truth)
        progress.advance(len(batch))
        self.facts.versions = sklearn_versions()
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        classes = self.config.classes
        if batch.empty:
            return ClassPredictions(classes, np.zeros((0, len(classes))))
        found = self._model.predict_proba(batch["text"])
        progress.advance(len(batch))
        return ClassPredictions(classes, in_order(found, self._model[-1].classes_, classes))

    def explain(self, batch: pd.DataFrame, targets: Sequence[str]) -> list[Attribution]:
        analyzer = self._model[0].build_analyzer()
        vocabulary = self._model[0].vocabulary_
        features = self._model[0].transform(batch["text"])
        explained = []
        for row, target in enumerate(targets):
            coefficients = self._coefficients(target)
            values = features[row]
            pushes = values.data * coefficients[values.indices]
            effect = dict(zip(values.indices, pushes, strict=True))
            pieces = list(dict.fromkeys(analyzer(batch["text"].iloc[row])))
            pieces = [piece for piece in pieces if piece in vocabulary]
            weights = tuple(float(effect.get(vocabulary[piece], 0.0)) for piece in pieces)
            explained.append(Attribution(tuple(pieces), weights, target))
        return explained

    def class_terms(self) -> dict[str, list[tuple[str, float]]]:
        names = self._model[0].get_feature_names_out()
        terms = {}
        for target in self._model[-1].classes_:
            weights = self._coefficients(target)
            best = np.argsort(-weights)[:TERMS]
            terms[target] = [(str(names[i]), float(weights[i])) for i in best if weights[i] > 0]
        return terms

    def save(self, folder: Path) -> None:
        save_bundle(folder, self._model, {"model": self.card.id, "classes": self.config.classes})

    def restore(self, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            DataError: the bundle is damaged, of another model, or of other classes.
        """
        self._model = restore_model(folder, STEPS, self.config.classes, ["a word"])
        return self

    def _coefficients(self, target: str) -> np.ndarray:
        regression = self._model[-1]
        learnt = list(regression.classes_)
        if target not in learnt:
            return np.zeros(regression.coef_.shape[1])
        if len(learnt) == 2:
            return regression.coef_[0] * (1 if learnt.index(target) == 1 else -1)
        return regression.coef_[learnt.index(target)]
