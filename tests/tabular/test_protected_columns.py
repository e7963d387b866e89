"""Columns that look protected: compared unasked, named where models see them, kept out where asked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.tabular.protected import PROTECTED, groups_of
from tests.tabular.test_arranging import applications, run_on

ALONE = {"split": "random"}


def said(warnings: tuple[str, ...]) -> list[str]:
    return [each for each in warnings if "protected" in each]


def test_groups_are_compared_and_the_columns_named_where_models_see_them(tmp_path: Path) -> None:
    done = run_on(applications(), tmp_path, settings=ALONE)
    assert done.judged is not None
    assert list(done.judged.detail.groups) == ["purpose", "age_band", "sex"]
    assert {"sex", "age_band"} <= {each.name for each in done.run_of("linear").pipeline.model.plan.used}
    (warning,) = said(done.warnings)
    assert warning.startswith("“age_band” and “sex” look protected by law in many places")
    assert "--set protected=age_band,sex." in warning and "models learn from them" in warning


def test_only_those_that_models_still_see_are_named(tmp_path: Path) -> None:
    done = run_on(applications(), tmp_path, settings={**ALONE, "protected": "sex"})
    (warning,) = said(done.warnings)
    assert warning.startswith("“age_band” looks protected") and "protected=sex,age_band" in warning
    out = run_on(applications(), tmp_path, settings={**ALONE, "exclude": "age_band,sex"})
    assert not said(out.warnings)
    assert out.judged is not None and "sex" in out.judged.detail.groups
    both = run_on(applications(), tmp_path, settings={**ALONE, "protected": "age_band,sex"})
    assert not said(both.warnings)
    assert both.judged is not None
    assert list(both.judged.detail.groups) == ["age_band", "sex", "purpose"]


def test_protected_columns_that_models_use_all_the_same_are_named(tmp_path: Path) -> None:
    done = run_on(applications(), tmp_path,
                  settings={**ALONE, "protected": "age_band,sex", "use_protected": "yes"})
    assert said(done.warnings) == [
        "Models learn from “age_band” and “sex” though protected, as use_protected=yes says."
    ]


def test_names_with_blanks_and_commas_are_quoted_for_a_shell(tmp_path: Path) -> None:
    table = applications().rename(columns={"sex": "sex, as told"}).drop(columns="age_band")
    (warning,) = said(run_on(table, tmp_path, settings=ALONE).warnings)
    assert "--set 'protected=\"sex, as told\"'" in warning


def test_dates_of_birth_are_named_and_are_no_groups(tmp_path: Path) -> None:
    table = applications().drop(columns=["age_band", "sex"])
    table["date_of_birth"] = pd.date_range("1950-01-01", periods=len(table)).astype(str)
    done = run_on(table, tmp_path, settings=ALONE)
    assert done.judged is not None and list(done.judged.detail.groups) == ["purpose"]
    assert said(done.warnings)[0].startswith("“date_of_birth” looks protected")


def test_the_report_compares_groups_under_the_names_of_their_columns(tmp_path: Path) -> None:
    done = run_on(applications(1500), tmp_path, settings={**ALONE, "protected": "sex"})
    found = document(done)["fairness"]
    assert [each["column"] for each in found] == ["sex", "purpose", "age_band"]
    assert {each["name"] for each in found[0]["groups"]} == {"female", "male"}
    assert found[0]["parity_ratio"]["low"] <= found[0]["parity_ratio"]["value"] <= 1
    assert found[0]["model"] == "linear" and 0 < found[0]["threshold"] < 1
    page = report_page(done)
    assert "Who is approved, by sex" in page and "How groups by purpose fare" in page
    assert "by group fare" not in page


def test_an_amount_has_no_fairness(tmp_path: Path) -> None:
    table = applications().drop(columns="defaulted").assign(loss=range(600))
    done = run_on(table, tmp_path, settings=ALONE, roles={"target": "loss"})
    assert "fairness" not in document(done)


def test_groups_of_a_batch_have_the_names_of_their_columns() -> None:
    batch = pd.DataFrame({f"{PROTECTED}a b": ["x"], "group": ["y"], "feature:sex": ["z"]})
    assert {name: each.tolist() for name, each in groups_of(batch).items()} == {"a b": ["x"]}


def test_a_column_that_is_compared_twice_is_compared_once(tmp_path: Path) -> None:
    done = run_on(applications(), tmp_path, settings={**ALONE, "protected": "sex"},
                  roles={"group": "sex", "target": "defaulted"})
    assert done.judged is not None and list(done.judged.detail.groups) == ["sex", "age_band"]
