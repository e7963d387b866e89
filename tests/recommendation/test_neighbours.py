"""Item neighbours against dense arithmetic written out."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.recommendation.methods.neighbours import Neighbours
from tests.small_shop import ITEMS, history, lessons, shop


def similarities(measure: str) -> np.ndarray:
    """All pairs of items, in the words of the docstring."""
    taken = (shop().matrix().toarray() > 0).astype(np.float64)
    users, items = taken.shape
    if measure == "bm25":
        length = taken.sum(axis=1, keepdims=True)
        rarity = np.log((1 + users) / (1 + taken.sum(axis=0)))
        damped = 100 * (1 - 0.8 + 0.8 * length / length.mean())
        weights = taken * 101 / (damped + taken) * rarity
    else:
        rarity = np.log((1 + items) / (1 + taken.sum(axis=1, keepdims=True)))
        weights = taken * rarity if measure == "tfidf" else taken
        norms = np.linalg.norm(weights, axis=0)
        weights = weights / np.where(norms > 0, norms, 1.0)
    found = weights.T @ weights
    np.fill_diagonal(found, 0.0)
    return found


@pytest.mark.parametrize("measure", ["cosine", "tfidf", "bm25"])
def test_scores_are_sums_of_the_kept_similarities(measure: str) -> None:
    found = similarities(measure) ** 1.5
    lowest = np.sort(found, axis=1)[:, -9, None]
    # Which of two equal neighbours stays does not matter; here none are equal where it counts.
    assert ((found[[1, 4, 15]] >= lowest[[1, 4, 15]]).sum(axis=1) == 9).all()
    kept = np.where(found >= lowest, found, 0.0)
    expected = kept[[1, 4, 15]].sum(axis=0)
    settings = {"neighbours": 9, "measure": measure, "sharpness": 1.5}
    scores = Neighbours(settings).fit(lessons()).scores(history(1, 4, 15))[0]
    np.testing.assert_allclose(np.where(scores > 0, scores, 0.0), expected, rtol=1e-5, atol=1e-7)


def test_items_out_of_reach_follow_by_popularity() -> None:
    fitted = Neighbours({"neighbours": 2}).fit(lessons())
    scores = fitted.scores(history(1))[0]
    far = np.flatnonzero(scores <= 0)
    assert len(far) == ITEMS - 2
    taken = np.bincount(shop().item, minlength=ITEMS)[far]
    assert (np.diff(taken[np.argsort(-scores[far], kind="stable")]) <= 0).all()


def test_reasons_add_up_to_the_score() -> None:
    fitted = Neighbours().fit(lessons())
    reasons = fitted.reasons(history(1, 2, 15), 4, most=9)
    assert sum(share for _, share in reasons) == pytest.approx(
        fitted.scores(history(1, 2, 15))[0, 4], rel=1e-5
    )


def test_an_item_is_not_its_own_neighbour() -> None:
    fitted = Neighbours({"measure": "cosine"}).fit(lessons())
    assert fitted.scores(history(3))[0, 3] <= 0


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(OptionError, match="no measure “jaccard”"):
        Neighbours({"measure": "jaccard"}).fit(lessons())
