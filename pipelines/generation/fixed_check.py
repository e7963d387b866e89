"""A small fixed check of a model: facts, arithmetic, following instructions. Graded by rule.

It is no benchmark: a dozen questions each, so that a small model's limits are seen beside its name
before they are met in work. Replies are greedy, so that the same weights have the same score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.score import Score
from pipelines.generation.check_questions import QUESTIONS
from pipelines.generation.history import Message
from pipelines.generation.sampling import Sampling
from pipelines.progress import SILENT, Progress
from pipelines.runtime.cache_folder import read_json, write_json

if TYPE_CHECKING:
    from pipelines.generation.causal import CausalModel

# Raised when a question or its grading changes, so that older scores are not shown for it.
VERSION = 1
FILE = "fixed-check.json"
RECORD = Path(__file__).parent / "checked" / "smollm2.json"
PRECISIONS = ("float32", "bfloat16")
SUBJECTS = ("facts", "arithmetic", "instructions")
SAMPLING = Sampling(temperature=0, max_tokens=40)


@dataclass(frozen=True)
class Checked:
    """The score of a model and what it said.

    Attributes:
        right: of each subject, how many replies were right.
        asked: of each subject, how many questions there are.
        replies: what the model said to each question, in the order of the check.
        precision: of the numbers that it was computed with; "" where that is not known.
    """

    right: Mapping[str, int]
    asked: Mapping[str, int]
    replies: tuple[str, ...]
    precision: str = ""

    @property
    def scores(self) -> tuple[Score, ...]:
        """The share of right replies for each subject, with Wilson's interval."""
        found = []
        for subject in SUBJECTS:
            right, asked = self.right[subject], self.asked[subject]
            low, high = wilson(right, asked)
            found.append(
                Score(
                    name=f"check_{subject}", value=right / asked, low=low, high=high, n=asked,
                    unit="questions", signature=f"wilson|level:0.95|litmus-check:{VERSION}",
                )
            )
        return tuple(found)

    @property
    def sentence(self) -> str:
        """The score in words: “facts 5 of 12, arithmetic 2 of 12, instructions 7 of 12”."""
        return ", ".join(
            f"{subject} {self.right[subject]} of {self.asked[subject]}" for subject in SUBJECTS
        )


def known_check(name: str, precisions: Sequence[str] = PRECISIONS) -> Checked | None:
    """The score of the weights of that name, if they were checked before: here, or by us.

    Args:
        name: of the weights.
        precisions: in which they may have been, the first that is known counts; replies differ.
    """
    known = {**_recorded(), **read_json(FILE)}
    for precision in precisions:
        kept = known.get(_key(name, precision))
        if isinstance(kept, list) and len(kept) == len(QUESTIONS):
            return graded([str(reply) for reply in kept], precision)
    return None


def run_check(model: CausalModel, progress: Progress = SILENT) -> Checked:
    """The score of a model: from memory where it was checked in this precision, else asked now.

    Raises:
        CancelledRun: the user stopped it; OptionError: the model does not chat.
    """
    from pipelines.generation.batches import generate_batch

    known = known_check(model.name, (model.precision,))
    if known is not None:
        return known
    progress.stage("The fixed check", len(QUESTIONS))
    prompts = [model.encode_chat([Message("user", question.text)]) for question in QUESTIONS]
    replies = [each.text for each in generate_batch(model, prompts, SAMPLING, progress)]
    kept: dict[str, Any] = {**read_json(FILE), _key(model.name, model.precision): replies}
    write_json(FILE, kept)
    return graded(replies, model.precision)


@cache
def _recorded() -> dict[str, Any]:
    """What the default model replied when this version was made."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def _key(name: str, precision: str) -> str:
    return f"{name}|{precision}|{VERSION}"


def graded(replies: list[str], precision: str = "") -> Checked:
    """The score of replies to the questions of the check, in their order."""
    right = dict.fromkeys(SUBJECTS, 0)
    asked = dict.fromkeys(SUBJECTS, 0)
    for question, reply in zip(QUESTIONS, replies, strict=True):
        asked[question.subject] += 1
        right[question.subject] += question.grade(reply.strip())
    return Checked(right, asked, tuple(replies), precision)
