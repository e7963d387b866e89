"""Files of a recommender that somebody changed: a sentence, and never a crash or a wrong list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from data.errors import DataError
from pipelines.recommendation.bundle_files import (
    AMOUNT,
    FACTS,
    ITEM,
    TIME,
    USER,
    WEIGHTS,
    read_recommender,
    write_recommender,
)
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.methods import content, two_tower
from pipelines.recommendation.methods.blend import PARTS, Blend
from pipelines.recommendation.recommender import Recommender
from tests.small_shop import lessons, word_vectors

METHODS: dict[str, type[Recommender]] = {**PARTS, "blend": Blend}
QUICK: dict[str, dict[str, Any]] = {"bpr": {"passes": 2}, "als": {"iterations": 2}}
Change = Callable[[np.ndarray], np.ndarray]
OF_NUMBERS: dict[str, Change] = {
    "missing numbers": lambda found: np.full_like(found, np.nan),
    "infinite": lambda found: np.full_like(found, np.inf),
    "beyond float32": lambda found: np.full(found.shape, 1e300),
    "whole numbers": lambda found: found.astype(np.int8),
    "too short": lambda found: found[: len(found) // 2],
    "too narrow": lambda found: found[..., :-1],
    "flat": lambda found: found.reshape(-1, 1, 1),
}
OF_POSITIONS: dict[str, Change] = {
    "too high": lambda found: np.where(np.arange(len(found)) % 2 == 1, 2**30, found).astype(np.int32),
    "below zero": lambda found: np.full_like(found, -(2**30)),
    "fractions": lambda found: found + 0.5,
    "cut": lambda found: found[:-1],
    "in a square": lambda found: found.reshape(1, -1),
    "backwards": lambda found: found[::-1],
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each method."""
    known = lessons()
    everything = np.arange(len(known.interactions))
    told = ListLessons(known.interactions, everything, everything[:0], known.catalogue)
    folders = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "text_vectors", word_vectors)
        patch.setattr(two_tower, "text_vectors", word_vectors)
        patch.setattr(two_tower, "FEWEST_STEPS", 5)
        for name, method in METHODS.items():
            folders[name] = tmp_path_factory.mktemp(name)
            fitted = method(QUICK.get(name, {}), "auto", 0).fit(known)
            write_recommender(folders[name], fitted, told)
    return folders


def arrays_changed(source: Path, folder: Path, name: str, change: Change) -> Path:
    arrays = load_file(source / WEIGHTS)
    arrays[name] = np.ascontiguousarray(change(arrays[name]))
    save_file(arrays, folder / WEIGHTS)
    (folder / FACTS).write_bytes((source / FACTS).read_bytes())
    return folder


def facts_changed(source: Path, folder: Path, **changed: Any) -> Path:
    facts = json.loads((source / FACTS).read_text("utf-8"))
    facts["settings"] |= changed.pop("settings", {})
    (folder / FACTS).write_text(json.dumps(facts | changed), "utf-8")
    (folder / WEIGHTS).write_bytes((source / WEIGHTS).read_bytes())
    return folder


def refused(folder: Path, method: str) -> bool:
    try:
        read_recommender(folder, METHODS[method], "auto", 0)
    except DataError as error:
        return "damaged" in str(error)
    return False


@pytest.mark.parametrize("method", METHODS)
def test_what_was_not_changed_is_read(written: dict[str, Path], method: str) -> None:
    recommender, known = read_recommender(written[method], METHODS[method], "auto", 0)
    assert np.isfinite(recommender.scores(known.everything)).all()


@pytest.mark.parametrize("method", METHODS)
def test_an_array_that_cannot_be_is_refused(
    written: dict[str, Path], method: str, tmp_path: Path
) -> None:
    passed = []
    for name, array in load_file(written[method] / WEIGHTS).items():
        if not array.size:
            continue
        changes = OF_NUMBERS if array.dtype.kind == "f" else OF_POSITIONS
        for what, change in changes.items():
            same = array.shape == change(array).shape and (array == change(array)).all()
            # Items of a user may stand in any order, any moment is one, and texts have any width.
            if same or (what == "backwards" and not name.endswith("starts")):
                continue
            if (name == TIME and what in ("too high", "below zero")) or (
                name.endswith("vectors") and what == "too narrow"
            ):
                continue
            if not refused(arrays_changed(written[method], tmp_path, name, change), method):
                passed.append(f"{name}: {what}")
    assert not passed


@pytest.mark.parametrize("name", [USER, ITEM, AMOUNT])
def test_histories_of_no_weight_or_of_nobody_are_refused(
    written: dict[str, Path], name: str, tmp_path: Path
) -> None:
    changed = arrays_changed(written["ease"], tmp_path, name, lambda found: -found)
    assert refused(changed, "ease")
    zero = arrays_changed(written["ease"], tmp_path, AMOUNT, lambda found: found * 0)
    assert refused(zero, "ease")


@pytest.mark.parametrize(("method", "settings"), [
    ("ease", {"penalty": "abc"}), ("ease", {"weighting": ["raw"]}), ("ease", {"text": True}),
    ("als", {"factors": 10**9}), ("als", {"factors": -1}), ("als", {"alpha": float("nan")}),
    ("als", {"alpha": 1e300}), ("als", {"regularisation": -1e9}), ("als", {"unknown": 1}),
    ("blend", {"weights": ""}), ("blend", {"weights": "inf,1,1"}), ("blend", {"parts": "ease"}),
    ("blend", {"als.factors": 3}), ("two-tower", {"factors": 2}),
])
def test_settings_that_no_fitted_method_has_are_refused(
    written: dict[str, Path], method: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    assert refused(facts_changed(written[method], tmp_path, settings=settings), method)


@pytest.mark.parametrize("name", ["users", "items"])
def test_an_id_that_stands_twice_is_refused(
    written: dict[str, Path], name: str, tmp_path: Path
) -> None:
    facts = json.loads((written["ease"] / FACTS).read_text("utf-8"))
    changed = facts_changed(written["ease"], tmp_path, **{name: ["x"] * len(facts[name])})
    assert refused(changed, "ease")
