"""Writes a report folder: all of it, or nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from data.errors import OptionError
from pipelines.commands import FileEvaluation
from pipelines.experiment import Experiment
from pipelines.report.document import document, evaluation_document
from pipelines.report.html import evaluation_page, report_page
from pipelines.report.predictions import prediction_csv


def check_folder(folder: Path | None) -> None:
    """Refuse a target that cannot become a folder, before anything runs.

    Raises:
        OptionError: it is a file, stands in one, or may not be written to.
    """
    if folder is None:
        return
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise OptionError(f"--out has to be a folder; {there.name} is a file.")
    if not os.access(there, os.W_OK):
        raise OptionError(f"--out is {folder}, and nothing may be written there; choose another.")


def safe_name(model: str) -> str:
    """A model id as part of a file name."""
    return re.sub(r"[^\w.-]+", "_", model)


def write_report(experiment: Experiment, folder: Path) -> None:
    """Write report.json, report.html and predictions-MODEL.csv for each model."""
    files = {
        "report.json": _json(document(experiment)),
        "report.html": report_page(experiment).encode("utf-8"),
    }
    for run in experiment.runs:
        name = f"predictions-{safe_name(run.card.id)}.csv"
        files[name] = prediction_csv(experiment, run)
    _write(files, folder)


def write_evaluation(evaluation: FileEvaluation, folder: Path) -> None:
    """Write report.json and report.html of predictions made elsewhere."""
    files = {
        "report.json": _json(evaluation_document(evaluation)),
        "report.html": evaluation_page(evaluation).encode("utf-8"),
    }
    _write(files, folder)


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _write(files: dict[str, bytes], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".litmus-") as draft:
        for name, content in files.items():
            (Path(draft) / name).write_bytes(content)
        folder.mkdir(exist_ok=True)
        for stale in folder.glob("predictions-*.csv"):
            if stale.name not in files:
                stale.unlink()
        for name in files:
            shutil.move(str(Path(draft) / name), folder / name)
