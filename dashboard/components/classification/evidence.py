"""What the evaluation step looks at, from a run of this session or from a file of predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from dashboard.session import Workspace
from pipelines.commands import FileEvaluation
from pipelines.evaluation.calibration import Reliability, reliability
from pipelines.evaluation.curves import (
    PrecisionRecallCurve,
    RiskCoverage,
    RocCurve,
    precision_recall_curve,
    risk_coverage,
    roc_curve,
)
from pipelines.evaluation.judgement import Judgement, System
from pipelines.evaluation.per_class import confusion_matrix
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.pipeline import Attribution

Explain = Callable[[str, int, str], Attribution | None]


@dataclass(frozen=True)
class SystemEvidence:
    """One system's answers, and what follows from them, computed when first looked at."""

    judgement: Judgement
    system: System

    @cached_property
    def right(self) -> np.ndarray:
        """Whether each row is right, shape (rows,)."""
        return self.judgement.truth == self.system.labels

    @cached_property
    def confidence(self) -> np.ndarray:
        """Probability of the answer, shape (rows,); one where the system gives none."""
        found = self.system.confidence
        return np.ones(len(self.right)) if found is None else found

    @cached_property
    def matrix(self) -> np.ndarray:
        """Rows by true class (down) and answer (across)."""
        truth, classes = self.judgement.truth, self.judgement.classes
        return confusion_matrix(truth, self.system.labels, len(classes))

    @cached_property
    def errors(self) -> np.ndarray:
        """Positions of the wrong rows, the most confident first."""
        wrong = np.flatnonzero(~self.right)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]

    @cached_property
    def reliability(self) -> Reliability:
        """Confidence against accuracy in bins."""
        return reliability(self.confidence, self.right)

    @cached_property
    def coverage(self) -> RiskCoverage:
        """Accuracy of the most confident share."""
        return risk_coverage(self.confidence, self.right)

    @cached_property
    def roc(self) -> dict[str, RocCurve]:
        """ROC curve of each class against the rest."""
        return {name: roc_curve(truth, score) for name, truth, score in self._one_vs_rest()}

    @cached_property
    def precision_recall(self) -> dict[str, PrecisionRecallCurve]:
        """Precision-recall curve of each class against the rest."""
        return {
            name: precision_recall_curve(truth, score)
            for name, truth, score in self._one_vs_rest()
        }

    def _one_vs_rest(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        chances = self.system.probabilities
        if chances is None:
            return []
        classes = list(enumerate(self.judgement.classes))
        if len(classes) == 2:
            classes = [classes[code] for code in self.judgement.positives]
        truth = self.judgement.truth
        return [
            (name, truth == code, chances[:, code]) for code, name in classes
            if 0 < int((truth == code).sum()) < len(truth)
        ]


@dataclass(frozen=True)
class Evidence:
    """Judged rows with what they were.

    Attributes:
        key: tells widgets of different evidence apart.
        judged: scores, tests and verdict.
        frame: the user's columns of the judged rows, in order.
        rows: row numbers as the user sees them, shape (rows,).
        text: column that says what a row is about, if any.
        group: column mapped to slice by, if any.
        favourite: name of the system that is shown first.
        titles: what systems are called, by name.
        explain: gives the words that moved an answer, from system, row position and class.
        previews: gives the addresses of small pictures of rows, from their positions.
        open_row: draws an opened row in place of its text, from system and row position.
    """

    key: str
    judged: Judged
    frame: pd.DataFrame
    rows: np.ndarray
    text: str | None
    group: str | None
    favourite: str
    titles: dict[str, str]
    explain: Explain | None = None
    previews: Callable[[np.ndarray], list[str]] | None = None
    open_row: Callable[[str, int], None] | None = None
    systems: dict[str, SystemEvidence] = field(default_factory=dict)

    @property
    def judgement(self) -> Judgement:
        """The evidence behind the scores."""
        detail: Judgement = self.judged.detail
        return detail

    def of(self, name: str) -> SystemEvidence:
        """What follows from one system's answers; kept."""
        if name not in self.systems:
            self.systems[name] = SystemEvidence(self.judgement, self.judgement.system(name))
        return self.systems[name]

    def labels(self, codes: np.ndarray | Sequence[int]) -> np.ndarray:
        """Class names of class numbers."""
        return np.asarray(self.judgement.classes, dtype=object)[np.asarray(codes, dtype=int)]


def evidence_of_run(experiment: Experiment, space: Workspace) -> Evidence:
    """The evidence of a run, made once for the session."""
    return space.once(("evidence", experiment.id), lambda: _from_run(experiment))


def _from_run(experiment: Experiment) -> Evidence:
    assert experiment.judged is not None, "only judged runs have evidence"
    dataset = experiment.request.dataset
    positions = experiment.rows[experiment.tested]
    batch = dataset.batch().iloc[positions].reset_index(drop=True)

    def explain(model: str, row: int, target: str) -> Attribution | None:
        found = experiment.run_of(model).pipeline.explain(batch.iloc[[row]], [target])
        return found[0] if found else None

    return Evidence(
        key=experiment.request.task.slug,
        judged=experiment.judged,
        frame=dataset.table.frame.iloc[positions].reset_index(drop=True),
        rows=np.array([dataset.table.row_number(position) for position in positions]),
        text=dataset.roles.get(experiment.request.task.subject_role or ""),
        group=dataset.roles.get("group"),
        favourite=experiment.favourite.card.id,
        titles={run.card.id: run.card.title for run in experiment.runs},
        explain=explain,
    )


def evidence_of_file(evaluation: FileEvaluation) -> Evidence:
    """The evidence in a file of predictions made elsewhere."""
    table = evaluation.dataset.table
    labelled = evaluation.labelled
    frame = table.frame.iloc[labelled].reset_index(drop=True)
    words = frame.select_dtypes(include=["string", "object"])
    lengths = {name: words[name].astype("str").str.len().mean() for name in words.columns}
    longest = max(lengths, key=lambda name: lengths[name]) if lengths else None
    judged = evaluation.judged
    return Evidence(
        key="file",
        judged=judged,
        frame=frame,
        rows=np.array([table.row_number(int(position)) for position in labelled]),
        text=longest,
        group=evaluation.dataset.roles.get("group"),
        favourite=next(name for name in judged.scores if name != judged.baseline),
        titles={name: name for name in judged.scores},
    )
