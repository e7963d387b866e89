"""How well the classes that matter are found, in sentences for those who decide by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from data.errors import LitmusError
from pipelines.evaluation.judgement import Judgement
from pipelines.evaluation.score import Score
from pipelines.evaluation.thresholds import SensitivityThreshold, threshold_for_sensitivity

MOST_NAMED = 4
LONGEST_NAME = 40
# Each of the two can be had for nothing by giving up the other.
TRADED = {"sensitivity": "specificity", "specificity": "sensitivity"}


def positive_name(judgement: Judgement) -> str:
    """The classes to be found as one, such as "dent or scratch"; empty without any."""
    return either([judgement.classes[code] for code in judgement.positives])


def either(names: Sequence[str]) -> str:
    """Names as "a, b or c", the long ones cut and those past the fourth counted."""
    short = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names]
    more = len(short) - MOST_NAMED
    if more > 0:
        short = [*short[:MOST_NAMED], f"one of {more} more"]
    return " or ".join(part for part in (", ".join(short[:-1]), *short[-1:]) if part)


def positive_score(judgement: Judgement, model: str) -> np.ndarray | None:
    """(n,) probability that a model gives the classes to be found; None without probabilities."""
    chances = judgement.system(model).probabilities
    if chances is None or not judgement.positives:
        return None
    score: np.ndarray = chances[:, list(judgement.positives)].sum(axis=1)
    return score


def finding(judgement: Judgement, model: str, wanted: float | None = None) -> str:
    """Sensitivity and specificity with their intervals, and whether a wanted one is shown.

    Returns:
        One sentence, or two; empty where no judged row is of the classes to be found.
    """
    sensitivity = judgement.score(model, "sensitivity")
    specificity = judgement.score(model, "specificity")
    if sensitivity is None or not judgement.positives:
        return ""
    n, name = sensitivity.n, positive_name(judgement)
    text = (
        f"{model} finds {_with_interval(sensitivity, 'sensitivity')} of the {n:,} "
        f"{judgement.unit if n == 1 else f'{judgement.unit}s'} that {'is' if n == 1 else 'are'} {name}"
    )
    if specificity is not None:
        text += (
            f" and leaves {_with_interval(specificity, 'specificity')} of the {specificity.n:,} "
            "others alone"
        )
    return f"{text}.{_against_wanted(sensitivity, wanted, judgement.unit)}"


def traded(found: Iterable[Score], baseline: Iterable[Score], metric: str, model: str) -> str:
    """Sensitivity at a specificity, or the other way round, of a model and of its baseline.

    Empty where the metric is neither, or the model lacks one of them. A baseline that flags all rows
    has a sensitivity that nothing beats, so that one number alone would say the opposite.
    """
    other = TRADED.get(metric, "")
    mine, theirs = ({score.name: score for score in each} for each in (found, baseline))
    if other not in mine or metric not in mine:
        return ""
    text = f"{model} has a {metric} of {mine[metric].value:.3f} at a {other} of {mine[other].value:.3f}"
    if metric in theirs and other in theirs:
        text += (
            f", the baseline one of {theirs[metric].value:.3f} at {theirs[other].value:.3f}"
        )
    return text


def threshold_note(judgement: Judgement, model: str, wanted: float, seed: int) -> str:
    """From which probability on to flag a row so that a wanted share is found, and what it gives.

    Empty where the model gives no probabilities, or too few rows to choose and check on.
    """
    score = positive_score(judgement, model)
    if score is None:
        return ""
    try:
        found = threshold_for_sensitivity(judgement.positive_rows, score, wanted, seed)
    except LitmusError:
        return ""
    name = positive_name(judgement)
    return (
        f"To find at least {percent(wanted)} of {name}, flag from a probability of "
        f"{cut_words(found.threshold)} on with {model}: chosen on a random half of the "
        f"{judgement.unit}s; in the other half that finds {percent(found.sensitivity)} of "
        f"{found.positives:,} ({ends(found.sensitivity_low, found.sensitivity_high)}) and leaves "
        f"{percent(found.specificity)} of {found.others:,} others alone "
        f"({ends(found.specificity_low, found.specificity_high)}). {proof(found, judgement.unit)}"
    )


def proof(found: SensitivityThreshold, unit: str = "row") -> str:
    """Whether the rows that did not choose show the wanted sensitivity, in a sentence."""
    wanted = percent(found.wanted)
    if not found.tells_apart:
        return (
            f"That flags {percent(1 - found.specificity)} of the others as well, so it is not shown to "
            "tell them apart: finding that many takes a better model."
        )
    if found.shown:
        return f"That at least {wanted} are found is shown by these {unit}s."
    if found.needed is None:
        return f"No number of rows can show that {wanted} are found."
    if not found.enough and not found.positives_when_chosen:
        return (
            f"These {unit}s are too few to show {wanted}: even if all {found.positives:,} of them that "
            f"are were found, it could be {percent(found.reach)}; it takes at least {found.needed:,}."
        )
    if not found.enough:
        return (
            f"These {unit}s are too few to show {wanted}: even if all {found.positives_when_chosen:,} "
            f"that chose were found, it could be {percent(found.reach)}; it takes at least "
            f"{found.needed:,} to choose on and as many to check on."
        )
    return (
        f"These {unit}s do not show {wanted}: for new ones it could be as little as "
        f"{percent(found.sensitivity_low)}."
    )


def cut_words(threshold: float) -> str:
    """A probability to flag from, never above the one meant, so that no row is lost by writing it."""
    digits = 3 if 0.01 <= threshold <= 0.99 else 6
    return f"{np.floor(threshold * 10**digits) / 10**digits:.{digits}f}"


def percent(share: float) -> str:
    """A share of 0 to 1 as `95 %` or `94.1 %`; only all and nothing are written as such."""
    text = f"{100 * share:.1f}"
    if text in ("100.0", "0.0") and 0 < share < 1:
        return "over 99.9 %" if share > 0.5 else "under 0.1 %"
    return f"{text.removesuffix('.0')} %"


def ends(low: float, high: float) -> str:
    """An interval as `84.1 to 98.0`."""
    return f"{100 * low:.1f} to {100 * high:.1f}"


def _with_interval(score: Score, word: str) -> str:
    if score.low is None or score.high is None:
        return f"{percent(score.value)} ({word})"
    return f"{percent(score.value)} ({word}, {ends(score.low, score.high)})"


def _against_wanted(sensitivity: Score, wanted: float | None, unit: str) -> str:
    if wanted is None or sensitivity.low is None or sensitivity.high is None:
        return ""
    share = percent(wanted)
    if sensitivity.low >= wanted:
        return f" That is shown to be at least the {share} wanted."
    if sensitivity.high < wanted:
        return f" That is less than the {share} wanted."
    return f" Whether that is the {share} wanted is not shown by these {unit}s."
