"""The content method on the real encoder, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError
from pipelines.recommendation.interactions import Catalogue
from pipelines.recommendation.methods import content
from pipelines.recommendation.methods.content import Content
from pipelines.recommendation.methods.texts import text_vectors
from pipelines.recommendation.recommender import Lessons
from tests.small_shop import history, lessons, shop, word_vectors

SUBJECTS = ("A thriller about a bank robbery", "Recipes for vegetable soup")


def test_the_encoder_finds_what_reads_alike_and_gives_zeros_for_no_text() -> None:
    texts = [f"{SUBJECTS[place // 3]}, part {place}" for place in range(6)] + ["", " "]
    catalogue = Catalogue(np.asarray(texts, dtype=object), np.asarray(texts, dtype=object))
    vectors = text_vectors(catalogue)
    assert vectors.shape == (8, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1] * 6 + [0, 0], atol=1e-2)
    alike = vectors @ vectors.T
    assert alike[:3, :3].min() > alike[:3, 3:6].max()
    assert text_vectors(catalogue) is vectors


def test_scores_are_mean_cosines_and_reasons_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "text_vectors", word_vectors)
    fitted = Content({"weighting": "raw"}).fit(lessons())
    vectors = word_vectors(lessons().catalogue)
    weighted = history(1, 2, 15)
    weighted.data[:] = [1.0, 2.0, 1.0]
    expected = (vectors @ vectors[1] + 2 * vectors @ vectors[2] + vectors @ vectors[15]) / 4
    np.testing.assert_allclose(fitted.scores(weighted)[0], expected, atol=1e-6)
    reasons = fitted.reasons(weighted, 4, most=9)
    assert sum(share for _, share in reasons) == pytest.approx(expected[4], abs=1e-6)


def test_an_item_nobody_took_is_offered_to_those_who_took_its_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(content, "text_vectors", word_vectors)
    scores = Content().fit(lessons()).scores(history(12, 13))[0]
    assert scores[23] > scores[:12].max()


def test_a_catalogue_without_texts_is_refused() -> None:
    names = shop().items
    bare = Catalogue(names, np.asarray([""] * len(names), dtype=object))
    with pytest.raises(DataError, match="title or attributes"):
        Content().fit(Lessons(shop(), bare))
