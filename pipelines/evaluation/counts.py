"""Judges counts against true counts: how far off, how often exact, and to which side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.errors import DataError
from pipelines.evaluation.score import Comparison, Score, find_comparison
from pipelines.evaluation.sums import Measure, judge_sums, mean_measure
from pipelines.progress import SILENT, Progress, running_count

FEW_IMAGES = 100
PRIMARY = "mae"


@dataclass(frozen=True)
class CountJudgement:
    """What is known about systems after holding their counts against true ones.

    Attributes:
        truth: (n,) the true count of each image.
        systems: (n,) the counts of each system, by its name and in order.
        scores: of each system, by its name.
        comparisons: of every two systems, metric by metric; the baseline always stands second.
        warnings: sentences a reader needs before believing the numbers.
        baseline: name of the system the others have to beat.
        seed: of the resamples.
        level: coverage of the intervals.
    """

    truth: np.ndarray
    systems: Mapping[str, np.ndarray]
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    baseline: str
    seed: int
    level: float = 0.95

    @property
    def primary(self) -> str:
        """The metric that the verdict speaks of."""
        return PRIMARY

    def called(self, titles: Mapping[str, str]) -> CountJudgement:
        """The same with systems called as given; those without a title keep their name."""
        def new(name: str) -> str:
            return titles.get(name, name)

        systems = {new(name): said for name, said in self.systems.items()}
        return replace(
            self,
            systems=systems,
            scores={new(name): found for name, found in self.scores.items()},
            comparisons=tuple(
                replace(each, model=new(each.model), against=new(each.against))
                for each in self.comparisons
            ),
            warnings=_warnings(self.truth, systems, new(self.baseline)),
            baseline=new(self.baseline),
        )

    def score(self, name: str, metric: str) -> Score | None:
        """Returns a system's score, None where it has none of that metric."""
        return next((score for score in self.scores[name] if score.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """Returns the comparison of two systems in the order asked for, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)

    def errors(self, name: str) -> np.ndarray:
        """Returns (n,) by how much each count is too high; negative where it is too low."""
        return self.systems[name] - self.truth


def judge_counts(
    truth: Sequence[float] | np.ndarray,
    systems: Mapping[str, Sequence[float] | np.ndarray],
    *,
    baseline: str,
    favourite: str | None = None,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Progress = SILENT,
) -> CountJudgement:
    """Scores systems on the same images and tests every two against each other.

    The scores are `mae`, the mean of the absolute differences; `accuracy`, the share of images
    whose count is exactly right; and `bias`, the mean difference, above 0 where too many are
    counted. Intervals are bootstrap over images, Wilson's for the share.

    Args:
        truth: (n,) the true count of each image.
        systems: (n,) counts of each system, by its name.
        baseline: name of the system that the others have to beat.
        favourite: name of the system that is spoken of; see `claims.corrected`.
        seed: of the resamples, which all systems and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        progress: told of resamples.

    Raises:
        DataError: no images, different lengths, or a count that is none: negative or no number.
    """
    true = _counts(truth, "The true counts")
    if not len(true):
        raise DataError("There is no true count to hold the counts against; give at least one.")
    said = {name: _counts(each, f"The counts of “{name}”") for name, each in systems.items()}
    for name, each in said.items():
        if len(each) != len(true):
            raise DataError(
                f"There are {len(true):,} true counts, but “{name}” has {len(each):,}; give one for "
                "each image, in the same order."
            )
    progress.stage("Intervals and tests, resamples", resamples)
    scores, comparisons = judge_sums(
        {name: _measures(each, true) for name, each in said.items()},
        baseline=baseline, favourite=favourite, seed=seed, resamples=resamples, level=level,
        progress=running_count(progress),
    )
    return CountJudgement(
        truth=true, systems=said, scores=scores, comparisons=comparisons,
        warnings=_warnings(true, said, baseline), baseline=baseline, seed=seed, level=level,
    )


def _measures(said: np.ndarray, truth: np.ndarray) -> list[Measure]:
    off = said - truth
    return [
        mean_measure(
            "mae", np.abs(off), higher_is_better=False, unit="images",
            signature="mean|abs(count - true count)",
        ),
        mean_measure(
            "accuracy", off == 0, share=True, unit="images", signature="share|count = true count",
        ),
        # Nearer to 0 is better, which is neither more nor less: no test would say who is ahead.
        mean_measure(
            "bias", off, higher_is_better=False, unit="images",
            signature="mean|count - true count", compared=False,
        ),
    ]


def _counts(values: Sequence[float] | np.ndarray, what: str) -> np.ndarray:
    found = np.asarray(values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise DataError(f"{what} have cells without a number; leave these images out.")
    if (found < 0).any():
        raise DataError(f"{what} hold {found.min():g}; a count is 0 or more.")
    return found


def _warnings(
    truth: np.ndarray, systems: Mapping[str, np.ndarray], baseline: str
) -> tuple[str, ...]:
    found = []
    n = len(truth)
    if n < FEW_IMAGES:
        found.append(
            f"{n:,} counted {'image is' if n == 1 else 'images are'} few: read the intervals, and "
            f"count {FEW_IMAGES} or more before you decide."
        )
    if n > 1 and (truth == truth[0]).all():
        found.append(
            f"Every true count is {truth[0]:g}, so a model that never looks is right as well; count "
            "images of different kinds."
        )
    if not np.equal(truth, np.round(truth)).all():
        found.append("Some true counts are no whole numbers, which no count can equal.")
    found += [
        f"“{name}” gives the same count for every image, as a baseline does."
        for name, said in systems.items()
        if name != baseline and n > 1 and (said == said[0]).all() and not (truth == said[0]).all()
    ]
    return tuple(found)
