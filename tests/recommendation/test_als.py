"""Alternating least squares against the equations of the paper written out."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import LitmusError
from pipelines.progress import CancelledRun, Progress
from pipelines.recommendation.methods.als import Als
from tests.small_shop import history, lessons, shop

SETTINGS = {"factors": 8, "alpha": 3.0, "regularisation": 0.5}


def person(items: np.ndarray, taken: list[int]) -> np.ndarray:
    """Equation 4 of Hu, Koren and Volinsky 2008 in float64."""
    vectors = items.astype(np.float64)
    confidence = np.ones(len(vectors))
    confidence[taken] = 1 + SETTINGS["alpha"]
    wanted = np.isin(np.arange(len(vectors)), taken)
    system = vectors.T @ (vectors * confidence[:, None]) + 0.5 * np.eye(8)
    return np.linalg.solve(system, vectors.T @ (confidence * wanted))


def test_a_history_is_folded_in_by_the_equation() -> None:
    fitted = Als(SETTINGS).fit(lessons())
    items = fitted.arrays()["items"]
    expected = items @ person(items, [1, 2, 15])
    np.testing.assert_allclose(
        fitted.scores(history(1, 2, 15))[0], expected, rtol=1e-3, atol=1e-4
    )


def test_reasons_add_up_to_the_score() -> None:
    fitted = Als(SETTINGS).fit(lessons())
    for item in (4, 14):
        reasons = fitted.reasons(history(1, 2, 15), item, most=9)
        assert sum(share for _, share in reasons) == pytest.approx(
            fitted.scores(history(1, 2, 15))[0, item], rel=1e-3, abs=1e-4
        )


def test_item_vectors_satisfy_their_own_equation_when_the_passes_are_many() -> None:
    fitted = Als({**SETTINGS, "iterations": 200}).fit(lessons())
    items = fitted.arrays()["items"].astype(np.float64)
    matrix = shop().matrix().toarray() > 0
    people = np.stack([person(items, list(np.flatnonzero(row))) for row in matrix])
    for item in (0, 13):
        confidence = 1 + SETTINGS["alpha"] * matrix[:, item]
        system = people.T @ (people * confidence[:, None]) + 0.5 * np.eye(8)
        expected = np.linalg.solve(system, people.T @ (confidence * matrix[:, item]))
        np.testing.assert_allclose(people @ items[item], people @ expected, atol=0.02)


def test_it_can_be_cancelled_between_passes() -> None:
    class Stopping(Progress):
        def advance(self, rows: int) -> None:
            raise CancelledRun("stopped")

    with pytest.raises(LitmusError, match="stopped"):
        Als(SETTINGS).fit(lessons(), Stopping())
