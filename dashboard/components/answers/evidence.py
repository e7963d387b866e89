"""What step 4 of question answering looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from dashboard.components.answers.card import Rows, rows_of
from dashboard.session import Workspace
from pipelines.evaluation.answer_judgement import AnswerJudgement
from pipelines.evaluation.question_words import question_words
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.reading.answers import AnswerPredictions

QUESTION_WORD = "question word"
PASSAGE_LENGTH = "words in the passage"


@dataclass(frozen=True)
class AnswerEvidence:
    """Judged questions with the readings behind them.

    Attributes:
        key: tells widgets of different evidence apart.
        judged: scores, tests and verdict.
        rows: row numbers as the user sees them, shape (questions,).
        columns: what questions can be sliced by, each of shape (questions,).
        group: the column that is sliced by at first.
        favourite: the reader that is shown first.
        titles: what readers are called, by id.
        predictions: readings of the judged questions, by id of the reader.
        places: the rows that passages come from.
    """

    key: str
    judged: Judged
    rows: np.ndarray
    columns: Mapping[str, pd.Series]
    group: str
    favourite: str
    titles: Mapping[str, str]
    predictions: Mapping[str, AnswerPredictions]
    places: Rows | None = None

    @property
    def judgement(self) -> AnswerJudgement:
        """The evidence behind the scores."""
        return cast(AnswerJudgement, self.judged.detail)


def evidence_of_run(experiment: Experiment, space: Workspace) -> AnswerEvidence:
    """The evidence of a judged run, made once for the session."""
    return space.once(("evidence", experiment.id), lambda: _from_run(experiment))


def _from_run(experiment: Experiment) -> AnswerEvidence:
    judged = experiment.judged
    assert judged is not None, "only judged runs have evidence"
    dataset = experiment.request.dataset
    positions = experiment.rows[experiment.tested]
    batch = dataset.batch().iloc[positions].reset_index(drop=True)
    columns: dict[str, pd.Series] = {}
    for role in ("group", "document", "expected_document"):
        name = dataset.roles.get(role)
        if name is not None and batch[role].notna().any():
            columns[name] = batch[role]
    columns[QUESTION_WORD] = pd.Series(question_words(batch["question"].tolist()))
    lengths = batch["context"].str.split().str.len()
    if lengths.gt(0).any():
        columns[PASSAGE_LENGTH] = lengths
    return AnswerEvidence(
        key="answers",
        judged=judged,
        rows=np.array([dataset.table.row_number(position) for position in positions]),
        columns=columns,
        group=next(iter(columns)),
        favourite=experiment.favourite.card.id,
        titles={run.card.id: run.card.title for run in experiment.runs},
        predictions={
            run.card.id: cast(AnswerPredictions, run.predictions).take(experiment.tested)
            for run in experiment.runs
        },
        places=rows_of(experiment),
    )
