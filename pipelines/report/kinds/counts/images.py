"""What was found in the images, and those that are counted worst."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.counts import CountJudgement
from pipelines.report.sections import Evidence, Example, Section, Table
from pipelines.report.wording import cut, percent
from pipelines.vision.boxes import BoxPredictions, words

MOST = 12
MOST_LABELS = 30


def found(said: BoxPredictions, model: str) -> Section | None:
    """How many there are of each label."""
    held = said.per_label()
    if not held:
        return None
    rows = []
    for label, number in list(held.items())[:MOST_LABELS]:
        own = sum(any(box.label == label for box in boxes) for boxes in said.boxes)
        rows.append((cut(label, 60), f"{number:,}", f"{own:,}", percent(own / len(said))))
    return Section(
        "found", f"What {cut(model, 60)} found",
        f"In {len(said):,} images; where in them is not judged, as nobody drew boxes by hand.",
        tables=(Table(
            "Found, the most frequent first", ("Label", "Found", "In images", "Of the images"),
            tuple(rows),
        ),),
    )


def furthest(evidence: Evidence, judgement: CountJudgement) -> Section | None:
    """The images whose count is furthest off."""
    name = evidence.favourite
    off = judgement.errors(name)
    order = np.argsort(-np.abs(off), kind="stable")
    order = order[off[order] != 0][:MOST]
    if not len(order):
        return Section(
            "furthest", "Images counted wrong", f"{cut(name, 60)} counts every image exactly."
        )
    examples = []
    for row in order:
        facts = (("true", f"{judgement.truth[row]:g}"),
                 ("counted", f"{judgement.systems[name][row]:g}"))
        examples.append(_example(evidence, int(evidence.tested[row]), facts))
    return Section(
        "furthest", f"Where {cut(name, 60)} is furthest off",
        f"Of {int((off != 0).sum()):,} images that are counted wrong, the worst first.",
        examples=tuple(examples),
    )


def first(evidence: Evidence, said: BoxPredictions) -> Section:
    """The first images, which nobody has counted."""
    examples = tuple(
        _example(evidence, row, (("found", words(said.boxes[row]) or "nothing"),))
        for row in range(min(MOST, len(said)))
    )
    return Section(
        "examples", "Examples",
        f"The first images, by {cut(evidence.favourite, 60)}. Nobody has counted whether it is right.",
        examples=examples,
    )


def _example(
    evidence: Evidence, row: int, facts: tuple[tuple[str, str], ...]
) -> Example:
    text = "" if evidence.texts is None else cut(evidence.texts.iloc[row], 200)
    return Example(int(evidence.numbers[row]), text, facts)
