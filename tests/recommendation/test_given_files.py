"""Runs in which one file teaches and another judges, and what a run says of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.commands import RunCommand, run_command
from pipelines.evaluation.ranking_slices import slices_of
from pipelines.experiment import Experiment
from pipelines.recommendation import arranging
from pipelines.report.html import report_page


def bought(seed: int = 0, users: int = 60, rows: int = 900) -> pd.DataFrame:
    """What users took of 40 items, some of them popular, in the order of time."""
    rng = np.random.default_rng(seed)
    found = pd.DataFrame({
        "customer": [f"c{user}" for user in rng.integers(0, users, rows)],
        "sku": [f"i{int(40 * place**2)}" for place in rng.random(rows)],
    })
    return found.drop_duplicates(ignore_index=True)


def run_files(folder: Path, train: pd.DataFrame, test: pd.DataFrame, **settings: str) -> Experiment:
    train.to_csv(folder / "train.csv", index=False)
    test.to_csv(folder / "test.csv", index=False)
    return run_command(RunCommand(
        task="recommendation", data=(folder / "test.csv",), train=folder / "train.csv",
        models=("ease",), settings={"budget": "0", **settings},
    ))


def test_no_row_that_was_learnt_from_judges_under_a_core(tmp_path: Path) -> None:
    rows = bought()
    train, test = rows[:300], rows[300:]
    learnt = set(zip(train["customer"], train["sku"], strict=True))
    for core in ("1", "5", "8"):
        done = run_files(tmp_path, train, test, core=core)
        lists = done.runs[0].predictions
        assert done.truth is not None and len(done.tested)
        judging = {
            (lists.users[row], lists.lessons.all.items[item])
            for row in done.tested for item in done.truth.iloc[row]
        }
        assert not judging & learnt
        assert len(judging) == done.split.test_rows


def test_users_of_the_test_file_without_a_history_do_not_judge_and_that_is_said(
    tmp_path: Path,
) -> None:
    rows = bought()
    train, test = rows[:300], rows[300:]
    strangers = test.assign(customer="new " + test["customer"])
    done = run_files(tmp_path, train, pd.concat([test, strangers]))
    alone = run_files(tmp_path, train, test)
    users = strangers["customer"].nunique()
    words = f"{users} users of the file for testing are not in the training file"
    assert any(words in each for each in done.warnings)
    assert not any("not in the training file" in each for each in alone.warnings)
    assert done.judged is not None and alone.judged is not None
    assert done.judged.rows == alone.judged.rows
    held = sum(len(done.truth.iloc[row]) for row in done.tested) if done.truth is not None else 0
    assert done.split.test_rows == held == alone.split.test_rows
    assert f"the {held:,} interactions that only the file for testing has" in report_page(done)


def test_one_item_a_user_to_learn_from_is_enough_where_a_file_judges(tmp_path: Path) -> None:
    users = [f"c{number}" for number in range(30)]
    train = pd.DataFrame({"customer": users, "sku": [f"i{n % 6}" for n in range(30)]})
    test = pd.DataFrame({"customer": users, "sku": [f"i{(n + 1) % 6}" for n in range(30)]})
    done = run_files(tmp_path, train, test)
    assert done.judged is not None and done.judged.rows == 30


def test_files_that_share_no_user_are_refused_with_what_to_look_at(tmp_path: Path) -> None:
    rows = bought()
    other = rows.assign(customer="x" + rows["customer"])
    with pytest.raises(DataError, match="both name users alike"):
        run_files(tmp_path, rows, other)


def test_a_catalogue_too_small_for_any_list_is_refused_in_plain_words(tmp_path: Path) -> None:
    rows = bought()
    few = rows[rows["sku"].isin(rows["sku"].value_counts().index[:4])]
    few.to_csv(tmp_path / "few.csv", index=False)
    with pytest.raises(DataError, match=r"There are 4 items.*bring the rows of more items"):
        run_command(RunCommand(
            task="recommendation", data=(tmp_path / "few.csv",), models=("ease",),
            settings={"budget": "0"},
        ))


def test_warnings_call_models_as_the_verdict_does(tmp_path: Path) -> None:
    bought().to_csv(tmp_path / "o.csv", index=False)
    done = run_command(RunCommand(
        task="recommendation", data=(tmp_path / "o.csv",), settings={"budget": "0"},
        models=("ease", "item-neighbours", "als", "blend"),
    ))
    said = " ".join(done.warnings)
    assert "Alternating least squares" in said or "Item neighbours" in said or "“EASE”" in said
    for name in ("“ease”", "item-neighbours", "“als”", "“popular”", "als 0 %", "ease 1"):
        assert name not in said


def test_a_template_of_short_lists_judges_by_short_lists(tmp_path: Path) -> None:
    bought().to_csv(tmp_path / "o.csv", index=False)
    shop, courses = (
        run_command(RunCommand(
            task="recommendation", data=(tmp_path / "o.csv",), models=("ease",),
            settings={"budget": "0", "template": template},
        )).judged for template in ("shop", "courses")
    )
    assert shop is not None and courses is not None
    assert (shop.detail.primary, courses.detail.primary) == ("ndcg@10", "ndcg@5")
    assert "Among 10 items" in shop.verdict and "NDCG@10" in shop.verdict
    assert "Among 5 items" in courses.verdict and "NDCG@5" in courses.verdict
    assert {"ndcg@5", "hit_rate@5"} <= {each.metric for each in courses.comparisons}
    assert not [each for each in courses.comparisons if each.metric.endswith("@10")]
    assert courses.scores["ease"][0].name == "hit_rate@5"
    assert {each.metric for each in slices_of(courses.detail, "ease")} == {"ndcg@5", "found_share@5"}


def test_what_is_held_back_of_users_who_are_not_drawn_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arranging, "MOST_JUDGES", 10)
    rows = bought()
    done = run_files(tmp_path, rows[:300], rows[300:])
    assert done.truth is not None and len(done.tested) == 10
    assert done.split.test_rows == sum(len(done.truth.iloc[row]) for row in done.tested)
