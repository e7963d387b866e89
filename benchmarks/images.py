"""Images: own classes on CIFAR-10, ImageNet photos, and images a second against a plain loop."""

from __future__ import annotations

import gc
import io
import resource
import statistics
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data.images.picture import Picture
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import Progress
from pipelines.runtime.device import resident_mb
from pipelines.task import ModelCard
from pipelines.tasks.images.own_classes import OwnClassesPipeline
from pipelines.tasks.images.pretrained import PretrainedPipeline
from pipelines.vision import imagenet
from pipelines.vision.efficientnet import published_network, variant

REPEATS = 5
TEST_SHARE = 0.2
FEW = 10
SPEED_IMAGES = 400
ROUNDS = 3
PEER_BATCH = 32
MEMORY_IMAGES = 5_000
WARM_IMAGES = 500
NETWORKS = ("efficientnet-lite0", "efficientnet-lite2")


def measure(data: Path | None) -> dict[str, Any]:
    """Accuracy on the sets of `data`, and speed and memory on its photos."""
    if data is None:
        return {"left out": "needs --data with cifar10_train_2000.zip and imagenet_photos_40.zip"}
    photos = _pictures(data / "imagenet_photos_40.zip")
    return {
        "own classes": _own_classes(_pictures(data / "cifar10_train_2000.zip")),
        "imagenet photos": {name: _photos(name, photos) for name in NETWORKS},
        "speed": _speed(photos),
        "memory": _memory(photos),
    }


def _pictures(archive: Path) -> list[Picture]:
    with zipfile.ZipFile(archive) as opened:
        names = sorted(name for name in opened.namelist() if not name.endswith("/"))
        return [Picture.of_bytes(name, opened.read(name)) for name in names]


def _pipeline(
    kind: type[Pipeline], model: str, classes: tuple[str, ...], seed: int = 0
) -> Pipeline:
    card = ModelCard(id=model, title=model, summary="", factory="", source="packaged",
                     license="Apache-2.0", size_mb=0)
    return kind(card, LoadConfig(classes=classes, seed=seed)).load()


def _frame(pictures: list[Picture]) -> pd.DataFrame:
    return pd.DataFrame({"image": pd.Series(pictures, dtype=object)})


def _own_classes(pictures: list[Picture]) -> dict[str, Any]:
    """Accuracy on images that were not learnt from, over random draws of those that were."""
    from sklearn.model_selection import train_test_split

    labels = pd.Series([picture.name.split("/")[0] for picture in pictures])
    classes = tuple(sorted(labels.unique()))
    first = _pipeline(OwnClassesPipeline, "own-classes", classes)
    start = time.perf_counter()
    encoded = first.encode(_frame(pictures))
    seconds = time.perf_counter() - start
    found: dict[str, list[float]] = {"1,600 images": [], f"{FEW} images a class": []}
    for seed in range(REPEATS):
        rows = np.arange(len(labels))
        for name, size in zip(found, (1 - TEST_SHARE, FEW * len(classes)), strict=True):
            train, test = train_test_split(
                rows, train_size=size, stratify=labels, random_state=seed
            )
            model = _pipeline(OwnClassesPipeline, "own-classes", classes, seed)
            model.fit(encoded.iloc[train], labels.iloc[train])
            said = model.predict(encoded.iloc[test]).labels
            found[name].append(float(np.mean(said == labels.iloc[test].to_numpy())))
    return {
        "precision": first.facts.precision,
        "images per second": round(len(pictures) / seconds, 1),
        "accuracy on unseen images": {
            name: {"mean": round(float(np.mean(each)), 4), "low": round(min(each), 4),
                   "high": round(max(each), 4), "draws": REPEATS}
            for name, each in found.items()
        },
    }


def _photos(name: str, photos: list[Picture]) -> dict[str, Any]:
    """Top-1 and top-5 over all 1,000 classes, and whether a plain loop says the same."""
    truth = [imagenet.find(photo.name.removesuffix(".JPEG")) for photo in photos]
    found = _pipeline(PretrainedPipeline, name, imagenet.names()).predict(_frame(photos))
    order = np.argsort(-found.probabilities, axis=1)
    plain = _plain_loop(name)([photo.read() for photo in photos])
    return {
        "photos": len(photos),
        "top-1": _share(order[:, 0] == [outputs[0] for outputs in truth]),
        "top-5": _share([outputs[0] in row[:5] for row, outputs in zip(order, truth, strict=True)]),
        "same label as the plain loop": _share(order[:, 0] == plain),
    }


