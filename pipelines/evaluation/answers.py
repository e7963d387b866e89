"""How well a short answer matches the gold answers: exact match and token F1 as SQuAD defines them.

Rajpurkar et al. 2016 and 2018: answers are compared without case, punctuation, the articles a, an
and the, and repeated blanks; of several gold answers the best counts; a question without an answer
is right only when the system gives none.

Two things go beyond their script. Where a script has no blanks between words each character is a
token, beside the words of other scripts (Cui et al. 2019, CMRC 2018; Lewis et al. 2020, MLQA). And a
gold answer that is nothing but an article or punctuation, such as a grade “A”, is compared with what
the script would have dropped, so that silence is not right there.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# Thai, Lao, Burmese, Khmer, kana, ideographs.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_TOKENS = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
# Marks that English texts hold stay, as they do in SQuAD’s script: ’, “, –, §.
_OF_SPANISH_AND_FRENCH = "¡¿«»"
_GENERAL = range(0x2000, 0x2070)
_AFTER_LATIN = 0x370


def normalise(answer: str) -> str:
    """The answer in lower case, without punctuation, articles and needless blanks.

    Characters of scripts without blanks stand alone, so that blanks between them do not matter.
    """
    return _in_tokens(_ARTICLES.sub(" ", _without_punctuation(answer.lower())))


def counts_characters(text: str) -> bool:
    """Whether a text holds a script without blanks, whose characters are the tokens."""
    return _UNSPACED_CHARACTER.search(text) is not None


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 when the normalised answer equals one of the gold answers, else 0.0.

    Args:
        answer: empty when the system gives none.
        gold: every accepted answer; empty when the question has none.
    """
    return _best(answer, gold, lambda a, b: float(a == b))


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """The best F1, 0 to 1, of the tokens shared with one of the gold answers.

    Args:
        answer: empty when the system gives none.
        gold: every accepted answer; empty when the question has none.
    """
    return _best(answer, gold, _overlap)


def _best(answer: str, gold: Sequence[str], measure: Callable[[str, str], float]) -> float:
    accepted = [text for text in gold if text.strip()]
    if not accepted:
        return measure(normalise(answer), "")
    return max(_measured(answer, text, measure) for text in accepted)


def _measured(answer: str, gold: str, measure: Callable[[str, str], float]) -> float:
    """By the first of the forms, from bare to as written, that leaves something of the gold."""
    for form in (normalise, _with_articles, _as_written):
        if wanted := form(gold):
            return measure(form(answer), wanted)
    return 0.0


def _with_articles(text: str) -> str:
    return _in_tokens(_without_punctuation(text.lower()))


def _as_written(text: str) -> str:
    return " ".join(text.lower().split())


def _in_tokens(text: str) -> str:
    return " ".join(_TOKENS.findall(text))


def _without_punctuation(text: str) -> str:
    text = text.translate(_PUNCTUATION)
    if text.isascii():
        return text
    everything = counts_characters(text)
    return "".join(each for each in text if not _is_punctuation(each, everything))


def _is_punctuation(character: str, everything: bool) -> bool:
    if not unicodedata.category(character).startswith("P"):
        return False
    code = ord(character)
    foreign = code >= _AFTER_LATIN and code not in _GENERAL
    return everything or foreign or character in _OF_SPANISH_AND_FRENCH


def _overlap(answer: str, gold: str) -> float:
    ours, theirs = answer.split(), gold.split()
    if not ours or not theirs:
        return float(ours == theirs)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs))
