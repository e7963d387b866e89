"""What the template of a table decides by: on the command line, in a bundle, over HTTP, in folds."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from data.table import Table
from pipelines.bundle import pack, unpack
from pipelines.cli import main
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.predict import predict_records
from pipelines.prepare import prepare
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.request import Request
from pipelines.tabular.decision import (
    BY_TEMPLATE,
    break_even,
    decision_of,
    read_threshold,
    set_threshold,
    write_threshold,
)
from pipelines.tabular.pipeline import TabularPipeline
from pipelines.tabular.predictions import RiskPredictions
from pipelines.tasks.loan_risk import TASK

USUAL = {"budget": "0", "texts": "off", "split": "random", "test": "0.4"}


def payments(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    """Payments of which few are fraud, the more likely the higher they are."""
    rng = np.random.default_rng(seed)
    height, hour = rng.normal(size=rows).round(3), rng.integers(0, 24, rows)
    chance = 1 / (1 + np.exp(3.2 - 1.8 * height - 0.6 * (hour < 6)))
    return pd.DataFrame({
        "height": height, "hour": hour,
        "came": pd.Series(np.where(rng.random(rows) < chance, "fraud", "genuine"), dtype="str"),
    })


@cache
def run_of(**settings: str) -> Experiment:
    frame = payments()
    table = Table("payments.csv", frame, "sha256:0", (), len(frame))
    return run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, {"target": "came"}),
        models=tuple(card for card in TASK.models if card.id in ("base-rate", "linear")),
        options=Options(TASK, {**USUAL, **settings}),
    ))


def said_of(run: Experiment) -> RiskPredictions:
    found = run.run_of("linear").predictions
    assert isinstance(found, RiskPredictions)
    return found


def judgement_of(run: Experiment) -> RiskJudgement:
    assert run.judged is not None
    detail: RiskJudgement = run.judged.detail
    return detail


def test_every_template_that_does_not_lend_has_a_rule_of_its_own() -> None:
    assert set(BY_TEMPLATE) <= {each.id for each in TASK.templates}
    assert decision_of(Options(TASK, {})) == Decision("profit", None)
    assert decision_of(Options(TASK, {"template": "claims"})) == Decision("profit", None)
    assert decision_of(Options(TASK, {"template": "fraud"})) == Decision("capacity", 0.05)
    assert decision_of(Options(TASK, {"template": "churn", "capacity": "0.2"})).share == 0.2
    disease = TASK.template("disease")
    assert disease is not None
    assert decision_of(Options(TASK, {"template": "disease"})).share == disease.wanted == 0.95


def test_loans_are_declined_where_approving_breaks_even() -> None:
    run = run_of(margin="0.2", loss_given_default="0.6")
    assert said_of(run).threshold == pytest.approx(0.25)
    assert break_even({}, 0.3) == pytest.approx(0.3 / 0.8)
    assert said_of(run).choosers is None and judgement_of(run).terms is not None


def test_fraud_is_flagged_at_the_capacity_of_training_rows_not_learnt_from() -> None:
    run = run_of(template="fraud", capacity="0.1")
    pipeline = run.run_of("linear").pipeline
    assert isinstance(pipeline, TabularPipeline)
    held = pipeline.model.held_out_predictions()
    assert len(held) == len(run.split.train)
    assert (held >= pipeline.threshold).mean() == pytest.approx(0.1, abs=0.002)
    flagged = said_of(run).take(run.tested).codes
    assert flagged.mean() == pytest.approx(0.1, abs=0.05)
    assert run.judged is not None
    assert [score.name for score in run.judged.scores["linear"]][:2] == [
        "precision_at_capacity", "recall_at_capacity"
    ]
    assert run.judged.verdict.startswith("If 36 of 360 rows can be looked at (10 %)")
    assert judgement_of(run).terms is None


def test_disease_is_flagged_where_enough_of_held_out_cases_are() -> None:
    run = run_of(template="disease", sensitivity="0.8")
    pipeline = run.run_of("linear").pipeline
    assert isinstance(pipeline, TabularPipeline)
    own = pipeline.model.held_out_predictions()[pipeline.model.held_y == 1]
    needed = int(np.ceil(0.8 * (len(own) + 1)))
    assert (own >= pipeline.threshold).sum() == needed
    assert run.judged is not None
    assert [score.name for score in run.judged.scores["linear"]][:2] == [
        "sensitivity", "specificity"
    ]
    assert "flags from a probability of" in run.judged.verdict


def test_a_threshold_that_is_set_wins_and_nonsense_is_refused() -> None:
    run = run_of(template="disease", threshold="0.3")
    assert said_of(run).threshold == 0.3 and said_of(run).choosers is None
    assert run.judged is not None and "as was set" in run.judged.verdict
    assert set_threshold({"threshold": " "}) is None
    for text in ("high", "1.5", "-0.1", "nan"):
        with pytest.raises(OptionError, match="probability from 0 to 1"):
            set_threshold({"threshold": text})
    with pytest.raises(OptionError, match="“high”"):
        run_of(threshold="high")


@pytest.mark.parametrize(("option", "value"), [("capacity", "0"), ("sensitivity", "1.2")])
def test_shares_that_are_none_are_refused(option: str, value: str) -> None:
    with pytest.raises(OptionError, match=option):
        Options(TASK, {option: value})


@pytest.mark.parametrize("template", ["fraud", "disease"])
def test_page_bundle_command_line_and_http_decide_alike(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(template=template)
    here = said_of(run)
    (tmp_path / "payments.zip").write_bytes(pack(run, run.run_of("linear")))
    again = unpack((tmp_path / "payments.zip").read_bytes(), "payments.zip").pipeline
    assert isinstance(again, TabularPipeline) and again.threshold == here.threshold
    new = payments(60, seed=5)
    features = new.drop(columns="came").rename(columns=lambda name: f"feature:{name}")
    expected = list(run.run_of("linear").pipeline.predict(features).labels)
    assert len(set(expected)) == 2
    assert list(again.predict(features).labels) == expected
    new.drop(columns="came").to_csv(tmp_path / "new.csv", index=False)
    assert main([
        "predict", "--bundle", str(tmp_path / "payments.zip"), "--data", str(tmp_path / "new.csv"),
        "--out", str(tmp_path / "out.csv"),
    ]) == 0
    assert list(pd.read_csv(tmp_path / "out.csv")["prediction"]) == expected
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    records = new.drop(columns="came").to_dict("records")
    answer = predict_records("loan-risk", "bundle:payments", records)
    assert [each["prediction"] for each in answer.predictions] == expected


def test_a_bundle_keeps_its_threshold_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    content = pack(run_of(template="fraud"), run_of(template="fraud").run_of("linear"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        facts = json.loads(archive.read("decision.json"))
    assert facts == {
        "rule": "capacity", "share": 0.05, "threshold": said_of(run_of(template="fraud")).threshold,
    }
    with pytest.raises(DataError, match="damaged"):
        read_threshold(tmp_path)
    write_threshold(tmp_path, Decision("capacity", 0.1), 0.25)
    assert read_threshold(tmp_path) == 0.25
    for damage in ('{"rule": "capacity"}', '{"rule": "x", "threshold": 0.1}', "[1]", "{",
                   '{"rule": "profit", "threshold": 7}', '{"rule": "profit", "threshold": true}'):
        (tmp_path / "decision.json").write_text(damage)
        with pytest.raises(DataError, match="damaged"):
            read_threshold(tmp_path)


def test_each_fold_decides_by_rows_of_its_own_training() -> None:
    run = run_of(template="disease", split="cross-validation", folds="3")
    found, detail = said_of(run), judgement_of(run)
    assert found.cuts is not None and len(np.unique(found.cuts)) == 3
    assert found.choosers is not None
    assert found.choosers.cuts(found.decision).tolist() == found.cuts.tolist()
    flagged = found.risk >= found.cuts
    ill = detail.truth
    score = detail.score("linear", "sensitivity")
    assert score is not None and score.value == pytest.approx(flagged[run.tested][ill].mean())
    assert "(by fold)" in score.signature
    # What a user is told of a judged row is what was scored.
    assert (found.codes == flagged).all()
    assert (found.codes != (found.risk >= found.threshold)).any()
    accuracy = detail.score("linear", "accuracy")
    assert accuracy is not None and run.truth is not None
    right = found.frame()["prediction"].to_numpy() == run.truth.to_numpy()
    assert right[run.tested].mean() == pytest.approx(accuracy.value)
    assert sum("follows the threshold of the fold that judged it" in each for each in run.warnings) == 1


@pytest.mark.parametrize(
    ("template", "slug", "words"),
    [("fraud", "capacity", "What is found where 5 % can be looked at"),
     ("disease", "sensitivity", "Who is found at a sensitivity of 95 %")],
)
def test_the_report_has_the_figures_of_the_decision(template: str, slug: str, words: str) -> None:
    run = run_of(template=template)
    page, facts = report_page(run), document(run)
    assert words in page and "What a threshold on" not in page
    assert facts["decision"]["rule"] == slug
    assert facts["decision"]["thresholds"]["linear"] == said_of(run).threshold
    scores = {each["name"]: each for each in facts["runs"][1]["scores"]}
    wanted = {
        "capacity": {"precision_at_capacity", "recall_at_capacity"},
        "sensitivity": {"sensitivity", "specificity", "flagged", "missed"},
    }[slug]
    assert wanted <= set(scores)
    metrics = {each["metric"] for each in facts["comparisons"]}
    assert metrics & wanted


def test_loans_keep_their_profit_in_the_report() -> None:
    page = report_page(run_of())
    assert "What a threshold on" in page and "can be looked at" not in page
