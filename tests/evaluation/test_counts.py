"""Counts against true counts: hand-worked numbers, another bootstrap, verdicts, runs and files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap
from statsmodels.stats.proportion import proportion_confint

from data import samples
from data.errors import DataError, OptionError
from data.images.reading import read_images
from pipelines.cli import main
from pipelines.evaluation.count_verdict import count_verdict
from pipelines.evaluation.counts import judge_counts
from pipelines.experiment import Experiment, run_experiment
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.prepare import prepare
from pipelines.progress import SILENT, Progress
from pipelines.registry import find_model, make_pipeline
from pipelines.report.html import report_page
from pipelines.report.kinds import find_page
from pipelines.report.predictions import prediction_table
from pipelines.request import Request
from pipelines.task import ModelCard
from pipelines.tasks.detection import TASK
from pipelines.vision.boxes import Box, BoxPredictions
from tests.image_files import picture

KIND = find_kind("counts")
TRUTH = [0, 1, 2, 3, 4, 2, 1, 0, 5, 2]
NEAR = [0, 1, 2, 2, 5, 2, 1, 1, 2, 2]
CONSTANT = [2] * 10


def scores(truth: Sequence[float], said: Sequence[float]) -> dict[str, float]:
    found = judge_counts(truth, {"base": CONSTANT[: len(truth)], "near": said}, baseline="base")
    return {score.name: score.value for score in found.scores["near"]}


def test_scores_are_those_worked_by_hand() -> None:
    # Off by 0 0 0 -1 +1 0 0 +1 -3 0: absolute 6 in 10 images, six exact, together -2.
    assert scores(TRUTH, NEAR) == pytest.approx({"mae": 0.6, "accuracy": 0.6, "bias": -0.2})


def test_the_exact_share_has_wilsons_interval() -> None:
    found = judge_counts(TRUTH, {"base": CONSTANT, "near": NEAR}, baseline="base")
    score = found.score("near", "accuracy")
    assert score is not None
    assert (score.low, score.high) == pytest.approx(proportion_confint(6, 10, method="wilson"))
    assert "wilson" in score.signature and score.unit == "images"


def test_the_mean_error_has_the_interval_of_another_bootstrap() -> None:
    rng = np.random.default_rng(0)
    truth = rng.poisson(3, 200)
    said = np.maximum(truth + rng.integers(-2, 3, 200), 0)
    found = judge_counts(truth, {"base": np.full(200, 3), "near": said}, baseline="base")
    for name, values in (("mae", np.abs(said - truth)), ("bias", said - truth)):
        score = found.score("near", name)
        assert score is not None and score.low is not None and score.high is not None
        other = bootstrap((values,), np.mean, n_resamples=5000, method="percentile",
                          rng=np.random.default_rng(1)).confidence_interval
        assert (score.low, score.high) == pytest.approx((other.low, other.high), abs=0.03)


def test_a_nearer_model_beats_the_median_and_luck_does_not() -> None:
    rng = np.random.default_rng(0)
    truth = rng.poisson(4, 120)
    near = np.maximum(truth + rng.integers(-1, 2, 120), 0)
    guess = rng.permutation(truth)
    found = judge_counts(
        truth, {"base": np.full(120, 4), "near": near, "guess": guess}, baseline="base"
    )
    better = found.comparison("mae", "near", "base")
    worse = found.comparison("mae", "guess", "base")
    assert better is not None and worse is not None
    assert better.delta < 0 and better.p < 0.01 and "holm:3" in better.test
    assert worse.delta > 0
    exact = found.comparison("accuracy", "near", "base")
    assert exact is not None and exact.test.startswith("mcnemar")
    assert not any(each.metric == "bias" for each in found.comparisons)


def test_a_difference_is_that_of_the_scores() -> None:
    found = judge_counts(TRUTH, {"base": CONSTANT, "near": NEAR}, baseline="base")
    # The median is off by 2 1 0 1 2 0 1 2 3 0: 12 in 10 images.
    difference = found.comparison("mae", "near", "base")
    assert difference is not None
    assert difference.delta == pytest.approx(0.6 - 1.2)


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other = (
        judge_counts(TRUTH, {"base": CONSTANT, "near": NEAR}, baseline="base", seed=4)
        for _ in range(2)
    )
    assert one.scores == other.scores and one.comparisons == other.comparisons


@pytest.mark.parametrize(
    ("truth", "said", "words"),
    [([], [], "no true count"), ([1, 2], [1], "2 true counts, but “near” has 1"),
     ([-1, 2], [1, 2], "hold -1"), ([1, np.nan], [1, 2], "without a number"),
     ([1, 2], [1, np.inf], "without a number")],
)
def test_what_is_no_count_is_refused(
    truth: list[float], said: list[float], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        judge_counts(truth, {"near": said}, baseline="near")


def verdict_of(truth: Sequence[float], said: Sequence[float], base: float) -> str:
    found = judge_counts(
        truth, {"base": np.full(len(truth), base), "near": said}, baseline="base"
    )
    return count_verdict(found, "near")


def test_the_verdict_is_one_sentence_with_what_is_proven() -> None:
    words = verdict_of(TRUTH * 10, NEAR * 10, 2)
    assert words.startswith("On 100 counted images near is off by 0.60 (")
    assert "exactly right in 60 % (50 to 69)" in words
    assert "0.60 nearer than always saying the median count" in words
    assert "not chance (p < 0.001)" in words
    assert words.count(". ") == 0 and words.endswith(".")


def test_the_verdict_tells_to_which_side_it_errs() -> None:
    truth = np.array(TRUTH * 10)
    assert "counts 1.00 too many an image" in verdict_of(truth, truth + 1, 2)
    low = np.maximum(truth - 1, 0)
    assert "counts 0.80 too few an image" in verdict_of(truth, low, 2)
    assert "too " not in verdict_of(truth, truth, 2)


def test_the_verdict_claims_nothing_that_is_not_shown() -> None:
    assert "too few images to tell" in verdict_of(TRUTH, NEAR, 2)
    assert "no gain is shown" in verdict_of(TRUTH * 10, CONSTANT * 10, 2)
    assert "do not use it" in verdict_of(TRUTH * 10, [9] * 100, 2)


def test_few_images_and_equal_truths_are_warned_of() -> None:
    found = judge_counts([1] * 30, {"base": [1] * 30, "near": [2] * 30}, baseline="base")
    assert any("30 counted images are few" in each for each in found.warnings)
    assert any("Every true count is 1" in each for each in found.warnings)
    assert any("“near” gives the same count" in each for each in found.warnings)
    calm = judge_counts(TRUTH * 20, {"base": CONSTANT * 20, "near": NEAR * 20}, baseline="base")
    assert calm.warnings == ()


def test_the_baseline_says_the_median_or_nothing() -> None:
    baseline = make_pipeline(find_model(TASK, "baseline"), LoadConfig()).load()
    batch = pd.DataFrame({"image": [None] * 4})
    assert baseline.predict(batch).frame()["prediction"].tolist() == [0] * 4
    baseline.fit(batch, pd.Series([5.0, 1.0, 2.0, 9.0]))
    found = baseline.predict(batch)
    assert found.frame()["prediction"].tolist() == [2] * 4
    assert found.frame()["boxes"].tolist() == ["[]"] * 4


class Told(Pipeline):
    """Finds as many faces as an image is wide, divided by a hundred."""

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> BoxPredictions:
        widths = [each.open().width // 100 for each in batch["image"]]
        progress.advance(len(batch))
        return BoxPredictions.of([
            tuple(Box("face", 0.9, 2 * n, 0, 2 * n + 1, 1) for n in range(width))
            for width in widths
        ])


@pytest.fixture(scope="module")
def judged_run() -> Experiment:
    """The sample, judged with a stand-in that sees four faces everywhere."""
    sample = samples.load("drawn-faces")
    card = ModelCard(
        id="faces", title="Faces", summary="Told.", source="packaged", license="none", size_mb=0,
        factory=f"{__name__}:Told", default=True,
    )
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, sample), models=(TASK.baseline, card),
        options=Options(TASK),
    ))


def test_a_run_is_judged_on_every_counted_image(judged_run: Experiment) -> None:
    assert judged_run.judged is not None
    assert judged_run.judged.rows == 60 and judged_run.split.kind == "none"
    truth = samples.load("drawn-faces").frame["faces"].to_numpy(dtype=int)
    found = {score.name: score.value for score in judged_run.judged.scores["faces"]}
    assert found["mae"] == pytest.approx((4 - truth).mean())
    assert found["accuracy"] == pytest.approx((truth == 4).mean())
    assert found["bias"] == pytest.approx((4 - truth).mean())
    assert "do not use it" in judged_run.judged.verdict


def test_the_report_shows_scores_differences_slices_and_the_worst(judged_run: Experiment) -> None:
    page = report_page(judged_run)
    for words in ("Models side by side", "How far Faces is off", "By light", "furthest off",
                  "What Faces found", "Always the median count"):
        assert words in page
    assert "Traceback" not in page


def test_the_downloaded_rows_hold_counts_and_boxes(judged_run: Experiment) -> None:
    frame = prediction_table(judged_run, judged_run.run_of("faces"))
    assert {"image", "faces", "prediction", "found", "boxes", "used_for"} <= set(frame.columns)
    assert frame["prediction"].tolist() == [4] * 60
    assert frame["found"][0] == "4 face"


def test_images_without_counts_get_counts_and_no_score() -> None:
    table = read_images(picture(0), "one.png")
    done = run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table), models=(TASK.baseline,), options=Options(TASK)
    ))
    assert done.judged is None and done.runs[0].predictions.frame()["prediction"].tolist() == [0]
    assert "Examples" in report_page(done)


def frame_of_counts() -> pd.DataFrame:
    return pd.DataFrame({
        "file": [f"{n}.jpg" for n in range(40)], "faces_counted_by_human": TRUTH * 4,
        "model_a": NEAR * 4, "model_b": CONSTANT * 4, "price": [0.5] * 40,
    })


def test_columns_of_counts_are_told_by_name_and_content() -> None:
    assert KIND.suggest(frame_of_counts()) == {
        "truth": ["faces_counted_by_human"], "prediction": ["model_a", "model_b"]}


def test_a_file_of_counts_is_judged_against_the_median(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    frame_of_counts().to_csv(path, index=False)
    assert main(["evaluate", "counts", "--data", str(path), "--out", str(tmp_path / "out")]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    found = {run["model"]: {s["name"]: s["value"] for s in run["scores"]} for run in report["runs"]}
    assert found["model_a"]["mae"] == pytest.approx(0.6)
    assert found["median-count"] == pytest.approx(found["model_b"])


def test_the_median_of_an_even_number_of_counts_is_the_lower_one() -> None:
    frame = pd.DataFrame({"count": [0, 1, 3, 9], "prediction": [0, 1, 3, 9]})
    mapping = {"truth": ["count"], "prediction": ["prediction"]}
    judged = KIND.evaluate(frame, mapping, 0, SILENT)
    # 1, and not 3: off by 1, 0, 2 and 8, and too few by 9 in all.
    assert judged.detail.systems["median-count"].tolist() == [1, 1, 1, 1]
    found = {score.name: score.value for score in judged.scores["median-count"]}
    assert found["mae"] == pytest.approx(11 / 4) and found["bias"] == pytest.approx(-9 / 4)


def test_rows_without_a_true_count_are_left_out_of_a_file() -> None:
    frame = pd.DataFrame({"count": [1, None, 3], "prediction": [1, 5, 3]})
    mapping = {"truth": ["count"], "prediction": ["prediction"]}
    assert KIND.judged_rows(frame, mapping).tolist() == [0, 2]
    judged = KIND.evaluate(frame, mapping, 0, SILENT)
    assert {s.name: s.value for s in judged.scores["prediction"]}["mae"] == 0


def test_files_that_cannot_be_judged_say_why() -> None:
    both = {"truth": ["count"], "prediction": ["count"]}
    frame = pd.DataFrame({"count": [1.0, 2.0], "prediction": [1.0, None]})
    with pytest.raises(OptionError, match="both as true count and as count"):
        KIND.evaluate(frame, both, 0, SILENT)
    mapping = {"truth": ["count"], "prediction": ["prediction"]}
    with pytest.raises(DataError, match="no count in 1 counted rows"):
        KIND.evaluate(frame, mapping, 0, SILENT)
    with pytest.raises(DataError, match="holds -1"):
        KIND.evaluate(frame.assign(count=-1), mapping, 0, SILENT)
    with pytest.raises(DataError, match="no numbers"):
        KIND.evaluate(frame.assign(count=["x", "y"]), mapping, 0, SILENT)


def test_right_means_exactly_right() -> None:
    found = BoxPredictions(np.array([1, 2, 3]), ((), (), ()))
    assert KIND.right(pd.Series([1.0, 1.0, np.nan]), found).tolist() == [True, False, False]


def test_metrics_have_names_for_people() -> None:
    page = find_page("counts")
    assert [page.metric(name).title for name in TASK.metrics] == ["Mean error", "Exact", "Bias"]
