"""The blend as a pipeline: the models of the run that are blended are not fitted twice."""

from __future__ import annotations

from typing import Self

from data.errors import DataError
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.blend_weights import weights_on_validation
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.methods.blend import PARTS, USUAL, Blend
from pipelines.recommendation.pipeline import ListPipeline


class BlendPipeline(ListPipeline):
    """EASE, item neighbours and factors, weighed by how they do on validation interactions."""

    method = Blend

    def learn(self, lessons: ListLessons, progress: Progress = SILENT) -> Self:
        self.lessons, self.tried, self.notes = lessons, None, ()
        size = len(lessons.all.users), len(lessons.all.items), len(lessons.learnt)
        usual = {name: PARTS[name] for name in USUAL}
        parts = {name: part for name, part in usual.items() if not part.refusal(*size)}
        if len(parts) < 2:
            raise DataError("Fewer than two methods can hold data of this size; leave the blend out.")
        done = {name: self.fitted(part, lessons, progress) for name, part in parts.items()}
        if self.borrowed:
            self.notes = (
                *self.notes, "its time to learn leaves out what other models of this run had learnt "
                "for it already.",
            )
        if not self.can_choose(lessons):
            named = ", ".join(part.name for part in parts.values())
            self.notes = (
                *self.notes, f"{named} count alike, as there are no validation interactions to choose "
                "weights by.",
            )
            return self.holding(Blend.of(done, [1.0] * len(done)))
        early = {
            name: self.made(part, done[name].settings).fit(lessons.for_choice, progress)
            for name, part in parts.items()
        }
        weights = weights_on_validation(early, lessons.early.matrix(), lessons.held_for_choice)
        shares = ", ".join(
            f"{part.name} {share:.0%}".replace("%", " %")
            for part, share in zip(parts.values(), weights, strict=True)
        )
        self.notes = (*self.notes, f"weights chosen on validation interactions are {shares}.")
        # What does not count would only fill memory and bundles.
        counting = [name for name, weight in zip(parts, weights, strict=True) if weight > 0]
        return self.holding(
            Blend.of({name: done[name] for name in counting}, weights[weights > 0].tolist())
        )
