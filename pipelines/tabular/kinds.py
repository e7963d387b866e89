"""What each column of a table is to a model, told from its training rows alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from data.errors import OptionError
from data.labels import key_of
from data.traits import traits
from pipelines.tabular.categories import keys_of
from pipelines.tabular.dates import are_dates
from pipelines.tabular.numerals import Numerals, numerals_of

Kind = Literal["number", "flag", "category", "date", "text", "left out"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_ID_NAME = re.compile(r"(^|[_\s.-])(id|uuid|guid|key|index)$|[a-z](Id|ID)$|^unnamed|^#$|^nr\.?$")
_CODE_NAME = re.compile(r"(^|[_\s.-])(zip|zip ?code|post ?code|postal ?code|plz|cep|branch ?code)$")
_SENTENCE = 4
_TEXTS = 20
_SHARE_OF_TEXTS = 0.1
_FEWEST_IDS = 20


@dataclass(frozen=True)
class Nature:
    """What a column is, and why where it is left out; `numerals` of one of numbers."""

    kind: Kind
    reason: str = ""
    numerals: Numerals | None = None
    is_id: bool = False


def chosen_kinds(settings: Mapping[str, str], columns: pd.Index) -> dict[str, Kind]:
    """The kinds that the user chose, as “NAME=KIND; NAME=KIND” in the setting `types`.

    Raises:
        OptionError: A column or a kind does not exist.
    """
    chosen: dict[str, Kind] = {}
    for part in settings.get("types", "").split(";"):
        if not part.strip():
            continue
        name, _, word = part.rpartition("=")
        name, kind = name.strip(), next((each for each in KINDS if each == word.strip()), None)
        if name not in columns:
            raise OptionError(
                f"There is no feature “{name}” to give a type to; write the types as "
                "“COLUMN=category; COLUMN=number”."
            )
        if kind is None:
            raise OptionError(
                f"“{word.strip()}” is no type of a column: choose {', '.join(KINDS[:-1])} or "
                f"{KINDS[-1]} for “{name}”."
            )
        chosen[name] = kind
    return chosen


def nature_of(cells: pd.Series, chosen: Kind | None = None) -> Nature:
    """What a column is; `chosen` by the user where it can be read so."""
    if chosen == "left out":
        return Nature("left out", "you left it out")
    # Numbers need no texts of their cells, which take long where there are many.
    numeric = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)
    present = cells if numeric else keys_of(cells)
    count, distinct = int(present.notna().sum()), int(present.nunique())
    if count == 0:
        return Nature("left out", "all its cells are missing")
    if distinct == 1 and count == len(present):
        return Nature("left out", f"every cell is “{_short(key_of(present.iloc[0]))}”")
    if chosen is not None:
        return _as_chosen(cells, present, distinct, chosen)
    if distinct == 1:
        return Nature("flag")
    if numeric:
        return _of_numbers(cells, count, distinct)
    if pd.api.types.is_datetime64_any_dtype(cells) or are_dates(present):
        return Nature("date")
    numerals = numerals_of(present)
    if numerals is not None:
        nature = _of_numbers(pd.Series(numerals.read(present), name=cells.name), count, distinct)
        return replace(nature, numerals=numerals if nature.kind == "number" else None)
    if distinct == 2:
        return Nature("flag")
    return _of_words(cells, count, distinct)


def _as_chosen(cells: pd.Series, present: pd.Series, distinct: int, chosen: Kind) -> Nature:
    if chosen == "flag" and distinct > 2:
        raise OptionError(
            f"“{cells.name}” has {distinct:,} different values, so it is no flag; choose category "
            "or number for it."
        )
    if chosen != "number" or pd.api.types.is_numeric_dtype(cells):
        return Nature(chosen, "", Numerals() if chosen == "number" else None)
    numerals = numerals_of(present) or Numerals()
    if np.isnan(numerals.read(present)).all():
        raise OptionError(
            f"“{cells.name}” holds no numbers (for example “{_short(present.dropna().iloc[0])}”); "
            "choose category or text for it."
        )
    return Nature("number", "", numerals)


def _of_numbers(cells: pd.Series, count: int, distinct: int) -> Nature:
    values = Numerals().read(cells)
    known = values[np.isfinite(values)]
    if not len(known):
        return Nature("left out", "all its cells are missing, infinite or beyond 1e100")
    whole = bool((known == np.round(known)).all())
    # A measure may be without end; what numbers the rows never is.
    own = distinct == count and not np.isinf(values).any()
    if whole and count > _FEWEST_IDS:
        span = float(known.max() - known.min()) + 1
        named = bool(_ID_NAME.search(str(cells.name).strip()))
        if (own and span < 1.5 * count) or (
            named and distinct > 0.5 * count and not np.isinf(values).any()
        ):
            return Nature("left out", "it numbers the rows and says nothing of them", is_id=True)
    if distinct == 2:
        return Nature("flag")
    if whole and are_dates(cells):
        return Nature("date")
    if whole and _CODE_NAME.search(str(cells.name).strip().lower()):
        return Nature("category")
    return Nature("number", "", Numerals())


def _of_words(cells: pd.Series, count: int, distinct: int) -> Nature:
    known = traits(cells)
    if known.kind == "link":
        return Nature("left out", "it holds links")
    if known.words >= _SENTENCE and distinct > max(_TEXTS, _SHARE_OF_TEXTS * count):
        return Nature("text")
    if distinct > 0.9 * count and count > _FEWEST_IDS:
        return Nature("left out", "nearly every row has a value of its own", is_id=True)
    return Nature("category")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
