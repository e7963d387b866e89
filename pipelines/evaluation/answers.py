"""How well a short answer matches the gold answers: exact match and token F1 as SQuAD defines them.

Rajpurkar et al. 2016 and 2018: answers are compared without case, punctuation, the articles a, an
and the, and repeated blanks; of several gold answers the best counts; a question without an answer
is right only when the system gives none.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(answer: str) -> str:
    """The answer in lower case, without punctuation, articles and needless blanks."""
    plain = answer.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 when the normalised answer equals one of the gold answers, else 0.0.

    Args:
        answer: empty when the system gives none.
        gold: every accepted answer; empty when the question has none.
    """
    return _best(answer, gold, lambda a, b: float(a == b))


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """The best F1, 0 to 1, of the words shared with one of the gold answers.

    Args:
        answer: empty when the system gives none.
        gold: every accepted answer; empty when the question has none.
    """
    return _best(answer, gold, _overlap)


def _best(answer: str, gold: Sequence[str], measure: Callable[[str, str], float]) -> float:
    own = normalise(answer)
    # As in the official script: a gold answer that is nothing but an article is left out.
    accepted = [text for text in map(normalise, gold) if text] or [""]
    return max(measure(own, text) for text in accepted)


def _overlap(answer: str, gold: str) -> float:
    ours, theirs = answer.split(), gold.split()
    if not ours or not theirs:
        return float(ours == theirs)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs))
