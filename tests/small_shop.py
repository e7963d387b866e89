"""A small shop of which everything is known: two kinds of customers and a few who take anything."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.recommender import Lessons

USERS, ITEMS = 60, 24
WORDS = ("garden spade", "kitchen knife")


def shop(seed: int = 0, users: int = USERS, items: int = ITEMS) -> Interactions:
    """Customers of even number take items of the first half, the others of the second.

    The last item is taken by nobody; times rise with the entries, one a day.
    """
    rng = np.random.default_rng(seed)
    liking = np.full((users, items), 0.05)
    half = items // 2
    liking[::2, :half] = liking[1::2, half:] = 0.5
    # Within each half, the first items are the popular ones.
    liking *= np.tile(np.linspace(1.6, 0.4, half), items // half)
    liking[:, -1] = 0.0
    user, item = np.nonzero(rng.random((users, items)) < liking)
    order = rng.permutation(len(user))
    return Interactions(
        np.asarray([f"u{each}" for each in range(users)], dtype=object),
        np.asarray([f"i{each}" for each in range(items)], dtype=object),
        user[order].astype(np.int32), item[order].astype(np.int32),
        rng.integers(1, 5, len(user)).astype(np.float32),
        np.arange(len(user), dtype=np.int64) * 86_400,
    )


def catalogue(interactions: Interactions, described: bool = True) -> Catalogue:
    """Items of each half share their words; the last of each half has no text."""
    items = len(interactions.items)
    texts = [f"{WORDS[place * 2 // items]} {place}" for place in range(items)]
    texts[items // 2 - 1] = ""
    given = texts if described else [""] * items
    return Catalogue(interactions.items, np.asarray(given, dtype=object))


def lessons(seed: int = 0, described: bool = True) -> Lessons:
    """The shop and its catalogue."""
    interactions = shop(seed)
    return Lessons(interactions, catalogue(interactions, described))


def history(*items: int, size: int = ITEMS) -> csr_matrix:
    """(1, size) with 1 at the items."""
    ones = np.ones(len(items), dtype=np.float32)
    return csr_matrix((ones, (np.zeros(len(items), dtype=int), list(items))), shape=(1, size))


def word_vectors(catalogue: Catalogue, *_: object) -> np.ndarray:
    """A stand-in for sentence embeddings: one direction for each first word, and some of its own."""
    rng = np.random.default_rng(0)
    vectors = 0.02 * rng.standard_normal((len(catalogue.texts), 384))
    for place, text in enumerate(catalogue.texts):
        vectors[place, 0] += str(text).startswith("garden")
        vectors[place, 1] += str(text).startswith("kitchen")
        vectors[place] *= bool(text) / max(np.linalg.norm(vectors[place]), 1e-9)
    return vectors.astype(np.float32)
