"""Trees as LightGBM writes them, looked at before it reads them: on others it ends the process."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import DataError

if TYPE_CHECKING:
    import lightgbm

_SIZES = re.compile(r"^tree_sizes=([0-9 ]+)$", re.MULTILINE)
_LEAVES = re.compile(r"^num_leaves=(\d+)$", re.MULTILINE)
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
    if sizes is None or start < 0 or not text.isascii():
        raise damaged
    for place, size in enumerate(map(int, sizes[1].split())):
        tree = text[start : start + size]
        if not tree.startswith(f"Tree={place}\n") or not _whole(tree):
            raise damaged
        start += size
    if not text[start:].startswith(_END):
        raise damaged
    try:
        return lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise damaged from error


def _whole(tree: str) -> bool:
    """Whether the parts of a tree are as many as its leaves, and children are among them."""
    found = _LEAVES.search(tree)
    leaves = int(found[1]) if found else 0
    if leaves < 1:
        return False
    parts = {}
    for line in tree.splitlines():
        name, _, values = line.partition("=")
        parts[name] = values.split()
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
    except ValueError:
        return False
    return all(-leaves <= each < leaves - 1 for each in children)
