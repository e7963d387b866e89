"""The smallest change that turns a decision."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.whatif import choices_of, smallest_flip, trends_of
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
    # 49 comes to 0.47502, a hair above 0.95 x 0.5.
    assert (change.before, change.after) == (62.0, 48.0)
    assert flip.probability < 0.475
    assert abs(change.cost - 0.14) < 1e-9


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


def test_a_hair_of_a_trees_step_against_the_trend_is_no_way_out() -> None:
    def stepped(features: pd.DataFrame) -> np.ndarray:
        """Risk rises with debt, but for one dip that lies a hair above the applicant's 62."""
        debt = features["debt"].to_numpy(dtype=float)
        return np.where((debt > 62) & (debt < 64), 0.4, 0.2 + 0.006 * debt)

    row, choices = applicant(debt=62.0), choices_of(PAST, ["debt"])
    trends = trends_of(stepped, PAST, choices)
    assert trends.numbers == {"debt": 1}
    found = smallest_flip(stepped, row, choices, 0.55, trends=trends)
    assert found is not None
    (change,) = found.changes
    # To 53.7 and below it comes under 0.95 x 0.55, five hundredths beyond the threshold.
    assert change.after == 53.0 and found.probability < 0.95 * 0.55


def test_a_change_moves_past_a_twentieth_of_the_applicants_at_least() -> None:
    def sharp(features: pd.DataFrame) -> np.ndarray:
        return np.where(features["debt"].to_numpy(dtype=float) >= 62, 0.9, 0.1)

    found = smallest_flip(sharp, applicant(debt=62.0), choices_of(PAST, ["debt"]), 0.5)
    assert found is not None and found.changes[0].after == 57.0


def test_a_category_is_changed_only_to_one_that_does_better_on_average() -> None:
    row, choices = applicant(debt=50.0), choices_of(PAST, ["job"])
    trends = trends_of(chance, PAST, choices)
    assert trends.levels["job"]["driver"] > trends.levels["job"]["clerk"]

    def odd(features: pd.DataFrame) -> np.ndarray:
        return np.where(features["job"] == "driver", 0.1, 0.9)

    assert smallest_flip(odd, row, choices, 0.5) is not None
    assert smallest_flip(odd, row, choices, 0.5, trends=trends) is None


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
