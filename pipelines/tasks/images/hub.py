"""Any image classifier of the Hugging Face Hub, and any CLIP or SigLIP with names that are typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Self

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from data.images.picture import Picture
from pipelines.pipeline import ClassPredictions, Pipeline
from pipelines.progress import SILENT, Progress

IMAGE = "image"
LABEL = "label"
_NAMELESS = re.compile(r"LABEL_\d+")

Probabilities = Callable[[Sequence[Picture], Progress], np.ndarray]


class HubImagePipeline(Pipeline):
    """A Hub model; which kind it is shows in its own configuration.

    A classifier gives the probabilities of the user's classes, found among its labels by name and
    brought to a sum of one. Where nobody gave classes it answers with its own labels.
    """

    def load(self) -> Self:
        """Read the weights, and find the classes among the labels.

        Raises:
            HubError: as `hub_models.hub_image_model`.
            OptionError: the model knows one of the classes by no name, or needs names to be typed.
        """
        from pipelines.vision.hub_models import ImageTextModel, hub_image_model, refuse_one_class

        name = self.config.hub_model
        model, revision = hub_image_model(name, self.config.revision, self.config.device)
        self._model = model
        self._unknown = ""
        self._probabilities: Probabilities
        if isinstance(model, ImageTextModel):
            classes = self._classes = self.config.classes
            refuse_one_class(classes, name)
            model.texts(classes)
            self._probabilities = lambda pictures, progress: model.probabilities(
                pictures, classes, progress
            )
        else:
            self._classes, gather = self._gathering(model.labels)
            self._probabilities = lambda pictures, progress: _gathered(
                model.probabilities(pictures, progress), gather
            )
        self.facts.device = model.device.type
        self.facts.precision = model.precision
        self.facts.versions = {
            **{each: version(each) for each in ("torch", "transformers", "pillow")},
            "revision": revision,
        }
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> ClassPredictions:
        """Probabilities of the classes.

        Raises:
            DataError: rows are labelled, and the model knows other classes than the labels.
        """
        if self._unknown and LABEL in batch:
            raise DataError(self._unknown)
        return ClassPredictions(
            self._classes, self._probabilities(batch[IMAGE].tolist(), progress)
        )

    def memory_mb(self) -> float:
        return self._model.memory_mb()

    def _gathering(self, labels: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
        """The classes to answer, and which labels are each of them: shape (labels, classes).

        Raises:
            OptionError: the labels have no names, or one of the user's classes is not among them.
        """
        if all(_NAMELESS.fullmatch(label) for label in labels):
            raise OptionError(
                f"The model {self.config.hub_model} has no names for its classes ({labels[0]} and so "
                "on); choose a model that has."
            )
        own = _told_apart(labels)
        wanted = self.config.classes
        if not wanted:
            return own, np.eye(len(labels))
        meant = meanings(labels, wanted)
        missing = next((name for name, found in zip(wanted, meant, strict=True) if not found), None)
        if missing is None:
            gather = np.zeros((len(labels), len(wanted)))
            for place, found in enumerate(meant):
                gather[list(found), place] = 1
            return wanted, gather
        sentence = (
            f"The model {self.config.hub_model} does not know the class “{missing}”; its "
            f"{len(labels):,} classes begin with {', '.join(labels[:3])}: choose a model for your "
            "classes, or a CLIP or SigLIP, which reads names."
        )
        if not _known_beforehand(wanted):
            raise OptionError(sentence)
        # The names of ImageNet stand for "no classes given", unless rows are labelled with them.
        self._unknown = sentence
        return own, np.eye(len(labels))


def meanings(labels: Sequence[str], classes: Sequence[str]) -> list[tuple[int, ...]]:
    """The labels that each class stands for, by position; empty where there is none.

    Case, underscores, hyphens and blanks do not count, and a label such as “tabby, tabby cat” has
    several names. A label that is the whole name comes before one that has it among others.
    """
    whole: dict[str, list[int]] = {}
    parts: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        whole.setdefault(_plain(label), []).append(place)
        for name in dict.fromkeys(map(_plain, label.split(","))):
            parts.setdefault(name, []).append(place)
    # 1,000 labels in the usual order are ImageNet's, whose names stand for two classes at times.
    numbered = _imagenet_order(labels)
    found: list[tuple[int, ...]] = []
    for plain in map(_plain, classes):
        if plain in numbered:
            found.append((numbered[plain],))
        else:
            found.append(tuple(whole.get(plain) or parts.get(plain) or ()))
    return found


def _imagenet_order(labels: Sequence[str]) -> dict[str, int]:
    """The position of each shown name of ImageNet, when the labels are those in that order."""
    from pipelines.vision.imagenet import all_classes

    known = all_classes()
    if len(labels) != len(known):
        return {}
    for label, each in zip(labels, known, strict=True):
        # A name that stands for two classes is told apart in brackets there.
        names = {_plain(name).partition(" (")[0] for name in (each.name, *each.synonyms)}
        if not names & set(map(_plain, label.split(","))):
            return {}
    return {_plain(each.name): place for place, each in enumerate(known)}


def _known_beforehand(classes: Sequence[str]) -> bool:
    from pipelines.vision.imagenet import names

    return tuple(classes) == names()


def _told_apart(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels, with a number behind those that occur twice."""
    held: dict[str, int] = {}
    found = []
    for label in labels:
        held[label] = held.get(label, 0) + 1
        found.append(label if held[label] == 1 else f"{label} ({held[label]})")
    return tuple(found)


def _gathered(probabilities: np.ndarray, gather: np.ndarray) -> np.ndarray:
    """Probabilities of the classes among themselves; equal ones where the model gives them none."""
    found = probabilities.astype(np.float64) @ gather
    sums = found.sum(axis=1, keepdims=True)
    even = np.full_like(found, 1 / found.shape[1])
    return np.where(sums > 0, found / np.where(sums > 0, sums, 1), even)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
