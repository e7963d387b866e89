"""The report of answers: scores, what a threshold buys, slices, the worst questions."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import cast

import numpy as np
import pandas as pd

from pipelines.evaluation.answer_judgement import AnswerJudgement
from pipelines.evaluation.answer_retrieval import METHOD_WORDS
from pipelines.evaluation.metric_words import OF_ANSWERS, MetricWords
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.reading.answers import AnswerPredictions
from pipelines.report.kinds.answers import scores
from pipelines.report.sections import Evidence, Example, Metric, Section
from pipelines.report.wording import cut, percent

WORST = 20
READ = 10
TEXT_LENGTH = 300
ELSEWHERE = ("Answers made elsewhere", "with an accepted answer")


def metric(name: str) -> Metric:
    """What a score of answers is called and means."""
    for method, words in METHOD_WORDS.items():
        base = OF_ANSWERS.get(name.removesuffix(f"_{method}"))
        if name.endswith(f"_{method}") and base is not None:
            return Metric(*astuple(replace(base, title=f"{base.title}, by {words}")))
    return Metric(*astuple(OF_ANSWERS.get(name) or MetricWords(name.replace("_", " "))))


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """How many questions have an answer, and whether unsure answers were withheld."""
    if evidence.judged is None:
        return []
    judgement = cast(AnswerJudgement, evidence.judged.detail)
    answerable = int(judgement.answerable.sum())
    without = len(judgement.gold) - answerable
    withheld = "withheld" if judgement.withheld else "counted like the others"
    asked = max((len(each) for each in evidence.predictions.values()), default=0)
    left = asked - len(judgement.gold)
    empty = f"; {left:,} more not judged, as their answer is empty" if left > 0 else ""
    found = [("Questions", f"{answerable:,} with an answer, {without:,} without{empty}"),
             ("Unsure answers", f"{withheld} in the scores")]
    if without:
        share = percent(judgement.always_refusing)
        found.append(("Never answering", f"would score {share} in exact match and in F1 of words"))
    return found


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The predictions as the scores took them: unsure answers withheld where they were."""
    found = cast(AnswerPredictions, predictions)
    if judged is None:
        return found.frame()
    return found.frame(withheld=cast(AnswerJudgement, judged.detail).withheld)


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    if evidence.judged is None:
        return [_unjudged(evidence)] if evidence.predictions else []
    judgement = cast(AnswerJudgement, evidence.judged.detail)
    found = [
        scores.leaderboard(judgement, evidence.judged.baseline, evidence.favourite),
        *map(scores.retrieval, judgement.retrieval),
        scores.coverage(judgement, evidence.favourite),
        scores.question_words(judgement, evidence.favourite),
        scores.groups(evidence, judgement),
        _worst(evidence, judgement),
    ]
    return [section for section in found if section is not None]


def _worst(evidence: Evidence, judgement: AnswerJudgement) -> Section | None:
    """The questions answered worst, of those answered alike the most confident first."""
    reader = judgement.readers[evidence.favourite].primary
    given = judgement.given(evidence.favourite)
    overlap = judgement.overlap[evidence.favourite]
    wrong = np.flatnonzero(overlap < 1)
    if not len(wrong):
        return None
    order = wrong[np.lexsort((-reader.confidence[wrong], overlap[wrong]))][:WORST]
    examples = []
    for row in order:
        gold = " || ".join(judgement.gold[row]) or "no answer"
        examples.append(Example(
            int(evidence.numbers[evidence.tested[row]]),
            cut(judgement.questions[row], TEXT_LENGTH),
            (("right answer", cut(gold, 120)),
             ("answered", _said(given[row], reader.guesses[row])),
             ("confidence", percent(float(reader.confidence[row])))),
        ))
    return Section(
        "worst", "The worst answers",
        f"{cut(evidence.favourite, 60)} is not fully right on {len(wrong):,} questions; here are "
        f"{len(examples)}, the worst first. Some accepted answers may be too narrow.",
        examples=tuple(examples),
    )


def _said(given: str, guess: str) -> str:
    if given or not guess:
        return cut(given or "nothing", 120)
    return f"nothing; its guess was {cut(guess, 100)}"


def _unjudged(evidence: Evidence) -> Section:
    predictions = cast(AnswerPredictions, evidence.predictions[evidence.favourite])
    examples = []
    # As the download has them: unsure answers withheld, unless the user said never.
    first = predictions.take(np.arange(min(READ, len(predictions)))).frame()
    for row, each in enumerate(first.to_dict("records")):
        text = "" if evidence.texts is None else str(evidence.texts.iloc[row])
        examples.append(Example(
            int(evidence.numbers[row]), cut(text, TEXT_LENGTH),
            (("answered", _said(each["prediction"], each["best_guess"])),
             ("confidence", percent(each["confidence"]))),
        ))
    return Section(
        "examples", "Answers", "Nobody has said whether they are right.", examples=tuple(examples)
    )
