"""What rules cost: how much worse lists fit what was held back, on the same people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evaluation.bootstrap import bootstrap_mean
from pipelines.evaluation.intervals import percentile_interval
from pipelines.evaluation.ranking_metrics import Held, at
from pipelines.progress import SILENT, Progress
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.ranking import top
from pipelines.recommendation.recommender import Recommender
from pipelines.recommendation.rules import Rules, effects_of, ruled_top

# More people than this narrow the interval little and cost time.
MOST_JUDGES = 5_000


@dataclass(frozen=True)
class RuleCost:
    """Lists with and without rules, judged by the same held-out items.

    Attributes:
        k: places that count.
        users: how many judged, at random where there are more than 5,000.
        before, after: mean NDCG@k.
        change: after less before; below 0 the rules cost.
        low, high: 95 % interval of the change, by paired bootstrap over users; None where it is
            not defined.
        touched: share of the lists that the rules change.
    """

    k: int
    users: int
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    touched: float


def cost_of(
    rules: Rules,
    recommender: Recommender,
    lessons: ListLessons,
    users: np.ndarray,
    held: Sequence[np.ndarray],
    *,
    k: int = 10,
    seed: int = 0,
    progress: Progress = SILENT,
) -> RuleCost:
    """Compares lists with and without rules, both made from the training part alone.

    Args:
        rules: what holds; what is new is told from the training part too.
        recommender: fitted to the training part.
        lessons: it was fitted to.
        users: (n,) positions of the people who judge, at least one.
        held: (n,) positions of the items that were held back of each, at least one each.
        k: places that count.
        seed: of the choice of people and of the bootstrap.
        progress: hears of the people done.

    Raises:
        OptionError: a rule needs what the data do not have.
        CancelledRun: the user asked to stop.
    """
    effects = effects_of(rules, lessons.learnt, lessons.catalogue)
    judges = np.arange(len(users))
    if len(judges) > MOST_JUDGES:
        drawn = np.random.default_rng(seed).choice(judges, MOST_JUDGES, replace=False)
        judges = np.sort(drawn)
    histories = lessons.taken[users[judges]]
    relevant = Held.of([held[judge] for judge in judges.tolist()], len(lessons.all.items))
    progress.stage("Lists without the rules", len(judges))
    plain, _ = top(recommender, histories, k, progress=progress)
    progress.stage("Lists with the rules", len(judges))
    under, _ = ruled_top(recommender, histories, k, effects, progress)
    name = f"ndcg@{k}"
    before = at(relevant.hits(plain), relevant.counts, k)[name]
    after = at(relevant.hits(under), relevant.counts, k)[name]
    low, high = percentile_interval(bootstrap_mean(after - before, seed=seed)[:, 0])
    return RuleCost(
        k=k, users=len(judges), before=float(before.mean()), after=float(after.mean()),
        change=float((after - before).mean()), low=low, high=high,
        touched=float((plain != under).any(axis=1).mean()),
    )


def cost_in_words(cost: RuleCost) -> str:
    """What the rules cost, in a sentence that says when nothing is proven."""
    if cost.touched == 0:
        return "These rules change no list of those who judge."
    if cost.low is None or cost.high is None:
        return f"NDCG@{cost.k} goes from {cost.before:.3f} to {cost.after:.3f}."
    if cost.high < 0:
        share = f", {-100 * cost.change / cost.before:.1f} % of it" if cost.before else ""
        between = f"95 % interval {-cost.high:.3f} to {-cost.low:.3f}"
        return f"These rules cost {-cost.change:.3f} of NDCG@{cost.k}{share} ({between})."
    between = f"95 % interval {_signed(cost.low)} to {_signed(cost.high)}"
    if cost.low > 0:
        return f"These rules add {cost.change:.3f} to NDCG@{cost.k} ({between})."
    return (
        f"NDCG@{cost.k} changes by {_signed(cost.change)} under these rules, which can be chance "
        f"({between})."
    )


def _signed(number: float) -> str:
    written = f"{number:+.3f}"
    return "0.000" if float(written) == 0 else written
