"""The blend as a pipeline: the models of the run that are blended are not fitted twice."""

from __future__ import annotations

from typing import Self

from data.errors import DataError
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.blend_weights import weights_on_validation
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.methods.als import Als
from pipelines.recommendation.methods.blend import Blend
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.pipeline import ListPipeline
from pipelines.recommendation.recommender import Recommender

PARTS: dict[str, type[Recommender]] = {"ease": Ease, "neighbours": Neighbours, "als": Als}


class BlendPipeline(ListPipeline):
    """EASE, item neighbours and factors, weighed by how they do on validation interactions."""

    method = Blend

    def learn(self, lessons: ListLessons, progress: Progress = SILENT) -> Self:
        self.lessons, self.tried, self.notes = lessons, None, ()
        size = len(lessons.all.users), len(lessons.all.items), len(lessons.learnt)
        parts = {name: part for name, part in PARTS.items() if not part.refusal(*size)}
        if len(parts) < 2:
            raise DataError("Fewer than two methods can hold data of this size; leave the blend out.")
        done = {name: self.fitted(part, lessons, progress) for name, part in parts.items()}
        if not self.can_choose(lessons):
            self.recommender = Blend.of(done, [1.0] * len(done))
            self.notes = (
                *self.notes, f"{', '.join(parts)} count alike, as there are no validation interactions "
                "to choose weights by.",
            )
            return self
        early = {
            name: self._early(part, done[name], lessons, progress) for name, part in parts.items()
        }
        weights = weights_on_validation(early, lessons.early.matrix(), lessons.held_for_choice)
        self.recommender = Blend.of(done, weights.tolist())
        shares = ", ".join(
            f"{name} {share:.0%}".replace("%", " %") for name, share in zip(parts, weights, strict=True)
        )
        self.notes = (*self.notes, f"weights chosen on validation interactions are {shares}.")
        return self

    def _early(
        self, method: type[Recommender], done: Recommender, lessons: ListLessons, progress: Progress
    ) -> Recommender:
        """The method with the same settings, fitted without what the weights are chosen by."""
        return lessons.once(
            ("early", method, tuple(sorted(done.settings.items())), self.config.seed),
            lambda: self.made(method, done.settings).fit(lessons.for_choice, progress),
        )
