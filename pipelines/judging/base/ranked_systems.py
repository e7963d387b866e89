"""Which columns of a ranked file can be users and items, and which are systems that ranked."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.judging.base.columns import amounts, holds_numbers

# In fewer rows, that no value comes twice says nothing of a column.
_FEWEST_TO_REPEAT = 20
# Words of a name that say that its numbers are something else than a score or a place in a list.
_OTHER_WORDS = (
    "id ids no nr num number index idx row line key code sku nummer número numero "
    "date time timestamp ts day month year hour week datum jahr zeit fecha año data ano "
    "price amount cost qty quantity count age zip postcode phone lat lon preis menge alter "
    "precio cantidad edad preço quantidade idade"
)
_OTHER = frozenset(_OTHER_WORDS.split())


def comes_again(cells: pd.Series) -> bool:
    """Whether a column can be one of users or items: each of them stands in several rows."""
    known = cells.dropna()
    return len(known) < _FEWEST_TO_REPEAT or bool(known.duplicated().any())


def systems_in(
    frame: pd.DataFrame, free: Sequence[str], user: str | None, said: Sequence[str]
) -> list[str]:
    """Columns of numbers that can be scores or places, in the order of the file.

    Running numbers, dates, prices and what is the same in all rows of a user are left out, unless
    the name says otherwise.

    Args:
        free: names of columns that have no other part.
        user: the column of users, if it is known.
        said: columns whose names say that they are scores or places.
    """
    return [
        name for name in free
        if holds_numbers(frame[name]) and (name in said or not (
            _other(name) or _running(frame[name]) or _of_users(frame, name, user)
        ))
    ]


def _other(name: str) -> bool:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).casefold()
    return not _OTHER.isdisjoint(re.findall(r"[^\W\d_]+", spaced))


def _running(cells: pd.Series) -> bool:
    """Whole numbers that rise row by row, as a count of the rows does."""
    numbers = amounts(cells).to_numpy()
    if len(numbers) < _FEWEST_TO_REPEAT or not np.isfinite(numbers).all():
        return False
    return bool((numbers == np.floor(numbers)).all() and (np.diff(numbers) > 0).all())


def _of_users(frame: pd.DataFrame, name: str, user: str | None) -> bool:
    """Whether the numbers say something of users, and so cannot put anything in an order."""
    if user is None:
        return bool(frame[name].nunique() < 2)
    return bool((frame.groupby(user, observed=True)[name].nunique() < 2).all())
