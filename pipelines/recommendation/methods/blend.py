"""A blend: the scores of several methods, each on the scale of its own spread, added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from data.errors import OptionError
from pipelines.progress import Progress
from pipelines.recommendation.blend_weights import standardised, weights_on_validation
from pipelines.recommendation.methods.als import Als
from pipelines.recommendation.methods.bpr import Bpr
from pipelines.recommendation.methods.content import Content
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.methods.popular import Popular
from pipelines.recommendation.methods.two_tower import TwoTower
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

PARTS: Mapping[str, type[Recommender]] = {
    "ease": Ease, "neighbours": Neighbours, "als": Als, "bpr": Bpr, "two-tower": TwoTower,
    "content": Content, "popular": Popular,
}
# What is blended when nobody says what to.
USUAL = ("ease", "neighbours", "als")
# Of the training entries, to choose weights by when the caller gives none.
HELD_SHARE = 0.1


class Blend(Recommender):
    """Several methods at once: standardised over the catalogue for each history, then weighted.

    Settings:
        parts: names of methods with commas between.
        weights: one number for each part with commas between; empty to choose them while fitting,
            on a tenth of the interactions that the parts then learn from after all.
        PART.SETTING: a setting of one of the parts, as in `ease.penalty`. EASE reads texts here.

    Attributes:
        left_out: why a part that was asked for is not in the blend, a sentence each.

    Raises:
        OptionError: a part is unknown, or there are not as many weights as parts.
    """

    name = "blend"
    # The parts weigh the interactions themselves.
    defaults: ClassVar[Mapping[str, Setting]] = {
        "weighting": "raw", "parts": ",".join(USUAL), "weights": "", "ease.text": 8.0,
    }

    def __init__(
        self, settings: Mapping[str, Setting] | None = None, device: str = "auto", seed: int = 0
    ) -> None:
        given = dict(settings or {})
        dotted = {key: given.pop(key) for key in list(given) if "." in key}
        super().__init__(given, device, seed)
        names = _listed(str(self.settings["parts"]))
        strangers = [key for key in dotted if key.split(".")[0] not in names]
        if strangers:
            raise OptionError(f"“{strangers[0]}” is a setting of a method that is not blended.")
        self.settings.update(dotted)
        self._forget_all_but(names)
        self.left_out: tuple[str, ...] = ()
        self.parts = {name: self._part(name) for name in names}
        self.weights = self._given_weights()

    @classmethod
    def of(cls, parts: Mapping[str, Recommender], weights: Sequence[float]) -> Self:
        """A blend of methods that are fitted already.

        Args:
            parts: by the names in `PARTS`.
            weights: one for each, 0 or more.
        """
        first = next(iter(parts.values()))
        settings: dict[str, Setting] = {
            "parts": ",".join(parts), "weights": ",".join(str(float(each)) for each in weights)
        }
        for name, part in parts.items():
            settings |= {f"{name}.{key}": value for key, value in part.settings.items()}
        blend = cls(settings, first.device, first.seed)
        blend.parts = dict(parts)
        blend.popularity = first.popularity
        return blend

    def _forget_all_but(self, names: Sequence[str]) -> None:
        """Drop the settings of methods that are not blended."""
        self.settings = {
            key: value for key, value in self.settings.items()
            if "." not in key or key.split(".")[0] in names
        }

    def _part(self, name: str) -> Recommender:
        if name not in PARTS:
            raise OptionError(f"There is no method “{name}” to blend; choose from {', '.join(PARTS)}.")
        own = {
            key.removeprefix(f"{name}."): value
            for key, value in self.settings.items() if key.startswith(f"{name}.")
        }
        return PARTS[name](own, self.device, self.seed)

    def _given_weights(self) -> np.ndarray | None:
        listed = _listed(str(self.settings["weights"]))
        if not listed:
            return None
        try:
            weights = np.asarray([float(each) for each in listed])
        except ValueError:
            weights = np.zeros(0)
        there = len(weights) == len(self.parts) and np.isfinite(weights).all()
        if not there or not (weights >= 0).all() or not weights.sum() > 0:
            raise OptionError(
                f"The weights “{self.settings['weights']}” do not fit {len(self.parts)} methods; "
                "give one number of 0 or more for each, not all of them 0."
            )
        return weights / weights.sum()

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        self._leave_out(matrix.shape[0], matrix.shape[1], matrix.nnz)
        if self.weights is None:
            self.weights = self._choose(lessons, progress)
        for part in self.parts.values():
            part.fit(lessons, progress)
        self._forget_all_but(list(self.parts))
        self.settings["parts"] = ",".join(self.parts)
        self.settings["weights"] = ",".join(str(float(each)) for each in self.weights)

    def _leave_out(self, users: int, items: int, entries: int) -> None:
        found = {name: part.refusal(users, items, entries) for name, part in self.parts.items()}
        self.left_out = tuple(sentence for sentence in found.values() if sentence)
        staying = [place for place, name in enumerate(found) if not found[name]]
        if self.weights is not None:
            kept = self.weights[staying]
            self.weights = kept / kept.sum() if kept.sum() > 0 else np.full(len(kept), 1.0)
        self.parts = {name: part for name, part in self.parts.items() if not found[name]}
        if not self.parts:
            raise OptionError(" ".join(self.left_out))

    def _choose(self, lessons: Lessons, progress: Progress) -> np.ndarray:
        """Weights by a random tenth of the interactions, which the parts do not see meanwhile."""
        interactions = lessons.interactions
        aside = np.random.default_rng(self.seed).random(len(interactions)) < HELD_SHARE
        if not aside.any() or aside.all():
            return np.full(len(self.parts), 1.0 / len(self.parts))
        rest = Lessons(interactions.take(~aside), lessons.catalogue)
        fitted = {name: self._part(name).fit(rest, progress) for name in self.parts}
        held = interactions.take(aside)
        order = np.argsort(held.user, kind="stable")
        counts = np.bincount(held.user, minlength=len(held.users))
        wanted = np.split(held.item[order], np.cumsum(counts)[:-1])
        return weights_on_validation(fitted, rest.interactions.matrix(), wanted)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        return self._answers(weighed)[0]

    def _answers(self, weighed: csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        total = np.zeros(weighed.shape, dtype=np.float32)
        spoken = np.zeros(weighed.shape[0], dtype=bool)
        for weight, part in self._used():
            scores, heard = part.heard(weighed)
            total += np.float32(weight) * standardised(scores)
            spoken |= heard
        return total, spoken

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        total = np.zeros(weighed.nnz, dtype=np.float64)
        for weight, part in self._used():
            shares = part._shares(part.weighed(weighed), item)
            spread = float(part.scores(weighed).std(dtype=np.float64))
            if shares is not None and spread > 0:
                total += weight * shares / spread
        return total

    def _similarities(self, item: int) -> np.ndarray | None:
        heaviest = max(self._used(), key=lambda used: used[0])
        return heaviest[1]._similarities(item)

    def device_used(self) -> str | None:
        found = (part.device_used() for _, part in self._used())
        return next((each for each in found if each), None)

    def _used(self) -> list[tuple[float, Recommender]]:
        assert self.weights is not None, "a blend is fitted before it scores"
        pairs = zip(self.weights, self.parts.values(), strict=True)
        return [(float(weight), part) for weight, part in pairs if weight > 0]

    def _arrays(self) -> dict[str, np.ndarray]:
        return {
            f"{name}/{key}": value
            for name, part in self.parts.items() for key, value in part.arrays().items()
        }

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        if self.weights is None:
            raise ValueError("a fitted blend has weights")
        for name, part in self.parts.items():
            start = f"{name}/"
            part.restore({
                key.removeprefix(start): value
                for key, value in arrays.items() if key.startswith(start)
            })
            if len(part.popularity) != len(self.popularity):
                raise ValueError(f"{name} is of {len(part.popularity)} items")


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
