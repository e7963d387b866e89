"""Passages of the session's own documents, as the page “Question answering” indexed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.session import workspace
from pipelines.generation.grounding import Passage
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
