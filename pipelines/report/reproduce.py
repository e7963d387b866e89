"""The exact command line and HTTP call that repeat a run."""

from __future__ import annotations

import json
import shlex
from pathlib import PurePath

from pipelines.experiment import Experiment
from pipelines.options import Options


def command_line(experiment: Experiment) -> str:
    """The shell command that gives the same report from the same file."""
    request = experiment.request
    parts = ["python", "-m", "pipelines", "run", request.task.slug]
    if request.training is None:
        parts += ["--data", file_of(request.dataset.table.name)]
    else:
        parts += ["--train", file_of(request.training.table.name)]
        parts += ["--test", file_of(request.dataset.table.name)]
    for role in request.task.roles:
        parts += ["--map", f"{role.name}={request.dataset.roles.get(role.name, '')}"]
    for theirs, ours in request.dataset.labels.items():
        parts += ["--labels", f"{theirs}={ours}"]
    for run in experiment.runs:
        if not run.card.baseline:
            parts += ["--model", run.card.id]
    defaults = Options(request.task)
    for name, value in request.options.items():
        if value != defaults[name]:
            parts += ["--set", f"{name}={value}"]
    parts += ["--seed", str(request.seed), "--out", "report"]
    return shlex.join(parts)


def http_call(experiment: Experiment, address: str = "http://localhost:8501") -> str:
    """A curl command that asks the default model about one record."""
    task = experiment.request.task
    record = {role.name: "..." for role in task.roles if role.required}
    body = json.dumps({"model": experiment.favourite.card.id, "records": [record]})
    return shlex.join(
        ["curl", f"{address}/api/predict/{task.slug}", "-H", "content-type: application/json",
         "-d", body]
    )


def file_of(name: str) -> str:
    """The bare file name of an upload, safe as an argument."""
    bare = PurePath(name.replace("\\", "/")).name
    return f"./{bare}" if bare.startswith("-") else bare
