"""What a table of applicants is made into before anything learns from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import samples
from data.errors import OptionError
from pipelines.bundle import pack, unpack
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment

LOANS = Path(samples.__file__).parent / "loans" / "applications.csv"


def applications(rows: int = 600) -> pd.DataFrame:
    return pd.read_csv(LOANS).head(rows)


def run_on(table: pd.DataFrame, folder: Path, **given: object) -> Experiment:
    """A run of the regression on a table, and on a training table where there is one."""
    settings = {"budget": "0", "texts": "off", **given.pop("settings", {})}  # type: ignore[dict-item]
    table.to_csv(folder / "table.csv", index=False)
    training = given.pop("training", None)
    if isinstance(training, pd.DataFrame):
        training.to_csv(folder / "training.csv", index=False)
        given["train"] = folder / "training.csv"
    return run_command(RunCommand(**{
        "task": "loan-risk", "data": (folder / "table.csv",), "models": ("linear",),
        "settings": settings, **given,
    }))


def with_rates(times: float) -> pd.DataFrame:
    rates = np.random.default_rng(0).uniform(5, 25, 600).round(2)
    return applications().drop(columns="margin", errors="ignore").assign(
        interest_rate=np.round(rates * times, 6)
    )


def test_margins_in_percent_are_read_as_percent(tmp_path: Path) -> None:
    percent = run_on(with_rates(1), tmp_path, settings={"split": "random"})
    share = run_on(with_rates(0.01), tmp_path, settings={"split": "random"})
    assert any("interest_rate" in each and "percent" in each for each in percent.warnings)
    assert not any("percent," in each for each in share.warnings)
    ways = []
    for done in (percent, share):
        assert done.judged is not None
        terms = done.judged.detail.terms
        # A loan at 15 % that loses half: 0.15 / 0.65.
        assert terms.break_even == pytest.approx(0.23, abs=0.01)
        ways.append(terms.margin)
    np.testing.assert_allclose(ways[0], ways[1])


def test_the_threshold_is_that_of_the_margins_that_taught(tmp_path: Path) -> None:
    table = with_rates(1)
    done = run_on(table, tmp_path, settings={"split": "random", "margin": "0.9"})
    pipeline = done.run_of("linear").pipeline
    mean = table["interest_rate"].to_numpy()[done.split.train].mean() / 100
    assert pipeline.threshold == pytest.approx(mean / (mean + 0.5))
    again = unpack(pack(done, done.run_of("linear")), "risk.zip").pipeline
    assert again.threshold == pytest.approx(pipeline.threshold)
    given = run_on(table, tmp_path, settings={"split": "random", "threshold": "0.3"})
    assert given.run_of("linear").pipeline.threshold == 0.3


def test_rows_without_a_margin_have_the_usual_one_everywhere(tmp_path: Path) -> None:
    table = with_rates(1)
    table.loc[::2, "interest_rate"] = np.nan
    done = run_on(table, tmp_path, settings={"split": "random", "margin": "0.2"})
    filled = np.where(table["interest_rate"].isna(), 0.2, table["interest_rate"] / 100)
    assert done.judged is not None
    terms = done.judged.detail.terms
    np.testing.assert_allclose(terms.margin, filled[done.split.test])
    mean = filled[done.split.train].mean()
    assert done.run_of("linear").pipeline.threshold == pytest.approx(mean / (mean + 0.5))
    assert any("300 rows have no margin and count with 20 % of" in each for each in done.warnings)


def test_a_file_to_train_on_keeps_the_terms_of_the_options(tmp_path: Path) -> None:
    table = applications().drop(columns="margin", errors="ignore")
    done = run_on(
        table.tail(200).drop(columns="sex"), tmp_path, training=table.head(400),
        settings={"margin": "0.3", "review_cost": "25", "protected": "sex,age_band"},
    )
    assert done.judged is not None
    terms = done.judged.detail.terms
    assert terms is not None and (terms.margin, terms.cost_of_review) == (0.3, 25.0)
    assert list(done.judged.detail.groups) == ["age_band", "purpose"]
    assert any("lacks the protected column “sex”" in each for each in done.warnings)


def test_margins_of_both_files_are_read_alike(tmp_path: Path) -> None:
    table = with_rates(1)
    rates = np.linspace(0.5, 0.95, 200)
    low = table.tail(200).assign(interest_rate=rates)
    roles = {"target": "defaulted", "margin": "interest_rate"}
    done = run_on(low, tmp_path, training=table.head(400), roles=roles)
    assert done.judged is not None
    np.testing.assert_allclose(done.judged.detail.margin, rates / 100)


@pytest.mark.parametrize("option", ["rising", "falling", "exclude", "protected"])
def test_a_misspelt_column_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(OptionError, match=f"{option} names “monthly_imcome”"):
        run_on(applications(), tmp_path, settings={option: "monthly_imcome"})


def test_a_direction_of_a_column_that_is_not_learnt_from_is_said(tmp_path: Path) -> None:
    done = run_on(
        applications(), tmp_path, settings={"rising": "late_payments,sex", "protected": "sex"}
    )
    said = [each for each in done.warnings if "named as rising" in each]
    assert len(said) == 1 and "“sex”" in said[0]


def test_leaks_are_looked_for_where_models_learn(tmp_path: Path) -> None:
    table = applications()
    bad = (table["defaulted"] == "yes").to_numpy()
    whole = run_on(table, tmp_path, settings={"split": "random"})
    # It tells the outcome of judging rows alone; finding that would be looking at their outcomes.
    judged = np.zeros(len(table), dtype=bool)
    judged[whole.tested] = True
    rng = np.random.default_rng(0)
    table["later"] = np.where(judged, bad * 50.0, 0.0) + rng.normal(size=len(table))
    done = run_on(table, tmp_path, settings={"split": "random"})
    assert done.tested.tolist() == whole.tested.tolist()
    assert "later" in {each.name for each in done.run_of("linear").pipeline.model.plan.used}
    table["later"] = np.where(judged, 0.0, bad * 50.0) + rng.normal(size=len(table))
    done = run_on(table, tmp_path, settings={"split": "random"})
    assert any("“later”" in each and "left out" in each for each in done.warnings)


def test_a_leak_that_the_first_fold_shows_is_out_of_all_and_said_so(tmp_path: Path) -> None:
    table = applications()
    table["days_overdue"] = np.where(table["defaulted"] == "yes", 90, 0)
    done = run_on(table, tmp_path, settings={"split": "cross-validation"})
    assert any("days_overdue" in each and "first fold" in each for each in done.warnings)
    used = {each.name for each in done.run_of("linear").pipeline.model.plan.used}
    assert "days_overdue" not in used


def test_the_past_is_not_forgotten_where_the_future_repeats_it(tmp_path: Path) -> None:
    table = applications().drop(columns=["exposure", "margin", "loan_amount"])
    number = table.select_dtypes("number").columns.drop("application", errors="ignore")
    silent = np.arange(0, len(table), 3)
    features = [name for name in table.columns if name not in ("applied", "defaulted", "application")]
    for name in features:
        table.loc[silent, name] = -9 if name in number else "unknown"
    before = run_on(applications(), tmp_path, settings={"split": "temporal"})
    done = run_on(table, tmp_path, settings={"split": "temporal"})
    assert len(done.split.train) + len(done.tested) == 600
    assert done.split.training_rows == before.split.training_rows
    assert np.isin(silent, done.split.train).any()
