"""The linear rule that own classes are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipelines.vision import strength
from pipelines.vision.head import MIRRORS, LinearHead, learn
from pipelines.vision.strength import choose_strength, logits_of


def digits(rows: int, start: int = 0) -> tuple[list[np.ndarray], list[str]]:
    """Digits of scikit-learn as features: the pixels, then as many zeros for the difference."""
    values, labels = load_digits(return_X_y=True)
    # Shuffled, as the digits come writer by writer.
    some = np.random.default_rng(0).permutation(len(values))[start : start + rows]
    found = np.hstack([values[some], np.zeros_like(values[some])]).astype(np.float16)
    return list(found), [str(label) for label in labels[some]]


def accuracy(head: LinearHead, rows: list[np.ndarray], labels: list[str]) -> float:
    said = np.asarray(head.classes)[head.probabilities(rows).argmax(axis=1)]
    return float(np.mean(said == np.asarray(labels)))


def test_many_images_are_learnt_as_scikit_learn_does() -> None:
    rows, labels = digits(600)
    others, truth = digits(400, 600)
    scaler = StandardScaler().fit(rows)
    plain = LogisticRegression(C=0.05, max_iter=1000).fit(scaler.transform(rows), labels)
    expected = plain.score(scaler.transform(others), truth)
    assert accuracy(learn(rows, labels, 0), others, truth) == pytest.approx(expected, abs=0.015)


def test_chances_are_calibrated_on_rows_left_out() -> None:
    head = learn(*digits(600), 0)
    others, truth = digits(400, 600)
    chances = head.probabilities(others)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    right = np.mean(np.asarray(head.classes)[chances.argmax(axis=1)] == np.asarray(truth))
    assert abs(chances.max(axis=1).mean() - right) < 0.05


def test_two_classes_are_a_rule_of_two_columns() -> None:
    rows, labels = digits(300)
    kept = [place for place, label in enumerate(labels) if label in "38"]
    head = learn([rows[place] for place in kept], [labels[place] for place in kept], 0)
    assert head.classes == ("3", "8")
    assert head.weights.shape[0] == len(head.bias) == 2
    assert accuracy(head, [rows[place] for place in kept], [labels[place] for place in kept]) > 0.95


def test_few_images_go_to_the_nearest_centroid() -> None:
    """By hand: around the mean (1, 1), classes point to the right, up, and left and down."""
    rows = [np.array(each, dtype=np.float32) for each in ([3, 1, 0, 0], [1, 3, 0, 0], [-1, -1, 0, 0])]
    head = learn(rows, ["right", "up", "back"], 0)
    assert head.unit
    assert head.classes == ("back", "right", "up")
    found = head.probabilities([np.array([9, 2, 0, 0], dtype=np.float32)])[0]
    away = np.array([8, 1]) / np.hypot(8, 1)
    cosines = np.array([away @ [-1, -1] / np.sqrt(2), away @ [1, 0], away @ [0, 1]])
    expected = np.exp(cosines / 0.08)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-4)


def test_a_rare_class_does_not_take_regression_from_the_others() -> None:
    rows, labels = digits(500)
    kept = [place for place, label in enumerate(labels) if label != "7"]
    kept += [place for place, label in enumerate(labels) if label == "7"][:1]
    head = learn([rows[place] for place in kept], [labels[place] for place in kept], 0)
    assert not head.unit
    assert "7" in head.classes
    others, truth = digits(400, 600)
    known = [place for place, label in enumerate(truth) if label != "7"]
    assert accuracy(head, [others[each] for each in known], [truth[each] for each in known]) > 0.9


def test_left_and_right_count_where_they_decide() -> None:
    """The classes differ in the difference of the views alone."""
    rng = np.random.default_rng(0)
    sign = np.where(np.arange(120) % 2, 1.0, -1.0)
    rows = np.hstack([rng.normal(size=(120, 40)), rng.normal(size=(120, 40)) + 0.4 * sign[:, None]])
    labels = ["left" if each < 0 else "right" for each in sign]
    head = learn(list(rows), labels, 0)
    half = len(head.scale) // 2
    spread = rows.std(axis=0)
    weight = float(np.median((head.scale * spread)[half:] / (head.scale * spread)[:half]))
    assert weight == pytest.approx(MIRRORS[1], rel=0.05)


def test_the_strength_is_the_one_of_least_loss_at_its_own_temperature() -> None:
    rows, labels = digits(300)
    coordinates = StandardScaler().fit_transform(np.stack(rows)) / 8
    codes = np.asarray(labels).astype(int)
    chosen = choose_strength(coordinates, codes, 0)
    assert chosen.strength in strength.STRENGTHS
    assert chosen == choose_strength(coordinates, codes, 0)
    model = LogisticRegression(C=chosen.strength, max_iter=300, tol=1e-3).fit(coordinates, codes)
    np.testing.assert_allclose(
        logits_of(model, coordinates), model.decision_function(coordinates), atol=1e-9
    )
    assert chosen.loss < 0.5


def test_the_same_images_and_seed_give_the_same_rule() -> None:
    first, second = (learn(*digits(200), 3) for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
