"""Numbers written as text: “1,234.50”, “12 %”, “€ 900”, “36 months”, “10+ years”, “(120)”."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_CELL = re.compile(
    r"^(?P<open>\()?\s*(?P<bound>[<>≤≥]=?)?\s*(?P<sign>[+\-−])?\s*"
    r"(?P<before>[A-Z]{0,2}[$€£¥₹]|[A-Z]{3}\s)?\s*(?P<minus>[\-−])?"
    r"(?P<digits>(?:\d[\d.,'’\u00a0\u202f ]*|[.,]\d+)(?:[eE][+\-]?\d+)?)"
    r"(?P<plus>\+)?\s*(?P<after>[%‰$€£¥₹]|[^\W\d_]{1,12}\.?)?\s*\)?$"
)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_LEADING_ZERO = re.compile(r"^0\d+$")
_LEAST_READ = 0.9
_MOST_CODES = 0.05
_TIMES = {"k": 1e3, "m": 1e6}
_INFINITE = re.compile(r"[+\-−]?(inf|infinity|∞)", re.IGNORECASE)
# Squares and sums of squares of larger numbers run over.
LARGEST = 1e100


@dataclass(frozen=True)
class Numerals:
    """How the numbers of one column are written.

    Attributes:
        comma: Whether the comma is the decimal sign.
        times: Whether “k” and “m” behind a number stand for thousands and millions.
    """

    comma: bool = False
    times: bool = False

    def read(self, cells: pd.Series) -> np.ndarray:
        """The numbers of cells, (n,) float64; missing where there is none, infinite ones kept.

        What is beyond 1e100 counts as infinite: nothing can compute with it.
        """
        if pd.api.types.is_numeric_dtype(cells):
            return bounded(cells.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, distinct = pd.factorize(cells, use_na_sentinel=True)
        known = np.array([self._one(str(each)) for each in distinct] + [np.nan])
        return bounded(known[codes])

    def _one(self, text: str) -> float:
        try:
            plain = float(text)
        except ValueError:
            plain = np.nan
        if not np.isnan(plain) and not self.comma:
            return plain
        match = _CELL.match(text.strip())
        if match is None:
            return np.nan
        number = _value(match["digits"], self.comma)
        unit = _unit(match["after"])
        if self.times and unit in _TIMES:
            number *= _TIMES[unit]
        if match["bound"] and match["bound"][0] in "<≤":
            # “< 1 year” stands for what lies below: its middle.
            number /= 2
        negative = match["open"] or match["minus"] or match["sign"] in ("-", "−")
        return -number if negative else number


def bounded(values: np.ndarray) -> np.ndarray:
    """Numbers with those beyond `LARGEST` infinite, so that one rule is for both."""
    return np.where(np.abs(values) > LARGEST, np.copysign(np.inf, values), values)


def endless(distinct: list[str]) -> list[str]:
    """Those of some texts that say infinity."""
    return [text for text in distinct if _INFINITE.fullmatch(text.strip())]


def numerals_of(cells: pd.Series) -> Numerals | None:
    """How a column of text writes its numbers, None where it does not hold numbers.

    At least nine in ten of its cells have to be numbers of one unit, infinite ones aside; cells that
    begin with a zero, as postcodes do, are codes and no numbers.
    """
    counts = cells.dropna().astype("str").str.strip().value_counts()
    counts = counts.drop(endless(list(counts.index)))
    matches = {text: _CELL.match(text) for text in counts.index}
    read = [text for text, match in matches.items() if match is not None]
    weight = float(counts[read].sum())
    if not read or weight < _LEAST_READ * counts.sum():
        return None
    zeros = [text for text in read if _LEADING_ZERO.match(text)]
    if counts[zeros].sum() > _MOST_CODES * weight:
        return None
    units = {_unit(match["after"]) for match in matches.values() if match} - {""}
    times = "k" in units
    if len(units - set(_TIMES) if times else units) > 1:
        return None
    digits = [match["digits"] for match in matches.values() if match]
    return Numerals(_comma_is_decimal(digits), times)


def _unit(after: str | None) -> str:
    unit = (after or "").casefold().rstrip(".")
    return unit[:-1] if len(unit) > 2 and unit.endswith("s") else unit


def _comma_is_decimal(digits: list[str]) -> bool:
    votes = 0
    for text in digits:
        point, comma = text.rfind("."), text.rfind(",")
        if point >= 0 and comma >= 0:
            votes += 1 if comma > point else -1
        elif text.count(".") > 1 or (comma >= 0 and not _GROUPED.fullmatch(text.strip())):
            votes += 1
        elif point >= 0 and not re.fullmatch(r"\d{1,3}\.\d{3}", text.strip()):
            votes -= 1
    return votes > 0


def _value(digits: str, comma: bool) -> float:
    plain = re.sub(r"['’\s\u00a0\u202f]", "", digits)
    plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return float("nan")
