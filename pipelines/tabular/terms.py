"""What decisions gain and cost, as columns of a batch: from the file, or from the options."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.dataset import Dataset
from pipelines.options import Options
from pipelines.tabular.target import read_money

MARGIN = "margin"
# Columns of a batch that hold what decisions gain and cost where the file does not say it, by option.
USUAL_TERMS = {
    "usual margin": "margin", "loss given default": "loss_given_default",
    "cost of a review": "review_cost",
}


@dataclass(frozen=True)
class Terms:
    """A batch with its terms.

    Attributes:
        batch: with the margin of each row as a share of its exposure, where a column holds it.
        percent: whether the file has it in percent; None where no column holds it.
        notes: sentences where it was divided by 100, and where rows without one were given the usual.
    """

    batch: pd.DataFrame
    percent: bool | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Margins:
    """Margins of a column.

    Attributes:
        values: (n,) shares of the exposure; none is missing.
        percent: whether the file has them in percent.
        notes: sentences where they were divided by 100, and where rows without one were given one.
    """

    values: np.ndarray
    percent: bool
    notes: tuple[str, ...]


def with_terms(
    batch: pd.DataFrame, dataset: Dataset, options: Options, percent: bool | None = None
) -> Terms:
    """The batch of a data set with what decisions gain and cost.

    Args:
        batch: of the data set.
        dataset: whose column of margins is read.
        options: margin, loss_given_default and review_cost.
        percent: whether margins are in percent, where another file has told; None tells it by their
            median: half of all loans earn no more than all that is lent.

    Raises:
        DataError: a margin is negative or no number.
    """
    found = batch.assign(**{name: options.number(option) for name, option in USUAL_TERMS.items()})
    cells = dataset.column(MARGIN)
    if cells is None:
        return Terms(found, None, ())
    margins = margins_of(cells, percent, options.number("margin"))
    return Terms(found.assign(margin=margins.values), margins.percent, margins.notes)


def margins_of(
    cells: pd.Series, percent: bool | None = None, usual: float | None = None
) -> Margins:
    """The margin of each row as a share of its exposure.

    Args:
        cells: as read.
        percent: whether they are in percent, where another file has told; None tells it by their
            median: half of all loans earn no more than all that is lent.
        usual: the margin of rows that have none; None takes the mean of the others.

    Raises:
        DataError: a margin is negative or no number, or all are missing.
    """
    values = read_money(cells, MARGIN)
    earning = values[values > 0]
    middle = float(np.median(earning)) if len(earning) else 0.0
    notes = []
    in_percent = middle > 1 if percent is None else percent
    if in_percent:
        values = values / 100
    if in_percent and percent is None:
        notes.append(
            f"The margins in “{cells.name}” are taken as percent, as the middle one is {middle:g}, and "
            f"divided by 100: {middle:g} % of the exposure."
        )
    blank = np.isnan(values)
    if blank.any():
        given = float(values[~blank].mean()) if usual is None else usual
        where = "the mean of the others" if usual is None else "the option margin"
        rows = "1 row has" if blank.sum() == 1 else f"{int(blank.sum()):,} rows have"
        notes.append(
            f"In “{cells.name}”, {rows} no margin and count with {100 * given:.3g} % of the exposure, "
            f"{where}."
        )
        values = np.where(blank, given, values)
    return Margins(values, in_percent, tuple(notes))
