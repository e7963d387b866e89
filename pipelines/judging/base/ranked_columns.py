"""Columns of ranked files: whose numbers are places in a list, and what counts as relevant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.evaluation.ranked_candidates import are_ranks
from pipelines.judging.base.columns import amounts

_YES = frozenset({"yes", "y", "true", "t", "relevant", "1", "ja", "oui", "sí", "si", "sim", "是"})
_NO = frozenset({"no", "n", "false", "f", "irrelevant", "0", "nein", "non", "não", "nao", "否"})
# Words of a name that say what its numbers are; in “rank_score” the last of them counts.
_PLACE_WORDS = (
    "rank ranks ranking rang ränge rangs platz position positions place places posición posição "
    "puesto posto posizione classement 排名 名次 順位 순위 место ранг"
)
_SCORE_WORDS = (
    "score scores prob probs probability probabilities similarity similarities wahrscheinlichkeit "
    "probabilité probabilidad probabilidade 得分 分数"
)
_PLACES, _SCORES = frozenset(_PLACE_WORDS.split()), frozenset(_SCORE_WORDS.split())
_MOST_NAMED = 3


@dataclass(frozen=True)
class Direction:
    """Which end of a column of numbers is the best.

    Attributes:
        column: its name.
        places: whether they are places in a list, the lowest being the best.
        named: whether its name says so.
    """

    column: str
    places: bool
    named: bool


def direction(cells: pd.Series, users: pd.Series) -> Direction:
    """Tells places from scores, by a word of the name and else by the numbers.

    Without a word, numbers are places where those of every user are 1, 2, 3 ... without a gap.

    Args:
        cells: (rows,) of all rows of the file, also of those that nobody can judge: a row less would
            look like a gap.
        users: (rows,) for whom each was ranked.
    """
    said = [word for word in _words(str(cells.name)) if word in _PLACES or word in _SCORES]
    if said:
        return Direction(str(cells.name), said[-1] in _PLACES, True)
    numbers = amounts(cells).to_numpy()
    user = pd.factorize(users)[0]
    there = (user >= 0) & ~np.isnan(numbers)
    return Direction(str(cells.name), are_ranks(user[there], numbers[there]), False)


def direction_notes(found: Sequence[Direction]) -> list[str]:
    """How each column was read, and how to have it read the other way round."""
    kinds = {
        "as places in a list, the lowest being the best; if a high number is better, negate the "
        "column": [each for each in found if each.places and each.named],
        "as places in a list, the lowest being the best, as every user has 1, 2, 3 …; if a high number "
        "is better, put “score” into the name": [
            each for each in found if each.places and not each.named
        ],
        "as scores, the highest being the best; if a low number is better, negate the column": [
            each for each in found if not each.places
        ],
    }
    return [
        f"{_listed([each.column for each in those])} {'was' if len(those) == 1 else 'were'} read {how}."
        for how, those in kinds.items() if those
    ]


def relevance(cells: pd.Series) -> pd.Series:
    """1 for relevant, 0 for not, missing where it cannot be told."""
    if pd.api.types.is_bool_dtype(cells):
        return cells.astype(float)
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    found = (numbers > 0).astype(float).where(numbers.notna())
    if not pd.api.types.is_numeric_dtype(cells):
        text = _texts(cells)
        found = found.mask(text.isin(_YES), 1.0).mask(text.isin(_NO), 0.0)
    return found


def relevance_notes(cells: pd.Series) -> list[str]:
    """What was made of words that say neither yes nor no, and of more than one number above 0."""
    found = []
    unknown = cells[relevance(cells).isna() & cells.notna()].astype(str).str.strip()
    counts = unknown[unknown != ""].value_counts()
    if len(counts):
        words = [f"“{word[:40]}” ({rows:,})" for word, rows in counts.head(_MOST_NAMED).items()]
        more = f" and {len(counts) - _MOST_NAMED:,} more" if len(counts) > _MOST_NAMED else ""
        rows = int(counts.sum())
        found.append(
            f"{rows:,} {'row says' if rows == 1 else 'rows say'} neither yes nor no in “{cells.name}” "
            f"and {'is' if rows == 1 else 'are'} left out: {', '.join(words)}{more}; write yes or no, "
            "or a number that is above 0 for yes."
        )
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    wanted = numbers[numbers > 0]
    if wanted.nunique() > 1:
        found.append(
            f"“{cells.name}” holds numbers from {wanted.min():g} to {wanted.max():g}: all above 0 "
            f"count as relevant, {wanted.min():g} too, so write 0 where an item was not wanted."
        )
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(f"“{name[:40]}”" for name in names[:_MOST_NAMED]) + more


def _texts(cells: pd.Series) -> pd.Series:
    return cells.astype("str").str.strip().str.casefold()


def _words(name: str) -> list[str]:
    """The words of a name in order: `rankBm25` and `rank_bm25` begin with `rank`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).casefold()
    return re.findall(r"[^\W\d_]+", spaced)
