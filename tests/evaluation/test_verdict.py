"""The verdict is honest in every case."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.classification import Judgement, System, judge
from pipelines.evaluation.verdict import p_words, verdict

CLASSES = ["negative", "neutral", "positive"]


def labelled(truth: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    return np.where(wrong, (truth + 1) % 3, truth)


def judged(truth: np.ndarray, **systems: np.ndarray) -> Judgement:
    named = [System(name, None, labels) for name, labels in systems.items()]
    return judge(truth, named, CLASSES, baseline="majority", resamples=200)


def test_gain_chance_and_the_weakest_class_are_said() -> None:
    truth = np.repeat([0, 1, 2], [400, 100, 300])
    wrong = np.zeros(800, dtype=bool)
    wrong[400:440] = wrong[:30] = wrong[500:520] = True
    found = judged(truth, majority=np.zeros(800, dtype=int), ours=labelled(truth, wrong))
    assert verdict(found, "ours", "majority") == (
        "On 800 labelled rows ours is right 88.8 % of the time (86.4 to 90.8), 39 points above "
        "always answering the most frequent class; the difference is not chance (p < 0.001). "
        "Neutral is where it fails: 40 of its 90 errors."
    )


def test_no_gain_is_not_sold_as_one() -> None:
    truth = np.repeat([0, 1, 2], [300, 100, 100])
    wrong = np.arange(500) % 5 < 2
    found = judged(truth, majority=np.zeros(500, dtype=int), ours=labelled(truth, wrong))
    assert "exactly as often" in verdict(found, "ours")
    wrong[:4] = False
    found = judged(truth, majority=np.zeros(500, dtype=int), ours=labelled(truth, wrong))
    assert "can be chance" in verdict(found, "ours") and "no gain is shown" in verdict(
        found, "ours"
    )


def test_worse_than_the_baseline_is_said_plainly() -> None:
    truth = np.repeat([0, 1, 2], [400, 50, 50])
    wrong = np.arange(500) % 2 == 0
    found = judged(truth, majority=np.zeros(500, dtype=int), ours=labelled(truth, wrong))
    said = verdict(found, "ours")
    assert "30 points below" in said and "do not use it" in said and "fails" not in said


def test_few_rows_are_too_few_to_tell() -> None:
    truth = np.array([0, 1, 2] * 4)
    found = judged(truth, majority=np.zeros(12, dtype=int), ours=truth)
    assert verdict(found, "ours").endswith(
        "too few rows to tell how good it is; label at least 100."
    )
    truth = np.array([0, 0, 1, 2] * 10)
    wrong = np.arange(40) % 3 == 0
    found = judged(truth, majority=np.zeros(40, dtype=int), ours=labelled(truth, wrong))
    assert "too few to tell" in verdict(found, "ours")


def test_a_perfect_score_is_suspicious() -> None:
    truth = np.array([0, 1, 2] * 20)
    found = judged(truth, majority=np.zeros(60, dtype=int), ours=truth)
    assert "No error at all is suspicious: 60 rows are few" in verdict(found, "ours")


def test_a_better_or_cheaper_model_is_named() -> None:
    truth = np.array([0, 1, 2] * 200)
    base = np.zeros(600, dtype=int)
    third, tenth = np.arange(600) % 4 == 0, np.arange(600) % 10 == 0
    found = judged(truth, majority=base, ours=labelled(truth, third), vader=labelled(truth, tenth))
    said = verdict(found, "ours", cheaper={"vader"})
    assert said.endswith(
        "vader is better and costs less: 15 points more, and the difference is not chance "
        "(p < 0.001)."
    )
    assert "vader" not in verdict(found, "majority", best_other="ours")
    assert "ours" not in verdict(found, "vader")
    near = tenth.copy()
    near[1] = True
    found = judged(truth, majority=base, ours=labelled(truth, tenth), vader=labelled(truth, near))
    assert "vader costs less, and these rows do not show it to be worse" in verdict(
        found, "ours", cheaper=["vader"]
    )


def test_p_values_are_written_as_people_write_them() -> None:
    assert [p_words(p) for p in (0.0, 0.004, 0.049, 0.25)] == [
        "p < 0.001",
        "p = 0.004",
        "p = 0.049",
        "p = 0.25",
    ]
