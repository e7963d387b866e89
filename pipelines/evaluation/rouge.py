"""ROUGE-1, ROUGE-2 and ROUGE-L of a text against a reference, as F-measures.

Lin, C.-Y. (2004), ROUGE: A package for automatic evaluation of summaries. The values are those of
the rouge-score package without stemming; the longest common subsequence is counted in the bits of
whole numbers, which takes a summary of 300 words from milliseconds to microseconds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

ROUGE = ("rouge1", "rouge2", "rougeL")
Words = Callable[[str], list[str]]

_LATIN = re.compile(r"[a-z0-9]+")
# Scripts without blanks between words are counted by characters.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_ANY_SCRIPT = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def latin_words(text: str) -> list[str]:
    """The words that rouge-score sees: runs of a to z and 0 to 9, in lower case."""
    return _LATIN.findall(text.lower())


def words_of_any_script(text: str) -> list[str]:
    """Runs of letters and digits of any script, single characters where no blanks part words."""
    return _ANY_SCRIPT.findall(text.lower())


def rouge(text: str, references: Sequence[str], words: Words) -> tuple[float, float, float]:
    """The F-measures of ROUGE-1, ROUGE-2 and ROUGE-L, each 0 to 1.

    Args:
        text: what the system said.
        references: at least one; for each measure the one that fits best counts.
        words: cuts a text into words.
    """
    own = words(text)
    found = [_against(own, words(reference)) for reference in references]
    first, second, longest = (max(each) for each in zip(*found, strict=True))
    return first, second, longest


def _against(own: list[str], theirs: list[str]) -> tuple[float, float, float]:
    if not own or not theirs:
        return 0.0, 0.0, 0.0
    pairs = [Counter(pairwise(each)) for each in (own, theirs)]
    return (
        _f_measure((Counter(own) & Counter(theirs)).total(), len(own), len(theirs)),
        _f_measure((pairs[0] & pairs[1]).total(), len(own) - 1, len(theirs) - 1),
        _f_measure(common_subsequence(own, theirs), len(own), len(theirs)),
    )


def _f_measure(shared: int, own: int, theirs: int) -> float:
    return 2 * shared / (own + theirs) if shared else 0.0


def common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence of two sequences of words.

    Source:
        Hyyrö, H. (2004), Bit-parallel LCS-length computation revisited. AWOCA.
    """
    places: dict[str, int] = {}
    for position, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << position
    every = (1 << len(first)) - 1
    row = every
    for word in second:
        matched = row & places.get(word, 0)
        row = ((row + matched) | (row - matched)) & every
    return len(first) - row.bit_count()
