"""Writes a report folder: all of it, or nothing."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from data.errors import OptionError
from pipelines.bundle import pack
from pipelines.commands import FileEvaluation
from pipelines.experiment import Experiment
from pipelines.report.document import document, evaluation_document
from pipelines.report.html import evaluation_page, report_page
from pipelines.report.predictions import prediction_csv, prediction_file, safe_name

FILES = ("report.json", "report.html")


def check_folder(folder: Path | None) -> None:
    """Refuse a target that cannot become a folder, before anything runs.

    Raises:
        OptionError: it is a file, stands in one, or may not be written to.
    """
    if folder is None:
        return
    if str(folder) in ("", "."):
        raise OptionError("--out needs the name of a folder for the report.")
    refusal = OptionError(
        f"--out is “{str(folder)[:100]}”, and no folder can be written there; choose another."
    )
    try:
        if os.path.lexists(folder) and not folder.is_dir():
            raise OptionError(f"--out has to be a folder; {folder.name} is not one.")
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not there.is_dir():
            raise OptionError(f"--out has to be a folder; {there.name} is a file.")
        with tempfile.TemporaryDirectory(dir=there, prefix=".litmus-"):
            pass
        if folder.is_dir() and any((folder / name).is_dir() for name in FILES):
            raise OptionError("--out holds a folder named like a report file; choose another.")
    except (OSError, ValueError):
        raise refusal from None


def write_report(experiment: Experiment, folder: Path, *, bundles: bool = False) -> None:
    """Write report.json, report.html and, where any row was asked, predictions-MODEL.csv for each.

    Args:
        bundles: whether to write bundle-MODEL.zip of each model that learnt as well.
    """
    files = {
        "report.json": _json(document(experiment)),
        "report.html": report_page(experiment).encode("utf-8"),
    }
    # Documents alone ask nothing: a file with a header and no row would look like a failure.
    for run in experiment.runs if len(experiment.rows) else ():
        files[prediction_file(run)] = prediction_csv(experiment, run)
    for run in experiment.runs if bundles else ():
        if run.card.learns and not run.card.baseline:
            files[f"bundle-{safe_name(run.card.id)}.zip"] = pack(experiment, run)
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
            os.replace(Path(draft) / name, folder / name)
