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
_GAP = 0.5


def find_codes(values: np.ndarray) -> tuple[float, ...]:
    """Values that are likely to stand for a missing answer, ascending.

    A code is one of the numbers that forms use for it, comes at least three times, and lies apart:
    a negative one where all other values are zero or more, a positive one above all others by more
    than half of their range.

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
    found: list[float] = [float(code) for code in below] if rest[0] >= 0 else []
    span = max(float(rest[-1] - rest[0]), 1.0)
    found += [float(code) for code in above if code - rest[-1] > _GAP * span]
    return tuple(sorted(found))


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
