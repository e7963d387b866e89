"""A fitted model as one file: what it is, and what it learnt, in formats that run no code."""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import DataError, OptionError
from data.limits import Limits
from data.readers.archive import opened
from pipelines import __version__
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.runtime.residents import RESIDENTS
from pipelines.task import Task

ABOUT = "litmus.json"
FORMAT = 1
NAME = re.compile(r"\w[\w.-]{0,99}")


@dataclass(frozen=True)
class Bundle:
    """A fitted model that was read back.

    Attributes:
        roles: the column that each role had in the file it learnt from.
        about: everything that its `litmus.json` says.
    """

    task: Task
    pipeline: Pipeline
    roles: Mapping[str, str]
    about: Mapping[str, Any]

    def memory_mb(self) -> float:
        """Megabytes of what was learnt."""
        return self.pipeline.memory_mb()


def pack(experiment: Experiment, run: ModelRun) -> bytes:
    """The fitted model of a run as a ZIP."""
    request = experiment.request
    about = {
        "format": FORMAT, "litmus": __version__, "task": request.task.slug, "model": run.card.id,
        "seed": request.seed, "classes": list(experiment.outputs),
        "settings": dict(request.options), "roles": dict(request.dataset.roles),
        "data": request.dataset.fingerprint, "created": experiment.created.isoformat(),
        "versions": run.pipeline.facts.versions,
    }
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        run.pipeline.save(Path(folder))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(ABOUT, json.dumps(about, indent=2, ensure_ascii=False))
            for file in sorted(Path(folder).rglob("*")):
                archive.write(file, file.relative_to(folder))
    return buffer.getvalue()


def unpack(content: bytes, name: str, device: str = "auto") -> Bundle:
    """The model of a bundle, ready to predict.

    Raises:
        DataError: it is no bundle, damaged, or of a model that is not known here.
    """
    limits = Limits.from_environment()
    archive = opened(content, name, limits, "the bundle")
    names = [part.filename for part in archive.infolist() if not part.is_dir()]
    if ABOUT not in names:
        raise DataError(f"{name} is no model bundle: it has no {ABOUT}. Download one in step 5, Ship.")
    with tempfile.TemporaryDirectory() as folder:
        try:
            archive.extractall(folder)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise DataError(f"{name} is damaged; download it again.") from error
        about = _about(Path(folder) / ABOUT, name)
        task = find_task(about["task"])
        config = LoadConfig(
            device=device, seed=about["seed"], classes=tuple(about["classes"]),
            settings=about["settings"],
        )
        pipeline = make_pipeline(find_model(task, about["model"]), config)
        return Bundle(task, pipeline.restore(Path(folder)), about["roles"], about)


def named_bundle(name: str, device: str = "auto") -> Bundle:
    """The bundle of that name in the folder that LITMUS_BUNDLES names, kept loaded.

    Raises:
        OptionError: there is no such folder, or no such bundle in it.
        DataError: the bundle cannot be read.
    """
    place = os.environ.get("LITMUS_BUNDLES", "").strip()
    if not place:
        raise OptionError(
            "No bundles are served here; whoever runs the server can name a folder of them with "
            "LITMUS_BUNDLES."
        )
    path = Path(place) / f"{name}.zip"
    if not NAME.fullmatch(name) or not path.is_file():
        raise OptionError(f"There is no bundle “{name[:100]}” on this server.")
    changed = path.stat().st_mtime_ns
    return RESIDENTS.get(
        ("bundle", name, changed, device), lambda: unpack(path.read_bytes(), path.name, device)
    )


def _about(path: Path, name: str) -> dict[str, Any]:
    """What a bundle says of itself, its types checked."""
    wrong = DataError(f"{name} is a damaged bundle: its {ABOUT} cannot be read; download it again.")
    try:
        about = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise wrong from error
    kinds = {"format": int, "task": str, "model": str, "seed": int, "classes": list,
             "settings": dict, "roles": dict}
    if not isinstance(about, dict) or any(
        not isinstance(about.get(key), kind) for key, kind in kinds.items()
    ):
        raise wrong
    texts = [*about["classes"], *about["settings"].values(), *about["roles"].values()]
    if not all(isinstance(text, str) for text in texts):
        raise wrong
    if about["format"] != FORMAT:
        raise DataError(
            f"{name} has format {about['format']}, and this Litmus reads {FORMAT}; fit it again."
        )
    if about["model"].startswith("hub:"):
        raise wrong
    return about
