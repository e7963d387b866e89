"""Judges tasks whose answer is a span of a text, or that there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd

from data.answers import gold_answers
from data.dataset import Dataset
from data.errors import DataError
from data.references import column_of_texts
from data.roles import Role
from pipelines.arrangement import Arrangement
from pipelines.evaluation.answer_judgement import (
    RIGHT_F1,
    Answered,
    AnswerJudgement,
    ReaderResult,
    judge_answers,
)
from pipelines.evaluation.answer_retrieval import scores_of_others
from pipelines.evaluation.answer_verdict import answer_notes, answer_verdict
from pipelines.evaluation.answers import token_f1
from pipelines.evaluation.claims import resamples_for
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_verdict import AS_THEY_ARE
from pipelines.judging import Judged
from pipelines.judging.base.row_by_row import RowByRow
from pipelines.pipeline import Predictions
from pipelines.progress import SILENT, Progress, running_count
from pipelines.purpose import Purpose
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.places import EXPECTED
from pipelines.reading.unjudged import nothing_asked, unanswered_sentence
from pipelines.request import Request
from pipelines.retrieval.index import METHODS

SHORT_OF_QUESTIONS = 100
FEW_PASSAGES = 20


class Answers(RowByRow):
    """Answers against accepted answers, with and without the passage they stand in."""

    name = "answers"
    roles: tuple[Role, ...] = ()

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """The accepted answers of each row as a tuple, empty for "no answer", missing unlabelled."""
        cells = dataset.column("answer")
        if cells is None:
            return None
        return column_of_texts(map(gold_answers, cells), cells.index)

    def arrange(
        self, request: Request, outputs: tuple[str, ...], progress: Progress
    ) -> Arrangement:
        """Every usable row asks; questions that nobody answered are counted."""
        asked = super().arrange(request, outputs, progress)
        dataset = request.dataset
        said = nothing_asked(dataset, len(asked.rows)) or unanswered_sentence(dataset)
        return replace(asked, warnings=(said, *asked.warnings)) if said else asked

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Predictions],
        *,
        batch: pd.DataFrame,
        metrics: Sequence[str] = (),
        source: str | None = None,
        baseline: str,
        favourite: str,
        seed: int,
        progress: Progress = SILENT,
        purpose: Purpose | None = None,
    ) -> Judged:
        """Exact match, F1, BLEU and retrieval, with paired tests on the same questions."""
        found = cast("dict[str, AnswerPredictions]", dict(predictions))
        gold = [tuple(accepted) for accepted in truth]
        unanswerable = sum(not accepted for accepted in gold)
        abstain = next(iter(found.values())).abstain
        withheld = abstain == "always" or (abstain == "auto" and unanswerable > 0)
        resamples = resamples_for(len(found))
        progress.stage("Intervals and tests, resamples", resamples)
        judgement = judge_answers(
            batch["question"].astype(str).tolist(), gold,
            [_result(name, each) for name, each in found.items()],
            baseline=baseline, favourite=favourite, withheld=withheld, seed=seed,
            resamples=resamples,
            progress=running_count(progress),
        )
        seen = (
            *_warnings(gold, withheld, unanswerable, found),
            *_unknown_documents(batch, gold, next(iter(found.values())).readings),
        )

        def say(titles: Mapping[str, str]) -> str:
            return answer_verdict(
                judgement, favourite, baseline, "answering with the closest sentence", titles
            )

        def warn(titles: Mapping[str, str]) -> tuple[str, ...]:
            return (*answer_notes(judgement, favourite, titles), *seen)

        return Judged(
            rows=len(gold), baseline=baseline, scores=_with_methods(judgement),
            comparisons=(
                *judgement.comparisons,
                *(test for each in judgement.retrieval for test in each.comparisons),
            ),
            warnings=warn(AS_THEY_ARE), verdict=say(AS_THEY_ARE), detail=judgement, say=say,
            warn=warn,
        )

    def right(self, truth: pd.Series, predictions: Predictions) -> np.ndarray:
        """Whether each best guess shares at least half of its words with an accepted answer."""
        best = cast(AnswerPredictions, predictions).best()
        return np.array([
            bool(gold) and token_f1("" if answer is None else answer.text, gold) >= RIGHT_F1
            for answer, gold in zip(best, truth, strict=True)
        ])

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """No columns: answers made elsewhere are judged as texts."""
        return {}

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """None: answers made elsewhere are judged as texts."""
        return np.zeros(0, dtype=np.intp)

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Refuses: answers made elsewhere are judged as texts.

        Raises:
            DataError: always, with what to do instead.
        """
        raise DataError(
            "Answers that were made elsewhere are judged as texts, with exact match and token F1: "
            "use `evaluate text`."
        )


