"""Bundles of recommenders: arrays as safetensors, ids and settings as JSON, no pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from data.errors import DataError, LitmusError
from pipelines.learnt_arrays import numbers, positions
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.recommender import Recommender

WEIGHTS, FACTS = "weights.safetensors", "facts.json"
# What belongs to the interactions, beside what the method learnt.
USER, ITEM, AMOUNT = "histories.user", "histories.item", "histories.weight"
# Which items are new is told from when they were taken; not in bundles made before rules were.
TIME = "histories.time"


def write_recommender(folder: Path, recommender: Recommender, lessons: ListLessons) -> None:
    """Write what a method learnt, what items are called, and what each user took."""
    folder.mkdir(parents=True, exist_ok=True)
    known = lessons.all
    arrays = {f"method.{name}": each for name, each in recommender.arrays().items()}
    arrays |= {USER: known.user, ITEM: known.item, AMOUNT: known.weight}
    if known.time is not None:
        arrays[TIME] = known.time
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
        users, items, titles, texts = (
            _texts(facts[name]) for name in ("users", "items", "titles", "texts")
        )
        known = _histories(arrays, users, items)
        categories = None if facts["categories"] is None else _texts(facts["categories"])
        if facts["method"] != method.name or not isinstance(facts["settings"], dict):
            raise damaged
        learnt = {name.removeprefix("method."): each for name, each in arrays.items()}
        recommender = method(facts["settings"], device, seed).restore(learnt)
    except (
        OSError, ValueError, KeyError, TypeError, ArithmeticError, SafetensorError, RecursionError,
        LitmusError,
    ):
        raise damaged from None
    aligned = {len(items), len(titles), len(texts), len(recommender.popularity)}
    if categories is not None:
        aligned.add(len(categories))
    if len(aligned) > 1:
        raise damaged
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


def _histories(
    arrays: dict[str, np.ndarray], users: np.ndarray, items: np.ndarray
) -> Interactions:
    """Who took what, out of `arrays`; ValueError where it cannot be so."""
    if len(set(users)) < len(users) or len(set(items)) < len(items):
        raise ValueError("an id stands twice")
    user = positions(arrays.pop(USER), len(users))
    item = positions(arrays.pop(ITEM), len(items))
    weight = numbers({AMOUNT: arrays.pop(AMOUNT)}, AMOUNT, len(user))
    time = arrays.pop(TIME, None)
    whole = time is None or (time.dtype.kind == "i" and time.shape == user.shape)
    if len(item) != len(user) or not (weight > 0).all() or not whole:
        raise ValueError("histories do not fit together")
    return Interactions(users, items, user, item, weight, time)
