"""What each model of a run learns from, what of it stays in memory, and where it computes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from pipelines.pipeline import LoadConfig
from pipelines.progress import Progress
from pipelines.recommendation import blended
from pipelines.recommendation.blended import BlendPipeline
from pipelines.recommendation.interactions import Interactions
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.methods.blend import PARTS
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.methods.popular import Popular
from pipelines.recommendation.pipeline import ListPipeline
from pipelines.recommendation.recommender import Lessons, Recommender, Setting
from pipelines.task import ModelCard
from tests.recommendation.told import catalogue
from tests.small_shop import shop

CARD = ModelCard(id="m", title="M", factory="", summary="", source="fitted", license="", size_mb=0)


def parts_of_the_shop() -> tuple[ListLessons, list[set[tuple[int, int]]]]:
    """Lessons of which every fifth entry judges and every fifth validates, and the pairs of each."""
    everyone = shop()
    part = np.arange(len(everyone)) % 5
    train, valid, test = (
        np.flatnonzero(mask) for mask in (part > 1, part == 1, part == 0)
    )
    lessons = ListLessons(everyone, train, valid, catalogue(None, len(everyone.items)))
    return lessons, [pairs(everyone.take(rows)) for rows in (train, valid, test)]


def pairs(interactions: Interactions) -> set[tuple[int, int]]:
    return set(zip(interactions.user.tolist(), interactions.item.tolist(), strict=True))


class Watched(Popular):
    """Remembers what every one of its kind was fitted to."""

    name = "watched"
    on_device = True
    defaults: ClassVar[Mapping[str, Setting]] = {"days": 0, "number": 0}
    fits: ClassVar[list[tuple[Setting, set[tuple[int, int]]]]] = []

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        return [{"number": 1}, {"number": 2}]

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        self.fits.append((self.settings["number"], pairs(lessons.interactions)))
        super()._fit(matrix, lessons, progress)

    def where(self) -> Any:
        return "another device"


class WatchedPipeline(ListPipeline):
    """Of the watched method."""

    method = Watched


def learnt(kind: type[ListPipeline], lessons: ListLessons, budget: str = "600") -> ListPipeline:
    return kind(CARD, LoadConfig(settings={"budget": budget})).learn(lessons)


def test_settings_are_chosen_without_validation_and_the_final_model_learns_it_too() -> None:
    lessons, (train, valid, test) = parts_of_the_shop()
    Watched.fits.clear()
    pipeline = learnt(WatchedPipeline, lessons)
    *compared, final = Watched.fits
    assert [number for number, _ in compared] == [1, 2]
    assert all(seen == train for _, seen in compared)
    assert final == (pipeline.recommender.settings["number"], train | valid)
    assert not test & final[1] and valid and test


def test_the_report_tells_the_device_that_a_method_computed_on() -> None:
    lessons, _ = parts_of_the_shop()
    assert learnt(WatchedPipeline, lessons).facts.device == "another device"
    computing = {name for name, method in PARTS.items() if method.on_device}
    assert computing == {"ease", "bpr", "two-tower", "content"}


def seen_by(part: Recommender) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = part.seen  # type: ignore[attr-defined]
    return found


def watching(
    method: type[Recommender], alive: weakref.WeakSet[Recommender]
) -> type[Recommender]:
    """The method, remembering what it was fitted to.

    Args:
        alive: holds all that were fitted and are still there.
    """

    class Watching(method):  # type: ignore[misc, valid-type]
        def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
            self.seen = pairs(lessons.interactions)
            alive.add(self)
            super()._fit(matrix, lessons, progress)

    return Watching


@pytest.fixture
def blending(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the choice of weights was asked; it answers that EASE is all."""
    alive: weakref.WeakSet[Recommender] = weakref.WeakSet()
    asked: dict[str, Any] = {"alive": alive}
    methods = {"ease": watching(Ease, alive), "neighbours": watching(Neighbours, alive)}
    monkeypatch.setattr(blended, "PARTS", methods)
    monkeypatch.setattr(blended, "USUAL", tuple(methods))

    def weights(
        parts: Mapping[str, Recommender], histories: csr_matrix, held: Sequence[np.ndarray]
    ) -> np.ndarray:
        asked.update(
            seen=[seen_by(part) for part in parts.values()], histories=histories, held=held,
        )
        return np.array([1.0, 0.0])

    monkeypatch.setattr(blended, "weights_on_validation", weights)
    return asked


def test_weights_of_a_blend_are_chosen_by_models_that_have_not_seen_what_they_are_held_against(
    blending: dict[str, Any],
) -> None:
    lessons, (train, valid, _) = parts_of_the_shop()
    blend = learnt(BlendPipeline, lessons, "0")
    assert blending["seen"] == [train, train]
    rows, columns = blending["histories"].nonzero()
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == train
    held = {(user, item) for user, each in enumerate(blending["held"]) for item in each.tolist()}
    assert held == valid
    assert seen_by(blend.recommender.parts["ease"]) == train | valid  # type: ignore[attr-defined]


def test_models_that_nobody_uses_any_more_are_not_kept(blending: dict[str, Any]) -> None:
    lessons, _ = parts_of_the_shop()
    blend = learnt(BlendPipeline, lessons, "0")
    assert list(blend.recommender.parts) == ["ease"]  # type: ignore[attr-defined]
    assert blend.notes[-1] == (
        "weights chosen on validation interactions are EASE 100 %, neighbours 0 %."
    )
    gc.collect()
    assert list(blending["alive"]) == [blend.recommender.parts["ease"]]  # type: ignore[attr-defined]


def test_models_of_a_run_share_what_one_of_them_still_holds() -> None:
    lessons, _ = parts_of_the_shop()
    Watched.fits.clear()
    first, second = (learnt(WatchedPipeline, lessons, "0") for _ in range(2))
    assert first.recommender is second.recommender and len(Watched.fits) == 1


def test_a_blend_says_where_its_time_is_short_because_others_learnt_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class EasePipeline(ListPipeline):
        """Of EASE alone."""

        method = Ease

    monkeypatch.setattr(blended, "USUAL", ("ease", "neighbours"))
    words = "time to learn leaves out"
    assert not any(words in note for note in learnt(BlendPipeline, parts_of_the_shop()[0], "0").notes)
    lessons, _ = parts_of_the_shop()
    before = learnt(EasePipeline, lessons, "0")
    assert any(words in note for note in learnt(BlendPipeline, lessons, "0").notes)
    assert before.borrowed == 0
