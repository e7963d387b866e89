"""Which items share a word of their titles and attributes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FEWEST_ITEMS = 3
WORD = re.compile(r"[^\W_]{2,}")


def items_by_word(texts: np.ndarray, most: int) -> csr_matrix:
    """The words that the most items share, and those items.

    Args:
        texts: (I,) of the items, "" where nothing is known.
        most: words wanted. Words of fewer than three items, or of more than two thirds of
            those with text, tell nothing and are left out.

    Returns:
        (W, I) float32 ones, words of the most items first, equal ones by the alphabet.
    """
    from scipy.sparse import csr_matrix

    found = [set(WORD.findall(str(text).lower())) for text in texts]
    described = sum(1 for words in found if words)
    counts = Counter(word for words in found for word in words)
    kept = sorted(
        (word for word, count in counts.items()
         if count >= FEWEST_ITEMS and 3 * count <= 2 * described),
        key=lambda word: (-counts[word], word),
    )[:most]
    place = {word: row for row, word in enumerate(kept)}
    pairs = [(place[word], item) for item, words in enumerate(found) for word in words
             if word in place]
    rows, items = np.asarray(pairs, dtype=np.int32).reshape(-1, 2).T
    shape = (len(kept), len(texts))
    return csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, items)), shape=shape)
