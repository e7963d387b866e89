"""Whether a text is English or Portuguese."""

from __future__ import annotations

import re

from data.language import detect

# Over all languages, a text of two words is anything; these decide between the two.
_PORTUGUESE = re.compile(
    r"[ãõçáéíóúâêôà]|\b(a|o|os|as|um|uma|de|do|da|dos|das|em|no|na|e|que|não|com|para|por|meu|"
    r"minha|você|seu|sua|obrigad[oa]|bo[ma]|olá|sim|foi|está|são)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(the|an?|of|to|and|in|is|are|was|were|it|you|i|my|your|we|not|for|with|on|this|that|"
    r"please|thanks?|hello|yes|no|from|at|be|have|has)\b",
    re.IGNORECASE,
)


def source_of(text: str) -> str:
    """"pt" for what is Portuguese rather than English, else "en"."""
    guess = detect([text])
    if guess is not None and guess.code in ("en", "pt"):
        return guess.code
    portuguese, english = len(_PORTUGUESE.findall(text)), len(_ENGLISH.findall(text))
    return "pt" if portuguese > english else "en"
