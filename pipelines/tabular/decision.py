"""How a template draws the line between rows, and the threshold that a fitted model has by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import DataError, OptionError
from pipelines.evaluation.decision_words import promise_words
from pipelines.evaluation.decisions import BY_PROFIT, RULES, Decision, HeldScores, Rule
from pipelines.evaluation.finding import percent
from pipelines.evaluation.profit_terms import ProfitTerms

# Every other template asks what approving earns.
BY_TEMPLATE: Mapping[str, Rule] = {
    "fraud": "capacity", "churn": "capacity", "disease": "sensitivity",
}
CAPACITY, SENSITIVITY = 0.05, 0.95
FILE = "decision.json"


def decision_of(settings: Mapping[str, str]) -> Decision:
    """How the line is drawn, by the options of a run."""
    rule = BY_TEMPLATE.get(settings.get("template", ""))
    if rule == "capacity":
        return Decision(rule, float(settings.get("capacity") or CAPACITY))
    if rule == "sensitivity":
        return Decision(rule, float(settings.get("sensitivity") or SENSITIVITY))
    return BY_PROFIT


def set_threshold(settings: Mapping[str, str]) -> float | None:
    """The threshold that the user set; None where none was.

    Raises:
        OptionError: it is no number from 0 to 1.
    """
    text = settings.get("threshold", "").strip()
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise OptionError(
            f"The option threshold is “{text[:40]}”, but has to be a probability from 0 to 1, or empty."
        )
    return found


def break_even(settings: Mapping[str, str], margin: float | None) -> float:
    """From which probability on approving earns nothing, if probabilities are right.

    Args:
        settings: options of the run.
        margin: of the rows that taught, where a column held it.
    """
    gain = float(settings.get("margin", 0.1)) if margin is None else margin
    loss = float(settings.get("loss_given_default", 0.5))
    return ProfitTerms(gain, loss).break_even


def chosen_threshold(
    settings: Mapping[str, str], held: HeldScores, margin: float | None
) -> float:
    """The threshold of a fitted model: the user's, else by what its template asks for.

    Args:
        settings: options of the run.
        held: what the model said of training rows that it had not learnt from.
        margin: mean of those rows, where a column held it.
    """
    given = set_threshold(settings)
    if given is not None:
        return given
    decision = decision_of(settings)
    if decision.rule == "profit" or not len(held.chance):
        return break_even(settings, margin)
    return held.threshold(decision)


def how_chosen(settings: Mapping[str, str], held: HeldScores | None = None) -> str:
    """How the threshold of a fitted model came about, in a sentence.

    Args:
        settings: options of the run.
        held: what the model said of the training rows that chose; None where no rows did.
    """
    if set_threshold(settings) is not None:
        return "It was set by the option threshold."
    decision = decision_of(settings)
    if decision.share is None:
        return "By margin and loss given default, approving breaks even there."
    chosen = "Chosen on training rows that the model had not learnt from, so that"
    if decision.rule == "capacity":
        return f"{chosen} {percent(decision.share)} of them, the capacity, are flagged."
    cases = int(held.truth.sum()) if held is not None else 0
    return f"{chosen} {promise_words(decision.share, cases)} of new cases are expected to be found."


def write_threshold(folder: Path, decision: Decision, threshold: float) -> None:
    """Keep a threshold beside the model, so that whoever loads it decides alike."""
    facts = {"rule": decision.rule, "share": decision.share, "threshold": threshold}
    (folder / FILE).write_text(json.dumps(facts), encoding="utf-8")


def read_threshold(folder: Path) -> float:
    """What `write_threshold` wrote.

    Raises:
        DataError: the file is missing or damaged.
    """
    path = folder / FILE
    damaged = DataError(f"The {FILE} of the bundle is damaged; download it again.")
    try:
        facts: Any = json.loads(path.read_text("utf-8"))
        threshold = facts["threshold"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        raise damaged from error
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    # Just above 1, nothing is flagged.
    if not number or not 0 <= threshold < 1.001 or facts.get("rule") not in RULES:
        raise damaged
    return float(threshold)
