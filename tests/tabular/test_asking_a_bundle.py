"""What step 5 prints works as it is printed; what lacks columns is told which; runs say what moved."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from data import samples
from data.errors import DataError, OptionError
from pipelines.bundle import pack
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment
from pipelines.predict import predict_records
from pipelines.report.reproduce import http_call, score_command

LOANS = Path(samples.__file__).parent / "loans"


def run_on(data: Path, **roles: str) -> Experiment:
    return run_command(RunCommand(
        task="loan-risk", data=(data,), models=("linear",), roles=roles,
        settings={"budget": "0", "texts": "off"},
    ))


@pytest.fixture(scope="module")
def run() -> Experiment:
    return run_on(LOANS / "applications.csv")


def test_the_printed_call_is_answered_with_the_prediction_of_the_first_row(
    run: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = run.run_of("linear")
    (tmp_path / "linear.zip").write_bytes(pack(run, model))
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    words = shlex.split(http_call(run, model))
    body = json.loads(words[words.index("-d") + 1])
    assert set(body["records"][0]) == set(model.pipeline.columns)
    answer = predict_records("loan-risk", body["model"], body["records"]).predictions[0]
    assert answer["probability"] == pytest.approx(float(model.predictions.risk[0]), abs=1e-6)
    assert "--bundle linear.zip --data applications.csv" in score_command(run, model)


def test_a_record_without_many_columns_is_told_several_and_how_many(
    run: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linear.zip").write_bytes(pack(run, run.run_of("linear")))
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    wanted = run.run_of("linear").pipeline.columns
    with pytest.raises(DataError) as caught:
        predict_records("loan-risk", "bundle:linear", [{"income": 42000}])
    assert str(caught.value).startswith(
        f"{len(wanted)} of the {len(wanted)} columns that the model learnt from are missing: "
        + ", ".join(f"“{name}”" for name in wanted[:5])
    )
    assert f"and {len(wanted) - 5} more; add them" in str(caught.value)


def test_a_sample_of_later_defaults_says_first_that_time_moved_the_rate(run: Experiment) -> None:
    judged = run.truth.iloc[run.tested]
    assert run.split.kind == "temporal"
    assert "The rows that judge are later" in " ".join(run.warnings)
    assert f"{100 * (judged == 'yes').mean():.1f} % against" in " ".join(run.warnings)


def test_a_margin_that_is_learnt_from_is_warned_of(run: Experiment) -> None:
    assert "the price may be set by the risk" in " ".join(run.warnings)


def test_without_a_telling_name_the_command_asks_for_the_target(tmp_path: Path) -> None:
    table = pd.read_csv(LOANS / "applications.csv").head(300)
    path = tmp_path / "unnamed.csv"
    table.assign(phone=["y", "n"] * 150).rename(columns={"defaulted": "column_7"}).to_csv(
        path, index=False
    )
    with pytest.raises(OptionError, match="--map target=COLUMN"):
        run_on(path)
