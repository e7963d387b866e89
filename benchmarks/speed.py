"""Rows per second of the default model against `transformers.pipeline` with the same weights."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data import samples
from pipelines.evaluation.classification import System, judge
from pipelines.pipeline import LoadConfig
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.training.sentiment_data import load

ROUNDS = 5
ROWS = 2_000
PEER_BATCH = 32
JUDGED_ROWS = 100_000
CLASSES = ("negative", "neutral", "positive")


def measure(data: Path | None) -> dict[str, Any]:
    """Speed of prediction in alternating rounds, and of judging 100,000 rows."""
    return {"prediction": _prediction(data), "judging": _judging()}


def _texts(data: Path | None) -> list[str]:
    if data is None:
        reviews = samples.load("product-reviews").frame["review"].tolist()
        return (reviews * (ROWS // len(reviews) + 1))[:ROWS]
    splits = load(data, 0)
    sentences = [row.text for name in ("test", "calibration") for row in splits[name]
                 if row.source == "sst2"]
    return (sentences * (ROWS // len(sentences) + 1))[:ROWS]


def _prediction(data: Path | None) -> dict[str, Any]:
    from transformers import pipeline as transformers_pipeline

    from pipelines.runtime.minilm import tuned_network
    from pipelines.tasks.sentiment.litmus import WEIGHTS

    texts = _texts(data)
    batch = pd.DataFrame({"text": texts})
    card = find_model(find_task("sentiment"), "default")
    ours = make_pipeline(card, LoadConfig(classes=CLASSES)).load()
    with tempfile.TemporaryDirectory() as folder:
        network, tokenizer = tuned_network(WEIGHTS)
        network.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        peer = transformers_pipeline(
            "text-classification", model=folder, device="cpu", batch_size=PEER_BATCH
        )
    seconds: dict[str, list[float]] = {"litmus": [], "transformers.pipeline": []}
    labels: dict[str, list[str]] = {}
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        labels["litmus"] = [str(label) for label in ours.predict(batch).labels]
        seconds["litmus"].append(time.perf_counter() - start)
        start = time.perf_counter()
        labels["transformers.pipeline"] = [each["label"] for each in peer(texts)]
        seconds["transformers.pipeline"].append(time.perf_counter() - start)
    counted = {name: times[1:] for name, times in seconds.items()}
    ratios = [theirs / ours_ for ours_, theirs in
              zip(counted["litmus"], counted["transformers.pipeline"], strict=True)]
    same = np.mean(np.array(labels["litmus"]) == np.array(labels["transformers.pipeline"]))
    return {
        "rows": len(texts),
        "precision": ours.facts.precision,
        "rows_per_second": {name: round(len(texts) / statistics.median(times), 1)
                            for name, times in counted.items()},
        "times_faster": {"median": round(statistics.median(ratios), 2),
                         "low": round(min(ratios), 2), "high": round(max(ratios), 2)},
        "same_labels": round(float(same), 4),
    }


def _judging() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, JUDGED_ROWS)
    systems = []
    for name, skill in (("a", 1.0), ("b", 1.2)):
        scores = rng.normal(size=(JUDGED_ROWS, 3))
        scores[np.arange(JUDGED_ROWS), truth] += skill
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        systems.append(System(name, chances, chances.argmax(axis=1)))
    start = time.perf_counter()
    judge(truth, systems, CLASSES, baseline="a")
    return {"rows": JUDGED_ROWS, "models": len(systems), "resamples": 2_000,
            "seconds": round(time.perf_counter() - start, 2)}
