"""The loop that trains image networks: from scratch and onwards from pretrained weights."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from pipelines.evaluation.calibration import fit_temperature
from pipelines.progress import SILENT, Progress
from pipelines.vision.holding_back import Parts
from pipelines.vision.precision_of_training import training_precision

ROWS_AT_ONCE = 256
# Fewer rows say next to nothing of how sure a network may be.
FEWEST_TO_CALIBRATE = 50
# The largest class may have this many times the rows of the smallest before rows are weighted.
BALANCED = 3.0
LEAST_BATCH = 8


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained, by AdamW under one cycle of the learning rate.

    Attributes:
        epochs: times that each row is seen when training does not end early.
        steps: fewest steps in all; small sets get more epochs for it.
        most_epochs: even of a small set.
        batch: rows a step; less for small sets.
        learning_rate: the highest of the cycle.
        warm_up: share of the steps in which the rate grows.
        patience: share of the epochs without a lower validation loss after which training ends.
        mixed: whether rows are blended with others, input and loss alike (mixup, Zhang et al. 2018).
        way: share of the way from the weights that training begins with to the trained ones that is
            kept (Wortsman et al. 2022); less than 1 for pretrained weights alone.
        lower_precision: whether bfloat16 may be used where it is measured to be faster.
    """

    epochs: int
    batch: int
    learning_rate: float
    weight_decay: float = 0.0
    warm_up: float = 0.2
    patience: float = 0.34
    steps: int = 300
    most_epochs: int = 40
    mixed: bool = False
    way: float = 1.0
    lower_precision: bool = True


