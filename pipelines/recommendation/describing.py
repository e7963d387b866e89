"""What the rows tell of items: titles, texts and categories."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from pipelines.recommendation.interactions import Catalogue

_PARTS = re.compile(r"\s*[|;,/>]\s*")
_LONGEST_CATEGORY = 40
_LEAST_SHORT = 0.9
# Letters by their category, though they are drawn as nothing: fillers of Hangul, and Braille's blank.
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"


def describe(
    item: np.ndarray, names: np.ndarray, title: pd.Series | None, attributes: pd.Series | None
) -> tuple[Catalogue, tuple[str, ...]]:
    """Gathers the first title and the first attributes that rows give for each item.

    Args:
        item: (rows,) positions in `names`, -1 where a row has no item.
        names: (I,) ids of the items.
        title: (rows,) cells, or None.
        attributes: (rows,) cells, or None.

    Returns:
        The catalogue and sentences on what it lacks.
    """
    titles = first_text(item, len(names), title)
    known = first_text(item, len(names), attributes)
    spaced = [" ".join(part for part in _PARTS.split(cell) if part) if "|" in cell else cell
              for cell in known]
    texts = np.array(
        [". ".join(part for part in pair if part) for pair in zip(titles, spaced, strict=True)],
        dtype=object,
    )
    notes = []
    missing = int((titles == "").sum())
    if title is not None and missing:
        whose = "has no title; its id stands" if missing == 1 else "have no title; their ids stand"
        place = "its" if missing == 1 else "their"
        notes.append(f"{missing:,} of {len(names):,} items {whose} in {place} place.")
    catalogue = Catalogue(
        titles=np.where(titles == "", names, titles), texts=texts,
        categories=_categories(known) if attributes is not None else None,
    )
    return catalogue, tuple(notes)


def first_text(position: np.ndarray, size: int, cells: pd.Series | None) -> np.ndarray:
    """The first cell that is not blank for each position, as stripped text, "" where none is.

    Args:
        position: (rows,) 0 to size - 1, or -1.
        size: number of positions.
        cells: (rows,) of any type, or None.
    """
    found = np.full(size, "", dtype=object)
    if cells is None:
        return found
    codes, uniques = pd.factorize(cells, use_na_sentinel=True)
    texts = np.array(
        [_text(value) for value in np.asarray(uniques, dtype=object)] + [""], dtype=object
    )
    filled = (texts != "")[codes]
    rows = np.flatnonzero(filled & (position >= 0))[::-1]
    # Backwards, so that the first of several rows is the one that stays.
    found[position[rows]] = texts[codes[rows]]
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(str(value).split())
    return text if any(not _unseen(letter) for letter in text) else ""


def _unseen(letter: str) -> bool:
    """Whether nothing is drawn for it: spaces, controls, and marks such as U+200B."""
    return letter in _BLANKS or unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _categories(known: np.ndarray) -> np.ndarray | None:
    """The first of the attributes of each item; None where they are descriptions, not categories."""
    firsts = np.array([_PARTS.split(cell)[0] for cell in known], dtype=object)
    described = firsts[firsts != ""]
    if not len(described):
        return None
    short = np.mean([len(first) <= _LONGEST_CATEGORY for first in described])
    many = len(set(described)) > max(20, len(described) // 2)
    return None if short < _LEAST_SHORT or many else firsts
