"""Every classification score against scikit-learn's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from made_up import made_up
from sklearn import metrics

from pipelines.evaluation.classification import System, judge, per_class


def oracle(truth: np.ndarray, system: System, classes: int) -> dict[str, float]:
    labels, p = system.labels, system.probabilities
    assert p is not None
    one_hot = np.eye(classes)[truth]
    seen = np.union1d(truth, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {
            "accuracy": metrics.accuracy_score(truth, labels),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, labels),
            "f1_weighted": metrics.f1_score(truth, labels, average="weighted", labels=seen),
            "log_loss": metrics.log_loss(truth, p, labels=range(classes)),
        }
        for name, score in (
            ("precision", metrics.precision_score),
            ("recall", metrics.recall_score),
            ("f1", metrics.f1_score),
        ):
            found[f"{name}_macro"] = score(
                truth, labels, average="macro", labels=seen, zero_division=0
            )
        if classes == 2:
            found["f1"] = metrics.f1_score(truth, labels)
            found["sensitivity"] = metrics.recall_score(truth, labels)
            found["specificity"] = metrics.recall_score(truth, labels, pos_label=0)
            found["roc_auc"] = metrics.roc_auc_score(truth, p[:, 1])
            found["pr_auc"] = metrics.average_precision_score(truth, p[:, 1])
            found["brier"] = metrics.brier_score_loss(truth, p[:, 1])
        else:
            found["brier"] = metrics.brier_score_loss(truth, p, labels=range(classes))
            ranked = [c for c in range(classes) if 0 < one_hot[:, c].sum() < len(truth)]
            found["roc_auc"] = np.mean(
                [metrics.roc_auc_score(one_hot[:, c], p[:, c]) for c in ranked]
            )
            found["pr_auc"] = np.mean(
                [metrics.average_precision_score(one_hot[:, c], p[:, c]) for c in ranked]
            )
    return {name: float(value) for name, value in found.items()}


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("rows", "classes"), [(60, 2), (500, 2), (60, 3), (800, 5), (6000, 3)])
def test_scores_are_those_of_scikit_learn(rows: int, classes: int, ties: bool) -> None:
    truth, systems = made_up(rows, classes, (0.7, 2.0), seed=rows, ties=ties)
    judged = judge(truth, systems, [f"c{c}" for c in range(classes)], resamples=40)
    for system in systems:
        found = {score.name: score.value for score in judged.scores[system.name]}
        expected = oracle(truth, system, classes)
        assert set(found) == set(expected) | {"ece"}
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, abs=1e-12), name


def test_a_class_without_rows_counts_only_when_predicted() -> None:
    truth, systems = made_up(300, 4, (1.0,), seed=3)
    truth[truth == 3] = 0
    for labels in (systems[0].labels, np.where(systems[0].labels == 3, 1, systems[0].labels)):
        system = System("s", systems[0].probabilities, labels)
        judged = judge(truth, [system], list("abcd"), resamples=40)
        found = {score.name: score.value for score in judged.scores["s"]}
        for name, value in oracle(truth, system, 4).items():
            assert found[name] == pytest.approx(value, abs=1e-12), name
        assert any('"d"' in warning for warning in judged.warnings)


def test_multiclass_roc_auc_is_scikit_learns_one_vs_rest_macro() -> None:
    truth, (system,) = made_up(400, 3)
    judged = judge(truth, [system], list("abc"), resamples=20)
    score = judged.score("system-0", "roc_auc")
    expected = metrics.roc_auc_score(truth, system.probabilities, multi_class="ovr")
    assert score is not None and score.value == pytest.approx(expected, abs=1e-12)


def test_the_positive_class_can_be_the_first() -> None:
    truth, (system,) = made_up(300, 2, seed=4)
    judged = judge(truth, [system], ["bad", "good"], positive="bad", resamples=20)
    found = {score.name: score.value for score in judged.scores["system-0"]}
    assert system.probabilities is not None
    p = system.probabilities[:, 0]
    assert found["sensitivity"] == pytest.approx(
        metrics.recall_score(truth, system.labels, pos_label=0)
    )
    assert found["f1"] == pytest.approx(metrics.f1_score(truth, system.labels, pos_label=0))
    assert found["pr_auc"] == pytest.approx(metrics.average_precision_score(truth == 0, p))
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(truth == 0, p))


def test_certain_mistakes_have_scikit_learns_finite_log_loss() -> None:
    truth = np.array([0, 1, 1, 0])
    p = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    judged = judge(truth, [System("s", p, p.argmax(axis=1))], ["n", "y"], resamples=20)
    score = judged.score("s", "log_loss")
    assert score is not None
    assert score.value == pytest.approx(metrics.log_loss(truth, p), rel=1e-12)


def test_per_class_scores_are_those_of_scikit_learn() -> None:
    truth, (system,) = made_up(200, 4, seed=8)
    precision, recall, f1, held = metrics.precision_recall_fscore_support(truth, system.labels)
    for c, found in enumerate(per_class(truth, system.labels, list("abcd"))):
        assert found.n == held[c]
        for score, value in ((found.precision, precision), (found.recall, recall), (found.f1, f1)):
            assert score is not None and score.low is not None and score.high is not None
            assert score.value == pytest.approx(value[c], abs=1e-12)
            assert score.low < score.value < score.high


def test_per_class_leaves_out_what_is_not_defined() -> None:
    a, b, c = per_class(np.array([0, 0, 1]), np.array([0, 0, 0]), list("abc"))
    assert a.recall is not None and a.recall.value == 1
    assert b.precision is None and b.recall is not None and b.recall.value == 0
    assert c.precision is None and c.recall is None and c.f1 is None
