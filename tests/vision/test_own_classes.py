"""A user's own classes, learnt from one image each or from many."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.pipeline import LoadConfig
from pipelines.tasks.images.own_classes import OwnClassesPipeline
from tests.vision.drawn import card, patches

CLASSES = ("blue", "green", "red")


def fresh() -> OwnClassesPipeline:
    return OwnClassesPipeline(card("own-classes"), LoadConfig(classes=CLASSES, device="cpu")).load()


@cache
def learnt(rows: int) -> OwnClassesPipeline:
    return fresh().fit(*patches(rows))


@pytest.mark.parametrize("rows", [2, 6, 20])
def test_from_one_image_a_class_on_colours_are_learnt(rows: int) -> None:
    batch, truth = patches(10, seed=1)
    found = learnt(rows).predict(batch)
    assert found.classes == CLASSES
    assert found.labels.tolist() == truth.tolist()
    assert (found.probabilities[:, 0] == 0).all(), "no image of blue was seen"


def test_a_single_class_is_refused_with_what_was_found() -> None:
    batch, truth = patches(4)
    with pytest.raises(DataError, match=r"at least two.*only “green”"):
        fresh().fit(batch.iloc[[0, 2]], truth.iloc[[0, 2]])


def test_one_image_gets_the_same_answer_alone() -> None:
    batch, _ = patches(5, seed=2)
    together = learnt(20).predict(batch).probabilities
    alone = np.concatenate(
        [learnt(20).predict(batch.iloc[[row]]).probabilities for row in range(len(batch))]
    )
    np.testing.assert_allclose(alone, together, atol=1e-12)


def test_encoding_never_sees_labels_and_changes_no_answer() -> None:
    batch, _ = patches(4, seed=3)
    before = batch.copy()
    encoded = learnt(20).encode(batch)
    pd.testing.assert_frame_equal(batch, before)
    np.testing.assert_array_equal(
        learnt(20).predict(encoded).probabilities, learnt(20).predict(batch).probabilities
    )


def test_an_empty_batch_has_no_predictions() -> None:
    batch, _ = patches(2)
    assert learnt(20).predict(batch.iloc[:0]).probabilities.shape == (0, 3)


@pytest.mark.parametrize("rows", [2, 20])
def test_a_bundle_says_the_same_without_pickle(rows: int, tmp_path: Path) -> None:
    learnt(rows).save(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".safetensors"}
    again = OwnClassesPipeline(card("own-classes"), LoadConfig(classes=CLASSES)).restore(tmp_path)
    batch, _ = patches(4, seed=4)
    np.testing.assert_array_equal(
        again.predict(batch).probabilities, learnt(rows).predict(batch).probabilities
    )


def test_a_damaged_bundle_is_refused(tmp_path: Path) -> None:
    learnt(20).save(tmp_path)
    facts = json.loads((tmp_path / "bundle.json").read_text())
    (tmp_path / "bundle.json").write_text(json.dumps({**facts, "learnt": ["green"]}))
    with pytest.raises(DataError, match="do not fit its classes"):
        fresh().restore(tmp_path)
    (tmp_path / "weights.safetensors").write_bytes(b"nothing")
    with pytest.raises(DataError, match="damaged"):
        fresh().restore(tmp_path)
