"""A plan reads any table, learns on training rows alone and is the same after it was stored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from data.errors import DataError, OptionError
from pipelines.tabular import texts
from pipelines.tabular.columns import Plan, plan_columns
from pipelines.tabular.scaling import CLIP

ROWS = 400


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    income = np.exp(rng.normal(8, 1.5, ROWS))
    income[0] = np.inf
    age = rng.integers(18, 80, ROWS).astype(float)
    age[:40] = np.nan
    return pd.DataFrame({
        "number": np.arange(5_000, 5_000 + ROWS),
        "age": age,
        "income": income,
        "rate": pd.Series([f"{each:.1f} %" for each in rng.uniform(3, 20, ROWS)], dtype="str"),
        "owns": pd.Series(rng.choice(["no", "yes"], ROWS), dtype="str"),
        "home": pd.Series(rng.choice(["rent", "own", "lodger"], ROWS, p=[0.6, 0.39, 0.01]),
                          dtype="str"),
        "opened": pd.Series(pd.date_range("2020-01-01", periods=ROWS, freq="5D")
                            .strftime("%Y-%m-%d"), dtype="str"),
        "country": "here",
        "notes": np.full(ROWS, np.nan),
        "years": np.where(rng.random(ROWS) < 0.1, -9, rng.integers(0, 30, ROWS)),
    })  # fmt: skip


def planned(table: pd.DataFrame, **settings: str) -> Plan:
    return plan_columns(table, settings)


def test_kinds_are_told_from_the_cells(table: pd.DataFrame) -> None:
    kinds = {each.name: each.kind for each in planned(table).columns}
    assert kinds == {
        "number": "left out", "age": "number", "income": "number", "rate": "number",
        "owns": "flag", "home": "category", "opened": "date", "country": "left out",
        "notes": "left out", "years": "number",
    }  # fmt: skip


def test_what_is_left_out_says_why(table: pd.DataFrame) -> None:
    reasons = {each.name: each.reason for each in planned(table).left_out}
    assert reasons["notes"] == "all its cells are missing"
    assert reasons["country"] == "every cell is “here”"
    assert "numbers the rows" in reasons["number"]
    assert "“country” is left out: every cell is “here”." in planned(table).notes


def test_infinite_values_are_missing_and_noted(table: pd.DataFrame) -> None:
    plan = planned(table)
    income = plan.numbers(table).values[:, plan.names.index("income")]
    assert np.isnan(income[0]) and np.isfinite(income[1:]).all()
    assert any("“income”, 1 cell is infinite" in note for note in plan.notes)


def test_a_flag_is_one_where_it_says_yes(table: pd.DataFrame) -> None:
    plan = planned(table)
    owns = plan.numbers(table).values[:, plan.names.index("owns")]
    assert owns.tolist() == (table["owns"] == "yes").astype(float).tolist()


def test_a_column_filled_with_one_value_only_says_whether_it_is_there() -> None:
    table = pd.DataFrame({"insured": pd.Series(["x", None] * 20, dtype="str"), "a": range(0, 80, 2)})
    table["a"] = table["a"] % 7
    read = planned(table).numbers(table).values[:, 0]
    assert read.tolist() == [1.0, 0.0] * 20


def test_dense_numbers_are_standardised_as_scikit_learn_does(table: pd.DataFrame) -> None:
    plan = planned(table)
    dense, names = plan.dense(table)
    rate = table["rate"].str.removesuffix(" %").astype(float).to_numpy()[:, None]
    expected = StandardScaler().fit_transform(rate)[:, 0]
    np.testing.assert_allclose(dense[:, names.index("rate")], expected, atol=1e-5)


def test_missing_numbers_are_the_median_with_a_column_that_says_so(table: pd.DataFrame) -> None:
    plan = planned(table)
    dense, names = plan.dense(table)
    age, says = dense[:, names.index("age")], dense[:, names.index("age is missing")]
    median = table["age"].median()
    filled = table["age"].fillna(median)
    np.testing.assert_allclose(age[:40], (median - filled.mean()) / filled.std(ddof=0), atol=1e-5)
    assert len(np.unique(says[:40])) == len(np.unique(says[40:])) == 1 and says[0] > says[40]


def test_long_tails_are_bent_so_that_the_middle_stays_apart() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 1, 2_000)
    values[:4] = 50_000
    table = pd.DataFrame({"use": values})
    dense, _ = planned(table).dense(table)
    middle = dense[4:, 0]
    assert middle.std() > 0.2
    assert (np.diff(middle[np.argsort(values[4:])]) >= 0).all()


def test_dense_columns_stay_within_the_clip_for_any_value(table: pd.DataFrame) -> None:
    plan = planned(table)
    wild = table.assign(income=1e300, age=-1e12, years=10**9)
    dense, _ = plan.dense(wild)
    assert np.isfinite(dense).all() and np.abs(dense).max() <= CLIP


def test_categories_never_seen_are_neither_an_error_nor_a_known_level(table: pd.DataFrame) -> None:
    plan = planned(table)
    new = table.assign(home=pd.Series(["caravan"] * ROWS, dtype="str"), owns="perhaps")
    numbers = plan.numbers(new)
    assert np.isnan(numbers.values[:, plan.names.index("owns")]).all()
    assert np.isnan(numbers.values[:, plan.names.index("home")]).all()
    assert np.isfinite(plan.dense(new)[0]).all()


def test_rare_levels_are_one_level_together() -> None:
    names = ["a"] * 200 + ["b"] * 150 + [f"rare {each}" for each in range(50)]
    table = pd.DataFrame({"branch": pd.Series(names, dtype="str")})
    plan = planned(table)
    assert plan.columns[0].levels == ("a", "b", "other values")
    codes = plan.numbers(table).values[:, 0]
    assert np.bincount(codes.astype(int)).tolist() == [200, 150, 50]
    never = plan.numbers(pd.DataFrame({"branch": pd.Series(["new"], dtype="str")}))
    assert never.values[0, 0] == 2


def test_one_and_one_point_zero_are_the_same_category() -> None:
    table = pd.DataFrame({"grade": pd.Series([1, 2, 3] * 30)})
    plan = planned(table, types="grade=category")
    read = plan.numbers(pd.DataFrame({"grade": pd.Series([1.0, 2.0])})).values[:, 0]
    text = plan.numbers(pd.DataFrame({"grade": pd.Series(["1", "2"], dtype="str")})).values[:, 0]
    assert read.tolist() == text.tolist() == [0.0, 1.0]


def test_a_record_with_mixed_and_missing_cells_is_read(table: pd.DataFrame) -> None:
    plan = planned(table)
    record = pd.DataFrame([{"age": "44", "home": None, "rate": 7, "owns": "YES", "opened": "x"}])
    numbers = plan.numbers(record)
    found = dict(zip(numbers.names, numbers.values[0], strict=True))
    assert (found["age"], found["rate"], found["owns"]) == (44.0, 7.0, 1.0)
    assert np.isnan([found["home"], found["income"], found["opened (days)"]]).all()


def test_codes_are_offered_and_read_as_missing_only_where_asked(table: pd.DataFrame) -> None:
    offered, used, named = (
        planned(table), planned(table, missing_codes="auto"), planned(table, missing_codes="-9"),
    )  # fmt: skip
    at = offered.names.index("years")
    count = int((table["years"] == -9).sum())
    assert not np.isnan(offered.numbers(table).values[:, at]).any()
    for plan in (used, named):
        assert np.isnan(plan.numbers(table).values[:, at]).sum() == count
    assert any("may stand for a missing answer" in note for note in offered.notes)
    assert any(f"-9 ({count} rows) is read as missing" in note for note in used.notes)


def test_types_are_changed_by_the_user(table: pd.DataFrame) -> None:
    plan = planned(table, types="years=category; home=left out")
    kinds = {each.name: each.kind for each in plan.columns}
    assert (kinds["years"], kinds["home"]) == ("category", "left out")


@pytest.mark.parametrize(
    ("types", "sentence"),
    [
        ("wage=number", "no feature “wage”"),
        ("age=colour", "“colour” is no type"),
        ("home=number", "holds no numbers"),
        ("home=flag", "so it is no flag"),
    ],
)
def test_types_that_do_not_fit_are_refused(
    table: pd.DataFrame, types: str, sentence: str
) -> None:
    with pytest.raises(OptionError, match=sentence):
        planned(table, types=types)


def test_every_dense_column_and_part_has_an_origin(table: pd.DataFrame) -> None:
    table["age is missing"] = np.arange(ROWS) % 3
    plan = planned(table)
    names = plan.dense(table)[1]
    assert len(set(names)) == len(names)
    origins = dict(zip(names, plan.origin(names), strict=True))
    assert origins["home = rent"] == "home" and origins["opened (month)"] == "opened"
    assert origins["age is missing"] == "age is missing" and origins["age is missing*"] == "age"
    assert set(plan.origin(plan.names)) == {each.name for each in plan.used}


def test_nothing_is_learnt_from_the_rows_that_are_read(table: pd.DataFrame) -> None:
    plan = planned(table.iloc[:300])
    stored = plan.to_json()
    alone = plan.dense(table.iloc[300:301])[0]
    among = plan.dense(table.iloc[300:])[0][:1]
    np.testing.assert_array_equal(alone, among)
    assert plan.to_json() == stored


def test_a_stored_plan_reads_the_same(table: pd.DataFrame) -> None:
    plan = planned(table, missing_codes="auto")
    again = Plan.from_json(plan.to_json(), plan.arrays())
    np.testing.assert_array_equal(again.dense(table)[0], plan.dense(table)[0])
    assert again.to_json() == plan.to_json()


def test_a_plan_of_another_version_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="another version"):
        Plan.from_json(planned(table).to_json().replace('"version": 2', '"version": 0'))


def test_a_table_of_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(DataError, match="No column can be learnt from"):
        planned(pd.DataFrame({"a": [1] * 30, "b": [np.nan] * 30}))


def test_twelve_rows_and_five_hundred_columns_are_planned() -> None:
    rng = np.random.default_rng(0)
    wide = pd.DataFrame(rng.normal(size=(12, 500)), columns=[f"c{at}" for at in range(500)])
    plan = planned(wide)
    assert plan.dense(wide)[0].shape == (12, 500)


def test_sentences_become_the_main_directions_of_their_embeddings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    spread = np.linspace(10, 0.1, 384)
    known: dict[str, np.ndarray] = {}

    def embed(found: list[str]) -> np.ndarray:
        for text in found:
            known.setdefault(text, (rng.normal(size=384) * spread).astype(np.float32))
        return np.stack([known[text] for text in found])

    monkeypatch.setattr(texts._EMBEDDINGS, "embed", embed)
    notes = [f"please lend me money for trip number {at}" for at in range(199)]
    table = pd.DataFrame({"note": pd.Series([*notes, None], dtype="str")})
    plan = planned(table)
    assert plan.columns[0].kind == "text"
    read = plan.numbers(table).values
    assert read.shape == (200, texts.PARTS) and np.isnan(read[-1]).all()
    centred = np.stack([known[note] for note in notes])
    centred = centred - centred.mean(axis=0)
    left, strength, _ = np.linalg.svd(centred.astype(float), full_matrices=False)
    expected = np.abs(left[:, :8] * strength[:8])
    np.testing.assert_allclose(np.abs(read[:-1]), expected, rtol=1e-2, atol=0.05)
    again = Plan.from_json(plan.to_json(), plan.arrays())
    np.testing.assert_array_equal(again.numbers(table).values, read)
    assert planned(table.assign(a=np.arange(200) % 7), texts="off").columns[0].kind == "left out"
