"""What a column holds, told from its cells alone."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Literal

import pandas as pd

_SAMPLE = 2000
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LINK = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_CODE = re.compile(r"^(?=.*\d)[\w.:#/-]+$")
_INFINITE = re.compile(r"^[+-]?inf(?:inity)?$", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-]?[$€£¥]?\s?\d[\d.,' ]*(?:[eE][+-]?\d+)?\s?[%$€£¥]?$")
_DATE_LIKE = re.compile(
    r"^\W*(?:\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}|\d{8}(?:T|$)|"
    r"(?:\w{3,9},?\s+)?\d{1,2}\.?\s+[^\W\d]{3,9}\.?,?\s+\d{2,4}|"
    r"(?:\w{3},?\s+)?[^\W\d]{3,9}\.?\s+\d{1,2},?\s+)",
)

# 1980 and 2100 in seconds since 1970.
_EPOCH = (315_532_800, 4_102_444_800)

Nature = Literal["text", "category", "number", "time", "boolean", "id", "link", "constant", "empty"]


@dataclass(frozen=True)
class Traits:
    """What is known of a column from its cells; shares are of a sample of those present."""

    kind: Nature
    present: int
    distinct: int
    words: float
    characters: float
    has_words: bool
    numeric_share: float
    time_share: float
    example: str
    whole: bool = True
    asked_share: float = 0.0


def epoch_unit(cells: pd.Series) -> Literal["s", "ms"] | None:
    """Returns the unit of numbers that can be times since 1970, None where they cannot.

    Seconds from 1980 to 2100, or as many milliseconds.
    """
    if not pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_bool_dtype(cells):
        return None
    known = cells.dropna()
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    if _EPOCH[0] <= low and high <= _EPOCH[1]:
        return "s"
    return "ms" if 1000 * _EPOCH[0] <= low and high <= 1000 * _EPOCH[1] else None


def times(cells: pd.Series) -> pd.Series:
    """Returns cells as times, missing where unreadable; day-first where the month demands it.

    Numbers are times since 1970 where all of them can be.
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells
    unit = epoch_unit(cells)
    if unit is not None:
        return pd.to_datetime(cells, unit=unit, errors="coerce")
    text = cells.astype("str").str.strip()
    text = text.where(text.str.match(_DATE_LIKE).fillna(False).astype(bool))
    if not text.notna().any():
        return pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns]")
    day_first = bool(text.str.match(r"^(?:1[3-9]|2\d|3[01])[-/.]").fillna(False).any()) or bool(
        text.str.match(r"^\d{1,2}\.\d{1,2}\.\d").fillna(False).any()
    )
    with warnings.catch_warnings():
        # pandas warns of formats it has to guess row by row: that is asked for here.
        warnings.simplefilter("ignore")
        parsed = pd.to_datetime(text, errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    return parsed.dt.tz_localize(None)


def traits(cells: pd.Series) -> Traits:
    """Returns what a column holds; counts are over all cells, shares over up to 2,000 of them."""
    present = cells.dropna()
    if len(present) and not pd.api.types.is_numeric_dtype(cells):
        text = present.astype("str")
        present = present[(text.str.strip() != "").to_numpy(dtype=bool)]
    if not len(present):
        return Traits("empty", 0, 0, 0.0, 0.0, False, 0.0, 0.0, "")
    distinct = int(present.nunique())
    head = present.iloc[:: max(1, len(present) // _SAMPLE)].iloc[:_SAMPLE]
    shown = head.astype("str").str.strip()
    sample = [text[:2000] for text in shown.tolist()]
    size = len(sample)
    characters = sum(map(len, sample)) / size
    words = sum(_count_words(text) for text in sample) / size
    numeric = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)
    number_share = 1.0 if numeric else sum(bool(_NUMBER.match(text)) for text in sample) / size
    if pd.api.types.is_datetime64_any_dtype(cells):
        time_share = 1.0
    elif numeric or characters > 60:
        time_share = 0.0 if epoch_unit(present) is None else 1.0
    else:
        time_share = float(times(shown.iloc[:300]).notna().mean())
    kind = _kind(cells, sample, len(present), distinct, words, numeric, number_share, time_share)
    has_words = not numeric and sum(bool(_WORD.search(text)) for text in sample) > 0.1 * size
    return Traits(
        kind,
        len(present),
        distinct,
        words,
        characters,
        has_words,
        number_share,
        time_share,
        sample[0][:60],
        whole=all(re.fullmatch(r"[+-]?\d+(\.0)?", text) for text in sample) if numeric else True,
        asked_share=sum(text.endswith(("?", "？", "؟")) for text in sample) / size,
    )


def _count_words(text: str) -> int:
    # Scripts without spaces: two characters are about a word.
    ideographs = sum("\u3040" <= letter <= "\u9fff" for letter in text) if not text.isascii() else 0
    return len(text.split()) + ideographs // 2


def _kind(
    cells: pd.Series,
    sample: list[str],
    present: int,
    distinct: int,
    words: float,
    numeric: bool,
    number_share: float,
    time_share: float,
) -> Nature:
    size = len(sample)
    name = str(cells.name).strip().lower()
    if distinct == 1 and present > 1:
        return "constant"
    if pd.api.types.is_bool_dtype(cells):
        return "boolean"
    if time_share > 0.8 and not numeric:
        return "time"
    id_name = bool(re.search(r"(^|[_\s.-])(id|uuid|guid|key|index)$|^unnamed|^#$|^nr\.?$", name))
    id_name = id_name or bool(re.search(r"[a-z](Id|ID)$", str(cells.name).strip()))
    if numeric or number_share == 1:
        whole = all(re.fullmatch(r"[+-]?\d+(\.0)?", text) for text in sample)
        counts_up = whole and distinct == present > 20 and _counts_up(cells)
        if (id_name and distinct > 0.5 * present) or counts_up or name.startswith("unnamed"):
            return "id"
        return "number"
    if sum(bool(_LINK.match(text)) for text in sample) > 0.8 * size:
        return "link"
    ends = [text for text in sample if _INFINITE.match(text)]
    if ends and number_share * size + len(ends) == size:
        # A measure without end in some rows numbers nothing.
        return "number"
    lower = {text.lower() for text in sample}
    if len(lower) == 2 and lower <= {"true", "false", "yes", "no", "t", "f", "y", "n"}:
        return "boolean"
    codes = sum(bool(_CODE.match(text)) and " " not in text for text in sample)
    if words < 1.5 and distinct > 0.9 * present and present > 3 and (codes > 0.8 * size or id_name):
        return "id"
    if (
        words <= 6
        and distinct <= max(20, 0.05 * present)
        and (distinct < 0.8 * present or present < 6)
    ):
        return "category"
    return "text"


def _counts_up(cells: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(cells):
        return False
    steps = cells.dropna().diff().dropna()
    return bool((steps == 1).mean() > 0.95)
