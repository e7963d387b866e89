"""One or two sentences that say what an evaluation proves, and what it does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from pipelines.evaluation.claims import family_of
from pipelines.evaluation.finding import finding
from pipelines.evaluation.judgement import Judgement
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.warnings_in_words import FEW_ROWS

SIGNIFICANT = 0.05
# How a test is called whose p-value is half of a two-sided one.
ONE_TAILED = "as-sacrebleu"
# Fewer labelled rows cannot carry a claim about a model, whatever the test says.
TOO_FEW_ROWS = 20
# The class with most errors is named only when it stands out and there is something to count.
FEWEST_ERRORS_TO_NAME = 10
SHARE_OF_ERRORS_TO_NAME = 0.4
FOUND = frozenset({"sensitivity", "specificity"})
# What a template may put first besides these; accuracy is always spoken of.
NAMES = {
    "roc_auc": "ROC AUC", "pr_auc": "PR AUC", "f1": "F1", "f1_macro": "macro F1",
    "balanced_accuracy": "balanced accuracy", "precision_macro": "macro precision",
    "recall_macro": "macro recall", "brier": "Brier score", "log_loss": "log loss",
    "ece": "calibration error", "top5_accuracy": "top-5 accuracy",
}


def verdict(
    judgement: Judgement,
    model: str,
    baseline: str | None = None,
    best_other: str | None = None,
    *,
    cheaper: Collection[str] = (),
    baseline_words: str = "always answering the most frequent class",
    first: Sequence[str] = (),
    wanted: float | None = None,
) -> str:
    """Says how good a model is, whether that beats the baseline, and where it fails.

    Args:
        judgement: of the model and those it is held against.
        model: the model in question.
        baseline: what it has to beat; the judgement's own baseline if not given.
        best_other: a further model to hold it against; the most accurate one if not given.
        cheaper: names of models that cost less to run, mentioned when they are no worse.
        baseline_words: how to call the baseline in a sentence.
        first: metrics to speak about before all else.
        wanted: the sensitivity that is asked for, if any.

    Raises:
        KeyError: a name that was not judged.
    """
    accuracy = judgement.score(model, "accuracy")
    if accuracy is None or accuracy.low is None or accuracy.high is None:
        raise KeyError(model)
    n, unit = accuracy.n, judgement.unit
    baseline = baseline or judgement.baseline
    comparison = None
    if baseline is not None and baseline != model:
        comparison = judgement.comparison("accuracy", model, baseline)
    leading = _leading(judgement, model, first, wanted)
    subject = f"{leading} It is" if leading else f"{model} is"
    opening = (
        f"On {n:,} labelled {_plural(n, unit)} {subject} right "
        f"{_percent(accuracy.value)} % of the time "
        f"({_percent(accuracy.low)} to {_percent(accuracy.high)})"
    )
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few {unit}s to tell how good it is; label at least 100."
    sentences = [opening + _against_baseline(comparison, baseline_words, n, unit) + "."]
    errors = judgement.truth != judgement.system(model).labels
    if not errors.any():
        few = f"{n} {unit}s are few and " if n < FEW_ROWS else ""
        sentences.append(
            f"No error at all is suspicious: {few}the label may be hidden in the data or the "
            f"{unit}s may have been used for training."
        )
    elif not leading and (comparison is None or comparison.delta > 0):
        sentences += _weakest_class(judgement, errors)
    sentences += _other_model(judgement, model, baseline, best_other, cheaper)
    return " ".join(sentences)


def is_shown(comparison: Comparison) -> bool:
    """Whether a difference is shown: p is below 0.05 and its interval, if any, leaves out 0.

    sacreBLEU's p is of one tail, so that alone it would call one in ten differences of equal systems
    shown; where such a difference has no interval, twice its p decides.
    """
    if comparison.low is None or comparison.high is None:
        tails = 2 if ONE_TAILED in comparison.test else 1
        return tails * comparison.p < SIGNIFICANT
    return comparison.p < SIGNIFICANT and not comparison.low <= 0 <= comparison.high


def chance_words(comparison: Comparison) -> str:
    """The p-value of a difference, and why it shows nothing where it is small all the same."""
    words = p_words(comparison.p)
    if is_shown(comparison):
        return words
    low, high = comparison.low, comparison.high
    if comparison.p >= SIGNIFICANT:
        family = family_of(comparison)
        apart = low is not None and high is not None and not low <= 0 <= high
        # The interval alone would show it: what lifted p has to be said.
        return f"{words}, corrected for {family} comparisons" if apart and family > 1 else words
    if low is None or high is None:
        return f"{words}, of one tail"
    return f"{words}, but the interval of the difference holds 0"


def p_words(p: float) -> str:
    """Returns a p-value as it is written: ``p < 0.001`` or ``p = 0.021``."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def _leading(
    judgement: Judgement, model: str, first: Sequence[str], wanted: float | None
) -> str:
    """Sentences on the metrics that come first, the subject of the first being the model."""
    found = finding(judgement, model, wanted) if wanted or FOUND & set(first) else ""
    rest = [
        f"{NAMES[name]} {_measured(score)}" for name in first
        if name in NAMES and (score := judgement.score(model, name)) is not None
    ]
    if not rest:
        return found
    listed = rest[0] if len(rest) == 1 else f"{', '.join(rest[:-1])} and {rest[-1]}"
    return f"{found} It has a {listed}." if found else f"{model} has a {listed}."


