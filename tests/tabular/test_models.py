"""What holds for every model of a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.errors import DataError, OptionError
from pipelines.tabular.models import MODELS, make_model, restored
from pipelines.tabular.models.lessons import AMOUNT, DEFAULT, TabularLessons
from tests.tabular.applicants import (
    FOR_AMOUNTS,
    FOR_DEFAULTS,
    QUICK,
    draw,
    lessons,
    model,
    strange,
)

CASES = [(name, DEFAULT) for name in FOR_DEFAULTS] + [(name, AMOUNT) for name in FOR_AMOUNTS]


def test_every_model_is_under_test() -> None:
    assert set(QUICK) == set(MODELS)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_row_alone_is_answered_as_in_a_batch(name: str, kind: str) -> None:
    fitted, rows = model(name, kind), draw(30, seed=3)[0]
    whole = fitted.predict(rows)
    alone = np.concatenate([fitted.predict(rows.iloc[[at]]) for at in range(len(rows))])
    np.testing.assert_allclose(alone, whole, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_contributions_add_up_to_the_score(name: str, kind: str) -> None:
    fitted, rows = model(name, kind), draw(6, seed=3)[0]
    parts = fitted.contributions(rows)
    assert parts.columns == ("debt_ratio", "income", "late_payments", "job")
    assert parts.values.shape == (6, 4)
    np.testing.assert_allclose(parts.scores, fitted.scores(rows), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_cells_never_seen_do_not_break_it(name: str, kind: str) -> None:
    fitted = model(name, kind)
    found = fitted.predict(strange())
    assert np.isfinite(found).all()
    assert np.isfinite(fitted.contributions(strange()).values).all()
    if kind == DEFAULT:
        assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_bundle_gives_the_same_model_back(name: str, kind: str, tmp_path: Path) -> None:
    fitted, rows = model(name, kind), draw(20, seed=4)[0]
    fitted.save(tmp_path)
    back = restored(name, tmp_path)
    np.testing.assert_array_equal(back.predict(rows), fitted.predict(rows))
    few = rows.head(2)
    np.testing.assert_array_equal(
        back.contributions(few).values, fitted.contributions(few).values
    )
    bounds, again = fitted.interval(rows), back.interval(rows)
    assert (bounds is None) == (again is None) == (kind == DEFAULT)
    if bounds is not None and again is not None:
        np.testing.assert_array_equal(again[0], bounds[0])
    np.testing.assert_array_equal(back.held_out_predictions(), fitted.held_out_predictions())
    sure, still = fitted.certainty(rows), back.certainty(rows)
    assert (sure is None) == (still is None) == (kind == AMOUNT)
    if sure is not None and still is not None:
        np.testing.assert_array_equal(still, sure)
    kinds = {file.suffix for file in tmp_path.rglob("*") if file.is_file()}
    assert kinds <= {".json", ".safetensors", ".txt"}


@pytest.mark.parametrize(("name", "kind"), [case for case in CASES if case[0] != "base-rate"])
def test_the_same_seed_gives_the_same_model(name: str, kind: str) -> None:
    taught = lessons(kind)
    fresh = TabularLessons(taught.features, taught.y, kind, budget=taught.budget)
    rows = draw(20, seed=5)[0]
    again = make_model(name, QUICK[name]).fit(fresh)
    np.testing.assert_array_equal(again.predict(rows), model(name, kind).predict(rows))


@pytest.mark.parametrize("name", [name for name in FOR_DEFAULTS if name != "base-rate"])
def test_it_ranks_new_applicants_well(name: str) -> None:
    from sklearn.metrics import roc_auc_score

    rows, y, odds = draw(1500, seed=9)
    assert roc_auc_score(y, model(name).predict(rows)) > roc_auc_score(y, odds) - 0.06


@pytest.mark.parametrize("name", [name for name in FOR_AMOUNTS if name != "base-rate"])
def test_amounts_are_better_than_their_mean_and_mostly_within_the_interval(name: str) -> None:
    from tests.tabular.applicants import amounts

    rows, y = amounts(1500, seed=9)
    fitted = model(name, AMOUNT)
    found = fitted.predict(rows)
    assert np.mean((found - y) ** 2) < 0.9 * np.var(y)
    bounds = fitted.interval(rows)
    assert bounds is not None
    low, high = bounds
    assert ((low <= found) & (found <= high)).all()
    assert 0.82 < np.mean((low <= y) & (y <= high)) < 0.97


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_no_rows_are_no_predictions(name: str, kind: str) -> None:
    none = draw(3)[0].head(0)
    assert model(name, kind).predict(none).shape == (0,)
    assert model(name, kind).contributions(none).values.shape == (0, 4)


def test_an_amount_that_was_never_negative_is_not_predicted_to_be() -> None:
    rows = draw(200, seed=2)[0].assign(debt_ratio=0.0, income=1e6)
    assert model("logistic", AMOUNT).scores(rows).min() < 0
    assert model("logistic", AMOUNT).predict(rows).min() >= 0


def test_a_model_of_another_name_is_refused(tmp_path: Path) -> None:
    model("logistic").save(tmp_path)
    with pytest.raises(DataError, match="of another model"):
        restored("scorecard", tmp_path)


def test_a_bundle_with_a_part_missing_is_refused(tmp_path: Path) -> None:
    model("boosting").save(tmp_path)
    (tmp_path / "trees-0.txt").unlink()
    with pytest.raises(DataError, match="damaged"):
        restored("boosting", tmp_path)


def test_unknown_models_and_settings_are_named() -> None:
    with pytest.raises(OptionError, match="no model “magic”"):
        make_model("magic")
    with pytest.raises(OptionError, match="no setting “colour” of boosting"):
        make_model("boosting", {"colour": "red"})


def test_a_scorecard_of_amounts_is_refused() -> None:
    with pytest.raises(OptionError, match="yes/no target only"):
        make_model("scorecard").fit(lessons(AMOUNT))


@pytest.mark.parametrize(
    ("rows", "yes", "sentence"),
    [(12, 6, "at least 20 rows"), (40, 0, "at least 5 rows of each outcome"), (40, 3, "3 of one")],
)
def test_too_little_to_learn_from_is_said(rows: int, yes: int, sentence: str) -> None:
    features = draw(rows)[0]
    y = (np.arange(rows) < yes).astype(float)
    with pytest.raises(DataError, match=sentence):
        make_model("logistic").fit(TabularLessons(features, y))


def test_an_amount_that_never_changes_is_refused() -> None:
    with pytest.raises(DataError, match="choose a target that varies"):
        make_model("logistic").fit(TabularLessons(draw(40)[0], np.full(40, 3.0), AMOUNT))


def test_balanced_learning_still_predicts_the_true_share() -> None:
    taught = lessons()
    balanced = make_model("logistic", {"balance": "balanced"}).fit(taught)
    raw = 1 / (1 + np.exp(-balanced.scores(taught.features)))
    assert raw.mean() > taught.y.mean() + 0.1
    assert abs(balanced.predict(taught.features).mean() - taught.y.mean()) < 0.02


def test_rows_of_weight_zero_point_are_hardly_learnt_from() -> None:
    features, y, _ = draw(400, seed=1)
    turned = np.concatenate([y, 1 - y])
    both = features.iloc[np.tile(np.arange(400), 2)].reset_index(drop=True)
    weights = np.repeat([1.0, 1e-4], 400)
    weighed = make_model("logistic", {"shape": "straight", "strength": 0.1}).fit(
        TabularLessons(both, turned, weights=weights)
    )
    from sklearn.metrics import roc_auc_score

    assert roc_auc_score(y, weighed.predict(features)) > 0.75
