"""What a judgement promises beyond its values: intervals, comparisons, warnings, refusals."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from made_up import made_up
from sklearn import metrics

from data.errors import DataError
from pipelines.evaluation import classification_statistics
from pipelines.evaluation.areas import Ranking, area_influence, weighted_areas
from pipelines.evaluation.classification import System, judge
from pipelines.evaluation.classification_statistics import ClassificationStatistics


def majority(truth: np.ndarray, classes: int) -> System:
    most = np.bincount(truth, minlength=classes).argmax()
    shares = np.bincount(truth, minlength=classes) / len(truth)
    return System("majority", np.tile(shares, (len(truth), 1)), np.full(len(truth), most))


@pytest.mark.parametrize("ties", [False, True])
def test_areas_of_a_resample_are_those_of_its_repeated_rows(ties: bool) -> None:
    rng = np.random.default_rng(0)
    truth, score = rng.random(80) < 0.3, rng.normal(size=80)
    score = np.round(score) if ties else score
    counts = rng.multinomial(80, np.full(80, 1 / 80), size=12).T.astype(float)
    areas = weighted_areas(Ranking.of(score, truth), counts)
    for column in range(12):
        rows = np.repeat(np.arange(80), counts[:, column].astype(int))
        expected = metrics.roc_auc_score(truth[rows], score[rows])
        assert areas.roc[column] == pytest.approx(expected, abs=1e-12)
        expected = metrics.average_precision_score(truth[rows], score[rows])
        assert areas.precision_recall[column] == pytest.approx(expected, abs=1e-12)


def test_a_resample_without_the_class_has_no_areas() -> None:
    ranking = Ranking.of(np.array([0.1, 0.9]), np.array([False, True]))
    areas = weighted_areas(ranking, np.array([[2.0, 0.0, 1.0], [0.0, 2.0, 1.0]]))
    assert np.isnan(areas.roc[:2]).all() and areas.roc[2] == 1


@pytest.mark.parametrize("ties", [False, True])
def test_influence_is_the_derivative_of_the_areas(ties: bool) -> None:
    rng = np.random.default_rng(1)
    truth, score = rng.random(60) < 0.4, rng.normal(size=60)
    score = np.round(2 * score) if ties else score
    ranking = Ranking.of(score, truth)
    influence = area_influence(ranking)
    step = 1e-6
    moved = np.ones((60, 60)) + step * np.eye(60)
    base, areas = weighted_areas(ranking, np.ones((60, 1))), weighted_areas(ranking, moved)
    assert influence.roc == pytest.approx(60 * (areas.roc - base.roc) / step, abs=1e-3)
    expected = 60 * (areas.precision_recall - base.precision_recall) / step
    assert influence.precision_recall == pytest.approx(expected, abs=1e-3)


def test_large_samples_get_the_intervals_of_exact_resamples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    truth, systems = made_up(5500, 2, (1.0,))
    fast = judge(truth, systems, ["n", "y"], resamples=800)
    monkeypatch.setattr(classification_statistics, "LINEAR_FROM", 10**9)
    exact = judge(truth, systems, ["n", "y"], resamples=800)
    for metric, method in (("roc_auc", "bootstrap-delong|"), ("pr_auc", "bootstrap-influence|")):
        a, b = fast.score("system-0", metric), exact.score("system-0", metric)
        assert a is not None and b is not None
        assert a.signature.startswith(method) and b.signature.startswith("bootstrap|")
        assert a.value == pytest.approx(b.value, abs=1e-12)
        assert (a.low, a.high) == pytest.approx((b.low, b.high), abs=5e-4)


def test_every_metric_of_a_resample_is_that_of_its_repeated_rows() -> None:
    truth, (system,) = made_up(90, 3, seed=2)
    p = system.probabilities
    assert p is not None
    counts = np.random.default_rng(3).multinomial(90, np.full(90, 1 / 90), size=5).T.astype(float)
    whole = ClassificationStatistics(truth, system.labels, p, 3, 2).metrics(counts)
    for column in range(5):
        rows = np.repeat(np.arange(90), counts[:, column].astype(int))
        one = ClassificationStatistics(truth[rows], system.labels[rows], p[rows], 3, 2).values()
        for name, value in one.items():
            assert whole[name][column] == pytest.approx(value, abs=1e-12), name


def test_intervals_hold_their_value() -> None:
    for classes, rows in ((2, 40), (3, 200), (4, 6000)):
        truth, systems = made_up(rows, classes, (0.5, 1.5), seed=rows)
        judged = judge(truth, systems, list("abcd")[:classes], resamples=300)
        for scores in judged.scores.values():
            for score in scores:
                assert score.low is not None and score.high is not None
                assert 0 <= score.low <= score.value <= score.high, score
                assert score.low < score.high
                if score.name not in ("brier", "log_loss"):
                    assert score.high <= 1


def test_the_same_seed_gives_the_same_judgement_and_another_seed_another() -> None:
    truth, systems = made_up(150, 3, (0.5, 1.0))
    first, again, other = (
        judge(truth, systems, list("abc"), seed=seed, resamples=200) for seed in (1, 1, 2)
    )
    assert first.scores == again.scores and first.comparisons == again.comparisons
    assert first.scores != other.scores


def test_a_constant_baseline_ranks_at_chance() -> None:
    truth, systems = made_up(300, 3)
    judged = judge(truth, [majority(truth, 3), *systems], list("abc"), baseline="majority")
    auc = judged.score("majority", "roc_auc")
    assert auc is not None and (auc.low, auc.value, auc.high) == (None, 0.5, None)
    assert {c.model for c in judged.comparisons} == {"system-0"}
    gain = judged.comparison("accuracy", "system-0", "majority")
    assert gain is not None and gain.delta > 0.1 and gain.p < 1e-6
    assert gain.low is not None and gain.high is not None and gain.low < gain.delta < gain.high
    turned = judged.comparison("accuracy", "majority", "system-0")
    assert turned is not None and turned.delta == -gain.delta and turned.high == -gain.low


def test_comparisons_cover_every_pair_and_name_test_and_correction() -> None:
    truth, systems = made_up(200, 2, (0.5, 1.0, 2.0))
    systems.append(System("words-only", None, systems[0].labels))
    judged = judge(truth, systems, ["n", "y"], resamples=200, seed=7, baseline="system-2")
    accuracy = [c for c in judged.comparisons if c.metric == "accuracy"]
    assert len(accuracy) == 6
    assert {c.test for c in accuracy} == {"mcnemar-exact|holm:6"}
    auc = [c for c in judged.comparisons if c.metric == "roc_auc"]
    assert {c.test for c in auc} == {"paired-bootstrap|n:200|seed:7|holm:3"}
    assert all(c.model != "system-2" for c in judged.comparisons)
    assert not any(score.name == "brier" for score in judged.scores["words-only"])
    same = judged.comparison("f1_macro", "system-0", "words-only")
    assert same is not None and (same.delta, same.p) == (0.0, 1.0)
    worse = judged.comparison("log_loss", "system-0", "system-2")
    assert worse is not None and worse.delta > 0 and worse.p < 0.05
    assert worse.to_json()["against"] == "system-2"


def test_paired_tests_of_equal_systems_find_nothing_as_often_as_they_should() -> None:
    p = []
    for seed in range(150):
        truth, systems = made_up(200, 2, (1.0, 1.0), seed=seed)
        judged = judge(truth, systems, ["n", "y"], resamples=300, seed=seed)
        found = judged.comparison("log_loss", "system-0", "system-1")
        assert found is not None
        p.append(found.p)
    assert 0.4 < np.mean(p) < 0.6
    assert np.mean(np.array(p) < 0.1) < 0.18


def test_undefined_scores_are_left_out_with_a_warning() -> None:
    truth = np.ones(40, dtype=int)
    p = np.column_stack([np.linspace(0, 0.9, 40), np.linspace(1, 0.1, 40)])
    judged = judge(truth, [System("s", p, p.argmax(axis=1))], ["bad", "good"], resamples=50)
    names = {score.name for score in judged.scores["s"]}
    assert names.isdisjoint({"roc_auc", "pr_auc", "specificity"})
    assert all(np.isfinite(score.value) for score in judged.scores["s"])
    assert any('Every labelled row is "good"' in warning for warning in judged.warnings)
    json.dumps([score.to_json() for score in judged.scores["s"]], allow_nan=False)


def test_few_rows_are_said_in_words() -> None:
    truth = np.array([0] * 9 + [1] * 3)
    judged = judge(truth, [System("s", None, np.zeros(12, dtype=int))], ["no", "yes"])
    assert judged.warnings[0].startswith("Only 12 labelled rows:")
    assert 'Only 3 labelled rows are "yes"' in judged.warnings[2]


def test_a_perfect_system_gets_no_interval_of_no_width() -> None:
    truth = np.array([0, 1] * 30)
    p = np.eye(2)[truth]
    judged = judge(truth, [System("s", p, truth)], ["no", "yes"], resamples=100)
    for metric in ("f1_macro", "roc_auc", "balanced_accuracy"):
        score = judged.score("s", metric)
        assert score is not None and (score.value, score.low, score.high) == (1, None, None)
    for metric in ("accuracy", "f1"):
        score = judged.score("s", metric)
        assert score is not None and score.low is not None and 0.9 < score.low < 1
    assert any("no error" in warning for warning in judged.warnings)


@pytest.mark.parametrize(
    ("truth", "labels", "probabilities", "said"),
    [
        ([], [], None, "No row has a true label"),
        ([0, 1], [0], None, "1 predictions for 2 labelled rows"),
        ([0, 2], [0, 1], None, "class number 2"),
        ([0, 1], [0, -1], None, "class number -1"),
        ([0.5, 1], [0, 1], None, "not class numbers"),
        (["a", "b"], [0, 1], None, "not class numbers"),
        ([0, 1], [0, 1], [[0.5, 0.5]], "shape"),
        ([0, 1], [0, 1], [[2.0, -1.0], [0.5, 0.5]], "adding up to 1"),
        ([0, 1], [0, 1], [[np.nan, 0.5], [0.5, 0.5]], "adding up to 1"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_a_sentence(
    truth: list, labels: list, probabilities: list | None, said: str
) -> None:
    given = None if probabilities is None else np.array(probabilities)
    with pytest.raises(DataError, match=said):
        judge(np.array(truth), [System("s", given, np.array(labels))], ["n", "y"])


def test_names_are_checked() -> None:
    system = System("s", None, np.array([0, 1]))
    for systems, options, said in (
        ([], {}, "no predictions"),
        ([system, system], {}, 'both named "s"'),
        ([system], {"baseline": "b"}, 'baseline "b"'),
        ([system], {"positive": "maybe"}, '"maybe"'),
    ):
        with pytest.raises(DataError, match=said):
            judge(np.array([0, 1]), systems, ["n", "y"], **options)


@pytest.mark.parametrize("classes", [1, 2, 3])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_handful_of_rows_is_judged_without_a_nan(rows: int, classes: int) -> None:
    for seed in range(5):
        truth, systems = made_up(rows, classes, (1.0, 3.0), seed=seed)
        judged = judge(truth, systems, list("abc")[:classes], resamples=20)
        scores = [score.to_json() for each in judged.scores.values() for score in each]
        json.dumps([*scores, *(c.to_json() for c in judged.comparisons)], allow_nan=False)
        for score in scores:
            if score["low"] is not None:
                assert score["low"] <= score["value"] <= score["high"], score


def test_progress_reaches_the_end() -> None:
    truth, systems = made_up(50, 2)
    seen: list[tuple[int, int]] = []
    judge(truth, systems, ["n", "y"], resamples=300, progress=lambda *at: seen.append(at))
    assert seen[-1] == (300, 300) and seen == sorted(seen)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, pipelines.evaluation, pipelines.evaluation.score\n"
        "print([m for m in ('numpy', 'scipy', 'pandas', 'sklearn', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
