"""The report of risk: models side by side, deciles, calibration, profit, and how groups fare."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.kinds import CardParts, regression
from pipelines.report.kinds.risk import decisions, errors, fairness, fitted, money, scores
from pipelines.report.sections import Evidence, Metric, Section

ELSEWHERE = ("Risk predicted elsewhere", "with a known outcome")

_METRICS = {
    "roc_auc": Metric("ROC AUC", "chance that a bad row is ranked above a good one; 0.5 is a coin"),
    "roc_auc_of_folds": Metric(
        "ROC AUC, mean of folds", "mean of the ROC AUC of each fold, all folds alike; its interval "
        "and tests allow for the training rows that folds share"
    ),
    "gini": Metric("Gini", "2 × AUC − 1; 0 is a coin, 1 is perfect"),
    "ks": Metric(
        "KS", "largest distance between the shares of bad and good rows that reach a score"
    ),
    "pr_auc": Metric(
        "PR AUC", "precision averaged over all thresholds; the share of bad rows is a coin"
    ),
    "brier": Metric("Brier score", "squared distance of probabilities from truth; less is better"),
    "log_loss": Metric("Log loss", "surprise at the truth, in nats; less is better"),
    "ece": Metric(
        "Calibration error (ECE)",
        "mean distance of the probability from the share that came; less is better",
    ),
    "accuracy": Metric("Accuracy", "share of rows on the right side of the threshold", True),
    "f1": Metric("F1", "harmonic mean of precision and recall at the threshold", True),
    "precision_at_capacity": Metric(
        "Precision at capacity",
        "of the rows that can be looked at, the highest probabilities first, the share that is of the "
        "class", True,
    ),
    "recall_at_capacity": Metric(
        "Recall at capacity", "share of the class among the rows that can be looked at", True
    ),
    "sensitivity": Metric("Sensitivity", "share of the class that is flagged", True),
    "specificity": Metric("Specificity", "share of the others that is not flagged", True),
    "flagged": Metric("Flagged", "share of all rows that is flagged", True),
    "missed": Metric(
        "Missed", "share of all rows that is of the class and not flagged; less is better", True
    ),
}


def metric(name: str) -> Metric:
    """What a score of risk is called and means."""
    return _METRICS.get(name) or regression.metric(name)


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """How many of the judged rows turned out bad."""
    if evidence.judged is None:
        return []
    if isinstance(evidence.judged.detail, RegressionJudgement):
        return regression.facts(evidence)
    judgement = cast(RiskJudgement, evidence.judged.detail)
    own, n = int(judgement.truth.sum()), len(judgement.truth)
    return [("Outcome", f"“{judgement.positive}” in {own:,} of {n:,} ({100 * own / n:.1f} %)")]


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as they are."""
    return predictions.frame()


def card(experiment: Experiment, run: ModelRun, evidence: Evidence) -> CardParts:
    """What the card of a fitted model says of columns, threshold, terms and groups."""
    return fitted.card_parts(experiment, run, evidence)


def entries(judged: Judged, model: str) -> dict[str, Any]:
    """How the line is drawn, and how groups of people fare under the threshold of a model."""
    if isinstance(judged.detail, RegressionJudgement):
        return {}
    judgement = cast(RiskJudgement, judged.detail)
    return {
        "decision": decisions.entries(judgement), "fairness": fairness.entries(judgement, model),
    }


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    if evidence.judged is None:
        return []
    if isinstance(evidence.judged.detail, RegressionJudgement):
        return regression.sections(evidence)
    judgement = cast(RiskJudgement, evidence.judged.detail)
    chosen = evidence.favourite
    found = [
        scores.leaderboard(judgement, chosen),
        decisions.decisions(judgement, chosen),
        scores.deciles(judgement, chosen),
        scores.calibration(judgement, chosen),
        money.profit(judgement, chosen),
        *fairness.groups(judgement, chosen),
        errors.surest(evidence, judgement, chosen),
    ]
    return [section for section in found if section is not None]
