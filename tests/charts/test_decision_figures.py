"""What is drawn of a capacity and of a sensitivity: small, marked, and in both themes."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.charts.decisions import found_by_capacity, found_by_threshold
from dashboard.charts.style import apply_style
from pipelines.evaluation.capacity import capacity_curve
from pipelines.evaluation.sensitivity import sensitivity_curve

RNG = np.random.default_rng(0)
TRUTH = RNG.random(50_000) < 0.1
CHANCE = np.clip(0.3 * TRUTH + 0.7 * RNG.random(50_000), 0, 1)


def test_a_capacity_is_marked_on_its_curve() -> None:
    curve = capacity_curve(TRUTH, CHANCE, 0.2)
    figure = found_by_capacity(curve, 2_500)
    band, precision, recall = figure.data
    assert len(figure.to_json()) < 60_000
    assert (precision.name, recall.name) == ("Precision", "Recall")
    at = int(np.searchsorted(curve.looked_at, 2_500))
    assert precision.y[at] == pytest.approx(100 * curve.precision[at], abs=0.01)
    assert max(band.y) <= 100 and len(band.x) == 2 * len(curve.looked_at)
    assert figure.layout.shapes[0].x0 == 2_500
    assert figure.layout.annotations[0].text == "2,500"


def test_a_threshold_is_marked_with_the_sensitivity_wanted() -> None:
    curve = sensitivity_curve(TRUTH, CHANCE)
    figure = found_by_threshold(curve, 0.25, 0.95)
    assert len(figure.to_json()) < 60_000
    assert [line.name for line in figure.data] == ["Sensitivity", "Specificity", "Flagged"]
    assert {(shape.x0, shape.y0) for shape in figure.layout.shapes} == {(0, 95.0), (25.0, 0)}
    # Nothing reaches it: there is no line to draw.
    assert len(found_by_threshold(curve, 1.2, 0.95).layout.shapes) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_both_themes_take_them(dark: bool) -> None:
    for figure in (
        found_by_capacity(capacity_curve(TRUTH, CHANCE, 0.2), 100),
        found_by_threshold(sensitivity_curve(TRUTH, CHANCE), 0.25, 0.95),
    ):
        assert apply_style(figure, dark, 300).layout.height == 300
