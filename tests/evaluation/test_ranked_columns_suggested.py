"""Which columns of a ranked file are suggested as users, items and systems."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.judging import find_kind

KIND = find_kind("ranking")


def vendor_lists() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    users, items = 30, 10
    rows = users * items
    return pd.DataFrame({
        "export_no": np.arange(rows) + 5000,
        "row_id": [f"r{n:05}" for n in rng.permutation(rows)],
        "shopper": np.repeat([f"s{n}" for n in range(users)], items),
        "sku": np.tile([f"A{n}" for n in range(items)], users),
        "bought": (rng.random(rows) < 0.2).astype(int),
        "shelf_price": rng.random(rows).round(2),
        "age": np.repeat(rng.integers(18, 70, users), items),
        "engine_a": rng.normal(size=rows),
        "engine_b": rng.normal(size=rows),
    })


def test_running_numbers_prices_and_facts_of_users_are_no_systems() -> None:
    assert KIND.suggest(vendor_lists()) == {
        "user": ["shopper"], "item": ["sku"], "truth": ["bought"],
        "prediction": ["engine_a", "engine_b"],
    }


def test_a_column_of_places_does_not_drop_the_others() -> None:
    frame = vendor_lists()
    frame["place_c"] = frame.groupby("shopper")["engine_a"].rank(ascending=False).astype(int)
    assert KIND.suggest(frame)["prediction"] == ["engine_a", "engine_b", "place_c"]


def test_a_column_in_which_nobody_comes_twice_is_never_the_user() -> None:
    frame = vendor_lists().rename(columns={"row_id": "user_id", "shopper": "customer"})
    assert KIND.suggest(frame)["user"] == ["customer"]
    assert "user" not in KIND.suggest(frame.drop(columns="customer"))


def test_empty_cells_do_not_keep_a_top_list_from_being_a_system() -> None:
    frame = vendor_lists()
    place = frame.groupby("shopper")["engine_a"].rank(ascending=False)
    frame["rank_old"] = place.where(place <= 3)
    assert "rank_old" in KIND.suggest(frame)["prediction"]
