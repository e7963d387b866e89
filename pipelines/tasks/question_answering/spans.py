"""Span readers over the passages of many questions at once."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from pipelines.pipeline import Facts
from pipelines.reading.sources import Asked, Source
from pipelines.retrieval.table_rows import row_ends
from pipelines.runtime.span_model import Span, SpanModel


def read_passages(
    reader: SpanModel, asked: Sequence[Asked], count: int
) -> list[list[tuple[Source, Span]]]:
    """Candidate spans of each question, with the source they stand in.

    Args:
        count: most spans of a passage that retrieval found; one that came with its question gives
            more. None runs over the end of a table's row.
    """
    pairs = [(question, source.passage.text) for question, sources in asked for source in sources]
    spans = iter(reader.read(pairs, 2 * count, barred=row_ends))
    return [
        [
            (source, span)
            for source in sources
            for span in next(spans)[: 2 * count if source.place is None else count]
        ]
        for _, sources in asked
    ]


def facts_of(reader: SpanModel) -> Facts:
    """What a reader knows of itself, for the report."""
    return Facts(
        device=reader.device.type, precision=reader.precision,
        versions={"torch": version("torch"), "transformers": version("transformers")},
    )
