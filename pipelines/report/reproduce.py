"""The exact command line and HTTP call that repeat a run."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import PurePath

import numpy as np
import pandas as pd

from data import samples
from pipelines.commands import FileEvaluation
from pipelines.experiment import Experiment, ModelRun
from pipelines.options import Options
from pipelines.prepare import suggest_labels
from pipelines.report.predictions import prediction_file, safe_name


def command_line(experiment: Experiment) -> str:
    """The shell command that gives the same report from the same file.

    Labels that were given in the page stand in no file of the user, so the command then reads the
    downloaded predictions, which hold them.
    """
    request = experiment.request
    dataset, table = request.dataset, request.dataset.table
    parts = ["python", "-m", "pipelines", "run", request.task.slug]
    if request.training is not None:
        parts += ["--train", file_of(request.training.table.name), "--test", file_of(table.name)]
    elif table.by_hand:
        parts += ["--data", prediction_file(experiment.favourite)]
    else:
        parts += ["--data", *(samples.places(table) or map(file_of, table.name.split(" + ")))]
    if not table.by_hand:
        parts += [f"--sheet={table.choices[name]}" for name in ("sheet",) if name in table.choices]
        if "sample_rows" in table.choices:
            parts.append(f"--limit={table.choices['sample_rows']}")
    parts += [f"--map={role.name}={dataset.roles.get(role.name, '')}" for role in request.task.roles]
    read = suggest_labels(request.task, table, dataset.roles, {})
    meaning = {**dict.fromkeys(read, ""), **dataset.labels}
    parts += [f"--labels={theirs}={ours}" for theirs, ours in meaning.items()]
    parts += [f"--model={run.card.id}" for run in experiment.runs if not run.card.baseline]
    defaults = Options(request.task)
    parts += [
        f"--set={name}={value}" for name, value in request.options.items()
        if value != defaults[name]
    ]
    if request.device != "auto":
        parts.append(f"--device={request.device}")
    return shlex.join([*parts, f"--seed={request.seed}", "--out=report"])


def evaluation_command_line(evaluation: FileEvaluation) -> str:
    """The shell command that judges the same file in the same way."""
    table = evaluation.dataset.table
    parts = ["python", "-m", "pipelines", "evaluate", evaluation.kind]
    parts += ["--data", file_of(table.name)]
    if "sheet" in table.choices:
        parts.append(f"--sheet={table.choices['sheet']}")
    for role, columns in evaluation.mapping.items():
        for column in columns:
            parts += ["--map", f"{role}={column}"]
    return shlex.join([*parts, "--seed", str(evaluation.seed), "--out", "report"])


def http_call(
    experiment: Experiment, run: ModelRun, address: str = "http://localhost:8501"
) -> str:
    """A curl command that asks a model about one record; one that learnt, as a served bundle."""
    task = experiment.request.task
    record = _first_row(experiment, run) or dict(task.record) or {
        role.name: "..." for role in task.roles if role.required or role.name in task.asks
    }
    model = f"bundle:{safe_name(run.card.id)}" if run.card.learns else run.card.id
    body: dict[str, object] = {"model": model, "records": [record]}
    if not run.card.learns and experiment.outputs:
        body["classes"] = list(experiment.outputs)
    return shlex.join(
        ["curl", f"{address}/api/predict/{task.slug}", "-H", "content-type: application/json",
         "-d", json.dumps(body, ensure_ascii=False)]
    )


def score_command(experiment: Experiment, run: ModelRun) -> str:
    """The shell command that scores the rows of a file like the one of the run with its bundle."""
    name = safe_name(run.card.id)
    data = file_of(experiment.request.dataset.table.name.split(" + ")[0])
    return shlex.join([
        "python", "-m", "pipelines", "predict", "--bundle", f"{name}.zip", "--data", data,
        "--out", "scored.csv",
    ])


def _first_row(experiment: Experiment, run: ModelRun) -> dict[str, object]:
    """The first row of the data in the columns that a model was taught, as JSON holds them."""
    frame = experiment.request.dataset.table.frame
    names = [name for name in run.pipeline.columns if name in frame.columns]
    return {name: _plain(frame[name].iloc[0]) for name in names} if len(frame) else {}


def _plain(cell: object) -> object:
    if pd.isna(cell):
        return None
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    if isinstance(cell, int | float | np.number):
        number = float(cell)
        return int(number) if number.is_integer() else number if math.isfinite(number) else None
    return str(cell)


def file_of(name: str) -> str:
    """The bare file name of an upload, safe as an argument."""
    bare = PurePath(name.replace("\\", "/")).name
    return f"./{bare}" if bare.startswith("-") else bare
