"""Bundles of recommenders: arrays as safetensors, ids and settings as JSON, no pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from data.errors import DataError
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.recommender import Recommender

WEIGHTS, FACTS = "weights.safetensors", "facts.json"
# What belongs to the interactions, beside what the method learnt.
USER, ITEM, AMOUNT = "histories.user", "histories.item", "histories.weight"


def write_recommender(folder: Path, recommender: Recommender, lessons: ListLessons) -> None:
    """Write what a method learnt, what items are called, and what each user took."""
    folder.mkdir(parents=True, exist_ok=True)
    known = lessons.all
    arrays = {f"method.{name}": each for name, each in recommender.arrays().items()}
    arrays |= {USER: known.user, ITEM: known.item, AMOUNT: known.weight}
    save_file({name: np.ascontiguousarray(each) for name, each in arrays.items()}, folder / WEIGHTS)
    catalogue = lessons.catalogue
    facts = {
        "method": recommender.name, "settings": recommender.settings,
        "users": known.users.tolist(), "items": known.items.tolist(),
        "titles": catalogue.titles.tolist(), "texts": catalogue.texts.tolist(),
        "categories": None if catalogue.categories is None else catalogue.categories.tolist(),
        "explicit": lessons.explicit,
    }
    (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def read_recommender(
    folder: Path, method: type[Recommender], device: str, seed: int
) -> tuple[Recommender, ListLessons]:
    """What `write_recommender` wrote.

    Raises:
        DataError: the bundle is incomplete, damaged, or of another method.
    """
    damaged = DataError(
        "The bundle of the recommender is damaged, or of another method; download it again."
    )
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        arrays = load_file(folder / WEIGHTS)
        user, item, weight = (arrays.pop(name) for name in (USER, ITEM, AMOUNT))
        users, items, titles, texts = (
            _texts(facts[name]) for name in ("users", "items", "titles", "texts")
        )
        categories = None if facts["categories"] is None else _texts(facts["categories"])
        if facts["method"] != method.name or not isinstance(facts["settings"], dict):
            raise damaged
        learnt = {name.removeprefix("method."): each for name, each in arrays.items()}
        recommender = method(facts["settings"], device, seed).restore(learnt)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError, RecursionError):
        raise damaged from None
    aligned = {len(items), len(titles), len(texts), len(recommender.popularity)}
    if categories is not None:
        aligned.add(len(categories))
    sized = {user.shape, item.shape, weight.shape} == {(len(user),)}
    if len(aligned) > 1 or not sized or not _within(user, users) or not _within(item, items):
        raise damaged
    known = Interactions(users, items, user, item, weight)
    everything = np.arange(len(known))
    return recommender, ListLessons(
        known, everything, everything[:0], Catalogue(titles, texts, categories),
        facts.get("explicit") is True,
    )


def _texts(names: Any) -> np.ndarray:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("no list of texts")
    found = np.empty(len(names), dtype=object)
    found[:] = names
    return found


def _within(positions: np.ndarray, names: np.ndarray) -> bool:
    return not len(positions) or (positions.min() >= 0 and positions.max() < len(names))
