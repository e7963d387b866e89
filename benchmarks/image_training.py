"""Images: networks trained from scratch on digits, and own classes with and without tuning."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.images.reading import read_images
from pipelines.pipeline import LoadConfig
from pipelines.prepare import prepare
from pipelines.progress import Progress
from pipelines.registry import find_model, find_task, make_pipeline

DIGITS = ("dense-network", "two-conv")
PHOTOS = ("own-classes", "own-classes-tuned")


class Curve(Progress):
    """Keeps the validation accuracy of each epoch."""

    def __init__(self) -> None:
        self.accuracy: list[float] = []

    def figure(self, name: str, step: float, value: float) -> None:
        if name == "validation accuracy":
            self.accuracy.append(round(value, 4))


def measure(data: Path | None) -> dict[str, Any]:
    """Accuracy on images that were held out, again and again, and the seconds of training."""
    if data is None:
        return {}
    return {
        "MNIST, 1,000 of 6,000 held out": _measure(
            data / "mnist_train_6000.zip", DIGITS, held_out=1000, repeats=3),
        "CIFAR-10, 500 of 2,000 held out": _measure(
            data / "cifar10_train_2000.zip", PHOTOS, held_out=500, repeats=2),
    }


def _measure(archive: Path, models: tuple[str, ...], held_out: int, repeats: int) -> dict[str, Any]:
    dataset = prepare(find_task("images"), read_images(archive.read_bytes(), archive.name))
    truth = dataset.truth()
    assert truth is not None, "the folders name the classes"
    return {model: _model(model, dataset.batch(), truth, held_out, repeats) for model in models}


def _model(
    model: str, batch: pd.DataFrame, truth: pd.Series, held_out: int, repeats: int
) -> dict[str, Any]:
    task, classes = find_task("images"), tuple(sorted(truth.unique()))

    def fresh(seed: int) -> Any:
        config = LoadConfig(seed=seed, classes=classes)
        return make_pipeline(find_model(task, model), config).load()

    start = time.perf_counter()
    encoded = fresh(0).encode(batch)
    encoding = time.perf_counter() - start
    runs = []
    for seed in range(repeats):
        order = np.random.default_rng(seed).permutation(len(batch))
        test, train = order[:held_out], order[held_out:]
        pipeline, curve = fresh(seed), Curve()
        start, processor = time.perf_counter(), time.process_time()
        pipeline.fit(encoded.iloc[train], truth.iloc[train], curve)
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        found, right = pipeline.predict(encoded.iloc[test]), truth.iloc[test].to_numpy()
        column = np.array([classes.index(name) for name in right])
        chance = found.probabilities[np.arange(held_out), column]
        runs.append({
            "accuracy": round(float((found.labels == right).mean()), 4),
            "log_loss": round(float(-np.log(np.maximum(chance, 1e-12)).mean()), 4),
            "training_seconds": round(seconds, 1), "processor_seconds": round(processor, 1),
            "precision": pipeline.facts.precision,
            "validation_accuracy": curve.accuracy, "load_average": round(os.getloadavg()[0], 1),
        })
    return {
        "images_trained_on": len(batch) - held_out,
        "accuracy": round(statistics.mean(run["accuracy"] for run in runs), 4),
        "training_seconds": round(statistics.median(run["training_seconds"] for run in runs), 1),
        "encoding_seconds": round(encoding, 1),
        "runs": runs,
    }
