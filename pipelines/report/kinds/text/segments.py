"""Segments to read: where a system loses most against another, with the differing words marked."""

from __future__ import annotations

from typing import cast

import numpy as np

from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_metrics import OF_A_HUNDRED, TITLES
from pipelines.evaluation.word_differences import Piece, closest, differing_words
from pipelines.pipeline import TextPredictions
from pipelines.report.sections import Evidence, Example, Section, Version
from pipelines.report.wording import clean, cut

MOST = 12
TEXT_LENGTH = 600
MARKS = "Marked are words that the reference, or in the reference the system, does not have."


def losses(
    evidence: Evidence, judgement: TextJudgement, chosen: str, other: str
) -> Section:
    """The segments that speak most against the chosen system."""
    metric = segment_metric(judgement)
    name = cut(chosen, 60)
    title = f"Where {name} loses most to {cut(other, 60)}"
    lost = judgement.losses(chosen, other, metric)
    order = np.argsort(-lost, kind="stable")
    order = order[lost[order] > 0]
    if not len(order):
        return Section("losses", title, f"{name} is in no segment below {cut(other, 60)}.")
    return Section(
        "losses", title,
        f"By {TITLES[metric]} of the segment, in {len(order):,} of {len(lost):,} segments it is the "
        f"lower one. {MARKS}",
        examples=_examples(evidence, judgement, order[:MOST], chosen, other),
    )


def weakest(
    evidence: Evidence, judgement: TextJudgement, chosen: str, other: str | None
) -> Section:
    """The segments in which the chosen system is furthest from the reference."""
    metric = segment_metric(judgement)
    order = np.argsort(judgement.segments[chosen][metric], kind="stable")[: MOST // 2]
    return Section(
        "weakest", f"Weakest segments of {cut(chosen, 60)}",
        f"By {TITLES[metric]}, the lowest first. {MARKS}",
        examples=_examples(evidence, judgement, order, chosen, other),
    )


def segment_metric(judgement: TextJudgement) -> str:
    """The metric that tells single segments apart best."""
    return "f1_token" if judgement.primary == "f1_token" else "chrf"


def unjudged(evidence: Evidence) -> Section | None:
    """The first outputs, which nobody has held against anything."""
    predictions = evidence.predictions.get(evidence.favourite)
    if predictions is None or not len(predictions):
        return None
    texts = cast(TextPredictions, predictions).texts
    found = []
    for i in range(min(MOST, len(texts))):
        cell = "" if evidence.texts is None else cut(evidence.texts.iloc[i], TEXT_LENGTH)
        said = cut(texts[i], TEXT_LENGTH) or "(nothing)"
        found.append(Example(
            int(evidence.numbers[i]), cell, (),
            (Version(cut(evidence.favourite, 60), ((said, False),)),),
        ))
    return Section(
        "examples", "Examples",
        f"The first outputs of {cut(evidence.favourite, 60)}. Nobody has said whether they are right.",
        examples=tuple(found),
    )


def _examples(
    evidence: Evidence, judgement: TextJudgement, order: np.ndarray, chosen: str, other: str | None
) -> tuple[Example, ...]:
    return tuple(_example(evidence, judgement, int(row), chosen, other) for row in order)


def _example(
    evidence: Evidence, judgement: TextJudgement, row: int, chosen: str, other: str | None
) -> Example:
    metric = segment_metric(judgement)
    digits = 1 if metric in OF_A_HUNDRED else 3
    output = judgement.systems[chosen][row]
    reference = closest(output, judgement.references[row])
    versions = [Version("reference", _marked(reference, output))]
    facts = []
    for name in (chosen, other):
        if name is not None:
            versions.append(
                Version(cut(name, 60), _marked(judgement.systems[name][row], reference))
            )
            value = judgement.segments[name][metric][row]
            facts.append((f"{TITLES[metric]} of {cut(name, 40)}", f"{value:.{digits}f}"))
    source = "" if judgement.sources is None else cut(judgement.sources[row], TEXT_LENGTH)
    position = int(evidence.tested[row])
    return Example(int(evidence.numbers[position]), source, tuple(facts), tuple(versions))


def _marked(text: str, other: str) -> tuple[Piece, ...]:
    shown = clean(text)
    if not shown.strip():
        return (("(nothing)", False),)
    shown = shown if len(shown) <= TEXT_LENGTH else shown[: TEXT_LENGTH - 1] + "…"
    return differing_words(shown, clean(other))
