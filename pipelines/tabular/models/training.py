"""How a small network learns from a table: batches, early stopping, the best weights kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.progress import Progress
from pipelines.runtime.device import CPU

if TYPE_CHECKING:
    import torch

SMALLEST_BATCH, LARGEST_BATCH = 32, 1024
BATCHES_A_PASS = 60
LOOK_AT_ONCE = 50_000
# With many rows fewer passes see as much: 100,000 rows are passed over 20 times at most.
MOST_SEEN, FEWEST_PASSES = 2_000_000, 6


@dataclass(frozen=True)
class Course:
    """How long and how fast to learn.

    Attributes:
        rate: learning rate.
        decay: weight decay.
        passes: at most so many over the rows.
        patience: passes without a better loss on the rows to look at before it ends.
        warm: whether the rate falls to zero along a half cosine.
    """

    rate: float
    decay: float
    passes: int
    patience: int
    warm: bool = False


def passes_for(rows: int, wanted: int) -> int:
    """Passes over so many rows: those that are wanted, or as many as `MOST_SEEN` allows."""
    return min(wanted, max(FEWEST_PASSES, MOST_SEEN // max(1, rows)))


@dataclass(frozen=True)
class Taught:
    """What came of it.

    Attributes:
        passes: after which the loss was the best.
        losses: on the rows to look at, after each pass.
    """

    passes: int
    losses: tuple[float, ...]


def teach(
    module: torch.nn.Module, cells: np.ndarray, y: np.ndarray, weight: np.ndarray, classes: bool,
    course: Course, device: torch.device, seed: int,
    look: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None, progress: Progress | None = None,
) -> Taught:  # fmt: skip
    """Teach a module that gives one score a row; it ends on the CPU in float64.

    Args:
        module: (b, q) cells to (b,) scores.
        cells: (n, q) float32.
        y: (n,) 0 and 1, or standardised amounts.
        weight: (n,) of each row.
        classes: binary cross-entropy of log odds, else squared error.
        course: how long and how fast.
        device: where to learn.
        seed: of the order of the rows and of dropout.
        look: cells, targets and weights that decide when to stop; None goes on for all passes.
    """
    import torch

    torch.manual_seed(seed)
    module.to(device).train()
    goal = torch.as_tensor(y, dtype=torch.float32, device=device)
    rows = torch.as_tensor(cells, dtype=torch.float32, device=device)
    counts = torch.as_tensor(weight / weight.mean(), dtype=torch.float32, device=device)
    size = int(np.clip(len(y) // BATCHES_A_PASS, SMALLEST_BATCH, LARGEST_BATCH))
    steps = course.passes * -(-len(y) // size)
    optimiser = torch.optim.AdamW(module.parameters(), lr=course.rate, weight_decay=course.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, _rates(steps, course.warm))
    measure = _loss_of(classes)
    rng = np.random.default_rng(seed)
    best, losses = {name: each.clone() for name, each in module.state_dict().items()}, []
    for done in range(course.passes):
        order = torch.as_tensor(rng.permutation(len(y)), device=device)
        # The last few rows would make a batch too small to normalise; they wait for another pass.
        for start in range(0, max(1, len(y) - len(y) % size), size):
            some = order[start : start + size]
            loss = (measure(module(rows[some]), goal[some]) * counts[some]).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
            torch.nn.utils.clip_grad_norm_(module.parameters(), 2.0)
            optimiser.step()
            schedule.step()
        if progress is not None:
            progress.advance(0)
        if look is None:
            continue
        losses.append(_look(module, look, measure, device))
        if progress is not None:
            progress.figure("validation loss", done + 1, losses[-1])
        if losses[-1] <= min(losses):
            best = {name: each.clone() for name, each in module.state_dict().items()}
        if len(losses) - int(np.argmin(losses)) > course.patience:
            break
    if look is not None:
        module.load_state_dict(best)
    module.to(CPU, torch.float64).eval()
    return Taught(int(np.argmin(losses)) + 1 if losses else course.passes, tuple(losses))


def score_of(module: torch.nn.Module, cells: np.ndarray) -> np.ndarray:
    """(n,) scores of (n, q) cells, in float64, so that a row's score has no neighbours' rounding."""
    import torch

    found = []
    with torch.inference_mode():
        for start in range(0, len(cells), LOOK_AT_ONCE):
            part = torch.as_tensor(cells[start : start + LOOK_AT_ONCE], dtype=torch.float64)
            found.append(module(part).numpy())
    return np.concatenate(found) if found else np.zeros(0)


def _rates(steps: int, warm: bool) -> Callable[[int], float]:
    def rate(step: int) -> float:
        if not warm:
            return 1.0
        return min((step + 1) / max(1.0, 0.05 * steps), 0.5 + 0.5 * float(np.cos(np.pi * step / steps)))

    return rate


def _loss_of(classes: bool) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    from torch.nn import functional

    def measure(scores: torch.Tensor, goal: torch.Tensor) -> torch.Tensor:
        if classes:
            return functional.binary_cross_entropy_with_logits(scores, goal, reduction="none")
        return functional.mse_loss(scores, goal, reduction="none")

    return measure


def _look(
    module: torch.nn.Module, look: tuple[np.ndarray, np.ndarray, np.ndarray],
    measure: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], device: torch.device,
) -> float:  # fmt: skip
    import torch

    module.eval()
    cells, y, weight = (torch.as_tensor(each, dtype=torch.float32) for each in look)
    with torch.inference_mode():
        parts = [
            measure(module(cells[at : at + LOOK_AT_ONCE].to(device)),
                    y[at : at + LOOK_AT_ONCE].to(device)).cpu()
            for at in range(0, len(cells), LOOK_AT_ONCE)
        ]  # fmt: skip
    module.train()
    losses = torch.cat(parts)
    return float((losses * weight).sum() / weight.sum())
