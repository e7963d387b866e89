"""Perplexity as one figure of a run, whatever its texts were judged by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.table import Table
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import Options
from pipelines.pipeline import TextPredictions
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task
from pipelines.report.foreseen import foreseen_scores, foreseen_table
from pipelines.request import Request

TASK = find_task("generation")
PROMPTS = ["The lamp is", "Is it late", "One more"]


def experiment(references: list[str] | None, role: str | None) -> Experiment:
    """Copies of prompts, with what a model would say of how well it foresees the texts."""
    frame = pd.DataFrame({"prompt": PROMPTS}).astype("str")
    if references is not None:
        frame["reference"] = references
    dataset = prepare(TASK, Table("prompts.csv", frame, "sha256:ab", (), len(frame)))
    found = run_experiment(Request(
        task=TASK, dataset=dataset, models=find_models(TASK, ["copy"]), options=Options(TASK),
    ))
    if role is None:
        return found
    (run,) = found.runs
    texts = run.predictions
    assert isinstance(texts, TextPredictions)
    # 2 tokens at a chance of 1/2, 1 at 1/8, 0: 5 bits for 3 tokens and 10 bytes.
    columns = {
        f"{role}_nll": np.log(2) * np.array([2.0, 3.0, 0.0]),
        f"{role}_tokens": np.array([2, 1, 0]), f"{role}_bytes": np.array([6, 4, 0]),
    }
    run = replace(run, predictions=TextPredictions(texts.texts, columns))
    return replace(found, runs=(run,))


def test_prompts_alone_have_a_perplexity_with_its_interval() -> None:
    found = experiment(None, "prompt")
    assert found.judged is None
    scores = {each.name: each for each in foreseen_scores(found, found.runs[0])}
    assert scores["perplexity"].value == pytest.approx(2 ** (5 / 3))
    assert scores["bits_per_byte"].value == pytest.approx(0.5)
    assert scores["perplexity"].signature.endswith("of:prompts")
    low, high = scores["perplexity"].low, scores["perplexity"].high
    # Resamples have from 1 bit a token, of the first text alone, to 3 bits, of the second.
    assert low == pytest.approx(2) and high == pytest.approx(8)


def test_the_command_lines_table_has_both_figures_and_is_empty_without() -> None:
    lines = foreseen_table(experiment(None, "prompt")).splitlines()
    assert lines[0].split() == ["model", "perplexity", "bits_per_byte"]
    assert lines[2].split()[:2] == ["copy", f"{2 ** (5 / 3):.3f}"]
    without = experiment(None, None)
    assert foreseen_table(without) == "" and foreseen_scores(without, without.runs[0]) == ()


def test_scores_that_judged_are_not_made_twice() -> None:
    found = experiment(["on", "no", "two"], "reference")
    judged = found.judged
    assert judged is not None
    own = foreseen_scores(found, found.runs[0])
    assert own[0].signature.endswith("of:references")
    known = replace(judged, scores={"copy": (*judged.scores["copy"], replace(own[0], value=7.0))})
    assert foreseen_scores(replace(found, judged=known), found.runs[0])[0].value == 7.0


def test_texts_without_tokens_have_no_figure() -> None:
    found = experiment(None, "prompt")
    (run,) = found.runs
    blank = {name: np.zeros(3) for name in ("prompt_nll", "prompt_tokens", "prompt_bytes")}
    assert isinstance(run.predictions, TextPredictions)
    run = replace(run, predictions=replace(run.predictions, columns=blank))
    assert foreseen_scores(found, run) == ()
