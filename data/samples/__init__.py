"""Samples for one-click use: data written for this project, with the mapping that fits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from data.errors import OptionError
from data.readers import read_path
from data.table import Table

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """A data set that comes with Litmus.

    Attributes:
        id: Identifier, used in links.
        task: Task it belongs to.
        title: What people read.
        description: One sentence on its rows.
        file: File name in this folder.
        written: A sentence saying that it was written, not collected.
        mapping: Role to column.
        labels: The file's label values to the task's.
    """

    id: str
    task: str
    title: str
    description: str
    file: str
    written: str
    mapping: Mapping[str, str]
    labels: Mapping[str, str]


_SAMPLES = (
    Sample(
        id="product-reviews",
        task="sentiment",
        title="Product reviews",
        description="Reviews of a fictional product, with feeling, date, channel and plan.",
        file="reviews.csv",
        written="These reviews were written for this project; no customer wrote them.",
        mapping=MappingProxyType(
            {"text": "review", "label": "sentiment", "time": "date", "group": "channel"}
        ),
        labels=MappingProxyType(
            {"negative": "negative", "neutral": "neutral", "positive": "positive"}
        ),
    ),
)


def samples(task: str | None = None) -> tuple[Sample, ...]:
    """Returns the samples of a task, or all of them."""
    return tuple(each for each in _SAMPLES if task in (None, each.task))


def find(sample_id: str) -> Sample:
    """Returns a sample by its identifier.

    Raises:
        OptionError: There is none.
    """
    for each in _SAMPLES:
        if each.id == sample_id:
            return each
    known = ", ".join(each.id for each in _SAMPLES)
    raise OptionError(f"There is no sample {sample_id!r}; there are: {known}.")


def load(sample_id: str) -> Table:
    """Returns the rows of a sample.

    Raises:
        OptionError: There is no such sample.
    """
    each = find(sample_id)
    return replace(read_path(_FOLDER / each.file), written=each.written)
