"""Similar past applicants."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.tabular.neighbours import PastApplicants
from tests.tabular.applicants import lessons, strange


def past(importance: np.ndarray | None = None) -> PastApplicants:
    taught = lessons()
    return PastApplicants(taught.planned(0), taught.features, taught.y, importance)


def test_an_applicant_is_most_like_themselves() -> None:
    taught = lessons()
    found = past().similar(taught.features.iloc[[17]], most=3)
    assert found.rows[0] == 17
    assert found.distances[0] == 0
    assert (np.diff(found.distances) >= 0).all()
    np.testing.assert_array_equal(found.outcomes, taught.y[found.rows])
    assert found.share == taught.y[found.rows].mean()


def test_a_column_that_does_not_count_is_not_looked_at() -> None:
    taught = lessons()
    row = taught.features.iloc[[17]].assign(debt_ratio=500.0)
    weights = np.array([0.0, 1.0, 1.0, 1.0])
    assert past(weights).similar(row, 1).distances[0] == 0
    assert past().similar(row, 1).distances[0] > 0


def test_strange_cells_have_neighbours_too() -> None:
    for at in range(4):
        found = past().similar(strange().iloc[[at]], most=5)
        assert len(found.rows) == 5
        assert np.isfinite(found.distances).all()


def test_more_than_there_are_gives_all() -> None:
    few = lessons().features.head(30)
    everyone = PastApplicants(lessons().planned(0), few, lessons().y[:30])
    assert len(everyone.similar(few.head(1), most=99).rows) == 30
    assert isinstance(few, pd.DataFrame)
