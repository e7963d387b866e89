"""What the evaluation of texts looks at, from a run of this session or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from dashboard.session import Workspace
from pipelines.commands import FileEvaluation
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.experiment import Experiment
from pipelines.judging import Judged

REFERENCE_LENGTH = "words in the reference"


@dataclass(frozen=True)
class TextEvidence:
    """Judged segments with what they were.

    Attributes:
        key: tells widgets of different evidence apart.
        judged: scores, tests and verdict.
        rows: row numbers as the user sees them, shape (segments,).
        columns: what segments can be sliced by, each of shape (segments,).
        group: the column that is sliced by at first.
        favourite: name of the system that is shown first.
        titles: what systems are called, by name.
    """

    key: str
    judged: Judged
    rows: np.ndarray
    columns: Mapping[str, pd.Series]
    group: str
    favourite: str
    titles: Mapping[str, str]

    @property
    def judgement(self) -> TextJudgement:
        """The evidence behind the scores."""
        return cast(TextJudgement, self.judged.detail)

    @property
    def segment_metric(self) -> str:
        """The metric that tells single segments apart best."""
        return "f1_token" if self.judgement.primary == "f1_token" else "chrf"

    def rivals(self, model: str) -> list[str]:
        """The other systems, the next best first and a baseline by nature last."""
        judgement = self.judgement
        found = [name for name in judgement.ranked(judgement.primary) if name != model]
        return sorted(
            found, key=lambda name: not judgement.stand_in and name == judgement.baseline
        )


def evidence_of_run(experiment: Experiment, space: Workspace) -> TextEvidence:
    """The evidence of a judged run, made once for the session."""
    return space.once(("evidence", experiment.id), lambda: _from_run(experiment))


def evidence_of_file(evaluation: FileEvaluation) -> TextEvidence:
    """The evidence in a file of outputs made elsewhere; the best of them is shown first."""
    judged, table = evaluation.judged, evaluation.dataset.table
    judgement = cast(TextJudgement, judged.detail)
    frame = table.frame.iloc[evaluation.labelled].reset_index(drop=True)
    used = {
        column for role, columns in evaluation.mapping.items() if role != "group"
        for column in columns
    }
    contenders = [
        name for name in judgement.ranked(judgement.primary)
        if judgement.stand_in or name != judgement.baseline
    ]
    columns, group = _columns(frame, used, evaluation.dataset.roles.get("group"), judgement)
    return TextEvidence(
        key="texts", judged=judged,
        rows=np.array([table.row_number(int(row)) for row in evaluation.labelled]),
        columns=columns, group=group, favourite=contenders[0],
        titles={name: name for name in judged.scores},
    )


def _from_run(experiment: Experiment) -> TextEvidence:
    judged = experiment.judged
    assert judged is not None, "only judged runs have evidence"
    dataset = experiment.request.dataset
    positions = experiment.rows[experiment.tested]
    frame = dataset.table.frame.iloc[positions].reset_index(drop=True)
    used = {column for role, column in dataset.roles.items() if role != "group"}
    columns, group = _columns(
        frame, used, dataset.roles.get("group"), cast(TextJudgement, judged.detail)
    )
    return TextEvidence(
        key=f"{experiment.request.task.slug}-texts", judged=judged,
        rows=np.array([dataset.table.row_number(int(row)) for row in positions]),
        columns=columns, group=group, favourite=experiment.favourite.card.id,
        titles={run.card.id: run.card.title for run in experiment.runs},
    )


def _columns(
    frame: pd.DataFrame, used: set[str], group: str | None, judgement: TextJudgement
) -> tuple[dict[str, pd.Series], str]:
    """What can be sliced by, the mapped column first if there is one, and what to begin with."""
    found: dict[str, pd.Series] = {} if group is None else {group: frame[group]}
    found |= {
        str(name): frame[name] for name in frame.columns
        if name not in used and name != group and 1 < frame[name].nunique() < 0.5 * len(frame)
    }
    found[REFERENCE_LENGTH] = pd.Series(
        [len(references[0].split()) for references in judgement.references]
    )
    return found, next(iter(found))
