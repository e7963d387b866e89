"""What a bundle holds, as models take it: what does not fit is refused before anything computes.

Code below (sparse products, BLAS) trusts positions and shapes and ends the process where they lie.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Products of two larger ones run over in float32.
LARGEST, LARGEST_SETTING = 1e15, 1e9
# Squares of larger ones run over in float64.
LARGEST_DOUBLE = 1e150


def read_facts(path: Path) -> dict[str, Any]:
    """The JSON object of a file, in which every number is finite.

    Raises:
        OSError: there is no such file.
        ValueError: it is no JSON object, or holds a number that none was learnt as.
    """
    found = json.loads(
        path.read_text("utf-8"), parse_constant=_refused, parse_float=_finite, parse_int=_whole
    )
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} is no object")
    return found


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a safetensors file, all of finite numbers.

    Raises:
        OSError, SafetensorError: there is no such file, or it is cut.
        ValueError: one holds something else.
    """
    from safetensors.numpy import load_file

    found = load_file(path)
    for name, each in found.items():
        if each.dtype.kind not in "fiub":
            raise ValueError(f"{name} holds no numbers")
        if each.dtype.kind == "f":
            _check_finite(name, each, LARGEST_DOUBLE)
    return found


def doubles(arrays: Mapping[str, np.ndarray], name: str, *shape: int | None) -> np.ndarray:
    """A float64 array of finite numbers; arguments and errors as of `numbers`."""
    return _shaped(arrays, name, shape, LARGEST_DOUBLE).astype(np.float64, copy=False)


def rising(values: Iterable[float], *, strictly: bool = True) -> tuple[float, ...]:
    """Numbers that never fall, as floats.

    Args:
        strictly: whether no two may be equal.

    Raises:
        ValueError: they fall, or one is not finite.
    """
    found = tuple(float(each) for each in values)
    steps = np.diff(np.asarray(found))
    if not all(map(math.isfinite, found)) or (steps < 0).any() or (strictly and (steps == 0).any()):
        raise ValueError("numbers that have to rise do not")
    return found


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    found = float(digits)
    if not abs(found) <= LARGEST_DOUBLE:
        raise ValueError(f"{digits[:20]} is not finite or far too large")
    return found


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a whole number is far too large")
    return int(digits)


def numbers(arrays: Mapping[str, np.ndarray], name: str, *shape: int | None) -> np.ndarray:
    """A float32 array of finite numbers.

    Args:
        arrays: by name.
        shape: the length of each axis, None where any will do.

    Raises:
        ValueError: it is missing, of another shape, or holds something else.
    """
    return _shaped(arrays, name, shape, LARGEST).astype(np.float32, copy=False)


def _shaped(
    arrays: Mapping[str, np.ndarray], name: str, shape: tuple[int | None, ...], largest: float
) -> np.ndarray:
    found = arrays.get(name)
    if found is None or found.dtype.kind != "f" or found.ndim != len(shape):
        raise ValueError(f"{name} is no array of {len(shape)} axes of numbers")
    if any(want is not None and have != want for have, want in zip(found.shape, shape, strict=True)):
        raise ValueError(f"{name} has the shape {found.shape}, needed is {shape}")
    _check_finite(name, found, largest)
    return found


def _check_finite(name: str, found: np.ndarray, largest: float) -> None:
    most = min(largest, float(np.finfo(found.dtype).max))
    if not (np.abs(found) <= most).all():
        raise ValueError(f"{name} holds numbers that are not finite or far too large")


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
