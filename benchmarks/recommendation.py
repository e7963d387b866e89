"""Recommendations: quality by the protocol of the published tables, speed, and peers beside it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from data.reading import read_path, together
from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.methods.als import Als
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.methods.neighbours import Neighbours
from pipelines.recommendation.ranking import top
from pipelines.recommendation.recommender import Lessons, Recommender
from pipelines.registry import find_models, find_task
from pipelines.request import Request

MODELS = ["popular", "item-neighbours", "ease", "als", "bpr", "two-tower", "content", "blend"]
QUICK = ["popular", "item-neighbours", "ease", "als", "blend"]
IN_TIME = ["popular", "popular-recent", "item-neighbours", "ease", "als", "blend"]
SEEDS = (0, 1, 2)
METRICS = ("ndcg@10", "recall@10", "hit_rate@10", "auc", "coverage@10", "novelty@10")
USERS, ITEMS, PAIRS = 50_000, 10_000, 1_000_000
ASKED = 200


def measure(data: Path | None) -> dict[str, Any]:
    """Scores on ratings, seconds on a simulated shop, `implicit` itself in the same run.

    The ratings are split as in the published tables of RecBole: every rating counts, a random tenth of
    each user judges and another chooses settings, all items not taken yet are ranked.

    Args:
        data: folder with recommendation/ml-latest-small; without it only the speed is measured.
    """
    found: dict[str, Any] = {"speed": _speed()}
    if data is None:
        return found
    folder = data / "recommendation" / "ml-latest-small"
    runs = {
        seed: _run(folder, "random", seed, MODELS if seed == SEEDS[0] else QUICK) for seed in SEEDS
    }
    found["random split, every rating counts"] = _table(runs[SEEDS[0]])
    found["NDCG@10 by seed of the split"] = {
        model: [_value(run, model, "ndcg@10") for run in runs.values()] for model in QUICK
    }
    found["differences"] = _differences(runs[SEEDS[0]])
    found["temporal split"] = _table(_run(folder, "temporal", 0, IN_TIME))
    found["beside implicit, same split"] = _peers(runs[SEEDS[0]])
    return found


def _run(folder: Path, split: str, seed: int, models: list[str]) -> Experiment:
    task = find_task("recommendation")
    tables = [read_path(folder / name, reads=task.reads) for name in ("ratings.csv", "movies.csv")]
    dataset = prepare(task, together(tables, reads=task.reads))
    return run_experiment(Request(
        task=task, dataset=dataset, models=find_models(task, models), seed=seed,
        options=Options(task, {"split": split, "budget": "60"}),
    ))


def _table(run: Experiment) -> dict[str, Any]:
    assert run.judged is not None, "interactions are always held back"
    return {
        "users": run.judged.rows, "split": run.split.to_json(),
        "models": {
            model: {
                "seconds of learning": round(run.run_of(model).seconds["fit"], 2),
                **{score.name: [round(value, 4) for value in (score.value, score.low, score.high)
                                if value is not None]
                   for score in scores if score.name in METRICS},
            }
            for model, scores in run.judged.scores.items()
        },
    }


def _value(run: Experiment, model: str, metric: str) -> float:
    assert run.judged is not None, "interactions are always held back"
    return round(next(s.value for s in run.judged.scores[model] if s.name == metric), 4)


def _differences(run: Experiment) -> list[dict[str, Any]]:
    assert run.judged is not None, "interactions are always held back"
    return [each.to_json() for each in run.judged.comparisons if each.metric == "ndcg@10"]


def _peers(run: Experiment) -> dict[str, Any]:
    """`implicit`'s own factors and neighbours, fitted to the same entries and judged alike."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
    from threadpoolctl import threadpool_limits

    predictions = run.runs[0].predictions
    lessons = predictions.lessons
    taken = lessons.taken
    taken.data[:] = 1.0
    assert run.truth is not None, "interactions are always held back"
    rows = run.tested
    users = np.array([lessons.user_at[name] for name in predictions.users[rows]])
    peers: dict[str, Any] = {
        "implicit ALS, 64 factors": AlternatingLeastSquares(
            factors=64, regularization=0.05, alpha=4.0, iterations=15, random_state=0
        ),
        "implicit BM25 neighbours, K=20": BM25Recommender(K=20),
        "implicit cosine neighbours, K=100": CosineRecommender(K=100),
    }
    lists, seconds = {}, {}
    for name, peer in peers.items():
        with threadpool_limits(1, "blas"):
            start = time.perf_counter()
            peer.fit(taken, show_progress=False)
            learnt = time.perf_counter() - start
            start = time.perf_counter()
            items, _ = peer.recommend(users, taken[users], N=20, filter_already_liked_items=True)
            seconds[name] = {"learning": round(learnt, 2),
                             "lists": round(time.perf_counter() - start, 2)}
        lists[name] = np.asarray(items)
    for name, each in _lenskit(lessons.learnt, users).items():
        seconds[name], lists[name] = each
    for model in ("popular", "ease", "als", "item-neighbours"):
        lists[model] = run.run_of(model).predictions.lists[rows]
    ground = Ground(
        held=run.truth.iloc[rows].tolist(), items=taken.shape[1], histories=taken[users],
        training=taken,
    )
    judged = judge_rankings(lists, ground, baseline="popular")
    return {
        "seconds": seconds,
        "ndcg@10": {
            name: [round(each, 4) for each in (score.value, score.low, score.high) if each is not None]
            for name in lists for score in (judged.score(name, "ndcg@10"),) if score is not None
        },
    }


