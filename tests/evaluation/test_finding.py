"""Classes to be found: their scores, and what is said about them first."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import made_up
from sklearn import metrics

from data.errors import DataError
from pipelines.evaluation.classification import System, judge
from pipelines.evaluation.finding import either, finding, percent, positive_score, threshold_note
from pipelines.evaluation.intervals import wilson
from pipelines.evaluation.verdict import verdict


def test_sensitivity_of_merged_classes_is_scikit_learns_recall_of_them() -> None:
    truth, systems = made_up(500, 4, (0.5, 1.5), seed=2)
    judged = judge(truth, systems, list("abcd"), positive=("b", "d"), resamples=200)
    of_them = np.isin(truth, [1, 3])
    for system in systems:
        said = np.isin(system.labels, [1, 3])
        for metric, label, rows in (("sensitivity", True, of_them),
                                    ("specificity", False, ~of_them)):
            score = judged.score(system.name, metric)
            assert score is not None
            assert score.value == pytest.approx(
                metrics.recall_score(of_them, said, pos_label=label), abs=1e-12
            )
            assert score.n == rows.sum()
            assert (score.low, score.high) == wilson(round(score.value * score.n), score.n)
            assert "positive-classes:2-of-4" in score.signature
    tested = judged.comparison("sensitivity", "system-1", "system-0")
    assert tested is not None and tested.low is not None and tested.high is not None
    assert tested.low < tested.delta < tested.high


def test_a_mix_up_within_the_classes_to_be_found_is_no_miss() -> None:
    truth = np.array([0] * 30 + [1] * 30 + [2] * 30)
    swapped = np.where(truth == 0, 0, 3 - truth)
    judged = judge(truth, [System("s", None, swapped)], ["good", "dent", "scratch"],
                   positive=["dent", "scratch"], resamples=20)
    found = {score.name: score.value for score in judged.scores["s"]}
    assert (found["sensitivity"], found["specificity"]) == (1, 1)
    assert found["accuracy"] == pytest.approx(1 / 3)


def test_without_a_named_class_only_two_classes_have_a_sensitivity() -> None:
    truth, systems = made_up(100, 3)
    assert judge(truth, systems, list("abc"), resamples=20).score("system-0", "sensitivity") is None
    truth, systems = made_up(100, 2)
    judged = judge(truth, systems, ["n", "y"], resamples=20)
    assert judged.positives == (1,) and judged.score("system-0", "sensitivity") is not None


def test_no_row_to_be_found_gives_no_sensitivity() -> None:
    truth = np.array([0, 1] * 30)
    judged = judge(truth, [System("s", None, truth)], list("abc"), positive=["c"], resamples=20)
    found = {score.name: score for score in judged.scores["s"]}
    assert "sensitivity" not in found and found["specificity"].n == 60
    assert finding(judged, "s", 0.9) == ""


def test_all_classes_cannot_be_the_ones_to_be_found() -> None:
    truth, systems = made_up(20, 2)
    with pytest.raises(DataError, match="leave at least one out"):
        judge(truth, systems, ["n", "y"], positive=["n", "y"])


def test_merging_classes_leaves_every_other_score_as_it_was() -> None:
    truth, systems = made_up(200, 3)
    alone = judge(truth, systems, list("abc"), resamples=100)
    merged = judge(truth, systems, list("abc"), positive=["a"], resamples=100)
    found = {score.name: score for score in merged.scores["system-0"]}
    assert all(found[score.name] == score for score in alone.scores["system-0"])
    assert set(found) - {score.name for score in alone.scores["system-0"]} == {
        "sensitivity", "specificity"
    }


def test_verdict_says_sensitivity_and_specificity_before_accuracy() -> None:
    truth = np.repeat([0, 1], [300, 100])
    said = truth.copy()
    said[:30] = 1
    said[300:320] = 0
    judged = judge(truth, [System("majority", None, np.zeros(400, dtype=int)),
                           System("ours", None, said)],
                   ["benign", "malignant"], baseline="majority", positive="malignant",
                   resamples=100)
    assert verdict(judged, "ours", first=("sensitivity", "specificity"), wanted=0.95) == (
        "On 400 labelled rows ours finds 80 % (sensitivity, 71.1 to 86.7) of the 100 rows that are "
        "malignant and leaves 90 % (specificity, 86.1 to 92.9) of the 300 others alone. That is less "
        "than the 95 % wanted. It is right 87.5 % of the time (83.9 to 90.4), 12 points above always "
        "answering the most frequent class; the difference is not chance (p < 0.001)."
    )
    assert "is not shown by these rows" in verdict(judged, "ours", first=("sensitivity",), wanted=0.8)
    assert "shown to be at least the 60 %" in verdict(judged, "ours", wanted=0.6)
    assert "wanted" not in verdict(judged, "ours", first=("sensitivity",))
    assert "sensitivity" not in verdict(judged, "ours")


def test_other_metrics_of_a_template_are_spoken_of_first() -> None:
    truth, systems = made_up(300, 2, (1.0,))
    judged = judge(truth, systems, ["stayed", "churned"], resamples=100)
    said = verdict(judged, "system-0", first=("pr_auc", "f1"))
    assert said.startswith("On 300 labelled rows system-0 has a PR AUC of 0.")
    assert said.index("PR AUC") < said.index("F1") < said.index("right")


def test_threshold_note_names_the_classes_and_adds_their_probabilities() -> None:
    truth, (system,) = made_up(900, 3, (2.0,))
    judged = judge(truth, [system, System("words", None, system.labels)], ["good", "dent", "scratch"],
                   positive=["dent", "scratch"], resamples=20)
    score = positive_score(judged, "system-0")
    assert score is not None and system.probabilities is not None
    assert score == pytest.approx(1 - system.probabilities[:, 0])
    said = threshold_note(judged, "system-0", 0.95, 0)
    assert said.startswith("To find at least 95 % of dent or scratch, flag from a probability of 0.")
    assert "chosen on a random half" in said
    assert threshold_note(judged, "words", 0.95, 0) == ""


def test_names_and_shares_are_written_for_people() -> None:
    assert either([]) == "" and either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"
    assert either(list("abcdefg")) == "a, b, c, d or one of 3 more"
    assert (percent(1), percent(0.9996), percent(0.941), percent(0), percent(0.0001)) == (
        "100 %", "over 99.9 %", "94.1 %", "0 %", "under 0.1 %"
    )
