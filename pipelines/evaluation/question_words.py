"""What a question asks with: the English question word it holds first."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = ("who", "whom", "whose", "when", "where", "why", "which", "what", "how")
OTHER = "other"
_FIRST = re.compile(
    r"\b(how (?:many|much|long|often|old|far|big|large)|" + "|".join(WORDS) + r")\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\W*(is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have|am)\b",
    re.IGNORECASE,
)


def question_words(questions: Sequence[str]) -> list[str]:
    """`how many`, `who`, ..., `yes or no`, or `other` for each question."""
    return [_word(question) for question in questions]


def _word(question: str) -> str:
    if _YES_NO.match(question):
        return "yes or no"
    found = _FIRST.search(question)
    if found is None:
        return OTHER
    word = " ".join(found.group(1).lower().split())
    return "who" if word in ("whom", "whose") else word
