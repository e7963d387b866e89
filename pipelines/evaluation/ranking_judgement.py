"""Judges recommenders by the lists they made for the same users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.errors import DataError
from pipelines.evaluation.expected_ranking import Expected
from pipelines.evaluation.ranking_metrics import (
    ACCURACY,
    Cosines,
    Held,
    at,
    auc,
    coverage,
    diversity,
    mean_popularity,
    novelty,
)
from pipelines.evaluation.ranking_results import MAIN, Ground, RankingJudgement
from pipelines.evaluation.ranking_warnings import ranking_warnings
from pipelines.evaluation.score import Score
from pipelines.evaluation.sums import Measure, judge_sums, mean_measure, ratio
from pipelines.progress import SILENT, Progress, running_count

PLACES = (5, 10, 20)
# The mean over so many users is known to three digits, and every pair in a list costs time.
USERS_FOR_DIVERSITY = 10_000
_WORDS = {
    "ndcg": "binary|ideal:min(relevant,k)|log2", "recall": "hits/relevant", "precision": "hits/k",
    "map": "trec:sum-of-precision-at-hits/relevant", "mrr": "1/first-hit",
    "hit_rate": "any-hit",
}


def judge_rankings(
    lists: Mapping[str, np.ndarray],
    ground: Ground,
    *,
    baseline: str,
    favourite: str | None = None,
    ranks: Mapping[str, Sequence[np.ndarray]] | None = None,
    expected: Mapping[str, Expected] | None = None,
    main: int = MAIN,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Progress = SILENT,
) -> RankingJudgement:
    """Scores models on the same users and tests every two against each other.

    Intervals are bootstrap over users, Wilson's for the hit rate; coverage has none, as it belongs
    to all lists together. Tests are paired over users. Time and memory grow with the users; 50,000
    of them tell models apart that differ by less than anybody would notice.

    Args:
        lists: (n, K) item positions of each model, best first, -1 where there are no more.
        ground: what they are judged by.
        baseline: name of the model that the others have to beat.
        favourite: name of the model that is spoken of; see `claims.corrected`.
        ranks: of each model, 0-based places of the relevant items of each user among all
            candidates, for AUC.
        expected: of models whose lists leave some order open, what they are worth on average over all
            of it, in the place of the values of the lists.
        main: the number of places that matters; the most of those that are looked at where lists are
            shorter.
        seed: of the resamples, which all models and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        progress: told of resamples.

    Raises:
        DataError: no users, lists of different sizes, or too short ones.
    """
    n = len(ground.held)
    _check(lists, n)
    index = Held.of(ground.held, ground.items)
    shown = {name: np.asarray(each) for name, each in lists.items()}
    places = [k for k in PLACES if all(each.shape[1] >= k for each in shown.values())]
    known = expected or {}
    tables = {
        name: dict(known[name].values) if name in known else _tables(each, index, places)
        for name, each in shown.items()
    }
    sizes = _candidates(ground)
    if ranks is not None and sizes is not None:
        for name, table in tables.items():
            table["auc"] = auc(ranks[name], sizes)
    main = main if main in places else max(places)
    beyond = _beyond_accuracy(shown, ground, main, seed)
    progress.stage("Intervals and tests, resamples", resamples)
    scores, comparisons = judge_sums(
        {
            name: [
                *_measures(tables[name], main, name in known and known[name].any_order),
                *beyond[name],
            ]
            for name in shown
        },
        baseline=baseline, favourite=favourite, seed=seed, resamples=resamples, level=level,
        progress=running_count(progress),
    )
    scores = {
        name: _in_order((*found, _coverage(
            coverage(shown[name], ground.items, main) if name not in known
            else known[name].coverage[main], ground.items, len(shown[name]), main,
        )), main)
        for name, found in scores.items()
    }
    judgement = RankingJudgement(
        users=n, lists=shown, ground=ground, index=index, scores=scores, comparisons=comparisons,
        values=tables, warnings=(), baseline=baseline, seed=seed, level=level,
        k=main,
    )
    return replace(judgement, warnings=ranking_warnings(judgement))


def _check(lists: Mapping[str, np.ndarray], n: int) -> None:
    if not n:
        raise DataError("No user has anything to be found; hold out at least one item of some.")
    for name, each in lists.items():
        if len(each) != n:
            raise DataError(
                f"There are {n:,} judged users, but “{name}” has {len(each):,} lists; give one for "
                "each user, in the same order."
            )
        if each.shape[1] < PLACES[0]:
            raise DataError(
                f"The lists of “{name}” have {each.shape[1]} places; judging needs {PLACES[0]} or more."
            )


def _tables(lists: np.ndarray, index: Held, places: Sequence[int]) -> dict[str, np.ndarray]:
    hits = index.hits(lists)
    return {name: values for k in places for name, values in at(hits, index.counts, k).items()}


def _candidates(ground: Ground) -> np.ndarray | None:
    if ground.histories is None:
        return None
    return np.asarray(ground.items - np.diff(ground.histories.tocsr().indptr))


def _measures(
    table: Mapping[str, np.ndarray], main: int, any_order: bool = False
) -> list[Measure]:
    """Measures of accuracy; systems are tested at the main number of places."""
    found = []
    for name, values in table.items():
        metric, _, k = name.partition("@")
        compared = name == "auc" or int(k) == main
        words = _WORDS.get(metric, "pairs-in-order|all-candidates")
        if metric == "hit_rate" and np.isin(values, (0.0, 1.0)).all():
            found.append(mean_measure(
                name, values, share=True, unit="users", signature=words, compared=compared,
            ))
        else:
            if any_order:
                words = f"expected-over-any-order|{words}"
            found.append(_mean(name, values, words, compared=compared, expected=any_order))
    return found


def _beyond_accuracy(
    lists: Mapping[str, np.ndarray], ground: Ground, k: int, seed: int
) -> dict[str, list[Measure]]:
    """Novelty, diversity and popularity bias of each model, where training is known."""
    popularity, training = ground.popularity, ground.training
    if popularity is None or training is None:
        return {name: [] for name in lists}
    users = max(int((np.diff(training.indptr) > 0).sum()), 1)
    looked = np.arange(len(ground.held))
    if len(looked) > USERS_FOR_DIVERSITY:
        looked = np.sort(
            np.random.default_rng(seed).choice(len(looked), USERS_FOR_DIVERSITY, replace=False)
        )
    cosines = Cosines.by_users(training, [each[looked] for each in lists.values()], k, seed)
    usual = _usual_popularity(ground, popularity)
    found: dict[str, list[Measure]] = {}
    for name, each in lists.items():
        spread = np.full(len(each), np.nan)
        spread[looked] = diversity(each[looked], cosines, k)
        found[name] = [
            _mean(f"diversity@{k}", spread, f"1-mean-cosine|{cosines.basis}"),
            _mean(f"novelty@{k}", novelty(each, popularity, users, k), "mean-self-information|bits"),
        ]
        if usual is not None:
            found[name].append(_bias(each, popularity, usual, k))
    return found


def _mean(
    name: str, values: np.ndarray, signature: str, *, compared: bool = True, expected: bool = False
) -> Measure:
    """The mean over the users who have a value."""
    known = np.isfinite(values)
    if not known.all():
        measure = mean_measure(
            name, np.nan_to_num(values), known, unit="users", signature=signature, compared=compared,
        )
        return replace(measure, expected=expected)
    size = len(values)
    # A resample has as many users, so one sum suffices: half the work for many users and models.
    return Measure(
        name, values.reshape(-1, 1).astype(np.float64), lambda sums: sums[..., 0] / size,
        unit="users", signature=signature, compared=compared, expected=expected,
    )


def _usual_popularity(ground: Ground, popularity: np.ndarray) -> np.ndarray | None:
    """(n,) mean popularity of what each judged user had taken; NaN for one without a history."""
    if ground.histories is None:
        return None
    taken = ground.histories.tocsr()
    sizes = np.diff(taken.indptr)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    sums = np.bincount(rows, weights=popularity[taken.indices], minlength=len(sizes))
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)


def _bias(lists: np.ndarray, popularity: np.ndarray, usual: np.ndarray, k: int) -> Measure:
    shown = mean_popularity(lists, popularity, k)
    known = np.isfinite(shown) & np.isfinite(usual)
    rows = np.stack([np.where(known, shown, 0.0), np.where(known, usual, 0.0)], axis=1)
    # 1 would be as popular as what users took: neither more nor less is better, so no test.
    return Measure(
        f"popularity_bias@{k}", rows, ratio, False, "users",
        "popularity-of-list/popularity-of-history", int(known.sum()), compared=False,
    )


def _coverage(value: float, items: int, lists: int, k: int) -> Score:
    return Score(
        f"coverage@{k}", value, None, None, items, "items", True,
        f"no-interval|share-of-items-in-any-list|lists:{lists}",
    )


def _in_order(scores: Sequence[Score], main: int) -> tuple[Score, ...]:
    """Scores at the main number of places first, as they are read."""
    names = [f"{metric}@{main}" for metric in (*ACCURACY, "coverage", "diversity", "novelty")]
    place = {name: rank for rank, name in enumerate([*names, "auc", f"popularity_bias@{main}"])}
    return tuple(sorted(scores, key=lambda score: place.get(score.name, len(place))))

