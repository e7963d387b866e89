"""Popularity of all time and of the last days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.recommendation.methods.popular import Popular
from pipelines.recommendation.recommender import Lessons
from tests.small_shop import ITEMS, history, lessons, shop


def test_of_all_time_it_counts_people_and_not_weights() -> None:
    scores = Popular().fit(lessons()).scores(history(1, 2))[0]
    np.testing.assert_array_equal(scores, np.bincount(shop().item, minlength=ITEMS))


def test_recent_interactions_come_first_and_the_rest_by_all_time() -> None:
    interactions = shop()
    assert interactions.time is not None
    recent = np.bincount(interactions.item[-20:], minlength=ITEMS)
    ever = np.bincount(interactions.item, minlength=ITEMS)
    scores = Popular({"days": 20}).fit(lessons()).scores(history(1))[0]
    order = np.argsort(-scores, kind="stable")
    assert order.tolist() == np.lexsort((np.arange(ITEMS), -ever, -recent)).tolist()


def test_recent_popularity_without_times_is_refused() -> None:
    timeless = Lessons(replace(shop(), time=None), lessons().catalogue)
    with pytest.raises(OptionError, match="last 30 days needs the time"):
        Popular({"days": 30}).fit(timeless)
