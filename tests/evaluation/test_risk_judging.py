"""Risk judged from runs and from files: verdicts, warnings, the report, and what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.cli import main
from pipelines.evaluation.profit import ProfitTerms
from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.risk_judgement import RiskJudgement, judge_risk
from pipelines.evaluation.risk_verdict import apart, risk_verdict
from pipelines.evaluation.risk_warnings import risk_warnings
from pipelines.judging import Judged, find_kind
from pipelines.pipeline import ClassPredictions
from pipelines.report.kinds import find_page
from pipelines.report.sections import Evidence
from tests.evaluation.test_risk_metrics import made_up

KIND = find_kind("risk")
AMOUNTS = find_kind("regression")


def file_of(n: int = 600) -> pd.DataFrame:
    truth, chance, noisy = made_up(n)
    rng = np.random.default_rng(1)
    return pd.DataFrame({
        "default": np.where(truth, "bad", "good"), "good_model": chance, "noisy_model": noisy,
        "sex": rng.choice(["f", "m"], n), "amount": rng.integers(1, 20, n) * 100,
    })


MAPPING = {"truth": ["default"], "prediction": ["good_model", "noisy_model"]}


def test_a_file_of_probabilities_is_judged_against_the_base_rate() -> None:
    frame = file_of()
    judged = KIND.evaluate(frame, MAPPING | {"group": ["sex"], "exposure": ["amount"]}, 0)
    assert judged.baseline == "base-rate" and judged.rows == 600
    assert list(judged.scores) == ["base-rate", "good_model", "noisy_model"]
    area = judged.scores["base-rate"][0]
    assert (area.name, area.value, area.low) == ("roc_auc", 0.5, None)
    detail = judged.detail
    assert isinstance(detail, RiskJudgement) and detail.positive == "bad"
    assert list(detail.groups) == ["sex"] and detail.exposure is not None
    assert detail.exposure.sum() == frame["amount"].sum()
    assert judged.verdict.startswith("On 600 rows, ") and "“bad”" in judged.verdict
    assert judged.named({"good_model": "The good one"}).verdict.count("The good one") == 1


def test_the_roles_of_a_file_are_suggested() -> None:
    assert KIND.suggest(file_of()) == {
        "truth": ["default"], "prediction": ["good_model", "noisy_model"], "group": ["sex"],
        "exposure": ["amount"],
    }


def test_a_bare_number_takes_the_name_of_its_column() -> None:
    frame = file_of().assign(default=lambda each: (each["default"] == "bad").astype(int))
    judged = KIND.evaluate(frame, MAPPING, 0)
    assert judged.detail.positive == "default"


def test_a_run_is_judged_by_the_second_class_at_the_threshold_of_each_model() -> None:
    truth, chance, noisy = made_up(400)

    @dataclass(frozen=True)
    class AtThreshold(ClassPredictions):
        threshold: float = 0.3

    def said(values: np.ndarray) -> ClassPredictions:
        return AtThreshold(("paid", "default"), np.stack([1 - values, values], axis=1))

    predictions = {"base": said(np.full(400, truth.mean())), "a": said(chance), "b": said(noisy)}
    names = pd.Series(np.where(truth, "default", "paid"))
    batch = pd.DataFrame({
        "exposure": np.full(400, 10.0), "protected:sex": ["f", "m"] * 200,
        "feature:age": 3, "margin": [0.2, np.nan] * 200, "usual margin": 0.1,
        "loss given default": 0.5, "cost of a review": 0.0,
    })
    judged = KIND.judge(
        names, predictions, batch=batch, metrics=(), source=None, baseline="base", favourite="a",
        seed=0, purpose=None,
    )
    scores = {score.name: score for score in judged.scores["a"]}
    assert scores["accuracy"].value == pytest.approx(((chance >= 0.3) == truth).mean())
    assert "threshold:0.3" in scores["accuracy"].signature
    assert list(judged.detail.groups) == ["sex"]
    assert judged.detail.terms.margin.tolist() == judged.detail.margin.tolist() == [0.2, 0.1] * 200
    assert KIND.right(names, predictions["a"]).mean() == scores["accuracy"].value


@dataclass(frozen=True)
class Amounts:
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def test_amounts_are_judged_as_amounts() -> None:
    rng = np.random.default_rng(0)
    truth = pd.Series(rng.normal(100, 20, 200))
    good = truth.to_numpy() + rng.normal(0, 5, 200)
    predictions = {"mean": Amounts(np.full(200, 100.0)), "good": Amounts(good, good - 9, good + 9)}
    judged = KIND.judge(
        truth, predictions, batch=pd.DataFrame({"feature:a": truth}), metrics=(), source=None,
        baseline="mean", favourite="good", seed=0, purpose=None,
    )
    assert isinstance(judged.detail, RegressionJudgement)
    assert list(judged.detail.coverages) == ["good"] and "always saying the mean" in judged.verdict
    assert KIND.right(truth, predictions["good"]).mean() == judged.detail.coverages["good"].share


def test_a_file_of_amounts_is_judged_and_its_roles_suggested() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(100, 20, 150)
    frame = pd.DataFrame({
        "loss": truth, "predicted": truth + rng.normal(0, 5, 150), "lower": truth - 8,
        "upper": truth + 20, "region": rng.choice(["n", "s"], 150),
    }).rename(columns={"loss": "actual"})
    mapping = AMOUNTS.suggest(frame)
    assert mapping == {
        "truth": ["actual"], "prediction": ["predicted"], "low": ["lower"], "high": ["upper"]
    }
    judged = AMOUNTS.evaluate(frame, mapping, 0)
    assert judged.baseline == "mean" and judged.detail.coverages["predicted"].share == 1
    assert KIND.evaluate(frame, {k: mapping[k] for k in ("truth", "prediction")}, 0).baseline == "mean"
    with pytest.raises(OptionError, match="1 predictions, 1 lower and 0 upper"):
        AMOUNTS.evaluate(frame, {**mapping, "high": []}, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"good_model": 150.0}, "holds 150, which is no probability"),
     ({"good_model": None}, "no probability in 600 judged rows"),
     ({"default": "bad"}, "“bad” in every row"),
     ({"amount": -5}, "negative in 600 rows")],
)
def test_what_cannot_be_judged_is_refused_in_a_sentence(
    change: dict[str, object], words: str
) -> None:
    frame = file_of().assign(**change)
    with pytest.raises(DataError, match=words):
        KIND.evaluate(frame, MAPPING | {"exposure": ["amount"]}, 0)


def test_a_column_cannot_be_outcome_and_probability() -> None:
    with pytest.raises(OptionError, match="“default” is given twice"):
        KIND.evaluate(file_of(), {"truth": ["default"], "prediction": ["default"]}, 0)


def judgement_of(n: int = 1600) -> RiskJudgement:
    truth, chance, noisy = made_up(n)
    twin = np.clip(chance + np.random.default_rng(2).normal(0, 0.002, n), 0, 1)
    return judge_risk(
        truth, {"base": np.full(n, truth.mean()), "good": chance, "twin": twin, "noisy": noisy},
        baseline="base", positive="default", resamples=300,
    )


def test_the_verdict_says_which_models_cannot_be_told_apart() -> None:
    found = judgement_of()
    better, alike, worse = apart(found, "good")
    assert (better, alike, worse) == ([], ["twin"], ["noisy"])
    words = risk_verdict(found, "good", titles={"twin": "Twin", "good": "Good"})
    assert "Good ranks a “default” above another row in" in words
    assert "above giving every row the same probability; the difference is not chance" in words
    assert "cannot tell it from Twin" in words
    assert "no more than chance gives a calibrated model" in words
    other = risk_verdict(found, "noisy")
    assert "is better by" in other and "not chance" in other


def test_the_verdict_claims_nothing_of_noise() -> None:
    truth, chance, _ = made_up(300)
    noise = np.random.default_rng(0).permutation(chance)
    found = judge_risk(
        truth, {"base": np.full(300, 0.3), "noise": noise}, baseline="base", resamples=100
    )
    assert "no gain is shown" in risk_verdict(found, "noise")
    few = judge_risk(
        truth[:12], {"base": np.full(12, 0.3), "a": chance[:12]}, baseline="base", resamples=100
    )
    assert "too few rows to tell" in risk_verdict(few, "a")
    one = judge_risk([False] * 30, {"base": np.full(30, 0.3)}, baseline="base", resamples=100)
    assert "nothing can be said" in risk_verdict(one, "base")


def test_warnings_tell_what_makes_scores_hard_to_believe() -> None:
    truth, chance, _ = made_up(3000, rate=0.1)
    systems = {
        "base": np.full(3000, truth.mean()), "leak": np.clip(truth * 0.9 + chance / 100, 0, 1),
        "turned": 1 - chance, "high": np.minimum(chance + 0.2, 1), "low": chance / 4,
    }
    found = " ".join(judge_risk(truth, systems, baseline="base", resamples=50).warnings)
    assert "“leak” all but tells the outcome" in found
    assert "“turned” ranks the wrong way round" in found
    assert "each of “turned” and “high” expects more than came" in found
    both = {name: systems[name] for name in ("base", "high", "low")}
    said = " ".join(judge_risk(truth, both, baseline="base", resamples=50).warnings)
    assert "“high” expects more than came" in said and "“low” expects fewer than came" in said
    called = risk_warnings(judge_risk(truth, both, baseline="base", resamples=50), {"low": "The low"})
    assert any(each.startswith("“The low” expects fewer than came") for each in called)
    assert "No row reaches the threshold 0.5 with “low”" in found
    rare = judge_risk(truth[:60], {"a": chance[:60]}, baseline="a", resamples=50).warnings
    assert "60 judged rows are few" in rare[0] and "it is these that scores of ranking" in rare[1]


def evidence(judged: object, favourite: str, n: int) -> Evidence:
    return Evidence(
        judged=judged, favourite=favourite, outputs=(), predictions={},  # type: ignore[arg-type]
        tested=np.arange(n), numbers=np.arange(n),
    )


def test_the_report_has_deciles_calibration_profit_and_groups_where_they_are_given() -> None:
    judged = KIND.evaluate(file_of(), MAPPING, 0)
    page = find_page("risk")
    plain = [each.slug for each in page.sections(evidence(judged, "good_model", 600))]
    assert plain == ["models", "deciles", "calibration", "errors"]
    full = KIND.evaluate(file_of(), MAPPING | {"group": ["sex"], "exposure": ["amount"]}, 0)
    terms = ProfitTerms(0.3, 0.6, cost_of_review=5.0)
    full = replace(full, detail=replace(full.detail, terms=terms))
    sections = page.sections(evidence(full, "good_model", 600))
    assert [each.slug for each in sections] == [*plain[:-1], "profit", "fairness-sex", plain[-1]]
    assert len(sections[1].tables[0].rows) == 10
    fairness = next(each for each in sections if each.slug == "fairness-sex").tables
    assert len(fairness) == 3 and [row[0] for row in fairness[2].rows] == [
        "As many are approved", "As many good ones are approved"
    ]
    assert page.metric("ks").title == "KS" and page.metric("rmse").title == "RMSE"
    assert page.facts(evidence(full, "good_model", 600))[0][1].startswith("“bad” in ")


def test_a_file_with_margins_has_the_profit_in_its_report() -> None:
    rates = np.random.default_rng(0).uniform(10, 30, 600)
    frame = file_of().assign(rate=np.where(np.arange(600) % 3, rates, np.nan))
    mapping = MAPPING | {"exposure": ["amount"], "margin": ["rate"]}
    assert KIND.suggest(frame.rename(columns={"rate": "interest_rate"}))["margin"] == [
        "interest_rate"
    ]
    judged = KIND.evaluate(frame, mapping, 0)
    known = frame["rate"] / 100
    np.testing.assert_allclose(judged.detail.terms.margin, known.fillna(known.mean()))
    assert any("200 rows have no margin" in each for each in judged.warnings)
    sections = find_page("risk").sections(evidence(judged, "good_model", 600))
    section = next(each for each in sections if each.slug == "profit")
    assert "loses 50 % of its exposure" in section.note
    profit = section.tables[0].rows
    assert profit[1][1] == f"{100 * known.mean() / (known.mean() + 0.5):.1f} %"


def test_the_report_of_rows_of_one_kind_draws_what_it_can() -> None:
    judged = KIND.evaluate(file_of(), MAPPING, 0)
    one = judge_risk(
        [False] * 40, {"base": np.full(40, 0.1), "a": np.linspace(0, 1, 40)}, baseline="base",
        resamples=50,
    )
    sections = find_page("risk").sections(
        evidence(replace(judged, detail=replace(one, terms=ProfitTerms(0.1))), "a", 40)
    )
    assert [each.slug for each in sections] == ["models", "calibration", "profit", "errors"]
    assert "found 0 and 40" in sections[2].note


@pytest.mark.parametrize("kind", ["risk", "regression"])
def test_the_command_line_judges_a_file(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = file_of(200)
    if kind == "regression":
        frame["actual"] = frame["good_model"] * 100 + frame["amount"] / 100
        frame["predicted"] = frame["good_model"] * 100
        frame = frame[["actual", "predicted", "sex"]]
    frame.to_csv(tmp_path / "said.csv", index=False)
    code = main([
        "evaluate", kind, "--data", str(tmp_path / "said.csv"), "--map", "group=sex",
        "--out", str(tmp_path / "out"),
    ])
    assert code == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["task"] == kind and report["runs"][0]["baseline"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Models side by side" in page and ("fairness" in page or kind == "regression")
    assert ("roc_auc" if kind == "risk" else "rmse") in capsys.readouterr().out


def judged_in_folds(turned: int, repeats: int = 1) -> Judged:
    """A run whose pooled scores are good, and whose scores are upside down in some of ten folds."""
    truth, chance, _ = made_up(600)

    def said(values: np.ndarray) -> ClassPredictions:
        return ClassPredictions(("paid", "default"), np.stack([1 - values, values], axis=1))

    names = pd.Series(np.where(truth, "default", "paid"))
    pooled = {"base": said(np.full(600, truth.mean())), "a": said(chance)}
    judged = KIND.judge(
        names, pooled, batch=pd.DataFrame(index=range(600)), baseline="base", favourite="a", seed=0
    ).named({"a": "The network"})
    rows = np.random.default_rng(0).permutation(600).reshape(10, 60)
    pieces: dict[str, list[tuple[np.ndarray, ClassPredictions]]] = {"base": [], "a": []}
    for fold, part in enumerate([each for _ in range(repeats) for each in rows]):
        pieces["base"].append((part, said(np.full(60, 0.3))))
        pieces["a"].append((part, said(1 - chance[part] if fold < turned else chance[part])))
    return KIND.over_folds(judged, names, pieces, training_rows=540, favourite="a")


def test_the_verdict_over_folds_claims_what_the_folds_show() -> None:
    steady = judged_in_folds(0)
    assert "over the folds (10-fold); the difference is not chance" in steady.verdict
    assert steady.verdict.count("The network") == 1
    shaky = judged_in_folds(3)
    # Pooled rows alone would have said otherwise.
    pooled = shaky.detail.comparison("roc_auc", "a", "base")
    assert pooled is not None and pooled.p < 1e-6
    assert "no gain is shown" in shaky.verdict and "not chance" not in shaky.verdict
    assert "The net ranks" in shaky.named({"a": "The net"}).verdict
    assert "(3 x 10-fold)" in judged_in_folds(0, repeats=3).verdict


def test_amounts_over_folds_claim_what_the_folds_show() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=200)
    truth = pd.Series(true)
    near, mean = Amounts(true + rng.normal(0, 0.5, 200)), Amounts(np.zeros(200))
    judged = KIND.judge(
        truth, {"base": mean, "a": near}, batch=pd.DataFrame(index=range(200)), baseline="base",
        favourite="a", seed=0,
    )
    parts = np.arange(200).reshape(4, 50)
    shaky = [1.0, 1.0, 1.0, 8.0]
    folds = {
        "base": [(part, Amounts(np.zeros(50))) for part in parts],
        "a": [(part, Amounts(true[part] + times * (near.values - true)[part]))
              for part, times in zip(parts, shaky, strict=True)],
    }
    found = KIND.over_folds(judged, truth, folds, training_rows=150, favourite="a")
    assert "which is not chance" in judged.verdict
    assert "over the folds (4-fold), which can be chance" in found.verdict
