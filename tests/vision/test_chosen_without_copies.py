"""What own classes choose on rows left out: as an independent loop finds it, and never by copies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.preprocessing import StandardScaler

from pipelines.vision import head as heads
from pipelines.vision.head import TEMPERATURES, learn
from pipelines.vision.strength import STRENGTHS, _folds, choose_strength, frequent_rows


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    shifted = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    found: np.ndarray = shifted / shifted.sum(axis=1, keepdims=True)
    return found


def test_the_strength_is_the_one_that_a_plain_cross_validation_finds() -> None:
    values, codes = load_digits(return_X_y=True)
    rng = np.random.default_rng(1)
    some = rng.permutation(len(values))[:250]
    # So noisy that the freest rule, which is best on its own rows, is not the best on others.
    rows = StandardScaler().fit_transform(values[some] + rng.normal(scale=12, size=(250, 64))) / 8
    codes = codes[some]
    losses = []
    for strength in STRENGTHS:
        logits = np.zeros((250, 10))
        for train, test in StratifiedKFold(5, shuffle=True, random_state=3).split(rows, codes):
            model = LogisticRegression(C=strength, max_iter=5000, tol=1e-6)
            logits[test] = model.fit(rows[train], codes[train]).decision_function(rows[test])

        def loss(log_temperature: float, logits: np.ndarray = logits) -> float:
            return float(log_loss(codes, softened(logits, np.exp(log_temperature))))

        losses.append(minimize_scalar(loss, bounds=(-2.5, 1.4), method="bounded").fun)
    chosen = choose_strength(rows, codes, 3)
    assert chosen.strength == STRENGTHS[int(np.argmin(losses))]
    # The temperature comes from a grid, and scikit-learn stopped earlier.
    assert chosen.loss == pytest.approx(min(losses), rel=0.01)


@pytest.mark.parametrize("per_class", [4, 30])
def test_features_of_noise_leave_a_rule_as_unsure_as_it_should_be(per_class: int) -> None:
    """By either way of learning, the mean confidence of eight classes stays near an eighth."""
    rng = np.random.default_rng(5)
    rows = list(rng.normal(size=(8 * per_class, 200)))
    head = learn(rows, [f"class {row % 8}" for row in range(8 * per_class)], 0)
    assert head.unit == (per_class == 4)
    confidence = head.probabilities(list(rng.normal(size=(500, 200)))).max(axis=1).mean()
    assert 0.125 <= confidence < 0.25


@pytest.mark.parametrize("different", [3, 60])
def test_copies_of_training_images_make_no_rule_more_certain(different: int) -> None:
    rng = np.random.default_rng(0)
    codes = rng.permutation(np.arange(2 * different) % 2)
    rows = rng.normal(size=(2 * different, 400))
    rows[:, 0] += codes
    others = list(rng.normal(size=(500, 400)))
    repeated = np.repeat(rows, 4, axis=0) + rng.normal(scale=0.01, size=(8 * different, 400))
    names, groups = [str(code) for code in np.repeat(codes, 4)], np.repeat(np.arange(2 * different), 4)
    once = learn(list(rows), [str(code) for code in codes], 0)
    grouped, alone = learn(list(repeated), names, 0, groups), learn(list(repeated), names, 0)
    sure = [each.probabilities(others).max(axis=1).mean() for each in (once, grouped, alone)]
    assert grouped.unit == once.unit == (different == 3), "copies are no images of their own"
    assert sure[1] == pytest.approx(sure[0], abs=0.05)
    assert sure[2] > sure[1] + 0.1


def test_groups_of_one_row_change_nothing() -> None:
    rng = np.random.default_rng(2)
    rows, names = list(rng.normal(size=(40, 20))), [str(row % 3) for row in range(40)]
    plain, grouped = learn(rows, names, 1), learn(rows, names, 1, rng.permutation(40) + 100)
    np.testing.assert_array_equal(plain.weights, grouped.weights)
    np.testing.assert_array_equal(plain.bias, grouped.bias)


@pytest.mark.parametrize("seed", range(3))
def test_each_row_is_left_out_once_with_all_its_copies(seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 40, 120)
    codes = groups % 3
    dealt = list(_folds(codes, groups, seed))
    assert sorted(np.concatenate([left_out for _, left_out in dealt])) == list(range(120))
    for train, left_out in dealt:
        assert not set(groups[train]) & set(groups[left_out])
        assert sorted([*train, *left_out]) == list(range(120))
        assert set(codes[train]) == {0, 1, 2}
    assert len(dealt) == StratifiedGroupKFold(5).get_n_splits()


def test_a_class_is_frequent_by_its_different_images() -> None:
    labels = np.array(["many"] * 5 + ["copied"] * 8 + ["few"] * 4)
    groups = np.array([*range(5), *[5, 6, 7, 8] * 2, *range(9, 13)])
    assert frequent_rows(labels, groups).tolist() == [True] * 5 + [False] * 12
    assert frequent_rows(labels, np.arange(17)).tolist() == [True] * 13 + [False] * 4


def test_the_temperature_of_centroids_leaves_out_the_image_and_its_copies() -> None:
    """Against loops: the centroid of each class is made anew for each image."""
    rng = np.random.default_rng(0)
    codes = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    groups = np.array([0, 0, 1, 2, 3, 4, 4, 5, 6, 6])
    directions = rng.normal(size=(10, 6)) + 3 * np.eye(3, 6)[codes]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    losses = []
    for temperature in TEMPERATURES:
        total = 0.0
        for row in range(10):
            likeness = []
            for code in range(3):
                members = (codes == code) & (groups != groups[row])
                centroid = directions[members].sum(axis=0)
                likeness.append(directions[row] @ centroid / np.linalg.norm(centroid))
            chances = softened(np.array([likeness]), temperature)[0]
            total -= np.log(chances[codes[row]])
        losses.append(total / 10)
    sums = np.stack([directions[codes == code].sum(axis=0) for code in range(3)])
    found = heads._temperature(directions, codes, sums, groups)
    assert found == TEMPERATURES[int(np.argmin(losses))]
    assert found not in (TEMPERATURES[0], TEMPERATURES[-1]), "at an end much else would pass"
    assert found != heads._temperature(directions, codes, sums, np.arange(10))


def test_an_image_that_is_its_whole_class_judges_no_temperature() -> None:
    rng = np.random.default_rng(6)
    directions = rng.normal(size=(8, 6))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    sums = np.stack([directions[codes == code].sum(axis=0) for code in range(2)])
    # One class is an image and its copies; the other has four images, too few to choose by.
    groups = np.array([0, 0, 0, 0, 1, 2, 3, 4])
    assert heads._temperature(directions, codes, sums, groups) == heads.USUAL_TEMPERATURE
