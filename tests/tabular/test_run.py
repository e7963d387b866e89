"""From a table of applicants to a report: on the command line, from a bundle, against the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import samples
from data.errors import DataError, OptionError
from pipelines.bundle import pack, unpack
from pipelines.cli import main
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment
from pipelines.predict import predict_records
from pipelines.report.document import document

LOANS = Path(samples.__file__).parent / "loans"


def run_on(data: Path, **changed: object) -> Experiment:
    """A run of the regression, with the usual settings."""
    settings = {"budget": "0", "texts": "off", **changed.pop("settings", {})}  # type: ignore[dict-item]
    return run_command(RunCommand(**{
        "task": "loan-risk", "data": (data,), "models": ("linear",), "settings": settings, **changed,
    }))


@pytest.fixture(scope="module")
def run() -> Experiment:
    return run_on(LOANS / "applications.csv", settings={"protected": "sex,age_band"})


def test_the_latest_applications_judge(run: Experiment) -> None:
    assert run.split.kind == "temporal"
    applied = pd.to_datetime(run.request.dataset.table.frame["applied"])
    assert applied.iloc[run.split.train].max() < applied.iloc[run.tested].min()
    assert run.split.to_json() == {
        "kind": "temporal", "train": 2106, "validation": 0, "test": 894,
        "rule": "from 2025-05-20 on",
    }


def of_simulation(run: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """What the regression said of the judged rows, and their true probabilities."""
    true = pd.read_csv(LOANS / "true_probability.csv")["probability"].to_numpy()
    return run.run_of("linear").predictions.take(run.tested).risk, true[run.tested]


def test_probabilities_are_near_the_true_ones_of_the_simulation() -> None:
    said, true = of_simulation(run_on(LOANS / "applications.csv", settings={"split": "random"}))
    assert abs(said.mean() - true.mean()) < 0.025
    for part in np.array_split(np.argsort(said), 5):
        assert abs(said[part].mean() - true[part].mean()) < 0.04
    assert np.corrcoef(said, true)[0, 1] > 0.8


def test_later_applicants_default_more_often_than_the_past_tells(run: Experiment) -> None:
    """The simulation's rate rises with time, so that models of the past say too little."""
    said, true = of_simulation(run)
    assert 0.02 < true.mean() - said.mean() < 0.06
    assert np.corrcoef(said, true)[0, 1] > 0.8


def test_protected_columns_are_not_learnt_from_and_are_compared(run: Experiment) -> None:
    model = run.run_of("linear").pipeline.model
    assert not {"sex", "age_band", "defaulted", "application"} & {c.name for c in model.plan.used}
    assert run.judged is not None
    assert {"sex", "age_band"} <= set(run.judged.detail.groups)
    assert run.judged.detail.terms is not None


def test_a_column_that_tells_the_target_is_left_out_and_named(tmp_path: Path) -> None:
    table = pd.read_csv(LOANS / "applications.csv").head(600)
    table["days_overdue"] = np.where(table["defaulted"] == "yes", 90, 0)
    table["collection_fee"] = np.where(table["defaulted"] == "yes", 25.0, np.nan)
    path = tmp_path / "leak.csv"
    table.to_csv(path, index=False)
    done = run_on(path)
    used = {column.name for column in done.run_of("linear").pipeline.model.plan.used}
    assert not {"days_overdue", "collection_fee"} & used
    for name in ("days_overdue", "collection_fee"):
        assert any(name in warning for warning in done.warnings)


def changed(tmp_path: Path, **columns: object) -> Path:
    """The first applications with some columns set."""
    path = tmp_path / "changed.csv"
    pd.read_csv(LOANS / "applications.csv").head(400).assign(**columns).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(("columns", "words"), [
    ({"defaulted": "no"}, "every row"),
    ({"defaulted": ["a", "b", "c", "d"] * 100}, "defaulted"),
    ({"exposure": -5.0}, "negative"),
])
def test_targets_and_exposures_that_do_not_fit_are_refused_in_a_sentence(
    tmp_path: Path, columns: dict[str, object], words: str
) -> None:
    with pytest.raises((DataError, OptionError), match=words) as refused:
        run_on(changed(tmp_path, **columns), roles={"target": "defaulted", "exposure": "exposure"})
    assert "\n" not in str(refused.value)


def test_twelve_rows_are_too_few(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    pd.read_csv(LOANS / "applications.csv").head(12).to_csv(path, index=False)
    with pytest.raises(DataError, match="12 rows"):
        run_on(path, roles={"target": "defaulted"})


def test_missing_infinite_and_unknown_values_are_taken(tmp_path: Path) -> None:
    path = changed(tmp_path, empty=np.nan, endless=[np.inf, 1.0] * 200)
    done = run_on(path, settings={"split": "random"})
    assert done.judged is not None
    batch = done.request.dataset.batch().head(3).copy()
    batch["feature:purpose"] = "a purpose never seen"
    assert np.isfinite(done.run_of("linear").pipeline.predict(batch).risk).all()


def test_folds_have_a_mean_and_a_corrected_test(tmp_path: Path) -> None:
    done = run_on(
        changed(tmp_path), settings={"split": "cross-validation", "repeats": "2", "folds": "3"}
    )
    assert len(done.split.folds) == 6
    report = document(done)
    names = {score["name"] for score in report["runs"][1]["scores"]}
    assert "roc_auc_of_folds" in names
    test = next(each for each in report["comparisons"] if each["metric"] == "roc_auc_of_folds")
    assert test["test"].startswith("corrected-resampled-t|folds:6")
    seen = np.concatenate([test for _, test in done.split.folds])
    assert np.bincount(seen).tolist() == [2] * 400
    assert done.split.to_json()["rule"] == "2 x 3-fold cross-validation"
    assert any("2 x 3-fold" in warning and "last draw" in warning for warning in done.warnings)
    assert done.judged is not None
    assert "over the folds (2 x 3-fold)" in done.judged.verdict
    assert "Logistic or linear regression" in done.judged.verdict


def test_an_amount_is_learnt_with_a_range_that_holds(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 2))
    table = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "kind": rng.choice(["s", "t"], 600)})
    table["lgd"] = np.round(5 + 2 * table["a"] + rng.normal(0, 0.5, 600), 4)
    path = tmp_path / "lgd.csv"
    table.to_csv(path, index=False)
    done = run_on(path, roles={"target": "lgd"}, settings={"split": "random"})
    assert done.judged is not None and done.outputs == ()
    scores = {score.name: score.value for score in done.judged.scores["linear"]}
    assert scores["rmse"] < 0.65 and scores["r2"] > 0.85
    assert 0.8 < scores["interval_coverage"] < 0.98


