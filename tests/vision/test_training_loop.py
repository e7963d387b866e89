"""The training loop keeps the best epoch, draws curves, stops when told and repeats itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from pipelines.progress import CancelledRun
from pipelines.vision.holding_back import Parts
from pipelines.vision.precision_of_training import training_precision
from pipelines.vision.training import (
    Lessons,
    Recipe,
    Trained,
    seeded,
    temperature_of,
    train,
    watch,
)
from tests.vision.drawn import Recorder

RECIPE = Recipe(epochs=12, batch=16, learning_rate=0.05, steps=1, lower_precision=False)


class Points(Lessons):
    """Rows of numbers, of which the first says the class where `noise` is 0."""

    def __init__(self, rows: int, held: int, noise: float, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        codes = np.arange(rows) % 2
        wrong = rng.random(rows) < noise
        self.points = torch.from_numpy(rng.normal(size=(rows, 30)).astype(np.float32))
        self.points[:, 0] = torch.from_numpy(codes * 4.0 - 2.0)
        parts = Parts(np.arange(held, rows), np.arange(held))
        super().__init__(torch.from_numpy(np.where(wrong, 1 - codes, codes)), parts)
        self.asked: set[int] = set()

    def varied(self, rows: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        self.asked.update(rows.tolist())
        return self.points[rows]

    def plain(self, rows: torch.Tensor) -> torch.Tensor:
        return self.points[rows]


def network(seed: int = 0) -> nn.Module:
    linear = [nn.Linear(30, 40), nn.Linear(40, 2)]
    for layer in linear:
        nn.init.normal_(layer.weight, 0, 0.2, generator=seeded(seed))
        nn.init.zeros_(layer.bias)
    return nn.Sequential(linear[0], nn.ReLU(), linear[1])


def run(
    lessons: Lessons, recipe: Recipe = RECIPE, seed: int = 0, recorder: Recorder | None = None,
    keep_start: bool = False,
) -> tuple[nn.Module, Trained, Recorder]:
    made, recorder = network(seed), recorder or Recorder()
    trained = train(
        made, lessons, recipe, seeded(seed), name="points: training", keep_start=keep_start,
        progress=recorder,
    )
    return made, trained, recorder


def test_what_can_be_learnt_is_learnt() -> None:
    made, trained, _ = run(Points(200, 40, noise=0.0))
    assert trained.validation is not None
    assert trained.validation.accuracy > 0.95
    assert watch(made, Points(200, 40, noise=0.0)) == trained.validation


def test_the_epoch_of_least_validation_loss_is_kept() -> None:
    # With every third label wrong, the loss falls first and rises as wrong labels are learnt.
    lessons = Points(200, 60, noise=0.33)
    made, trained, recorder = run(lessons)
    losses = dict(recorder.curves["validation loss"])
    best = min(losses, key=lambda epoch: losses[epoch])
    assert best < trained.epochs, "the test needs an epoch that is worse than the best"
    assert trained.best_epoch == best
    assert watch(made, lessons).loss == pytest.approx(losses[best], rel=1e-6)
    assert losses[trained.epochs] > losses[best] * 1.05


def test_training_ends_early_when_the_validation_loss_stops_falling() -> None:
    _, trained, recorder = run(
        Points(200, 60, noise=0.33), Recipe(
            epochs=30, batch=16, learning_rate=0.05, patience=0.1, steps=1, lower_precision=False)
    )
    assert trained.epochs == trained.best_epoch + 3 < 30
    assert len(recorder.curves["validation loss"]) == trained.epochs


def test_all_epochs_run_where_no_row_is_held_back() -> None:
    _, trained, recorder = run(Points(30, 0, noise=0.4))
    assert trained.epochs == trained.best_epoch == 12
    assert trained.validation is None
    assert set(recorder.curves) == {"training loss", "training accuracy"}


def test_rows_held_back_are_never_fitted_to() -> None:
    lessons = Points(100, 30, noise=0.0)
    run(lessons)
    assert lessons.asked == set(range(30, 100))


def test_small_sets_get_more_epochs() -> None:
    recipe = Recipe(
        epochs=3, batch=16, learning_rate=0.01, steps=60, most_epochs=10, lower_precision=False)
    _, trained, recorder = run(Points(30, 0, noise=0.0), recipe)
    assert trained.epochs == 10
    assert recorder.stages == [("points: training", 300)]
    assert recorder.rows == 300


def test_curves_have_a_point_for_each_epoch() -> None:
    _, trained, recorder = run(Points(120, 40, noise=0.0))
    assert set(recorder.curves) == {
        "training loss", "training accuracy", "validation loss", "validation accuracy"
    }
    for points in recorder.curves.values():
        assert [step for step, _ in points] == list(range(1, trained.epochs + 1))
    assert recorder.curves["training loss"][-1][1] < recorder.curves["training loss"][0][1]


def test_a_batch_of_one_row_does_not_stand_alone() -> None:
    class Least(nn.Module):
        rows: list[int]

        def __init__(self) -> None:
            super().__init__()
            self.layer, self.rows = nn.Linear(30, 2), []

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            self.rows.append(len(inputs))
            return self.layer(inputs)

    made = Least()
    train(made, Points(129, 0, noise=0.0), RECIPE, seeded(0), name="points: training")
    assert min(made.rows) >= 14


def test_the_same_seed_gives_the_same_weights() -> None:
    lessons = Points(120, 40, noise=0.2)
    first, again, other = (run(lessons, seed=seed)[0].state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["0.weight"], other["0.weight"])


@pytest.mark.parametrize("after", [1, 200, 700])
def test_a_cancelled_training_stops_at_the_next_batch(after: int) -> None:
    recorder = Recorder(stop_after=after)
    with pytest.raises(CancelledRun):
        run(Points(120, 40, noise=0.0), recorder=recorder)
    assert recorder.rows < after + 16


def test_weights_that_training_does_not_better_are_kept() -> None:
    lessons = Points(200, 60, noise=0.3)
    made, _, _ = run(lessons)
    start = {name: each.clone() for name, each in made.state_dict().items()}
    wrecked = Recipe(epochs=3, batch=16, learning_rate=30.0, steps=1, lower_precision=False)
    trained = train(
        made, lessons, wrecked, seeded(0), name="points: training", keep_start=True
    )
    assert trained.best_epoch == 0
    assert all(torch.equal(each, start[name]) for name, each in made.state_dict().items())


def test_part_of_the_way_is_kept_of_what_training_changed() -> None:
    lessons = Points(60, 0, noise=0.0)
    start = network(0).state_dict()
    whole, _, _ = run(lessons)
    half = network(0)
    recipe = dataclasses.replace(RECIPE, way=0.25)
    train(half, lessons, recipe, seeded(0), name="points: training")
    for name, weights in half.state_dict().items():
        expected = 0.75 * start[name] + 0.25 * whole.state_dict()[name]
        torch.testing.assert_close(weights, expected)


def test_blended_rows_are_still_learnt() -> None:
    lessons = Points(200, 40, noise=0.0)
    _, trained, recorder = run(lessons, dataclasses.replace(RECIPE, mixed=True))
    assert trained.validation is not None and trained.validation.accuracy > 0.95
    # A blend of two classes cannot be told for sure.
    assert min(value for _, value in recorder.curves["training loss"]) > 0.1


def test_the_temperature_softens_a_network_that_is_too_sure() -> None:
    lessons = Points(400, 200, noise=0.25)

    class Sure(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return torch.stack([-5 * inputs[:, 0], 5 * inputs[:, 0]], dim=1)

    right = (lessons.codes[:200] == (lessons.points[:200, 0] > 0).long()).double().mean().item()
    # Two logits 20 apart have to say what share is right: 20 / T = log(p / (1 - p)).
    expected = 20 / np.log(right / (1 - right))
    assert temperature_of(Sure(), lessons) == pytest.approx(expected, rel=1e-3) or expected > 20


def test_few_rows_or_rows_all_right_leave_the_temperature_at_one() -> None:
    class First(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return torch.stack([-inputs[:, 0], inputs[:, 0]], dim=1)

    assert temperature_of(First(), Points(200, 49, noise=0.3)) == 1.0
    assert temperature_of(First(), Points(200, 100, noise=0.0)) == 1.0


def test_precision_is_measured_once_and_leaves_the_network_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[int] = []

    def count(forward: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        def counted(*args: object) -> torch.Tensor:
            measured.append(1)
            return forward(*args)

        return counted

    made = network()
    monkeypatch.setattr(nn.ReLU, "forward", count(nn.ReLU.forward))
    before = {name: each.clone() for name, each in made.state_dict().items()}
    inputs, codes = torch.ones(4, 30), torch.tensor([0, 1, 0, 1])
    first = training_precision("points of a test", made, inputs, codes)
    steps = len(measured)
    assert steps > 0
    assert training_precision("points of a test", made, inputs, codes) == first
    assert len(measured) == steps
    assert first in ("float32", "bfloat16")
    assert all(torch.equal(each, before[name]) for name, each in made.state_dict().items())
    assert all(weight.grad is None for weight in made.parameters())
