"""The report of texts against references: scores, what the outputs look like, segments to read."""

from __future__ import annotations

from dataclasses import astuple
from typing import cast

import pandas as pd

from pipelines.evaluation.metric_words import OF_TEXTS, MetricWords
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.kinds.text import scores, segments
from pipelines.report.sections import Evidence, Metric, Section

ELSEWHERE = ("Texts against references", "with a reference")


def metric(name: str) -> Metric:
    """What a score of texts is called and means."""
    return Metric(*astuple(OF_TEXTS.get(name) or MetricWords(name.replace("_", " "))))


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """How many references there are, and their language."""
    if evidence.judged is None:
        return []
    judgement = cast(TextJudgement, evidence.judged.detail)
    numbers = {len(each) for each in judgement.references}
    least, most = min(numbers), max(numbers)
    said = f"{most}" if least == most else f"{least} to {most}"
    found = [("References", f"{said} for each segment")]
    if judgement.language is not None:
        found.append(("Language", f"{judgement.language.name}, as the references look"))
    return found


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as they are."""
    return predictions.frame()


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    if evidence.judged is None:
        found = [segments.unjudged(evidence)]
    else:
        judgement = cast(TextJudgement, evidence.judged.detail)
        chosen, other = scores.pair(evidence, judgement)
        found = [
            scores.leaderboard(judgement, chosen),
            scores.outputs(judgement),
            scores.groups(evidence, judgement, chosen),
            segments.losses(evidence, judgement, chosen, other) if other else None,
            segments.weakest(evidence, judgement, chosen, other),
        ]
    return [section for section in found if section is not None]
