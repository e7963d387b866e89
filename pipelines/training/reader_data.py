"""Examples for litmus-reader: questions with a span in a passage, split so that no text is shared.

Most of the data asks about single sentences. Reading a passage is taught by standing distractor
sentences around them, and not to answer by giving a question a passage of distractors only.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILES = ("train.jsonl", "train_qamr_more.jsonl", "train_covid_qa.jsonl")
SENTENCES = "qamr"
NEIGHBOURS = 6
TEST_SHARE = 0.10
CALIBRATION_SHARE = 0.05


@dataclass(frozen=True)
class Question:
    """A question on a context.

    Attributes:
        spans: start and end characters of the accepted answers in the context.
        answers: their texts.
    """

    source: str
    text: str
    context: str
    spans: tuple[tuple[int, int], ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Passage:
    """Sentences and where the one that was asked about starts (-1 when it is not there)."""

    text: str
    start: int


def load(folder: Path) -> dict[str, list[Question]]:
    """Train, calibration and test questions; those of one context stay together.

    Args:
        folder: holds the files named in `FILES`, one JSON object a line.
    """
    splits: dict[str, list[Question]] = {"train": [], "calibration": [], "test": []}
    for name in FILES:
        with (folder / name).open(encoding="utf-8") as lines:
            for line in lines:
                question = _question(json.loads(line))
                if question is not None:
                    splits[_split_of(question.context)].append(question)
    return splits


def _question(row: dict[str, Any]) -> Question | None:
    context, answer, start = row["context"], row["answer"], row["answer_start"]
    if context[start : start + len(answer)] != answer:
        return None
    spans = {(start, start + len(answer))}
    for other in row["answers"]:
        near = context.find(other, max(0, start - len(other)))
        if other and 0 <= near <= start + len(answer):
            spans.add((near, near + len(other)))
    source = row["source"].split("_")[0]
    return Question(
        source, row["question"], context, tuple(sorted(spans)), tuple(row["answers"])
    )


def _split_of(context: str) -> str:
    draw = int(hashlib.sha256(context.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    if draw < TEST_SHARE:
        return "test"
    return "calibration" if draw < TEST_SHARE + CALIBRATION_SHARE else "train"


class Distractors:
    """Sentences of one split, to stand around the sentence that is asked about."""

    def __init__(self, questions: Iterable[Question]) -> None:
        contexts = dict.fromkeys(q.context for q in questions if q.source == SENTENCES)
        self.sentences = list(contexts)
        self._place = {text: place for place, text in enumerate(self.sentences)}

    def around(self, context: str, length: int, rng: random.Random, answerable: bool) -> Passage:
        """A passage of about `length` characters with the sentence `context`, or without it.

        Half of the distractors stand near it in the data and are of a similar subject.
        """
        chosen: list[str] = []
        size = len(context) if answerable else 0
        place = self._place[context]
        # A corpus may hold too few other sentences to fill the length.
        while size < length and len(chosen) < len(self.sentences) - 1:
            if rng.random() < 0.5:
                other = self.sentences[
                    (place + rng.choice((-1, 1)) * rng.randint(1, NEIGHBOURS)) % len(self.sentences)
                ]
            else:
                other = rng.choice(self.sentences)
            if other == context or other in chosen:
                continue
            chosen.append(other)
            size += len(other) + 1
        if not answerable:
            return Passage(" ".join(chosen), -1)
        at = rng.randint(0, len(chosen))
        before = "".join(text + " " for text in chosen[:at])
        after = "".join(" " + text for text in chosen[at:])
        return Passage(before + context + after, len(before))


def window(question: Question, length: int, rng: random.Random) -> Passage:
    """A piece of a long context of about `length` characters that holds the answers."""
    context = question.context
    if len(context) <= length:
        return Passage(context, 0)
    first = min(start for start, _ in question.spans)
    last = max(end for _, end in question.spans)
    spare = max(0, length - (last - first))
    start = max(0, min(first - rng.randint(0, spare), len(context) - length))
    while start > 0 and not context[start - 1].isspace():
        start -= 1
    stop = max(last, start + length)
    while stop < len(context) and not context[stop].isspace():
        stop += 1
    return Passage(context[start:stop], -start)


def passages(
    questions: Sequence[Question],
    longest: int,
    rng: random.Random,
    unanswerable: float,
) -> list[tuple[str, str, tuple[tuple[int, int], ...]]]:
    """Question, passage and accepted spans in it (none: no answer) for each question.

    Args:
        longest: most characters of a passage; its length is drawn up to it.
        unanswerable: share of questions that get a passage without the answer.
    """
    distractors = Distractors(questions)
    others = defaultdict(list)
    for question in questions:
        others[question.source].append(question)
    made = []
    for question in questions:
        answerable = rng.random() >= unanswerable
        length = rng.randint(0, longest)
        if question.source == SENTENCES:
            passage = distractors.around(
                question.context, length or (0 if answerable else 1), rng, answerable
            )
        elif answerable:
            passage = window(question, max(length, longest // 2), rng)
        else:
            other = rng.choice(others[question.source])
            if other.context == question.context:
                continue
            passage = window(other, max(length, longest // 2), rng)
        spans = tuple(
            (start + passage.start, end + passage.start) for start, end in question.spans
        ) if answerable else ()
        made.append((question.text, passage.text, spans))
    return made
