"""Label values of a file, matched to the classes that a task knows."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

_LOW_WORDS = [
    "negative", "neg", "bad", "terrible", "awful", "poor", "worst", "unhappy", "dissatisfied",
    "unsatisfied", "sad", "thumbs_down", "detractor", "very_negative", "very_bad", "no", "false",
    "f", "n", "negativ", "schlecht", "sehr_schlecht", "mangelhaft", "unzufrieden", "schlimm",
    "négatif", "negatif", "négative", "mauvais", "mauvaise", "insatisfait", "nul", "negativo",
    "negativa", "malo", "mala", "pésimo", "insatisfecho", "ruim", "mau", "má", "péssimo",
    "insatisfeito", "cattivo", "负面", "负向", "消极", "差评", "差", "不满意", "負面",
    "ネガティブ", "否定", "부정", "негативный", "отрицательный", "негатив", "плохо",
]  # fmt: skip
_MIDDLE_WORDS = [
    "neutral", "neu", "mixed", "average", "ok", "okay", "so_so", "meh", "none_of_both", "passive",
    "gemischt", "mittel", "mittelmäßig", "neutre", "moyen", "moyenne", "mitigé", "neutro",
    "neutra", "regular", "mixto", "misto", "médio", "中性", "中立", "中评", "一般", "普通",
    "ニュートラル", "중립", "нейтральный", "нейтрально",
]  # fmt: skip
_HIGH_WORDS = [
    "positive", "pos", "good", "great", "excellent", "best", "happy", "satisfied", "thumbs_up",
    "promoter", "very_positive", "very_good", "yes", "true", "t", "y", "positiv", "gut",
    "sehr_gut", "zufrieden", "super", "toll", "positif", "positive", "bon", "bonne", "satisfait",
    "excellent", "positivo", "positiva", "bueno", "buena", "excelente", "satisfecho", "bom",
    "boa", "ótimo", "satisfeito", "buono", "正面", "正向", "积极", "好评", "好", "满意",
    "ポジティブ", "肯定", "긍정", "позитивный", "положительный", "позитив", "хорошо",
]  # fmt: skip
_STARS = re.compile(
    r"^(\d+(?:[.,]\d+)?)\s*(?:-\s*)?(?:\*|★|stars?|sterne?|étoiles?|estrellas?|estrelas?|"
    r"stelle?|星|points?)?"
    r"(?:\s*(?:/|of|out of|von|sur|de)\s*(?:5|10))?(?:\s*(?:stars?|sterne?))?$",
    re.IGNORECASE,
)
_ONLY_STARS = re.compile(r"^([★*]{1,10})☆*$")


@dataclass(frozen=True)
class LabelClass:
    """A class of a task, and words that files use for it."""

    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelScheme:
    """The classes of a task; from low to high where `ordered`."""

    classes: tuple[LabelClass, ...]
    ordered: bool = False


def key_of(value: Any) -> str:
    """Returns the canonical text of a label cell: stripped, whole numbers without a decimal point.

    Missing cells give the empty text.
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 2**63 else str(number)
    text = " ".join(str(value).split())
    if re.fullmatch(r"[+-]?\d{1,15}\.0+", text):
        return str(int(float(text)))
    return text


def keys(values: pd.Series) -> pd.Series:
    """Returns `key_of` of every cell, missing where the cell is blank."""
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    names = [key_of(value) or None for value in distinct]
    out = [names[code] if code >= 0 else None for code in codes]
    return pd.Series(out, index=values.index, name=values.name, dtype="str")


def apply(values: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """Returns our class names, missing where a cell is blank or not in the mapping.

    Args:
        values: Label cells of the file.
        mapping: Their labels, as `key_of` writes them, to our names.
    """
    canonical = {key_of(theirs): ours for theirs, ours in mapping.items()}
    return keys(values).map(canonical).astype("str")


def recognise(values: pd.Series, scheme: LabelScheme) -> dict[str, str]:
    """Returns the file's distinct labels, as `key_of` writes them, mapped to class names.

    Labels that are not understood are absent. Numbers are read as a scale only where the scheme is
    ordered and all of them fit one: 0/1, -1/0/1, stars of 1 to 5, points of 0 or 1 to 10.
    """
    distinct = list(dict.fromkeys(keys(values).dropna()))
    words = _vocabulary(scheme)
    found: dict[str, str] = {}
    scale: dict[str, float] = {}
    for label in distinct:
        word = _folded(label)
        if word in words:
            found[label] = words[word]
            continue
        number = _number(label)
        if number is not None:
            scale[label] = number
    if scheme.ordered and scale and len(scheme.classes) > 1:
        found.update(_on_scale(scale, scheme))
    return {label: found[label] for label in distinct if label in found}


def _vocabulary(scheme: LabelScheme) -> dict[str, str]:
    words: dict[str, str] = {}
    names = [each.name for each in scheme.classes]
    if scheme.ordered and len(names) in (2, 3):
        # General words apply only to schemes of feeling; others bring synonyms of their own.
        own = {_folded(word) for each in scheme.classes for word in (each.name, *each.synonyms)}
        if own & {"negative", "positive", "bad", "good"}:
            words |= {_folded(word): names[0] for word in _LOW_WORDS}
            words |= {_folded(word): names[-1] for word in _HIGH_WORDS}
            if len(names) == 3:
                words |= {_folded(word): names[1] for word in _MIDDLE_WORDS}
    for each in scheme.classes:
        words |= {_folded(word): each.name for word in (*each.synonyms, each.name)}
    return words


def _folded(label: str) -> str:
    return re.sub(r"[\s_\-]+", " ", label.casefold()).strip(" .!:'\"")


def _number(label: str) -> float | None:
    only = _ONLY_STARS.match(label)
    if only:
        return float(len(only.group(1)))
    if re.fullmatch(r"[+-]?\d{1,6}(?:\.\d+)?", label):
        return float(label)
    match = _STARS.match(label)
    return float(match.group(1).replace(",", ".")) if match and len(match.group(1)) < 8 else None


def _on_scale(scale: Mapping[str, float], scheme: LabelScheme) -> dict[str, str]:
    names = [each.name for each in scheme.classes]
    low, high = names[0], names[-1]
    middle = names[1] if len(names) == 3 else None
    present = set(scale.values())
    if len(names) > 3:
        return {}
    if present <= {0.0, 1.0}:
        # One of the two alone may be the start of any scale.
        cut = (0.5, 0.5) if len(present) == 2 else None
    elif present <= {-1.0, 0.0, 1.0}:
        cut = (-0.5, 0.5)
    elif present <= {0.0, 1.0, 2.0} and 0.0 in present:
        cut = (0.5, 1.5)
    elif min(present) >= 1 and max(present) <= 5:
        cut = (2.5, 3.5)
    elif present <= {0.0, 4.0} or present <= {0.0, 2.0, 4.0}:
        cut = (1.0, 3.0)
    elif min(present) >= 0 and max(present) <= 10:
        cut = (4.5, 6.5)
    else:
        cut = None
    if cut is None:
        return {}
    mapped = {}
    for label, number in scale.items():
        name = low if number < cut[0] else high if number > cut[1] else middle
        if name is not None:
            mapped[label] = name
    return mapped
