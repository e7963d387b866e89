"""What a report page is made of, and the evidence it is made from, whatever the kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.table import Table as ReadTable
from pipelines.commands import FileEvaluation
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.titles import titled, titles_of


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: what it says.
        note: small print beneath.
        shade: 0 (none) to 10 (full), beside the number and never instead of it.
    """

    text: str
    note: str = ""
    shade: int = 0


def stacked(text: str) -> Cell:
    """A number in words with its interval as small print: narrow enough for a phone."""
    value, _, rest = text.partition(" (")
    return Cell(value, rest.removesuffix(")"))


@dataclass(frozen=True)
class Table:
    """A table; the first cell of each row names the row.

    Attributes:
        caption: what it shows, read out by screen readers and shown above it.
        header: one title a column.
        rows: of as many cells each.
        texts: positions of columns, besides the first, that hold words and not numbers.
        strong: positions of rows to stand out.
        folded: whether it opens on demand.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    texts: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()
    folded: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart: a title that states the finding, and the drawing."""

    title: str
    svg: str
    note: str = ""


@dataclass(frozen=True)
class Version:
    """One way to say a text: whose it is, and its pieces, each with whether it stands out."""

    name: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Example:
    """One row of the user's data with what was said about it.

    Attributes:
        picture: address that holds a small copy of the image itself; empty for other rows.
    """

    row: int
    text: str
    facts: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page; its charts stand beside its tables where there is room."""

    slug: str
    title: str
    note: str = ""
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Metric:
    """What a score is called, what it means in a sentence, and how it is written.

    Attributes:
        percent: whether it reads as a percentage.
        digits: decimals where it does not.
    """

    title: str
    meaning: str = ""
    percent: bool = False
    digits: int = 3


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a page can draw on, the same for runs and for predictions made elsewhere.

    Series are aligned with the predicted rows.

    Attributes:
        favourite: title of the model that the page speaks about; a page calls models by titles.
        outputs: names that predictions choose from.
        predictions: of each model by its title, for all predicted rows; empty for a file of them.
        tested: positions among the predicted rows that judge.
        numbers: of each predicted row, as a person counts them in the file.
        group: values to slice by; `group_name` is their column.
        pictures: the image of each predicted row, where rows are images.
        unit: what one row is called, such as image.
    """

    judged: Judged | None
    favourite: str
    outputs: tuple[str, ...]
    predictions: Mapping[str, Predictions]
    tested: np.ndarray
    numbers: np.ndarray
    texts: pd.Series | None = None
    times: pd.Series | None = None
    group: pd.Series | None = None
    group_name: str = ""
    pictures: pd.Series | None = None
    unit: str = "row"


def evidence_of(experiment: Experiment) -> Evidence:
    """The evidence of a run."""
    dataset = experiment.request.dataset

    seen = experiment.request.task.reads == "images"
    titles = titles_of(experiment)

    def of(role: str | None) -> pd.Series | None:
        cells = None if role is None else dataset.column(role)
        return None if cells is None else cells.iloc[experiment.rows].reset_index(drop=True)

    return Evidence(
        judged=titled(experiment.judged, titles) if experiment.judged is not None else None,
        favourite=titles[experiment.favourite.card.id],
        outputs=experiment.outputs,
        predictions={titles[run.card.id]: run.predictions for run in experiment.runs},
        tested=experiment.tested,
        numbers=_numbers(dataset.table, experiment.rows),
        texts=of(experiment.request.task.subject_role),
        times=of("time"),
        group=of("group"),
        group_name=dataset.roles.get("group", ""),
        pictures=dataset.batch()["image"].iloc[experiment.rows].reset_index(drop=True)
        if seen else None,
        unit="image" if seen else "row",
    )


def favourite_of(judged: Judged) -> str:
    """The system of a file that its page speaks about: the first that is not the baseline."""
    others = (name for name in judged.scores if name != judged.baseline)
    return next(others, judged.baseline)


def evidence_of_file(evaluation: FileEvaluation) -> Evidence:
    """The evidence in a file of predictions: its labelled rows."""
    dataset, judged = evaluation.dataset, evaluation.judged

    def of(role: str) -> pd.Series | None:
        cells = dataset.column(role)
        return None if cells is None else cells.iloc[evaluation.labelled].reset_index(drop=True)

    return Evidence(
        judged=judged,
        favourite=favourite_of(judged),
        outputs=(),
        predictions={},
        tested=np.arange(judged.rows),
        numbers=_numbers(dataset.table, evaluation.labelled),
        texts=of("text"),
        times=of("time"),
        group=of("group"),
        group_name=dataset.roles.get("group", ""),
    )


def _numbers(table: ReadTable, positions: np.ndarray) -> np.ndarray:
    source = table.source_rows
    at = positions if source is None else np.asarray(source)[positions]
    return np.asarray(at) + table.first_row
