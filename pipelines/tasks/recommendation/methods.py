"""The methods of recommendation as models of the task."""

from __future__ import annotations

from typing import Self

from data.errors import DataError
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.blended import BlendPipeline
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.methods.als import Als as AlsMethod
from pipelines.recommendation.methods.bpr import Bpr as BprMethod
from pipelines.recommendation.methods.content import Content as ContentMethod
from pipelines.recommendation.methods.ease import Ease as EaseMethod
from pipelines.recommendation.methods.neighbours import Neighbours as NeighboursMethod
from pipelines.recommendation.methods.popular import Popular as PopularMethod
from pipelines.recommendation.methods.two_tower import TwoTower as TwoTowerMethod
from pipelines.recommendation.pipeline import ListPipeline

FLATTERED = (
    "it counts back from the last interaction that teaches, which is later than some of what was held "
    "back, so its score is flattered; hold it against others under split=global."
)


class Popular(ListPipeline):
    """What most users took."""

    method = PopularMethod


class PopularRecent(ListPipeline):
    """What most users took lately."""

    method = PopularMethod

    def learn(self, lessons: ListLessons, progress: Progress = SILENT) -> Self:
        """Count the last days of the training part.

        Raises:
            DataError: there are no times.
        """
        if lessons.all.time is None:
            raise DataError("It needs the time of each interaction, and no column holds it.")
        self.lessons, self.tried, self.notes = lessons, None, ()
        if lessons.later_known:
            self.notes = (FLATTERED,)
        days = float(self.config.settings.get("recent", 30))
        self.recommender = self.made(self.method, {"days": days}).fit(lessons.final, progress)
        return self


class Neighbours(ListPipeline):
    """Item k-nearest neighbours."""

    method = NeighboursMethod


class Ease(ListPipeline):
    """A linear item model in closed form."""

    method = EaseMethod


class Als(ListPipeline):
    """Factors by alternating least squares."""

    method = AlsMethod


class Bpr(ListPipeline):
    """Factors by pairs of taken and not taken."""

    method = BprMethod


class TwoTower(ListPipeline):
    """A network of two towers."""

    method = TwoTowerMethod


class Content(ListPipeline):
    """Meaning of titles and attributes."""

    method = ContentMethod


class Blended(BlendPipeline):
    """Several methods together."""
