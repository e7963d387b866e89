"""Arrays of a bundle, as methods take them: what does not fit is refused before anything computes.

Code below (sparse products, BLAS) trusts positions and shapes and ends the process where they lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Products of two larger ones run over in float32.
LARGEST, LARGEST_SETTING = 1e15, 1e9


def numbers(arrays: Mapping[str, np.ndarray], name: str, *shape: int | None) -> np.ndarray:
    """A float32 array of finite numbers.

    Args:
        arrays: by name.
        shape: the length of each axis, None where any will do.

    Raises:
        ValueError: it is missing, of another shape, or holds something else.
    """
    found = arrays.get(name)
    if found is None or found.dtype.kind != "f" or found.ndim != len(shape):
        raise ValueError(f"{name} is no array of {len(shape)} axes of numbers")
    if any(want is not None and have != want for have, want in zip(found.shape, shape, strict=True)):
        raise ValueError(f"{name} has the shape {found.shape}, needed is {shape}")
    if not (np.abs(found) <= LARGEST).all():
        raise ValueError(f"{name} holds numbers that are not finite or far too large")
    return found.astype(np.float32, copy=False)


def positions(found: np.ndarray | None, size: int) -> np.ndarray:
    """A one-dimensional array of whole numbers from 0 to below `size`.

    Raises:
        ValueError: it is missing or something else.
    """
    if found is None or found.dtype.kind not in "iu" or found.ndim != 1:
        raise ValueError("no positions")
    if len(found) and (found.min() < 0 or found.max() >= size):
        raise ValueError(f"positions from {found.min()} to {found.max()} of {size}")
    return found


def sparse(
    weights: np.ndarray, places: np.ndarray | None, starts: np.ndarray | None, width: int
) -> csr_matrix:
    """A sparse matrix of as many rows as there are starts, but for the last of them.

    Args:
        weights: (n,) checked numbers.
        places: (n,) the column of each.
        starts: (rows + 1,) where the weights of each row begin, and n.
        width: columns.

    Raises:
        ValueError: the arrays are not those of a sparse matrix.
    """
    from scipy.sparse import csr_matrix

    begin = positions(starts, len(weights) + 1)
    if not len(begin) or begin[0] != 0 or begin[-1] != len(weights) or (np.diff(begin) < 0).any():
        raise ValueError("rows of a sparse matrix do not begin one after another")
    columns = positions(places, width)
    if len(columns) != len(weights):
        raise ValueError("a sparse matrix has not as many columns as weights")
    return csr_matrix((weights, columns, begin), shape=(len(begin) - 1, width))


def check_settings(
    settings: Mapping[str, float | int | str], usual: Mapping[str, float | int | str]
) -> None:
    """Refuse settings that no fitted method has.

    Args:
        usual: settings of the same names that are right.

    Raises:
        ValueError: one is of another kind than the usual one, negative or far too large.
    """
    for name, right in usual.items():
        value = settings.get(name, right)
        if isinstance(right, str):
            fits = isinstance(value, str)
        else:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            fits = fits and 0 <= float(value) <= LARGEST_SETTING
        if not fits:
            raise ValueError(f"{name} is set to {value!r}")
