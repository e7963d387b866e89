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
        notes: a sentence where it was divided by 100.
    """

    batch: pd.DataFrame
    percent: bool | None
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
    margins = read_money(cells, MARGIN)
    earning = margins[margins > 0]
    middle = float(np.median(earning)) if len(earning) else 0.0
    told = percent is not None
    if not (percent if told else middle > 1):
        return Terms(found.assign(margin=margins), False, ())
    if told:
        return Terms(found.assign(margin=margins / 100), True, ())
    note = (
        f"The margins in “{cells.name}” are taken as percent, as the middle one is {middle:g}, and "
        f"divided by 100: {middle:g} % of the exposure."
    )
    return Terms(found.assign(margin=margins / 100), True, (note,))
