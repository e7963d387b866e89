"""The smallest change that turns a decision."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.whatif import choices_of, smallest_flip
from tests.tabular.applicants import draw, lessons, model

PAST = pd.DataFrame({
    "debt": np.arange(100.0), "income": np.arange(0.0, 10_000, 100), "age": np.arange(100.0),
    "job": pd.Series(["clerk", "driver"] * 50, dtype="str"),
})  # fmt: skip


def chance(features: pd.DataFrame) -> np.ndarray:
    """Debt and job count, income hardly, age very much."""
    z = (
        0.1 * (features["debt"] - 50) - features["income"] / 1e5 + (features["job"] == "driver")
        - 0.5 * (features["age"] - 50)
    )  # fmt: skip
    return np.asarray(1 / (1 + np.exp(-z.astype(float))))


def applicant(**cells: object) -> pd.DataFrame:
    row = PAST.iloc[[50]].reset_index(drop=True).assign(job=pd.Series(["clerk"], dtype="str"))
    return row.assign(**cells)


def test_the_nearest_value_that_turns_the_decision_is_found() -> None:
    flip = smallest_flip(
        chance, applicant(debt=62.0, income=0.0), choices_of(PAST, list(PAST)), 0.5, fixed=("age",)
    )
    assert flip is not None
    (change,) = flip.changes
    assert change.column == "debt"
    assert (change.before, change.after) == (62.0, 49.0)
    assert flip.probability < 0.5
    assert abs(change.cost - 0.13) < 1e-9


def test_what_is_fixed_stays_as_it_is() -> None:
    row = applicant(debt=55.0)
    free = smallest_flip(chance, row, choices_of(PAST, list(PAST)), 0.5)
    held = smallest_flip(chance, row, choices_of(PAST, list(PAST)), 0.5, fixed=("age",))
    assert free is not None and held is not None
    assert free.changes[0].column == "age"
    assert {each.column for each in held.changes} == {"debt"}


def test_a_direction_is_kept() -> None:
    row = applicant(debt=55.0)
    found = smallest_flip(
        chance, row, choices_of(PAST, ["age", "debt"]), 0.5, directions={"age": -1}
    )
    assert found is not None
    assert [each.column for each in found.changes] == ["debt"]


def test_two_features_are_changed_where_one_does_not_do() -> None:
    def both(features: pd.DataFrame) -> np.ndarray:
        return np.where((features["debt"] < 40) & (features["income"] > 6000), 0.1, 0.9) - (
            0.001 * (features["debt"] < 40) + 0.001 * (features["income"] > 6000)
        )

    found = smallest_flip(both, applicant(), choices_of(PAST, list(PAST)), 0.5)
    assert found is not None
    after = {each.column: each.after for each in found.changes}
    assert after == {"debt": 39.0, "income": 6100.0}


def test_nothing_is_made_up_where_nothing_turns_it() -> None:
    def stone(features: pd.DataFrame) -> np.ndarray:
        return np.full(len(features), 0.9)

    assert smallest_flip(stone, applicant(), choices_of(PAST, list(PAST)), 0.5) is None
    everything = tuple(PAST)
    assert smallest_flip(chance, applicant(), choices_of(PAST, everything), 0.5, everything) is None


def test_the_changes_turn_the_decision_of_a_real_model_with_values_that_were_seen() -> None:
    fitted, past = model("boosting"), lessons().features
    rows = draw(200, seed=6)[0]
    chances = fitted.predict(rows)
    row = rows.iloc[[int(np.argmax(chances))]]
    found = smallest_flip(fitted.predict, row, choices_of(past, list(past)), 0.3)
    assert found is not None
    assert 1 <= len(found.changes) <= 3
    changed = row.copy()
    for each in found.changes:
        changed[each.column] = [each.after]
        assert each.after in set(past[each.column])
    assert fitted.predict(changed)[0] < 0.3
    assert fitted.predict(changed)[0] == found.probability


def test_a_missing_number_can_be_filled_in() -> None:
    def known(features: pd.DataFrame) -> np.ndarray:
        return np.where(features["income"].isna(), 0.9, 0.1)

    found = smallest_flip(known, applicant(income=np.nan), choices_of(PAST, ["income"]), 0.5)
    assert found is not None
    assert found.changes[0].column == "income"
