"""Pipelines that search documents, told from others without loading any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from pipelines.retrieval.index import Index


@runtime_checkable
class SearchesDocuments(Protocol):
    """What holds the index of the documents it reads.

    Attributes:
        index: of the documents; None when there are none.
    """

    index: Index | None


def index_of(pipeline: object) -> Index | None:
    """The index that a pipeline searches, None where it searches none."""
    return pipeline.index if isinstance(pipeline, SearchesDocuments) else None
