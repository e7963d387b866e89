"""How a threshold that was chosen for a sensitivity does on rows that had no say in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import LitmusError
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.thresholds import (
    SensitivityThreshold,
    needed_to_show,
    reach_of,
    threshold_for_sensitivity,
)

POINTS = 201


@dataclass(frozen=True)
class SensitivityCurve:
    """What each threshold finds and spares.

    Attributes:
        thresholds: (t,) rising.
        sensitivity: (t,) share of the rows of the class that is flagged.
        specificity: (t,) share of the others that is not.
        flagged: (t,) share of all rows that is flagged.
    """

    thresholds: np.ndarray
    sensitivity: np.ndarray
    specificity: np.ndarray
    flagged: np.ndarray


def sensitivity_of(
    judgement: RiskJudgement, model: str, wanted: float | None = None
) -> SensitivityThreshold | None:
    """What a wanted sensitivity comes to on the judged rows.

    The threshold is chosen on training rows that the model had not learnt from, where those are
    known; a threshold that the user set is taken as it is; and a file of probabilities has it chosen
    on one half of its rows and reported on the other.

    Args:
        wanted: the share to be found; by default what the run was told.

    Returns:
        None where the rows are too few to tell.
    """
    truth, chance = judgement.truth, judgement.systems[model]
    usual = judgement.decision.share if judgement.decision.rule == "sensitivity" else None
    share = wanted if wanted is not None else usual
    if share is None or not 0 < truth.sum() < len(truth):
        return None
    choosers = judgement.choosers.get(model)
    if choosers is not None:
        decision = Decision("sensitivity", share)
        chosen_on = min(int(each.truth.sum()) for each in choosers.used)
        return at_thresholds(
            truth, chance, choosers.cuts(decision), share, chosen_on,
            choosers.held[0].threshold(decision),
        )
    if usual is not None and wanted in (None, usual):
        return at_thresholds(
            truth, chance, judgement.cuts_of(model), share, 0, judgement.threshold(model)
        )
    try:
        return threshold_for_sensitivity(truth, chance, share, judgement.seed)
    except LitmusError:
        return None


def at_thresholds(
    truth: np.ndarray, chance: np.ndarray, cuts: np.ndarray, wanted: float, chosen_on: int,
    threshold: float,
) -> SensitivityThreshold:
    """What thresholds that were chosen elsewhere do on these rows.

    Args:
        truth: (n,) whether a row is of the class; some are and some are not.
        chance: (n,) probability of it.
        cuts: (n,) from which probability on each row is flagged.
        wanted: the sensitivity that they were chosen for.
        chosen_on: rows of the class that chose; 0 where the user did.
        threshold: of the model that new rows are given to, where models of folds have their own.
    """
    flagged = chance >= cuts
    found, positives = int((flagged & truth).sum()), int(truth.sum())
    left_alone, others = int((~flagged & ~truth).sum()), int((~truth).sum())
    return SensitivityThreshold(
        wanted, threshold, chosen_on, wanted if chosen_on else float("nan"),
        found, positives, *wilson(found, positives),
        left_alone, others, *wilson(left_alone, others),
        needed_to_show(wanted), reach_of(chosen_on or positives),
    )


def sensitivity_curve(truth: np.ndarray, chance: np.ndarray) -> SensitivityCurve:
    """Sensitivity, specificity and the flagged share at every threshold that makes a difference."""
    positive = np.asarray(truth, dtype=bool)
    values = np.unique(chance)
    # Rare rows of the class lie where others are few, so that the steps of both are wanted.
    cuts = np.unique(np.concatenate([
        [0.0], _spread(values), _spread(np.unique(chance[positive])), [np.nextafter(values[-1], 2.0)],
    ]))
    own, rest = np.sort(chance[positive]), np.sort(chance[~positive])
    found = len(own) - np.searchsorted(own, cuts, side="left")
    wrong = len(rest) - np.searchsorted(rest, cuts, side="left")
    return SensitivityCurve(
        cuts, found / max(len(own), 1), 1 - wrong / max(len(rest), 1), (found + wrong) / len(positive)
    )


def _spread(values: np.ndarray) -> np.ndarray:
    """So many of distinct values, rising, that a curve through them is smooth."""
    if len(values) <= POINTS:
        return values
    return np.quantile(values, np.linspace(0, 1, POINTS))
