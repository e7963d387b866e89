"""The report of counts: scores, how far off, by group, the images that are furthest off."""

from __future__ import annotations

from typing import cast

import pandas as pd

from pipelines.evaluation.counts import CountJudgement
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.kinds.counts import images, scores
from pipelines.report.sections import Evidence, Metric, Section
from pipelines.vision.boxes import BoxPredictions

ELSEWHERE = ("Counts against true counts", "with a true count")

_METRICS = {
    "mae": Metric("Mean error", "how far off a count is on average; less is better", digits=2),
    "accuracy": Metric("Exact", "share of images whose count is exactly right", True),
    "bias": Metric(
        "Bias", "counted too many (above 0) or too few (below 0) an image on average", digits=2
    ),
}


def metric(name: str) -> Metric:
    """What a score of counts is called and means."""
    return _METRICS.get(name, Metric(name.replace("_", " ")))


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """The least, the middle and the largest true count."""
    if evidence.judged is None:
        return []
    truth = pd.Series(cast(CountJudgement, evidence.judged.detail).truth)
    return [(
        "True counts", f"{truth.min():g} to {truth.max():g}, {truth.mean():.2f} on average",
    )]


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as they are."""
    return predictions.frame()


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    said = cast("BoxPredictions | None", evidence.predictions.get(evidence.favourite))
    found = [] if said is None else [images.found(said, evidence.favourite)]
    if evidence.judged is not None:
        judgement = cast(CountJudgement, evidence.judged.detail)
        found = [
            scores.leaderboard(judgement, evidence.favourite),
            scores.differences(judgement, evidence.favourite),
            scores.groups(evidence, judgement),
            *found,
            images.furthest(evidence, judgement),
        ]
    elif said is not None:
        found.append(images.first(evidence, said))
    return [section for section in found if section is not None]