class Lessons(ABC):
    """Labelled training rows.

    Attributes:
        codes: class number of each row, int64, where the network computes.
        parts: which rows are fitted to and which watch.
    """

    def __init__(self, codes: torch.Tensor, parts: Parts) -> None:
        self.codes = codes
        self.parts = parts

    @abstractmethod
    def varied(self, rows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Inputs of the network for some rows, augmented anew each time."""

    @abstractmethod
    def plain(self, rows: torch.Tensor) -> torch.Tensor:
        """Inputs of the network for some rows as they are."""

    def together(self, rows: torch.Tensor, most: int) -> list[torch.Tensor]:
        """The rows in near equal lists of at most `most`, each of which makes one input."""
        return list(torch.tensor_split(rows, max(1, -(-len(rows) // most))))


class Watched(NamedTuple):
    """What a network says of the validation rows."""

    loss: float
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What training came to; the network itself holds the best weights.

    Attributes:
        epochs: that were run.
        best_epoch: whose weights were kept, from 1; the last without validation rows, 0 when the
            weights that training began with were the best.
        validation: of the kept weights; None without validation rows.
        precision: "float32" or "bfloat16", of the steps.
    """

    epochs: int
    best_epoch: int
    validation: Watched | None
    precision: str


def train(
    network: nn.Module,
    lessons: Lessons,
    recipe: Recipe,
    generator: torch.Generator,
    *,
    name: str,
    curve: str = "",
    keep_start: bool = False,
    progress: Progress = SILENT,
) -> Trained:
    """Fit the network in place to the training part and keep the epoch of least validation loss.

    What is watched and kept is the running mean of the weights over about one epoch (as in Polyak
    averaging): the loss on a few hundred rows jumps from one step's weights to the next's, and its
    minimum would often be a jump.

    Rows are weighted by class where classes are unbalanced, as `class_weights` says. After each
    epoch the curves "training loss", "training accuracy", "validation loss" and "validation
    accuracy" gain a point; progress advances with each batch.

    Args:
        network: on its device; parameters that require no gradient stay as they are.
        generator: decides everything that is drawn; on the CPU.
        name: of the stage that progress shows; identifies the architecture, too.
        curve: what the names of the curves end in, to tell several trainings apart.
        keep_start: whether the weights that training begins with compete as epoch 0.

    Raises:
        CancelledRun: the user stopped it.
    """
    work = _Work(network, lessons, recipe, generator, name)
    progress.stage(name, work.epochs * len(lessons.parts.train))
    best = _Best(patience=max(2, math.ceil(recipe.patience * work.epochs)))
    held = len(lessons.parts.validation) > 0
    if held and keep_start:
        start = watch(network, lessons, progress)
        _report(progress, "validation", curve, 0, start)
        best.look(0, network, start)
    epoch = 0
    while epoch < work.epochs and not best.tired(epoch):
        epoch += 1
        _report(progress, "training", curve, epoch, work.epoch(progress))
        if held:
            kept = work.kept()
            seen = watch(kept, lessons, progress)
            _report(progress, "validation", curve, epoch, seen)
            best.look(epoch, kept, seen)
    network.load_state_dict(best.weights or work.kept().state_dict())
    network.eval()
    return Trained(
        epochs=epoch, best_epoch=best.epoch if held else epoch, validation=best.watched,
        precision=work.precision,
    )


def watch(network: nn.Module, lessons: Lessons, progress: Progress = SILENT) -> Watched:
    """Mean log loss and accuracy on the validation rows, unweighted."""
    logits, codes = validation_logits(network, lessons, progress)
    loss = functional.cross_entropy(logits, codes).item()
    return Watched(loss, (logits.argmax(dim=1) == codes).float().mean().item())


def validation_logits(
    network: nn.Module, lessons: Lessons, progress: Progress = SILENT
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits, shape (rows, classes), and class numbers of the validation rows."""
    rows = torch.from_numpy(lessons.parts.validation)
    network.eval()
    found = []
    with torch.no_grad():
        lists = lessons.together(rows, ROWS_AT_ONCE)
        for some in lists:
            found.append(network(lessons.plain(some)).float())
            # No rows of the stage, but a chance to stop.
            progress.advance(0)
    return torch.cat(found), lessons.codes[torch.cat(lists).to(lessons.codes.device)]


def class_weights(codes: torch.Tensor) -> torch.Tensor:
    """Weight of a row by its class; all one unless a class has over 3 times the rows of another.

    Then the inverse square root of the class's size, which lifts small classes without drowning
    large ones, on the scale that keeps the mean weight of a row at one.
    """
    # On the CPU, as not every device has float64.
    counts = torch.bincount(codes.cpu()).double()
    there = counts[counts > 0]
    if there.max() <= BALANCED * there.min():
        return torch.ones(len(counts), device=codes.device)
    weights = torch.where(counts > 0, counts.clamp(min=1).rsqrt(), 0.0)
    return (weights * len(codes) / (weights * counts).sum()).float().to(codes.device)


def temperature_of(network: nn.Module, lessons: Lessons) -> float:
    """What the network's logits are divided by to be calibrated on the validation rows.

    1.0 with fewer than 50 rows, and when all are right: then the fit would know no bound.
    """
    if len(lessons.parts.validation) < FEWEST_TO_CALIBRATE:
        return 1.0
    logits, codes = validation_logits(network, lessons)
    if bool((logits.argmax(dim=1) == codes).all()):
        return 1.0
    return fit_temperature(logits.cpu().double().numpy(force=True), codes.numpy(force=True))


class _Work:
    """A training under way.

    Attributes:
        epochs: to run if it does not end early.
        precision: of the steps.
    """

    def __init__(
        self, network: nn.Module, lessons: Lessons, recipe: Recipe, generator: torch.Generator,
        name: str,
    ) -> None:
        self._network, self._lessons, self._generator = network, lessons, generator
        self._mixed, self._way = recipe.mixed, recipe.way
        self._rows = torch.from_numpy(lessons.parts.train)
        self._batch = min(recipe.batch, max(LEAST_BATCH, len(self._rows) // 8))
        first, *others = lessons.together(self._rows, self._batch)
        steps = 1 + len(others)
        self.epochs = max(recipe.epochs, min(recipe.most_epochs, math.ceil(recipe.steps / steps)))
        self._weights = class_weights(self._codes(self._rows))
        self.precision = "float32"
        if recipe.lower_precision:
            network.train()
            self.precision = training_precision(
                name, network, lessons.plain(first), self._codes(first)
            )
        learnt = [weight for weight in network.parameters() if weight.requires_grad]
        self._optimiser = torch.optim.AdamW(
            learnt, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
        )
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, recipe.learning_rate, total_steps=self.epochs * steps,
            pct_start=recipe.warm_up,
        )
        self._mean = _MeanWeights(network, steps)
        self._start = copy.deepcopy(network) if self._way < 1 else network

    def epoch(self, progress: Progress) -> Watched:
        """See each row once; the mean loss, unweighted, and accuracy meanwhile."""
        self._network.train()
        order = self._rows[torch.randperm(len(self._rows), generator=self._generator)]
        loss = right = torch.zeros((), device=self._lessons.codes.device)
        for rows in self._lessons.together(order, self._batch):
            losses, hits = self._step(rows)
            loss, right = loss + losses.sum(), right + hits.sum()
            progress.advance(len(rows))
        return Watched(loss.item() / len(order), right.item() / len(order))

    def kept(self) -> nn.Module:
        """The network that would be kept if training ended here."""
        if self._way == 1:
            return self._mean.network
        found = copy.deepcopy(self._start)
        _move(found, self._mean.network, self._way)
        return found

    def _step(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Losses of the rows, and which of them are right, before the step."""
        codes = self._codes(rows)
        inputs = self._lessons.varied(rows, self._generator)
        share, others = 1.0, codes
        if self._mixed:
            # At least half, so that a row's own class is the one it may be said to be.
            share, others = 1 - float(torch.rand((), generator=self._generator)) / 2, codes.roll(1)
            inputs = share * inputs + (1 - share) * inputs.roll(1, dims=0)
        with torch.autocast(
            inputs.device.type, dtype=torch.bfloat16, enabled=self.precision == "bfloat16"
        ):
            logits = self._network(inputs)
        chances = functional.log_softmax(logits.float(), dim=1)
        losses = -chances.gather(1, codes[:, None])[:, 0]
        aims = losses * self._weights[codes]
        if share < 1:
            other_losses = -chances.gather(1, others[:, None])[:, 0]
            aims = share * aims + (1 - share) * other_losses * self._weights[others]
            losses = share * losses + (1 - share) * other_losses
        torch.autograd.backward(aims.mean())
        self._optimiser.step()
        self._rate.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._mean.add(self._network)
        return losses.detach(), logits.detach().argmax(dim=1) == codes

    def _codes(self, rows: torch.Tensor) -> torch.Tensor:
        return self._lessons.codes[rows.to(self._lessons.codes.device)]


def _report(progress: Progress, part: str, curve: str, epoch: int, watched: Watched) -> None:
    progress.figure(f"{part} loss{curve}", epoch, watched.loss)
    progress.figure(f"{part} accuracy{curve}", epoch, watched.accuracy)


class _MeanWeights:
    """The running mean of a network's weights over the last steps.

    Attributes:
        network: has the mean weights.
    """

    def __init__(self, network: nn.Module, steps: int) -> None:
        self.network = copy.deepcopy(network)
        self._steps = steps
        self._added = 0

    def add(self, network: nn.Module) -> None:
        self._added += 1
        _move(self.network, network, 1 / min(self._added, self._steps))


@torch.no_grad()
def _move(network: nn.Module, towards: nn.Module, share: float) -> None:
    """Bring weights a share of the way to those of a network of the same form."""
    aims = towards.state_dict()
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            tensor.lerp_(aims[name], share)
        else:
            tensor.copy_(aims[name])


class _Best:
    """The weights of the epoch with the least validation loss so far."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self.weights: dict[str, torch.Tensor] | None = None
        self.epoch = 0
        self.watched: Watched | None = None

    def look(self, epoch: int, network: nn.Module, watched: Watched) -> None:
        if self.watched is None or watched.loss < self.watched.loss:
            self.epoch, self.watched = epoch, watched
            self.weights = {
                name: tensor.detach().clone() for name, tensor in network.state_dict().items()
            }

    def tired(self, epoch: int) -> bool:
        return self.watched is not None and epoch - self.epoch >= self._patience


def seeded(seed: int) -> torch.Generator:
    """A generator on the CPU, so that a seed draws the same on every device."""
    return torch.Generator().manual_seed(int(np.uint32(seed)))
