"""Rows to read: the errors a model was surest of, or what it says where nobody knows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.evaluation.judgement import Judgement
from pipelines.pipeline import ClassPredictions
from pipelines.report.kinds.classification.pictures import with_pictures
from pipelines.report.sections import Evidence, Example, Section
from pipelines.report.wording import cut, percent, rows

MOST = 15
TEXT_LENGTH = 300
MOST_RIGHT = 4
MOST_BYTES_RIGHT = 15_000


def errors(evidence: Evidence, judgement: Judgement) -> Section:
    """The errors the favourite model was most confident of."""
    system = judgement.system(evidence.favourite)
    wrong = np.flatnonzero(judgement.truth != system.labels)
    name = cut(evidence.favourite, 60)
    if not len(wrong):
        return Section("errors", "Errors", f"{name} makes no error on these {evidence.unit}s.")
    confidence = system.confidence
    if confidence is not None:
        wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    found = []
    for i in wrong[:MOST]:
        said = [("truth", cut(judgement.classes[judgement.truth[i]], 60)),
                ("prediction", cut(judgement.classes[system.labels[i]], 60))]
        if confidence is not None:
            said.append(("confidence", percent(float(confidence[i]))))
        found.append(_example(evidence, int(evidence.tested[i]), said))
    surest = " it was surest of" if confidence is not None else ""
    shown = f"the {len(found)}{surest}" if len(found) < len(wrong) else "all of them"
    places = evidence.tested[wrong[:MOST]]
    return Section(
        "errors", f"Errors of {name}",
        f"{name} is wrong in {rows(len(wrong), evidence.unit)} of {len(judgement.truth):,}; "
        f"here are {shown}. Some may be wrong labels.",
        examples=with_pictures(evidence, found, places),
    )


def right_ones(evidence: Evidence, judgement: Judgement) -> Section | None:
    """For images, a few that the favourite is surest of and right about, each of another class."""
    system = judgement.system(evidence.favourite)
    confidence = system.confidence
    if evidence.pictures is None or confidence is None:
        return None
    right = np.flatnonzero(judgement.truth == system.labels)
    ranked = right[np.argsort(-confidence[right], kind="stable")]
    # The first of each class in this order is the one it is surest of.
    _, first = np.unique(system.labels[ranked], return_index=True)
    chosen = ranked[np.sort(first)[:MOST_RIGHT]]
    if not len(chosen):
        return None
    found = [
        _example(evidence, int(evidence.tested[i]), [
            ("prediction", cut(judgement.classes[system.labels[i]], 60)),
            ("confidence", percent(float(confidence[i]))),
        ])
        for i in chosen
    ]
    return Section(
        "right", "Images it is right about",
        f"What {cut(evidence.favourite, 60)} is surest of and right about, one image a class.",
        examples=with_pictures(evidence, found, evidence.tested[chosen], MOST_BYTES_RIGHT),
    )


def unjudged(evidence: Evidence, said: ClassPredictions) -> Section | None:
    """The surest rows of each class, then the least sure rows."""
    if not len(said):
        return None
    confidence, codes = said.confidence, said.codes
    order = np.argsort(-confidence, kind="stable")
    each = max(1, 9 // max(len(said.classes), 1))
    chosen: list[int] = []
    for c in range(len(said.classes)):
        chosen += [int(i) for i in order[codes[order] == c][:each]]
    chosen = chosen[: MOST - 6]
    chosen += [int(i) for i in order[::-1][: MOST - len(chosen)] if int(i) not in chosen]
    found = with_pictures(evidence, [
        _example(evidence, i, [("prediction", cut(said.labels[i], 60)),
                               ("confidence", percent(float(confidence[i])))])
        for i in chosen
    ], chosen)
    return Section(
        "examples", "Examples",
        f"{evidence.unit.capitalize()}s that {cut(evidence.favourite, 60)} is surest of in each class, "
        "then those it is least sure of. Nobody has said whether they are right.",
        examples=found,
    )


def _example(evidence: Evidence, position: int, said: list[tuple[str, str]]) -> Example:
    if evidence.pictures is not None:
        name = cut(evidence.pictures.iloc[position].name, 80)
        return Example(int(evidence.numbers[position]), name, tuple(said))
    cell = None if evidence.texts is None else evidence.texts.iloc[position]
    text = "" if cell is None or pd.isna(cell) else cut(cell, TEXT_LENGTH)
    return Example(int(evidence.numbers[position]), text, tuple(said))
