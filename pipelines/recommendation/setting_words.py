"""Settings of a method in words."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.recommendation.recommender import Setting

MEANINGS = {
    "penalty": "how strongly large weights are held down, more for sparser data",
    "text": "how many people each word of a title counts as, 0 to leave words out",
    "even": "from 0, every interaction counts alike, to 1, every person does",
    "neighbours": "how many similar items are kept for each",
    "measure": "how likeness is counted; under tfidf people who take much count less, under bm25 "
    "popular items count more",
    "sharpness": "above 1, the most similar items count more",
    "factors": "how many numbers stand for each user and item",
    "alpha": "how much more what was taken counts than what was not",
    "regularisation": "how strongly large numbers are held down",
    "decay": "how strongly large numbers are held down",
    "negatives": "with how many items not taken each one taken is compared",
    "passes": "how often the data are gone through",
    "iterations": "how often the data are gone through",
    "days": "how many days count, 0 for all",
}


def setting_meanings(settings: Mapping[str, Setting]) -> str:
    """What the settings are, in one sentence; empty where none of them needs one."""
    told = [f"{key.replace('_', ' ')} is {MEANINGS[key]}" for key in settings if key in MEANINGS]
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}." if told else ""


def setting_words(settings: Mapping[str, Setting]) -> str:
    """Settings as “penalty 250, text 8”."""
    return ", ".join(
        f"{key.replace('_', ' ')} {f'{value:g}' if isinstance(value, float) else value}"
        for key, value in settings.items()
    )
