"""Which language texts are in, told offline and with care for short ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "mr": "Marathi", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "te": "Telugu",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip

# Scripts that one language, or one to start from, is written in.
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("zh", "\u3400-\u9fff"),
    ("th", "\u0e00-\u0e7f"),
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("bn", "\u0980-\u09ff"),
    ("gu", "\u0a80-\u0aff"),
    ("hi", "\u0900-\u097f"),
    ("ar", "\u0600-\u06ff"),
    ("ru", "\u0400-\u04ff"),
)
_SCRIPT_PATTERNS = tuple((code, re.compile(f"[{span}]")) for code, span in _SCRIPTS)
_LETTERS = re.compile(r"[^\W\d_]")
_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+|<[^>]{0,200}>")
_CUT = 400
# A text shorter than this says too little to be called another language.
_WORDS_TO_JUDGE = 5
_SURE = 0.95


@dataclass(frozen=True)
class LanguageGuess:
    """The language of most texts.

    Attributes:
        code: ISO 639-1 code.
        name: Its English name.
        share: Share of the judged texts in it, 0 to 1.
    """

    code: str
    name: str
    share: float


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Over all of its languages, short English texts scatter into small ones.
    known = {str(label) for label in identifier.labels}
    identifier.set_languages(sorted(set(NAMES) & known))
    return identifier


def detect(texts: Sequence[str], sample: int = 200, seed: int = 0) -> LanguageGuess | None:
    """Returns the language of most of a random sample of the texts, None where there are no words.

    Args:
        texts: The texts; missing ones are skipped.
        sample: Texts looked at.
        seed: Seed of the sample.
    """
    rows = np.random.default_rng(seed).permutation(len(texts))[: sample * 3]
    cleaned = [_clean(texts[int(row)]) for row in rows]
    cleaned = [text for text in cleaned if _LETTERS.search(text)][:sample]
    if not cleaned:
        return None
    codes = Counter(_classify(text)[0] for text in cleaned)
    # Together, short texts leave no doubt; each alone then only has to agree.
    joined = [
        _classify(" ".join(cleaned[start : start + 10]))[0] for start in range(0, len(cleaned), 10)
    ]
    code = Counter(joined).most_common(1)[0][0]
    share = sum(_agrees(text, code) for text in cleaned) / len(cleaned)
    if share < 0.3:
        code, count = codes.most_common(1)[0]
        share = count / len(cleaned)
    return LanguageGuess(code, NAMES.get(code, code), share)


def other_language_rows(texts: Sequence[str], covered: Collection[str]) -> np.ndarray:
    """Returns True for each text that is surely in a language other than the covered ones.

    Texts of fewer than five words in Latin letters are never flagged.

    Args:
        texts: Texts, in order.
        covered: ISO 639-1 codes of the languages that a model covers.
    """
    flags = np.zeros(len(texts), dtype=bool)
    known: dict[str, bool] = {}
    for row, text in enumerate(texts):
        if isinstance(text, str):
            if text not in known:
                known[text] = _is_other(_clean(text), covered)
            flags[row] = known[text]
    return flags


def _is_other(text: str, covered: Collection[str]) -> bool:
    script, share = _script(text)
    if script:
        return share > 0.5 and not any(each in covered for each in _same_script(script))
    if len(text.split()) < _WORDS_TO_JUDGE:
        return False
    ranked = _identifier().rank(text)
    code, probability = ranked[0]
    inside = max((float(p) for each, p in ranked if each in covered), default=0.0)
    return code not in covered and float(probability) >= _SURE and inside < 0.02


def _same_script(script: str) -> tuple[str, ...]:
    related = {
        "ru": ("ru", "uk", "bg", "sr"),
        "ar": ("ar", "fa", "ur"),
        "hi": ("hi", "mr"),
        "zh": ("zh", "ja"),
    }
    return related.get(script, (script,))


def _clean(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return " ".join(_NOISE.sub(" ", text[: 2 * _CUT]).split())[:_CUT]


def _script(text: str) -> tuple[str, float]:
    letters = len(_LETTERS.findall(text))
    if not letters or text.isascii():
        return "", 0.0
    for code, pattern in _SCRIPT_PATTERNS:
        share = len(pattern.findall(text)) / letters
        # A few kana among ideographs are enough to make a text Japanese.
        if share > (0.1 if code == "ja" else 0.4):
            return code, max(share, 0.6 if code == "ja" else share)
    return "", 0.0


def _classify(text: str) -> tuple[str, float]:
    script, share = _script(text)
    if (script and len(_same_script(script)) == 1) or script == "zh":
        return script, share
    code, probability = _identifier().classify(text)
    if script and str(code) not in _same_script(script):
        return script, share
    return str(code), float(probability)


def _agrees(text: str, code: str) -> bool:
    guess, probability = _classify(text)
    if guess == code:
        return True
    # A short text counts against the language only where the guess is sure.
    short = len(text.split()) < _WORDS_TO_JUDGE or probability < _SURE
    return short and not _script(text)[0] and not _script_of(code)


def _script_of(code: str) -> bool:
    return any(code in _same_script(script) for script, _ in _SCRIPTS)
