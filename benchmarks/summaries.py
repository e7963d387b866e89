"""Summaries and keywords: quality on the written samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.texts import scores_on_sample
from data import samples
from pipelines.pipeline import LoadConfig
from pipelines.prepare import prepare
from pipelines.registry import find_model, find_task, make_pipeline

SEPARATOR = ";"


def measure(data: Path | None) -> dict[str, Any]:
    """Scores of the defaults and baselines on 24 articles written for this project.

    The weight of a sentence's position and those of phrase lengths were chosen on these articles, so
    the gains over the baselines are what the models can do there, not what is to be expected
    elsewhere. No data set of summaries or keywords is among the data folder's.
    """
    return {
        "sample articles": scores_on_sample("summarization", "articles", ["centroid"]),
        "sample article-keywords": scores_on_sample(
            "keywords", "article-keywords", ["minilm-keyphrases"]
        ),
        "F1 of whole keywords": {
            model: _f1_of_keywords(model) for model in ("frequency", "minilm-keyphrases")
        },
    }


def _f1_of_keywords(model: str) -> float:
    """Mean over articles of the F1 of keywords that are the same but for their case."""
    task = find_task("keywords")
    held = samples.find("article-keywords")
    batch = prepare(task, samples.load(held.id), held.mapping).batch()
    pipeline = make_pipeline(find_model(task, model), LoadConfig()).load().study(batch)
    values = []
    for text, expected in zip(
        pipeline.predict(batch).frame()["prediction"], batch["reference"], strict=True
    ):
        ours, theirs = _keywords(text), _keywords(expected)
        values.append(2 * len(ours & theirs) / max(1, len(ours) + len(theirs)))
    return round(sum(values) / len(values), 4)


def _keywords(text: str) -> set[str]:
    return {part.strip().casefold() for part in text.split(SEPARATOR) if part.strip()}
