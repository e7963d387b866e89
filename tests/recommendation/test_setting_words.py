"""Settings are explained where they are shown."""

from __future__ import annotations

import pytest

from pipelines.recommendation.methods.als import Als
from pipelines.recommendation.methods.bpr import Bpr
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.methods.two_tower import TwoTower
from pipelines.recommendation.recommender import Recommender
from pipelines.recommendation.setting_words import MEANINGS, setting_meanings


@pytest.mark.parametrize("method", [Ease, Neighbours, Als, Bpr, TwoTower])
def test_everything_that_is_tried_has_a_meaning(method: type[Recommender]) -> None:
    for settings in method.grid():
        assert settings.keys() <= MEANINGS.keys()
        told = setting_meanings(settings)
        assert told[0].isupper() and told.endswith(".")


def test_settings_without_a_meaning_are_left_out() -> None:
    assert setting_meanings({"weighting": "raw"}) == ""
