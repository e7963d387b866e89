"""Every model asks within its learning, and not only between settings, whether to go on."""

from __future__ import annotations

import pytest

from pipelines.progress import CancelledRun, Progress
from pipelines.tabular.models import make_model
from tests.tabular.applicants import QUICK, lessons


class Impatient(Progress):
    """Cancels at the n-th time that it is asked."""

    def __init__(self, patience: int) -> None:
        self.patience, self.asked = patience, 0

    def advance(self, rows: int) -> None:
        self.asked += 1
        if self.asked > self.patience:
            raise CancelledRun("stopped")


@pytest.mark.parametrize(("name", "least"), [
    ("boosting", 50), ("logistic", 30), ("scorecard", 20), ("network", 10),
])  # fmt: skip
def test_learning_asks_often_and_ends_at_once(name: str, least: int) -> None:
    curious = Impatient(10**9)
    make_model(name, QUICK[name]).fit(lessons(), curious)
    assert curious.asked >= least
    hasty = Impatient(3)
    with pytest.raises(CancelledRun):
        make_model(name, QUICK[name]).fit(lessons(), hasty)
    assert hasty.asked == 4
