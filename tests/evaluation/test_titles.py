"""Models are called by their titles wherever people read, whatever the kind of judgement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.evaluation.classification import System, judge
from pipelines.evaluation.count_verdict import count_verdict
from pipelines.evaluation.counts import judge_counts
from pipelines.evaluation.score import Comparison, Score
from pipelines.judging import Judged
from pipelines.judging.classification import KIND as CLASSES
from pipelines.judging.counts import KIND as COUNTS
from pipelines.progress import SILENT
from pipelines.report.titles import titled
from pipelines.vision.boxes import Box, BoxPredictions

TITLES = {"median-count": "Always the median count", "faces": "Faces"}


def counted(baseline: list[int], faces: list[int]) -> Judged:
    """24 images, which truly hold 1 and 2 in turn."""
    said = {"median-count": baseline, "faces": faces}
    boxes = {
        name: BoxPredictions.of([(Box("face", 1.0, 0, 0, 1, 1),) * number for number in each])
        for name, each in said.items()
    }
    return COUNTS.judge(
        pd.Series([1.0, 2.0] * 12), boxes, batch=pd.DataFrame(), baseline="median-count",
        favourite="faces", seed=0,
    )


def test_verdict_and_warnings_on_counts_use_titles() -> None:
    judged = counted([1] * 24, [2] * 24)
    assert "images faces is off" in judged.verdict
    assert any("“faces” gives the same count" in text for text in judged.warnings)
    named = judged.named(TITLES)
    assert "images Faces is off" in named.verdict
    assert any("“Faces” gives the same count" in text for text in named.warnings)
    assert not any("Always the median" in text for text in named.warnings), "a baseline may"


def test_counts_keep_their_numbers_under_other_names() -> None:
    found = judge_counts(
        [1.0, 2.0, 3.0] * 10, {"a": [1.0, 2.0, 4.0] * 10, "b": [2.0] * 30}, baseline="b"
    )
    called = found.called({"a": "Alpha", "b": "Beta"})
    assert list(called.systems) == ["Alpha", "Beta"] and called.baseline == "Beta"
    assert called.scores["Alpha"] == found.scores["a"]
    assert called.comparison("mae", "Alpha", "Beta").delta == found.comparison("mae", "a", "b").delta  # type: ignore[union-attr]
    assert count_verdict(called, "Alpha") == count_verdict(found, "a").replace(" a is", " Alpha is")


def test_warnings_on_classes_use_titles() -> None:
    codes = np.array([0, 1] * 60)
    systems = [
        System("majority", None, np.zeros(120, dtype=np.int64)), System("own-classes", None, codes)
    ]
    judged = CLASSES._judged(
        codes, systems, ("cat", "dog"), "majority", "own-classes", 0, progress=SILENT
    )
    assert any("own-classes" in text for text in judged.warnings)
    named = judged.named({"own-classes": "Your own classes"})
    assert not any("own-classes" in text for text in named.warnings)
    assert any('"Your own classes" makes no error' in text for text in named.warnings)


@dataclass(frozen=True)
class Detail:
    systems: dict[str, list[int]]
    groups: dict[str, int]
    comparisons: tuple[Comparison, ...]
    baseline: str
    primary: str


def test_evidence_of_any_kind_is_called_by_titles() -> None:
    tests = (Comparison("bleu", "own", "copy", 1.0, None, None, 0.1, "t"),)
    detail = Detail({"own": [1], "copy": [2]}, {"region": 3}, tests, "copy", "bleu")
    score = (Score("bleu", 1.0, None, None, 1),)
    judged = Judged(1, "copy", {"own": score, "copy": score}, tests, (), "words", detail)
    found = titled(judged, {"own": "Own", "copy": "Copy"})
    assert found.detail == Detail(
        {"Own": [1], "Copy": [2]}, {"region": 3},
        (Comparison("bleu", "Own", "Copy", 1.0, None, None, 0.1, "t"),), "Copy", "bleu",
    )
    assert (list(found.scores), found.baseline) == (["Own", "Copy"], "Copy")


def test_a_doubt_stands_before_the_verdict_also_with_other_names() -> None:
    judged = counted([1] * 24, [1, 2] * 12).doubted("Nothing is proven here.")
    assert judged.verdict.startswith("Nothing is proven here. On 24 counted images faces")
    assert judged.named(TITLES).verdict.startswith("Nothing is proven here. On 24 counted images F")
    assert counted([1] * 24, [2] * 24).doubted("").verdict.startswith("On 24")


def test_nothing_found_at_all_has_no_interval_of_width_nought() -> None:
    truth = np.array([0, 1, 0, 1, 0])
    wrong = System("wrong", None, 1 - truth)
    constant = System("always", None, np.zeros(5, dtype=np.int64))
    judged = judge(truth, [constant, wrong], ["a", "b"], baseline="always")
    for metric in ("balanced_accuracy", "precision_macro", "recall_macro"):
        score = judged.score("wrong", metric)
        assert score is not None and (score.value, score.low, score.high) == (0.0, None, None)
    always = judged.score("always", "balanced_accuracy")
    assert always is not None and (always.value, always.low, always.high) == (0.5, None, None)
    accuracy = judged.score("wrong", "accuracy")
    assert accuracy is not None and accuracy.high is not None and accuracy.high > 0.4