def _measured(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"of {score.value:.3f}"
    return f"of {score.value:.3f} ({score.low:.3f} to {score.high:.3f})"


def _against_baseline(comparison: Comparison | None, words: str, n: int, unit: str) -> str:
    if comparison is None:
        return ""
    points = _points(abs(comparison.delta))
    if not is_shown(comparison):
        if comparison.delta == 0:
            return f", exactly as often as {words}: no gain is shown"
        side = "above" if comparison.delta > 0 else "below"
        return f", {points} {side} {words}; that can be chance ({chance_words(comparison)}), " + (
            f"and the {unit}s are too few to tell" if n < FEW_ROWS else "so no gain is shown"
        )
    if comparison.delta < 0:
        return (
            f", {points} below {words}; the difference is not chance ({p_words(comparison.p)}): "
            "do not use it on this data"
        )
    return f", {points} above {words}; the difference is not chance ({p_words(comparison.p)})"


def _weakest_class(judgement: Judgement, errors: np.ndarray) -> list[str]:
    total = int(errors.sum())
    held = np.bincount(judgement.truth, minlength=len(judgement.classes))
    missed = np.bincount(judgement.truth[errors], minlength=len(judgement.classes))
    worst = int(missed.argmax())
    if total < FEWEST_ERRORS_TO_NAME or missed[worst] < SHARE_OF_ERRORS_TO_NAME * total:
        return []
    # A class with as large a share of the errors as of the rows does not fail more than others.
    if missed[worst] * len(errors) <= 1.2 * held[worst] * total:
        return []
    name = judgement.classes[worst]
    return [
        f"{name[:1].upper()}{name[1:]} is where it fails: {missed[worst]} of its {total} errors."
    ]


def _other_model(
    judgement: Judgement,
    model: str,
    baseline: str | None,
    best_other: str | None,
    cheaper: Collection[str],
) -> list[str]:
    others = [s.name for s in judgement.systems if s.name not in (model, baseline)]
    if best_other is not None:
        others = [best_other]
    found = [(name, judgement.comparison("accuracy", name, model)) for name in others]
    held = [(name, comparison) for name, comparison in found if comparison is not None]
    if not held:
        return []
    name, best = max(held, key=lambda each: each[1].delta)
    cost = " and costs less" if name in cheaper else ""
    if best.delta > 0 and is_shown(best):
        return [
            f"{name} is better{cost}: {_points(best.delta)} more, and the difference is "
            f"not chance ({p_words(best.p)})."
        ]
    equal = [(n, c) for n, c in held if n in cheaper and not is_shown(c)]
    if equal:
        name, best = max(equal, key=lambda each: each[1].delta)
        return [
            f"{name} costs less, and these {judgement.unit}s do not show it to be worse "
            f"({100 * best.delta:+.1f} points, {chance_words(best)})."
        ]
    if best.delta > 0:
        return [
            f"{name} is {_points(best.delta)} ahead, which can be chance ({chance_words(best)})."
        ]
    return []


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _points(delta: float) -> str:
    points = 100 * delta
    text = f"{points:.0f}" if points >= 10 else f"{points:.1f}"
    return f"{text} {'point' if text in ('1', '1.0') else 'points'}"


def _plural(n: int, word: str) -> str:
    return word if n == 1 else f"{word}s"
