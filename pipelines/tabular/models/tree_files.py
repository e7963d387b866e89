"""Trees as LightGBM writes them, looked at before it reads them: on others it ends the process."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import DataError

if TYPE_CHECKING:
    import lightgbm

_SIZES = re.compile(r"^tree_sizes=([0-9 ]+)$", re.MULTILINE)
_LEAVES = re.compile(r"^num_leaves=(\d+)$", re.MULTILINE)
_LAST_FEATURE = re.compile(r"^max_feature_idx=(\d+)$", re.MULTILINE)
_END = "end of trees"
# Each has one value a leaf, or one a split.
_BY_LEAF = ("leaf_weight", "leaf_count")
_BY_SPLIT = ("split_feature", "threshold", "decision_type", "left_child", "right_child")


def read_trees(path: Path) -> lightgbm.Booster:
    """A model of LightGBM's text format.

    Raises:
        DataError: trees are cut short, or their parts do not fit together.
    """
    import lightgbm

    damaged = DataError("The trees of the bundle are damaged; download it again.")
    text = path.read_text("utf-8")
    sizes = _SIZES.search(text)
    start = text.find("Tree=0")
    last = _LAST_FEATURE.search(text)
    if sizes is None or last is None or start < 0 or not text.isascii():
        raise damaged
    features = int(last[1]) + 1
    for place, size in enumerate(map(int, sizes[1].split())):
        tree = text[start : start + size]
        if not tree.startswith(f"Tree={place}\n") or not _whole(tree, features):
            raise damaged
        start += size
    if not text[start:].startswith(_END):
        raise damaged
    try:
        return lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise damaged from error


def _whole(tree: str, features: int) -> bool:
    """Whether the parts of a tree are as many as its leaves, and what they point to is there."""
    found = _LEAVES.search(tree)
    leaves = int(found[1]) if found else 0
    if leaves < 1:
        return False
    parts = {}
    for line in tree.splitlines():
        name, _, values = line.partition("=")
        parts[name] = values.split()
    if not _all_finite(parts, ("leaf_value", "internal_value", "shrinkage")):
        return False
    if leaves == 1:
        return "leaf_value" in parts
    if len(parts.get("leaf_value", ())) != leaves:
        return False
    if any(name in parts and len(parts[name]) != leaves for name in _BY_LEAF):
        return False
    if any(len(parts.get(name, ())) != leaves - 1 for name in _BY_SPLIT):
        return False
    try:
        children = [int(each) for name in ("left_child", "right_child") for each in parts[name]]
        owners = [int(each) for each in parts["split_feature"]]
    except ValueError:
        return False
    if not all(-leaves <= each < leaves - 1 for each in children):
        return False
    return all(0 <= each < features for each in owners) and _sets(parts)


def _all_finite(parts: Mapping[str, Sequence[str]], names: Sequence[str]) -> bool:
    try:
        return all(math.isfinite(float(each)) for name in names for each in parts.get(name, ()))
    except ValueError:
        return False


def _sets(parts: Mapping[str, Sequence[str]]) -> bool:
    """Whether splits by a set of codes name sets that are there."""
    try:
        starts = [int(each) for each in parts.get("cat_boundaries", ())]
        kinds = [int(each) for each in parts["decision_type"]]
        places = [
            float(place) for place, kind in zip(parts["threshold"], kinds, strict=True) if kind & 1
        ]
    except ValueError:
        return False
    if not places:
        return True
    words = len(parts.get("cat_threshold", ()))
    whole = starts == sorted(starts) and starts[:1] == [0] and starts[-1:] == [words]
    return whole and all(0 <= each < len(starts) - 1 for each in places)
