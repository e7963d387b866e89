"""Passages of the session's own documents, as the page “Question answering” indexed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd

from dashboard.session import workspace
from pipelines.generation.grounding import Finding, Passage
from pipelines.reading.answers import AnswerPredictions
from pipelines.retrieval.indexed import index_of

if TYPE_CHECKING:
    from pipelines.retrieval.index import Index

SLUG = "question-answering"
PASSAGES = 3


def documents_index() -> Index | None:
    """The index of the last run on documents in this session, if there was one."""
    experiment = workspace(SLUG).experiment
    for run in experiment.runs if experiment is not None else ():
        index = index_of(run.pipeline)
        if index is not None and index.passages:
            return index
    return None


def passages_for(question: str, index: Index) -> tuple[Passage, ...]:
    """The passages that fit a question best, the best first."""
    hits = index.search([question], "hybrid", PASSAGES)[0]
    return tuple(index.passages[hit.passage] for hit in hits)


def reader_finds(question: str) -> Finding | None:
    """What the reader of that run finds for a question; None where only a baseline ran.

    Raises:
        LitmusError: the reader could not be loaded again.
    """
    experiment = workspace(SLUG).experiment
    if experiment is None or experiment.favourite.card.baseline:
        return None
    run = experiment.favourite
    found = cast(AnswerPredictions, run.pipeline.predict(pd.DataFrame({"question": [question]})))
    (best,) = found.best()
    if best is None:
        return Finding(run.card.title)
    return Finding(
        run.card.title, " ".join(best.text.split()), best.confidence, found.threshold,
        best.passage.document, best.passage.page,
    )
