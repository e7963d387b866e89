"""The applicants that a run learnt from: who is compared with, and which values are plausible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.components.risk.applicants import (
    Applicants,
    applicants_of,
    model_of,
    names_of,
    said_of,
)
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import find_kind
from pipelines.tabular.neighbours import PastApplicants
from pipelines.tabular.whatif import Choices, Trends, choices_of, trends_of


@dataclass(frozen=True)
class Past:
    """Training rows and nothing else.

    Attributes:
        features: (m, columns) raw cells.
        actual: (m,) 1 and 0, or amounts.
        names: (m,) object; identifier or row number.
        rows: (m,) positions among the rows of the run; -1 where a file of its own taught.
    """

    features: pd.DataFrame
    actual: np.ndarray
    names: np.ndarray
    rows: np.ndarray


def past_of(experiment: Experiment, run: ModelRun, space: Workspace) -> Past:
    """The training rows of a run, put together once."""
    known = applicants_of(experiment, run, space)
    return space.once(
        ("evidence", "past", experiment.id, run.card.id), lambda: _past(experiment, run, known)
    )


def neighbours_of(experiment: Experiment, run: ModelRun, space: Workspace) -> PastApplicants:
    """The training rows ready to be searched."""
    past = past_of(experiment, run, space)
    return space.once(
        ("evidence", "neighbours", experiment.id, run.card.id),
        lambda: PastApplicants(model_of(run).plan, past.features, past.actual),
    )


def choices_for(experiment: Experiment, run: ModelRun, space: Workspace) -> Choices:
    """The values that columns may plausibly take."""
    past = past_of(experiment, run, space)
    return space.once(
        ("evidence", "choices", experiment.id, run.card.id),
        lambda: choices_of(past.features, list(past.features.columns)),
    )


def trends_for(experiment: Experiment, run: ModelRun, space: Workspace) -> Trends:
    """How the answers follow the columns on average."""
    past = past_of(experiment, run, space)
    choices = choices_for(experiment, run, space)
    return space.once(
        ("evidence", "trends", experiment.id, run.card.id),
        lambda: trends_of(lambda some: said_of(run, some), past.features, choices),
    )


def _past(experiment: Experiment, run: ModelRun, known: Applicants) -> Past:
    training = experiment.request.training
    if training is None:
        rows = np.flatnonzero(known.taught)
        return Past(
            known.features.iloc[rows].reset_index(drop=True), known.actual[rows], known.names[rows],
            rows,
        )
    truth = find_kind(experiment.request.task.kind).truth(training, experiment.outputs)
    assert truth is not None, "something was learnt"
    there = np.flatnonzero(truth.notna().to_numpy())
    kept = truth.iloc[there]
    if experiment.outputs:
        actual = (kept == experiment.outputs[1]).to_numpy(dtype=float)
    else:
        actual = kept.to_numpy(dtype=float)
    used = [each.name for each in model_of(run).plan.used]
    features = training.table.frame.reindex(columns=used).iloc[there].reset_index(drop=True)
    return Past(features, actual, names_of(training, there), np.full(len(there), -1))