def _lenskit(
    learnt: Interactions, users: np.ndarray
) -> dict[str, tuple[dict[str, float], np.ndarray]]:
    """LensKit's seconds and lists, from an environment of its own; nothing where there is none."""
    python = os.environ.get("LITMUS_PEERS", "")
    if not python:
        print("LITMUS_PEERS names no Python with LensKit: it is left out (benchmarks/peers/README.md)")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        train, asked, out = (Path(folder) / name for name in ("train.csv", "users.csv", "out.json"))
        pd.DataFrame({"user_id": learnt.user, "item_id": learnt.item}).to_csv(train, index=False)
        pd.DataFrame({"user_id": users}).to_csv(asked, index=False)
        script = Path(__file__).with_name("peers") / "lenskit_lists.py"
        subprocess.run([python, script, train, asked, out, "20"], check=True)
        found = json.loads(out.read_text("utf-8"))["methods"]
    tables = {}
    for name, each in found.items():
        table = np.full((len(users), 20), -1, dtype=np.int32)
        for row, items in enumerate(each["items"]):
            table[row, : len(items)] = items
        tables[name] = ({"learning": each["learning"], "lists": each["lists"]}, table)
    return tables


def _speed() -> dict[str, Any]:
    """A simulated shop: one million pairs of 50,000 users and 10,000 items, and 100,000 pairs."""
    large, small = _shop(USERS, ITEMS, PAIRS, seed=0), _shop(1_000, 1_700, 100_000, seed=1)
    # The first fit of a process waits for torch to start.
    Ease(Ease.grid()[0]).fit(_shop(50, 40, 500, seed=2))
    small_fit = round(_timed(lambda: Ease(Ease.grid()[0]).fit(small)), 2)
    found: dict[str, Any] = {
        "EASE, 100,000 pairs of 1,000 users and 1,700 items, seconds of learning": small_fit,
    }
    histories = large.interactions.matrix()
    for name, method in (("ALS", Als), ("item neighbours", Neighbours)):
        made: Recommender = method(method.grid()[0])
        found[f"{name}, 1,000,000 pairs"] = {
            "seconds of learning": round(_timed(partial(made.fit, large)), 1),
            "seconds for 50,000 lists of 10": round(_timed(partial(top, made, histories, 10)), 1),
            "milliseconds for a new history, median": round(_one(made, histories), 2),
            "largest memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    return found


def _shop(users: int, items: int, pairs: int, seed: int) -> Lessons:
    rng = np.random.default_rng(seed)
    user = rng.integers(0, users, int(pairs * 1.3))
    item = np.minimum((items * rng.random(len(user)) ** 2.2).astype(int), items - 1)
    frame = pd.DataFrame({"user": user, "item": item}).drop_duplicates().head(pairs)
    names = [np.array([f"{kind}{each}" for each in range(count)], dtype=object)
             for kind, count in (("u", users), ("i", items))]
    interactions = Interactions(
        *names, frame["user"].to_numpy(np.int32), frame["item"].to_numpy(np.int32),
        np.ones(len(frame), dtype=np.float32),
    )
    empty = np.full(items, "", dtype=object)
    return Lessons(interactions, Catalogue(names[1], empty))


def _one(recommender: Recommender, histories: csr_matrix) -> float:
    found = []
    for row in range(ASKED):
        start = time.perf_counter()
        top(recommender, histories[row], 10)
        found.append(1000 * (time.perf_counter() - start))
    return float(np.median(found))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