def _share(right: Any) -> float:
    return round(float(np.mean(right)), 4)


def _plain_loop(name: str) -> Callable[[list[bytes]], np.ndarray]:
    """The same weights as most would run them: PIL in one thread, float32, batches of 32."""
    import torch
    from PIL import Image

    network, side = published_network(variant(name)), variant(name).size

    def prepared(content: bytes) -> torch.Tensor:
        image = Image.open(io.BytesIO(content)).convert("RGB")
        scale = (side + 32) / min(image.size)
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.BICUBIC)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float()
        return (pixels - 127) / 128

    def run(contents: list[bytes]) -> np.ndarray:
        found = []
        with torch.inference_mode():
            for start in range(0, len(contents), PEER_BATCH):
                batch = torch.stack([prepared(one) for one in contents[start : start + PEER_BATCH]])
                found.append(network(batch.contiguous()).argmax(dim=1))
        return torch.cat(found).numpy()

    return run


def _distinct(photos: list[Picture], count: int, tag: str) -> list[Picture]:
    """Photos over and over, each with bytes of its own after its end, so that none is remembered."""
    contents = [photo.read() for photo in photos]
    return [
        Picture.of_bytes(f"{row}.jpg", contents[row % len(contents)] + f"{tag}{row}".encode())
        for row in range(count)
    ]


def _speed(photos: list[Picture]) -> dict[str, Any]:
    """From files to labels in alternating rounds; the first warms both up and is not counted."""
    result = {}
    for name in NETWORKS:
        ours = _pipeline(PretrainedPipeline, name, imagenet.names())
        peer = _plain_loop(name)
        seconds: dict[str, list[float]] = {"litmus": [], "plain loop": []}
        same = []
        for turn in range(ROUNDS + 1):
            pictures = _distinct(photos, SPEED_IMAGES if turn else PEER_BATCH, f"round {turn}, ")
            batch, contents = _frame(pictures), [picture.read() for picture in pictures]
            start = time.perf_counter()
            labels = ours.predict(batch).codes
            middle = time.perf_counter()
            plain = peer(contents)
            seconds["litmus"].append(middle - start)
            seconds["plain loop"].append(time.perf_counter() - middle)
            same.append(float(np.mean(labels == plain)))
        counted = {each: times[1:] for each, times in seconds.items()}
        ratios = [slow / fast for fast, slow in zip(*counted.values(), strict=True)]
        result[name] = {
            "images": SPEED_IMAGES,
            "precision": ours.facts.precision,
            "images per second": {each: round(SPEED_IMAGES / statistics.median(times), 1)
                                  for each, times in counted.items()},
            "times faster": {"median": round(statistics.median(ratios), 2),
                             "low": round(min(ratios), 2), "high": round(max(ratios), 2)},
            "same labels": round(min(same), 4),
        }
    return result


class _Watching(Progress):
    """Notes the memory once the first images are done."""

    def __init__(self) -> None:
        self.done = 0
        self.early = 0.0

    def advance(self, rows: int) -> None:
        self.done += rows
        if not self.early and self.done >= WARM_IMAGES:
            self.early = resident_mb()


def _memory(photos: list[Picture]) -> dict[str, Any]:
    """Megabytes after 500 and after 5,000 photos, the bytes of all photos included in both."""
    batch = _frame(_distinct(photos, MEMORY_IMAGES, "memory, "))
    model = _pipeline(PretrainedPipeline, NETWORKS[0], imagenet.names())
    gc.collect()
    watching = _Watching()
    predicted = model.predict(batch, watching)
    late = resident_mb()
    return {
        "images": len(predicted), "after 500": round(watching.early), "at the end": round(late),
        "bytes of the photos": round(sum(len(each.read()) for each in batch["image"]) / 1e6),
        "peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