def _with_methods(judgement: AnswerJudgement) -> dict[str, tuple[Score, ...]]:
    """The scores of readers that retrieved, with those of the methods that they did not use."""
    others = scores_of_others(judgement.retrieval)
    return {
        name: (*scores, *others) if judgement.readers[name].ranks_by else scores
        for name, scores in judgement.scores.items()
    }


def _result(name: str, predictions: AnswerPredictions) -> ReaderResult:
    both = any(r.given is not None and r.found is not None for r in predictions.readings)
    return ReaderResult(
        name=name,
        primary=_answered(predictions.best()),
        found=_answered(predictions.best(found=True)) if both else None,
        ranks=_ranks([each.rank for each in predictions.readings]),
        threshold=predictions.threshold,
        document_ranks=_ranks([each.document_rank for each in predictions.readings]),
        retrieval=predictions.retrieval,
        ranks_by={
            method: _ranks([each.ranks_by.get(method) for each in predictions.readings])
            for method in METHODS if any(each.ranks_by for each in predictions.readings)
        },
    )


def _ranks(places: Sequence[int | None]) -> np.ndarray:
    return np.array([np.nan if each is None else float(each) for each in places])


def _answered(answers: Sequence[Answer | None]) -> Answered:
    return Answered(
        tuple("" if answer is None else answer.text for answer in answers),
        np.array([0.0 if answer is None else answer.confidence for answer in answers]),
    )


def _warnings(
    gold: Sequence[tuple[str, ...]], withheld: bool, unanswerable: int,
    found: Mapping[str, AnswerPredictions],
) -> tuple[str, ...]:
    said = []
    if len(gold) < SHORT_OF_QUESTIONS:
        said.append(
            f"{len(gold)} questions are few: the intervals are wide, and a difference has to be "
            "large to show."
        )
    if unanswerable == len(gold):
        said.append(
            "No question has an answer in the documents, so a model that never answers would be "
            "right every time: these scores say only how often it kept silent."
        )
    if withheld:
        said.append(
            "Answers below the threshold count as “no answer” in these scores, for every model "
            "by its own confidence; that of the closest sentence is a similarity, not a chance."
        )
    elif unanswerable:
        said.append(f"{unanswerable} questions have no answer, and none was withheld.")
    searched = next(iter(found.values())).passages
    if 0 < searched < FEW_PASSAGES:
        said.append(
            f"There are only {searched} passages to find the right one among, which makes "
            "retrieval easy."
        )
    return tuple(said)


def _unknown_documents(
    batch: pd.DataFrame, gold: Sequence[tuple[str, ...]], readings: Sequence[Reading]
) -> list[str]:
    """Expected documents that are none of those that were searched."""
    if EXPECTED not in batch or not any(reading.retrieved for reading in readings):
        return []
    unknown = [
        str(cell) for cell, accepted, reading in zip(batch[EXPECTED], gold, readings, strict=True)
        if accepted and reading.given is None and reading.document_rank is None
        and not pd.isna(cell) and str(cell).strip()
    ]
    if not unknown:
        return []
    who = "1 question expects" if len(unknown) == 1 else f"{len(unknown):,} questions expect"
    return [
        f"{who} a document that is not among those given, such as “{unknown[0][:80]}”, so finding "
        "it is not measured there; write the names as the documents have them."
    ]


KIND = Answers()
