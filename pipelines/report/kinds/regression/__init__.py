"""The report of amounts: models side by side, what the errors look like, intervals, groups."""

from __future__ import annotations

from typing import cast

import pandas as pd

from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.regression_verdict import amount
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.kinds.regression import errors, scores
from pipelines.report.sections import Evidence, Metric, Section

ELSEWHERE = ("Amounts predicted elsewhere", "with a true amount")

_METRICS = {
    "rmse": Metric("RMSE", "root of the mean squared error; large misses weigh most; less is better"),
    "rmse_of_folds": Metric(
        "RMSE, mean of folds", "mean of the RMSE of each fold; its interval and tests allow for the "
        "training rows that folds share; less is better"
    ),
    "mae": Metric("Mean error", "how far off an amount is on average; less is better"),
    "r2": Metric("R²", "share of the variation that is explained; 0 is always saying the mean"),
    "interval_coverage": Metric(
        "Interval coverage", "share of the true amounts that lie in the predicted interval", True
    ),
}


def metric(name: str) -> Metric:
    """What a score of amounts is called and means."""
    return _METRICS.get(name, Metric(name.replace("_", " ")))


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """The least, the mean and the largest true amount."""
    if evidence.judged is None:
        return []
    truth = cast(RegressionJudgement, evidence.judged.detail).truth
    return [(
        "True amounts",
        f"{amount(truth.min())} to {amount(truth.max())}, {amount(truth.mean())} on average",
    )]


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as they are."""
    return predictions.frame()


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    if evidence.judged is None:
        return []
    judgement = cast(RegressionJudgement, evidence.judged.detail)
    found = [
        scores.leaderboard(judgement, evidence.favourite),
        errors.parts(judgement, evidence.favourite),
        scores.intervals(judgement),
        errors.groups(evidence, judgement),
    ]
    return [section for section in found if section is not None]
