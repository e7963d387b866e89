"""Who took what, and what is known of the items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Interactions:
    """Who took what: one entry for each pair of a user and an item.

    Attributes:
        users: (U,) object array of ids as text.
        items: (I,) object array of ids as text, those of the catalogue nobody took included.
        user: (n,) int32 positions in `users`.
        item: (n,) int32 positions in `items`.
        weight: (n,) float32 above 0: how often or how much, or the rating.
        time: (n,) int64 seconds since 1970 of the first time; None without times.
    """

    users: np.ndarray
    items: np.ndarray
    user: np.ndarray
    item: np.ndarray
    weight: np.ndarray
    time: np.ndarray | None = None

    def __len__(self) -> int:
        """The number of entries."""
        return len(self.user)

    def take(self, rows: np.ndarray) -> Interactions:
        """Some of the entries, among the same users and items.

        Args:
            rows: positions of entries, or a mask of all of them.
        """
        return Interactions(
            self.users,
            self.items,
            self.user[rows],
            self.item[rows],
            self.weight[rows],
            None if self.time is None else self.time[rows],
        )

    def matrix(self) -> csr_matrix:
        """Weights as a (U, I) sparse matrix of float32."""
        from scipy.sparse import csr_matrix

        shape = (len(self.users), len(self.items))
        matrix = csr_matrix((self.weight, (self.user, self.item)), shape=shape, dtype=np.float32)
        matrix.sort_indices()
        return matrix


@dataclass(frozen=True)
class Catalogue:
    """What is known of each item, aligned with `Interactions.items`.

    Attributes:
        titles: (I,) object array; the id itself where no title is known.
        texts: (I,) object array: title and attributes as one text, "" where nothing is known.
        categories: (I,) object array, the first category of each, "" where none; None when the
            data has no attributes.
    """

    titles: np.ndarray
    texts: np.ndarray
    categories: np.ndarray | None = None

    @property
    def described(self) -> bool:
        """Whether anything is known of any item besides its id."""
        return bool((self.texts != "").any())
