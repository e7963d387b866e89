"""The report of a classification: scores, confusion, curves, slices, trend, errors."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from pipelines.evaluation.judgement import Judgement
from pipelines.judging import Judged
from pipelines.pipeline import ClassPredictions, Predictions
from pipelines.report.kinds.classification import curves, examples, scores, shares
from pipelines.report.sections import Evidence, Metric, Section
from pipelines.report.wording import cut

MOST_CLASSES_NAMED = 12
ELSEWHERE = ("Classification of predictions made elsewhere", "with a label")

_METRICS = {
    "accuracy": Metric("Accuracy", "share of rows that are right", True),
    "balanced_accuracy": Metric(
        "Balanced accuracy", "recall averaged over the classes, so that rare ones count as much",
        True,
    ),
    "precision": Metric("Precision", "share of the rows said to be of the class that is", True),
    "recall": Metric("Recall", "of the rows of the class, the share that is found", True),
    "precision_macro": Metric("Precision, macro", "precision averaged over the classes", True),
    "recall_macro": Metric("Recall, macro", "recall averaged over the classes", True),
    "f1": Metric("F1", "harmonic mean of precision and recall of the positive class", True),
    "f1_macro": Metric("F1, macro", "F1 averaged over the classes", True),
    "f1_weighted": Metric("F1, weighted", "F1 averaged over the classes by their rows", True),
    "sensitivity": Metric("Sensitivity", "share of the positive rows that is found", True),
    "specificity": Metric("Specificity", "share of the other rows that is left alone", True),
    "roc_auc": Metric(
        "ROC AUC", "chance that a row of a class is ranked above one that is not; 0.5 is a coin"
    ),
    "pr_auc": Metric("PR AUC", "precision averaged over all thresholds (average precision)"),
    "mcc": Metric("MCC", "correlation of truth and prediction, −1 to 1"),
    "brier": Metric("Brier score", "squared distance of probabilities from truth; less is better"),
    "log_loss": Metric("Log loss", "surprise at the truth, in nats; less is better"),
    "ece": Metric(
        "Calibration error (ECE)", "mean distance of confidence from accuracy; less is better"
    ),
}


def metric(name: str) -> Metric:
    """What a classification score is called and means."""
    return _METRICS.get(name, Metric(name.replace("_", " ")))


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as they are."""
    return predictions.frame()


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """The classes, with how many of the judged rows are of each."""
    if evidence.judged is None:
        names = [cut(name, 40) for name in evidence.outputs]
        return [("Classes", ", ".join(names[:MOST_CLASSES_NAMED]))]
    judgement = cast(Judgement, evidence.judged.detail)
    held = np.bincount(judgement.truth, minlength=len(judgement.classes))
    named = [
        f"{cut(name, 40)} {count:,}" for name, count in zip(judgement.classes, held, strict=True)
    ]
    rest = len(named) - MOST_CLASSES_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    return [("Classes", ", ".join(named[:MOST_CLASSES_NAMED]) + more)]


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    found: list[Section | None] = []
    predictions = evidence.predictions.get(evidence.favourite)
    said = cast("ClassPredictions | None", predictions)
    judgement = None
    if evidence.judged is not None:
        judgement = cast(Judgement, evidence.judged.detail)
        model = evidence.favourite
        found += [
            scores.leaderboard(judgement, model, evidence.judged.first, metric),
            scores.classes(judgement, model),
            curves.confusion(judgement, model),
            curves.calibration(judgement, model),
            curves.roc(judgement, model),
            scores.groups(evidence, judgement),
        ]
    if said is not None:
        found.append(shares.trend(evidence, said))
    found.append(shares.distribution(evidence, judgement))
    if judgement is not None:
        found += [examples.errors(evidence, judgement), examples.right_ones(evidence, judgement)]
    elif said is not None:
        found.append(examples.unjudged(evidence, said))
    return [section for section in found if section is not None]
