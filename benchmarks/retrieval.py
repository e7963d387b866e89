"""How often the passage that answers a question is found, and how fast passages are indexed."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipelines.evaluation.answer_retrieval import RetrievalJudgement, judge_retrieval, named
from pipelines.evaluation.score import Score
from pipelines.retrieval import index as indexing
from pipelines.retrieval.fusion import reciprocal_rank_fusion
from pipelines.retrieval.index import METHODS, build_index

SEED = 0
PASSAGES = 240
MOST_QUESTIONS = 600
SENTENCES_A_PASSAGE = 4
FEWEST_WORDS = 4
PAGES = 1000
WORDS_A_PAGE = 450
# As many places count as readers of the product are given.
RANKED = 20
# Tried beside the constants in use: k and the weight of BM25.
FUSIONS = ((60, 1.0), (10, 1.25), (5, 1.0), (5, 1.5), (5, 2.0))
_NAMES_SOMETHING = re.compile(r"(?<=\s)(?:[A-Z]\w+|\d+)")


@dataclass(frozen=True)
class Searches:
    """Passages, and questions with the position of the passage that answers."""

    passages: list[str]
    questions: list[tuple[str, int]]


def measure(data: Path | None) -> dict[str, Any]:
    """Recall and mean reciprocal rank, tested, and speed; with `data`, of `data`/qa/*.jsonl."""
    if data is None:
        return {}
    rows = list(_rows((data / "qa" / "train.jsonl", data / "qa" / "train_covid_qa.jsonl")))
    sentences = [row for row in rows if row["source"].startswith("qamr")]
    sentences += _rows([data / "qa" / "train_qamr_more.jsonl"])
    found: dict[str, Any] = {}
    for name, searches in {
        "fairytaleqa": _whole(rows, "fairytaleqa"),
        "policyqa": _whole(rows, "policyqa"),
        "covid_qa": _whole(rows, "covid_qa"),
        "qamr": _gathered(sentences, naming=False),
        "qamr naming something": _gathered(sentences, naming=True),
    }.items():
        found[name] = _quality(searches)
        print(name, json.dumps(found[name]), flush=True)
    found["speed"] = _speed([str(row["context"]) for row in [*rows, *sentences]])
    return found


def _rows(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _whole(rows: list[dict[str, Any]], source: str) -> Searches:
    """Contexts as they are."""
    rows = [row for row in rows if row["source"].startswith(source)]
    texts = list(dict.fromkeys(row["context"] for row in rows))
    rng = random.Random(SEED)
    texts = rng.sample(texts, min(PASSAGES, len(texts)))
    places = {text: place for place, text in enumerate(texts)}
    asked = [(row["question"], places[row["context"]]) for row in rows if row["context"] in places]
    return Searches(texts, rng.sample(asked, min(MOST_QUESTIONS, len(asked))))


def _gathered(rows: list[dict[str, Any]], naming: bool) -> Searches:
    """Sentences that follow each other in the data, gathered into passages.

    Args:
        naming: only questions with a name or a number, as many others could be asked of anything.
    """
    texts = list(dict.fromkeys(row["context"] for row in rows))
    texts = texts[: SENTENCES_A_PASSAGE * PASSAGES]
    places = {text: place // SENTENCES_A_PASSAGE for place, text in enumerate(texts)}
    passages = [
        " ".join(texts[start : start + SENTENCES_A_PASSAGE])
        for start in range(0, len(texts), SENTENCES_A_PASSAGE)
    ]
    asked = [
        (row["question"], places[row["context"]]) for row in rows
        if row["context"] in places and len(row["question"].split()) >= FEWEST_WORDS
        and (not naming or _NAMES_SOMETHING.search(row["question"]))
    ]
    return Searches(passages, random.Random(SEED).sample(asked, min(MOST_QUESTIONS, len(asked))))


def _quality(searches: Searches) -> dict[str, Any]:
    frame = pd.DataFrame({"context": searches.passages})
    index = build_index(frame)
    right = [set(index.passages_of(place)) for _, place in searches.questions]
    questions = [question for question, _ in searches.questions]
    found = index.search_each(questions, indexing.FUSION_DEPTH)
    rankings: dict[str, list[list[int]]] = {
        method: [[hit.passage for hit in each[method]] for each in found] for method in METHODS
    }
    fused: dict[str, list[list[int]]] = {METHODS[0]: rankings[METHODS[0]]}
    for k, weight in FUSIONS:
        fused[f"k {k}, bm25 x {weight}"] = [
            [thing for thing, _ in reciprocal_rank_fusion([one, two], k, (weight, 1.0))]
            for one, two in zip(rankings["bm25"], rankings["embeddings"], strict=True)
        ]
    methods, others = (_judged(each, right) for each in (rankings, fused))
    return {
        "passages": len(index.passages), "questions": len(questions),
        **{name: _scores(each) for name, each in {**methods.scores, **others.scores}.items()},
        f"p of {METHODS[0]} against": {
            each.against.removeprefix(named("")): round(each.p, 4) for each in methods.comparisons
        },
    }


def _judged(rankings: dict[str, list[list[int]]], right: list[set[int]]) -> RetrievalJudgement:
    ranks = {name: _places(each, right) for name, each in rankings.items()}
    judged = judge_retrieval(ranks, METHODS[0], seed=SEED)
    assert judged is not None, "every question has a right passage"
    return judged


def _places(rankings: list[list[int]], right: list[set[int]]) -> np.ndarray:
    return np.asarray([
        next((rank for rank, each in enumerate(ranking[:RANKED], 1) if each in gold), 0)
        for ranking, gold in zip(rankings, right, strict=True)
    ], dtype=np.float64)


def _scores(scores: Sequence[Score]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for score in scores:
        name = score.name.removeprefix("retrieval_")
        ends = [round(each, 3) for each in (score.value, score.low, score.high) if each is not None]
        found[f"{name}@{RANKED}" if name == "mrr" else name] = ends
    return found


def _speed(contexts: list[str]) -> dict[str, Any]:
    """Seconds to index pages of drawn words, and milliseconds of a question."""
    words = np.asarray(" ".join(dict.fromkeys(contexts)).split())
    rng = np.random.default_rng(SEED)
    # Runs of five words in a new order: no two pages share a sentence.
    runs = rng.integers(0, len(words) - 5, size=(PAGES, WORDS_A_PAGE // 5))
    pages = [" ".join(words[(run[:, None] + np.arange(5)).ravel()]) for run in runs]
    build_index(pd.DataFrame({"context": pages[:2]}))
    started = time.perf_counter()
    index = build_index(pd.DataFrame({"context": pages}))
    seconds = time.perf_counter() - started
    asked = [" ".join(words[run[0] : run[0] + 10]) for run in runs[:60]]
    taken = []
    for question in asked:
        started = time.perf_counter()
        index.search([question])
        taken.append(1000 * (time.perf_counter() - started))
    return {
        "pages": PAGES, "passages": len(index.passages),
        "sentences": len(index.sentence_embeddings), "index_seconds": round(seconds, 1),
        "question_ms_median": round(float(np.median(taken)), 1),
    }