def test_bundle_scores_a_new_file_on_the_command_line(
    run: Experiment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "risk.zip"
    bundle.write_bytes(pack(run, run.run_of("linear")))
    new = tmp_path / "new.csv"
    pd.read_csv(LOANS / "applications.csv").tail(5).drop(columns="defaulted").to_csv(new, index=False)
    out = tmp_path / "scored.csv"
    assert main(["predict", "--bundle", str(bundle), "--data", str(new), "--out", str(out)]) == 0
    scored = pd.read_csv(out)
    expected = run.run_of("linear").predictions.risk[-5:]
    np.testing.assert_allclose(scored["probability"], expected, atol=1e-6)
    np.testing.assert_allclose(
        scored["expected_loss"], scored["probability"] * scored["exposure"] * 0.5, atol=0.02
    )
    again = unpack(bundle.read_bytes(), "risk.zip").pipeline
    np.testing.assert_allclose(
        again.predict(run.request.dataset.batch().tail(5)).risk, expected, atol=1e-9
    )
    pd.read_csv(new).drop(columns="monthly_income").to_csv(new, index=False)
    capsys.readouterr()
    assert main(["predict", "--bundle", str(bundle), "--data", str(new)]) == 2
    assert "monthly_income" in capsys.readouterr().err


def test_records_are_scored_after_rows_to_learn_from() -> None:
    table = pd.read_csv(LOANS / "applications.csv").head(400)
    rows = [
        {"target": row.defaulted, "income": row.monthly_income, "late": int(row.late_payments),
         "use": None if np.isnan(row.card_utilisation) else row.card_utilisation}
        for row in table.itertuples()
    ]
    asked = [{"income": 3000, "late": 0, "use": 0.1}, {"income": 900, "late": 4, "use": None}]
    answer = predict_records("loan-risk", "linear", asked, training=rows)
    safe, risky = (each["probability"] for each in answer.predictions)
    assert 0 < safe < risky < 1
    json.dumps(answer.predictions)
    with pytest.raises(DataError, match="late"):
        predict_records("loan-risk", "linear", [{"income": 3000, "use": 0.1}], training=rows)
    with pytest.raises(DataError, match="Record 1 "):
        predict_records("loan-risk", "linear", [{"income": [1]}], training=rows)


@pytest.mark.parametrize(("values", "settings", "classes"), [
    ({"no": "good", "yes": "bad"}, {}, ("good", "bad")),
    ({"no": "0", "yes": "1"}, {}, ("0", "1")),
    ({"no": "Fully Paid", "yes": "Charged Off"}, {}, ("Fully Paid", "Charged Off")),
    ({"no": "b", "yes": "a"}, {"positive": "a"}, ("b", "a")),
])
def test_a_bundle_answers_in_the_words_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str],
    settings: dict[str, str], classes: tuple[str, str],
) -> None:
    table = pd.read_csv(LOANS / "applications.csv").head(300)
    path = tmp_path / "worded.csv"
    table.assign(defaulted=table["defaulted"].map(values)).to_csv(path, index=False)
    done = run_on(path, settings={"split": "random", **settings}, roles={"target": "defaulted"})
    served = tmp_path / "worded.zip"
    served.write_bytes(pack(done, done.run_of("linear")))
    again = unpack(served.read_bytes(), "worded.zip")
    assert again.about["classes"] == list(classes) == list(done.outputs)
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    first = {key: None if pd.isna(cell) else cell for key, cell in table.iloc[0].items()}
    answer = predict_records("loan-risk", "bundle:worded", [first]).predictions[0]
    said = done.run_of("linear").predictions.frame().iloc[0]
    assert answer["prediction"] == said["prediction"]
    assert answer["probability"] == pytest.approx(said["probability"], abs=1e-6)


def test_a_yes_or_no_can_be_taken_for_an_amount(tmp_path: Path) -> None:
    paid = np.where(pd.read_csv(LOANS / "applications.csv").head(400)["defaulted"] == "yes", 1, 0)
    path = changed(tmp_path, defaulted=paid)
    done = run_on(path, settings={"split": "random", "predict": "amount"},
                  roles={"target": "defaulted"})
    assert done.outputs == () and done.judged is not None
    assert "rmse" in {score.name for score in done.judged.scores["linear"]}
    assert unpack(pack(done, done.run_of("linear")), "amount.zip").about["classes"] == []
