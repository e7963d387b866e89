"""float32 or bfloat16, by measurement, remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from pipelines.runtime import precision
from pipelines.runtime.precision import choose_precision

PROBE = {"x": torch.full((4, 8), 0.5)}


def forward(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    weight = next(model.parameters())
    found: torch.Tensor = model(inputs["x"].to(weight.dtype))
    return found


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    return tmp_path / "precision.json"


def seconds(monkeypatch: pytest.MonkeyPatch, lower: float) -> list[torch.dtype]:
    """Make float32 take one second and bfloat16 `lower`; returns what gets measured."""
    measured = []

    def fake(model: torch.nn.Module, *rest: object) -> float:
        dtype = next(model.parameters()).dtype
        measured.append(dtype)
        return lower if dtype == torch.bfloat16 else 1.0

    monkeypatch.setattr(precision, "_seconds", fake)
    return measured


def test_the_faster_precision_that_says_the_same_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds(monkeypatch, 0.5)
    model, name = choose_precision("m", torch.nn.Linear(8, 2), PROBE, forward)
    assert name == "bfloat16"
    assert next(model.parameters()).dtype == torch.bfloat16


def test_a_gain_below_a_tenth_is_not_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds(monkeypatch, 0.95)
    assert choose_precision("m", torch.nn.Linear(8, 2), PROBE, forward)[1] == "float32"


def test_a_precision_that_moves_the_outputs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds(monkeypatch, 0.1)
    model = torch.nn.Linear(8, 2)
    with torch.no_grad():
        model.weight.fill_(1001.7)
    kept, name = choose_precision("m", model, PROBE, forward)
    assert name == "float32"
    assert kept is model


def test_outputs_that_are_no_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds(monkeypatch, 0.1)
    broken = lambda model, inputs: forward(model, inputs) * float("nan")  # noqa: E731 - one line
    assert choose_precision("m", torch.nn.Linear(8, 2), PROBE, broken)[1] == "float32"


def test_the_choice_is_measured_once(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    measured = seconds(monkeypatch, 0.5)
    model = torch.nn.Linear(8, 2)
    choices = [choose_precision("m", model, PROBE, forward)[1] for _ in range(3)]
    assert choices == ["bfloat16"] * 3
    assert len(measured) == 2
    choose_precision("another", model, PROBE, forward)
    assert len(measured) == 4
    assert sorted(json.loads(cache.read_text("utf-8")).values()) == ["bfloat16", "bfloat16"]


def test_a_damaged_memory_is_measured_again(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    measured = seconds(monkeypatch, 0.5)
    for damaged in ("{", "[]", '{"m": 3}'):
        cache.write_text(damaged)
        assert choose_precision("m", torch.nn.Linear(8, 2), PROBE, forward)[1] == "bfloat16"
    assert len(measured) == 6
