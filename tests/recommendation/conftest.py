"""Orders of two camps with a file of their items, which the tests of whole runs read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.recommendation.test_run import TASTES, orders


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("shop")
    orders().to_csv(place / "orders.csv", index=False)
    titles = [(item, f"Thing {item.upper()}", f"camp {item[0]}") for camp in TASTES.values()
              for item in camp]
    pd.DataFrame([*titles, ("c1", "Thing C1", "camp c")], columns=["sku", "title", "category"]).to_csv(
        place / "items.csv", index=False
    )
    return place
