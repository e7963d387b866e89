"""The scorecard: bins, weights, points, and the table that is printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import OptionError
from pipelines.tabular.models import make_model
from pipelines.tabular.models.binning import Bins, learn_bins
from pipelines.tabular.models.lessons import TabularLessons
from pipelines.tabular.models.scorecard import Points, Scorecard
from pipelines.tabular.models.stacking import logistic_weights, square_weights
from pipelines.tabular.scorecard_table import bin_names, points_of, printed
from tests.tabular.applicants import draw, lessons, model, strange


def card() -> Scorecard:
    found = model("scorecard")
    assert isinstance(found, Scorecard)
    return found


def test_points_double_the_odds_by_hand() -> None:
    scale = Points(600, 50, 20)
    assert scale.of(-np.log(50.0)) == pytest.approx(600)
    assert scale.of(-np.log(100.0)) == pytest.approx(620)
    assert scale.of(-np.log(12.5)) == pytest.approx(560)


def test_the_points_of_the_table_add_up_to_the_score() -> None:
    rows = draw(50, seed=8)[0]
    np.testing.assert_allclose(points_of(card(), rows), card().points(rows), atol=1e-6)
    np.testing.assert_allclose(points_of(card(), strange()), card().points(strange()), atol=1e-6)


def test_more_points_are_less_risk() -> None:
    rows = draw(200, seed=8)[0]
    points, chances = card().points(rows), card().predict(rows)
    assert (np.diff(chances[np.argsort(points)]) <= 1e-9).all()


def test_points_say_the_predicted_odds() -> None:
    rows = draw(20, seed=8)[0]
    chances = card().predict(rows)
    odds = (1 - chances) / chances
    np.testing.assert_allclose(card().points(rows), 600 + 20 * np.log2(odds / 50), atol=1e-6)


def test_the_table_names_every_bin_and_counts_every_row() -> None:
    table = printed(card())
    frame = table.frame()
    assert set(frame["column"]) | set(table.left_out) == {
        "debt_ratio", "income", "late_payments", "job",
    }  # fmt: skip
    assert (frame.groupby("column")["applicants"].sum() == len(lessons())).all()
    assert "drivers" not in set(frame["bin"])
    assert frame["bin"].str.contains("driver").any()
    assert table.sentence().startswith("A score of 600 points means 50 good applicants to one bad")


def test_bins_rise_or_fall_with_the_number() -> None:
    bins = card().bins[0]
    evidence = np.array(bins.evidence[:-1])
    assert (np.diff(evidence) > 0).all() or (np.diff(evidence) < 0).all()


def test_a_direction_that_is_set_is_kept() -> None:
    features, y, _ = draw(400)
    wanted = make_model("scorecard").fit(TabularLessons(features, y, monotone={"debt_ratio": -1}))
    assert isinstance(wanted, Scorecard)
    place = [each.name for each in wanted.plan.used].index("debt_ratio")
    assert (np.diff(wanted.bins[place].evidence[:-1]) <= 0).all()


def test_weight_of_evidence_by_hand() -> None:
    values = np.repeat([0.0, 1.0], [300, 100])
    y = np.concatenate([np.repeat([1.0, 0.0], [30, 270]), np.repeat([1.0, 0.0], [40, 60])])
    bins = learn_bins(values, y, np.ones(400), categorical=False)
    assert bins.splits == (0.5,)
    share = 70 / 400
    low = np.log((30 + share) / 70) - np.log((270 + 1 - share) / 330)
    high = np.log((40 + share) / 70) - np.log((60 + 1 - share) / 330)
    assert bins.evidence == pytest.approx((low, high, 0.0))
    assert bins.value == pytest.approx((30 / 70 - 270 / 330) * low + (40 / 70 - 60 / 330) * high)


def test_bins_are_named_in_words() -> None:
    empty = (0.0,) * 4
    assert bin_names(Bins((10.0, 20.5), (), empty, empty, empty, 0.0), ()) == [
        "below 10", "10 to below 20.5", "20.5 and more", "missing or never seen",
    ]  # fmt: skip
    named = bin_names(Bins((), (0, 1, 0), empty, empty, empty, 0.0), ("own", "rent", "free"))
    assert named == ["own, free", "rent", "missing or never seen"]


def test_weights_below_zero_are_left_out() -> None:
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(2000, 3))
    y = (rng.random(2000) < 1 / (1 + np.exp(-(cells[:, 0] - cells[:, 1])))).astype(float)
    weights, _ = logistic_weights(cells, y, np.ones(2000))
    assert weights[1] == 0
    from sklearn.linear_model import LogisticRegression

    kept = np.flatnonzero(weights)
    theirs = LogisticRegression(C=1e3, tol=1e-8).fit(cells[:, kept], y)
    np.testing.assert_allclose(weights[kept], theirs.coef_[0], atol=1e-3)


def test_least_squares_without_negative_weights() -> None:
    rng = np.random.default_rng(0)
    cells = rng.normal(size=(500, 2))
    weights, level = square_weights(cells, 3 + 2 * cells[:, 0] - cells[:, 1], np.ones(500))
    assert weights[1] == 0
    assert weights[0] == pytest.approx(2, abs=0.1)
    assert level == pytest.approx(3, abs=0.1)


def test_importing_the_solver_tells_the_user_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    from pipelines.tabular.models.binning import _optbinning

    _optbinning.cache_clear()
    _optbinning()
    assert capfd.readouterr().err == ""


def test_a_scale_that_cannot_be_is_refused() -> None:
    with pytest.raises(OptionError, match="above 0"):
        make_model("scorecard", {"double_odds": 0}).fit(lessons())


def test_of_very_many_columns_those_that_matter_have_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.tabular.models.scorecard.MOST_COLUMNS", 10)
    features, y, _ = draw(300)
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 60))).add_prefix("noise_")
    wide = pd.concat([noise, features], axis=1)
    wanted = make_model("scorecard").fit(TabularLessons(wide, y))
    assert isinstance(wanted, Scorecard)
    table = printed(wanted)
    assert {"debt_ratio", "late_payments"} <= {each.column for each in table.lines}
    assert len({each.column for each in table.lines}) <= 10
    assert np.isfinite(wanted.predict(wide)).all()
