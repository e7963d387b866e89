"""The report page: complete, safe with hostile files, small, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from data.dataset import Dataset
from data.table import Table
from pipelines.commands import FileEvaluation, evaluate_table
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging.classification import KIND
from pipelines.options import Options
from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.registry import find_models, find_task
from pipelines.report.html import evaluation_page, report_page
from pipelines.report.titles import titles_of
from pipelines.report.wording import clean
from pipelines.request import Request
from pipelines.split import whole

THREE = ("negative", "neutral", "positive")
HOSTILE = (
    "<script>alert(1)</script> {{7*7}} {% raw %} \\documentclass{article} $\\alpha$ "
    "\u202eevil\u202c \u2067x\u2069 \u200fשלום\x00\x07\x1b[31m "
    "<img src=https://evil.example/x onerror=alert(1)> <style>*{display:none}</style> \"'>&"
)
VOID = {"meta", "br", "img", "link", "hr", "input"}


class _Silent(Pipeline):
    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        raise AssertionError("a report never predicts")


class _Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that elements nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def _predictions(
    truth: np.ndarray, classes: tuple[str, ...], skill: float, seed: int
) -> ClassPredictions:
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.ones(len(classes)), len(truth))
    hit = rng.random(len(truth)) < skill
    chances[hit] *= 0.2
    chances[hit, truth[hit]] += 0.8
    return ClassPredictions(classes, chances / chances.sum(axis=1, keepdims=True))


def experiment(
    rows: int = 120,
    classes: tuple[str, ...] = THREE,
    models: tuple[str, ...] = ("vader",),
    labelled: bool = True,
    hostile: str = "",
) -> Experiment:
    rng = np.random.default_rng(1)
    codes = rng.integers(0, len(classes), rows)
    label = np.asarray(classes, dtype=object)[codes]
    text = [f"text number {i} {hostile}" for i in range(rows)]
    text_name, group_name = f"text{hostile}", f"channel{hostile}"
    frame = pd.DataFrame({
        text_name: text,
        "label": label,
        "when": pd.date_range("2026-01-01", periods=rows, freq="6h").astype(str),
        group_name: np.where(rng.random(rows) < 0.5, f"mail {hostile}", "chat"),
    })
    mapping = {"text": text_name, "time": "when", "group": group_name}
    if labelled:
        mapping["label"] = "label"
    name = f"reviews{hostile}.csv"
    table = Table(name, frame, "sha256:ab", (f"Read as CSV {hostile}.",), rows)
    dataset = Dataset(table, mapping, {name: name for name in classes} if labelled else {})
    task = find_task("sentiment")
    cards = find_models(task, list(models))
    runs = tuple(
        ModelRun(
            card=card, pipeline=_Silent(card, LoadConfig()),
            predictions=ClassPredictions(classes, np.eye(len(classes))[np.zeros(rows, dtype=int)])
            if card.baseline else _predictions(codes, classes, 0.6, position),
            seconds={"load": 0.1, "fit": 0.0, "predict": 1.0}, rows_per_second=float(rows),
            peak_memory_mb=100.0,
        )
        for position, card in enumerate(cards)
    )
    truth = pd.Series(label) if labelled else None
    judged = None
    if truth is not None:
        judged = KIND.judge(
            truth, {run.card.id: run.predictions for run in runs}, baseline="majority",
            batch=frame, favourite=runs[-1].card.id, seed=0,
        )
    request = Request(task=task, dataset=dataset, models=cards, options=Options(task))
    tested = np.arange(rows) if labelled else np.zeros(0, dtype=int)
    return Experiment(
        request=request, created=datetime(2026, 11, 22, 9, 5, tzinfo=UTC), outputs=classes,
        split=whole(tested), rows=np.arange(rows),
        tested=tested, truth=truth, runs=runs, judged=judged,
        warnings=(*table.notes, f"6 rows share their text {hostile}."),
    )


def evaluation(classes: tuple[str, ...] = ("no", "yes"), hostile: str = "") -> FileEvaluation:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, len(classes), 90)
    said = np.where(rng.random(90) < 0.7, truth, rng.integers(0, len(classes), 90))
    names = np.asarray(classes, dtype=object)
    frame = pd.DataFrame({
        "truth": names[truth], f"ours{hostile}": names[said],
        "segment": rng.choice(["a", "b"], 90),
    })
    frame.loc[3, "truth"] = None
    table = Table("scored.csv", frame, "sha256:cd", (), 90)
    mapped = [("truth", "truth"), ("prediction", f"ours{hostile}"), ("group", "segment")]
    return evaluate_table("classification", table, mapped)


@pytest.fixture(scope="module")
def page() -> str:
    return report_page(experiment())


def test_page_says_verdict_data_models_and_how_to_repeat_it(page: str) -> None:
    found = experiment()
    text = _Reader(page).text
    assert found.judged is not None
    verdict = found.judged.named(titles_of(found)).verdict
    assert verdict in text and "VADER is right" in verdict
    for part in ("Sentiment – reviews.csv", "22 November 2026, 09:05 UTC", "Most frequent class",
                 "VADER", "python -m pipelines run sentiment", found.request.dataset.fingerprint, "MIT",
                 "mcnemar-exact", "6 rows share their text"):
        assert part in text
    assert text.index(verdict) < text.index("What was tested")


def test_accuracy_is_shown_as_percentage_with_its_interval(page: str) -> None:
    judged = experiment().judged
    assert judged is not None
    score = judged.scores["vader"][0]
    low, high = 100 * (score.low or 0), 100 * (score.high or 0)
    assert f"{100 * score.value:.1f} % ({low:.1f} to {high:.1f})" in page


def test_page_loads_nothing_and_runs_no_script(page: str) -> None:
    read = _Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & {*read.tags}
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "url(" not in page
    policy = [value for tag, _, value in read.attributes if "default-src" in value]
    assert policy and "default-src 'none'" in policy[0] and "script" not in policy[0]


def test_style_sheet_has_the_hash_that_the_policy_allows(page: str) -> None:
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policies = [value for _, _, value in _Reader(page).attributes if "style-src" in value]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
                        "form-action 'none'"]
    assert not [name for _, name, _ in _Reader(page).attributes if name == "style"]


def test_each_chart_has_a_name_and_no_colour_stands_alone(page: str) -> None:
    read = _Reader(page)
    charts = read.tags.count("svg")
    assert charts >= 6
    labels = [value for tag, name, value in read.attributes if (tag, name) == ("svg", "aria-label")]
    roles = [value for tag, name, value in read.attributes if (tag, name) == ("svg", "role")]
    assert len([label for label in labels if label.strip()]) == charts == roles.count("img")
    assert read.tags.count("table") >= 6


@pytest.mark.parametrize("labelled", [True, False])
def test_hostile_file_is_shown_and_never_obeyed(labelled: bool) -> None:
    page = report_page(experiment(hostile=HOSTILE, labelled=labelled))
    read = _Reader(page)
    assert "script" not in read.tags and "img" not in read.tags
    assert read.tags.count("style") == 1
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert "<script>alert(1)</script> {{7*7}}" in read.text
    assert "\\documentclass{article}" in read.text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    page.encode("utf-8")
    assert read.tags.count("bdi") > 15


def test_hostile_class_and_model_names_are_escaped() -> None:
    names = ("<b>no</b>", "yes{{7*7}}")
    page = evaluation_page(evaluation(names, hostile=HOSTILE))
    read = _Reader(page)
    assert "script" not in read.tags and "img" not in read.tags
    assert "&lt;b&gt;no&lt;/b&gt;" in page and "<b>no</b>" not in page
    assert "yes{{7*7}}" in read.text and "yes49" not in read.text


def test_long_text_is_cut_at_300_characters() -> None:
    page = report_page(experiment(hostile="y" * 2000))
    errors = page.split("Errors of")[1].split("How it was done")[0]
    assert 250 < max(len(run) for run in re.findall("y+", errors)) <= 300


def test_lone_surrogates_and_controls_do_not_stop_the_page() -> None:
    assert clean("a\ud800b\x00c\u202ed\te") == "a\ufffdbcd\te"


def test_without_labels_it_says_that_nothing_is_proven() -> None:
    text = _Reader(report_page(experiment(labelled=False))).text
    assert "Nothing is proven: there are no labels" in text
    assert "What is predicted" in text and "Over time" in text and "Examples" in text
    assert "F1" not in text and "Confidence" not in text


def test_baseline_alone_makes_a_page() -> None:
    assert "Most frequent class" in report_page(experiment(models=("baseline",)))


def test_two_classes_have_one_roc_curve() -> None:
    page = report_page(experiment(classes=("negative", "positive")))
    assert "ranks positive above the other class" in page
    assert "neutral" not in page


def test_several_models_stand_in_order_of_accuracy() -> None:
    found = experiment(models=("vader", "litmus-sentiment"))
    assert found.judged is not None
    text = _Reader(report_page(found)).text.split("Models, the most accurate first")[1]
    order = sorted(found.judged.scores, key=lambda name: -found.judged.scores[name][0].value)
    places = [text.index(found.run_of(name).card.title) for name in order]
    assert places == sorted(places)


def test_evaluation_of_a_file_has_scores_slices_and_its_command() -> None:
    found = evaluation()
    text = _Reader(evaluation_page(found)).text
    assert found.judged.verdict in text
    assert "89 rows with a label" in text
    assert "Accuracy by segment" in text
    assert "evaluate classification --data scored.csv" in text


def test_many_classes_stay_small_and_are_put_together() -> None:
    names = tuple(f"class {i:02}" for i in range(50))
    page = evaluation_page(evaluation(names))
    assert len(page.encode()) < 300_000
    assert "(other)" in page


def test_hundred_thousand_rows_stay_below_300_kilobytes() -> None:
    assert len(report_page(experiment(rows=100_000)).encode()) < 300_000


def test_same_experiment_gives_the_same_page(page: str) -> None:
    assert report_page(experiment()) == page
