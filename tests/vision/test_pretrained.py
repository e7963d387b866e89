"""The published weights on a photo that scikit-learn carries."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_sample_image

from data.errors import DataError
from pipelines.pipeline import LoadConfig
from pipelines.tasks.images.pretrained import PretrainedPipeline
from pipelines.vision import imagenet
from tests.vision.drawn import card, patches, picture


@cache
def pipeline(model: str, classes: tuple[str, ...]) -> PretrainedPipeline:
    return PretrainedPipeline(card(model), LoadConfig(classes=classes, device="cpu")).load()


def photo() -> pd.DataFrame:
    """A temple in Beijing."""
    return pd.DataFrame({"image": [picture(load_sample_image("china.jpg"), "china.png")]})


@pytest.mark.parametrize("model", ["efficientnet-lite0", "efficientnet-lite2"])
def test_a_photo_is_named(model: str) -> None:
    found = pipeline(model, imagenet.names()).predict(photo())
    assert found.labels.tolist() == ["palace"]
    assert found.probabilities.shape == (1, 1000)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_a_users_classes_share_what_the_weights_give_them() -> None:
    everything = pipeline("efficientnet-lite0", imagenet.names()).predict(photo()).probabilities[0]
    own = ("Castle", "panda", "palace")
    found = pipeline("efficientnet-lite0", own).predict(photo())
    castle, lesser, giant, palace = (everything[place] for place in (483, 387, 388, 698))
    expected = np.array([castle, lesser + giant, palace]) / (castle + lesser + giant + palace)
    assert found.classes == own
    np.testing.assert_allclose(found.probabilities[0], expected, rtol=1e-4)


def test_classes_that_the_weights_do_not_know_are_refused() -> None:
    with pytest.raises(DataError, match=r"“invoice”.*own-classes"):
        pipeline("efficientnet-lite0", ("palace", "invoice"))


def test_one_image_gets_the_same_answer_alone() -> None:
    batch = pd.concat([patches(4)[0], photo()], ignore_index=True)
    model = pipeline("efficientnet-lite0", imagenet.names())
    together = model.predict(batch).probabilities
    for row in range(len(batch)):
        alone = model.predict(batch.iloc[[row]]).probabilities[0]
        np.testing.assert_allclose(alone, together[row], atol=1e-5)


def test_an_empty_batch_has_no_predictions() -> None:
    found = pipeline("efficientnet-lite0", ("palace", "castle")).predict(photo().iloc[:0])
    assert found.probabilities.shape == (0, 2)
