"""Numbers that stand for a missing answer, such as -9, -99, 999 or 9999, found by isolation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.errors import OptionError

_BELOW = (-7, -8, -9, -77, -88, -97, -98, -99, -777, -888, -997, -998, -999, -8888, -9998, -9999,
          -99999, -999999)  # fmt: skip
_ABOVE = (96, 97, 98, 99, 777, 888, 996, 997, 998, 999, 7777, 8888, 9996, 9997, 9998, 9999, 99999,
          999999, 9999999, 99999999, 999999999)  # fmt: skip
_LEAST = 3
# A code lies apart by more than half of the range of all other values, or, where it comes often, by
# more than a tenth and clearly further than these lie from each other.
_GAP = 0.5
_OFTEN, _GAP_OF_MANY, _TIMES = 0.01, 0.1, 3.0
# Fewer different shares than this may as well be -1, 0 and 1: no, unknown and yes.
_SHARES = 5


def find_codes(values: np.ndarray) -> tuple[float, ...]:
    """Values that are likely to stand for a missing answer, ascending.

    A code is one of the numbers that forms use for it, comes at least three times, and lies apart:
    a negative one where all other values are zero or more, else above or below all others by more
    than half of their range; where codes hold one row in a hundred, by a tenth of it, and by three
    times what any two neighbours of the others are apart. -1 is one beside shares from 0 to 1.

    Args:
        values: (n,) numbers, missing allowed.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return ()
    distinct, counts = np.unique(known, return_counts=True)
    common = set(distinct[counts >= _LEAST].tolist())
    below = [code for code in _BELOW if code in common]
    above = [code for code in _ABOVE if code in common]
    # Rarely one of a family of codes comes less often than three times: it is still no answer.
    rest = distinct[~np.isin(distinct, (*_BELOW, *_ABOVE))]
    if len(rest) < 2:
        return ()
    if -1.0 in common and _are_shares(rest[rest != -1]):
        return (-1.0, *(float(code) for code in sorted(above)))
    rows = dict(zip(distinct.tolist(), counts.tolist(), strict=True))
    found = below if rest[0] >= 0 else _far(
        {code: float(rest[0]) - code for code in below}, rest, rows, len(known)
    )
    found += _far({code: code - float(rest[-1]) for code in above}, rest, rows, len(known))
    return tuple(sorted(map(float, found)))


def _are_shares(values: np.ndarray) -> bool:
    """Whether distinct values are shares: from 0 to 1, and several between."""
    inside = (values > 0) & (values < 1)
    return bool(len(values) and values[0] >= 0 and values[-1] <= 1 and inside.sum() >= _SHARES)


def _far(
    away: Mapping[int, float], rest: np.ndarray, rows: Mapping[float, int], known: int
) -> list[int]:
    """The codes that lie apart.

    Args:
        away: how far each lies outside of all other values; negative within them.
        rest: the distinct values that are no codes, rising.
        rows: of each value.
        known: rows with a value.
    """
    span = max(float(rest[-1] - rest[0]), 1.0)
    far = [code for code, gap in away.items() if gap > _GAP * span]
    least = max(_GAP_OF_MANY * span, _TIMES * float(np.diff(rest).max()))
    apart = [code for code, gap in away.items() if gap > least]
    often = sum(rows[code] for code in apart) >= _OFTEN * known
    return sorted({*far, *(apart if often else ())})


def chosen_codes(settings: Mapping[str, str]) -> tuple[float, ...] | None:
    """The codes that the user named; empty for none, None where those found are to be taken.

    Raises:
        OptionError: The setting `missing_codes` is no list of numbers.
    """
    text = settings.get("missing_codes", "none").strip().lower()
    if text in ("", "none", "no", "off"):
        return ()
    if text == "auto":
        return None
    try:
        return tuple(sorted({float(each) for each in text.replace(",", " ").split()}))
    except ValueError:
        raise OptionError(
            f"“{text}” is no list of codes for missing answers: write “auto”, “none” or numbers "
            "such as -9, 999."
        ) from None
