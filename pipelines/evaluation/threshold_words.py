"""From which probability on a row was called the outcome, where scores hang on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.evaluation.risk_judgement import RiskJudgement

MOST_NAMED = 4


def threshold_words(judgement: RiskJudgement, titles: Mapping[str, str]) -> str:
    """A sentence on the threshold of accuracy, F1 and the like of each model.

    Args:
        titles: what models are called, by id.
    """
    names = list(judgement.systems)
    said = {name: _share(judgement.cuts_of(name)) for name in names}
    rule = f"Accuracy and F1 call a {judgement.unit} “{judgement.positive[:40]}”"
    if len(set(said.values())) == 1:
        return f"{rule} from a probability of {said[names[0]]} on."
    models = sorted((name for name in names if name != judgement.baseline), key=names.index)
    named = [f"{titles.get(name, name)[:60]} {said[name]}" for name in models[:MOST_NAMED]]
    more = f" and {len(models) - MOST_NAMED} more" if len(models) > MOST_NAMED else ""
    return f"{rule} from the threshold of each model on: {', '.join(named)}{more}."


def _share(cuts: np.ndarray) -> str:
    """A threshold in hundredths; of folds, which have their own, the lowest and the highest."""
    low, high = (f"{100 * float(each):.3g}" for each in (cuts.min(), cuts.max()))
    return f"{low} %" if low == high else f"{low} to {high} % by fold"
