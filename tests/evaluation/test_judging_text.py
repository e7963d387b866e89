"""What a run's texts are held against: the role that a task says, a baseline that is a copy or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.judging import Judged
from pipelines.judging.text import KIND
from pipelines.pipeline import TextPredictions

SOURCES = [f"Please send back item number {number} today." for number in range(40)]
WRITTEN = [f"Por favor devolva hoje o item número {number}." for number in range(40)]


def said(texts: list[str]) -> TextPredictions:
    cells = np.empty(len(texts), dtype=object)
    cells[:] = texts
    return TextPredictions(cells)


def judged(baseline: list[str], name: str = "floor", source: str | None = "letter") -> Judged:
    truth = pd.Series([None] * len(WRITTEN), dtype=object)
    for row, text in enumerate(WRITTEN):
        truth.iat[row] = (text,)
    return KIND.judge(
        truth, {name: said(baseline), "own": said(WRITTEN)},
        batch=pd.DataFrame({"letter": SOURCES, "text": WRITTEN}), source=source, baseline=name,
        favourite="own", seed=0,
    )


def test_a_baseline_that_copies_the_source_is_called_that_whatever_its_name() -> None:
    assert "better than copying the source" in judged(SOURCES).verdict
    assert "better than copying the source" in judged([f" {text}" for text in SOURCES]).verdict


@pytest.mark.parametrize("name", ["floor", "copy"])
def test_a_baseline_that_does_not_copy_is_called_by_its_name(name: str) -> None:
    other = [text.upper() for text in SOURCES]
    assert f"better than the baseline, {name}" in judged(other, name).verdict
    assert f"better than the baseline, {name}" in judged(SOURCES, name, source=None).verdict


def test_sources_are_those_of_the_role_that_the_task_says() -> None:
    assert judged(SOURCES).detail.sources == tuple(SOURCES)
    assert judged(SOURCES, source="text").detail.sources == tuple(WRITTEN)
    assert judged(SOURCES, source=None).detail.sources is None


def test_verdict_calls_models_by_their_titles_once_they_are_known() -> None:
    other = [text.upper() for text in SOURCES]
    found = judged(other)
    told = found.named({"own": "Own sentences", "floor": "Floor"}).verdict
    assert told.startswith("On 40 segments “Own sentences” has")
    assert "better than the baseline, Floor" in told and "floor" not in told
    assert found.verdict == found.named({}).verdict, "without titles their ids stand for them"
