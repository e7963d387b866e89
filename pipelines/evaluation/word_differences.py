"""Which words of a text another text does not have, in order."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

# Ideographs and kana stand alone; blanks between words are kept so that the text can be put back.
_PIECES = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
# The search compares every two words; the rest of a longer text is shown without marks.
MOST_WORDS = 600

Piece = tuple[str, bool]


def differing_words(text: str, other: str) -> tuple[Piece, ...]:
    """Returns a text in pieces, each with whether the other text lacks it at that place.

    Neighbours of a kind are put together. Letter case counts, blanks do not.

    Args:
        text: to be shown.
        other: that it is held against.
    """
    pieces, theirs = _PIECES.findall(text), _PIECES.findall(other)
    places = [place for place, piece in enumerate(pieces) if not piece.isspace()][:MOST_WORDS]
    own = [pieces[place] for place in places]
    held = [piece for piece in theirs if not piece.isspace()][:MOST_WORDS]
    same = {
        places[block.a + step]
        for block in SequenceMatcher(None, own, held, autojunk=False).get_matching_blocks()
        for step in range(block.size)
    }
    judged = set(places)
    marks = [place in judged and place not in same for place in range(len(pieces))]
    for place, piece in enumerate(pieces):
        # A blank between two marked words belongs to the mark.
        if piece.isspace() and 0 < place < len(pieces) - 1:
            marks[place] = marks[place - 1] and place + 1 in judged and place + 1 not in same
    return tuple(_joined(pieces, marks))


def closest(text: str, references: tuple[str, ...]) -> str:
    """Returns the reference that shares most with a text."""
    if len(references) == 1:
        return references[0]
    words = text.split()[:MOST_WORDS]
    return max(
        references,
        key=lambda each: SequenceMatcher(
            None, words, each.split()[:MOST_WORDS], autojunk=False
        ).ratio(),
    )


def _joined(pieces: list[str], marks: list[bool]) -> list[Piece]:
    found: list[Piece] = []
    for piece, mark in zip(pieces, marks, strict=True):
        if found and found[-1][1] == mark:
            found[-1] = (found[-1][0] + piece, mark)
        else:
            found.append((piece, mark))
    return found
