"""A fitted model as one file: what it is, and what it learnt, in formats that run no code."""

from __future__ import annotations

import io
import json
import logging
import lzma
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
from pipelines.bundle_about import (
    ABOUT,
    CARD,
    FORMAT,
    check_agreement,
    check_files,
    digests,
    read_about,
)
from pipelines.experiment import Experiment, ModelRun
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.runtime.residents import RESIDENTS
from pipelines.task import Task

# What restoring fails with where files are not what they were; anything else is a bug.
BROKEN = (
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError, OSError,
    EOFError, MemoryError, RuntimeError, zipfile.BadZipFile,
)
ZIP = b"PK"
LOG = logging.getLogger(__name__)
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
    """The fitted model of a run as a ZIP, with its card for people and `litmus.json` for programs."""
    # The report knows of bundles by way of scoring, so it is taken here and not above.
    from pipelines.report.card import model_card

    request = experiment.request
    about: dict[str, Any] = {
        "format": FORMAT, "litmus": __version__, "task": request.task.slug, "model": run.card.id,
        "seed": request.seed, "classes": list(experiment.outputs),
        "settings": dict(request.options), "roles": dict(request.dataset.roles),
        "data": request.dataset.fingerprint, "created": experiment.created.isoformat(),
        "versions": run.pipeline.facts.versions,
    }
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        run.pipeline.save(Path(folder))
        (Path(folder) / CARD).write_text(model_card(experiment, run), "utf-8", newline="\n")
        about["files"] = digests(Path(folder))
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(ABOUT, json.dumps(about, indent=2, ensure_ascii=False))
            for name in about["files"]:
                archive.write(Path(folder) / name, name)
    return buffer.getvalue()


def unpack(content: bytes, name: str, device: str = "auto") -> Bundle:
    """The model of a bundle, ready to predict.

    Args:
        name: of the file, which messages call it by.

    Raises:
        DataError: it is no bundle, damaged, or of a model that is not known here.
    """
    if not content.startswith(ZIP) and not zipfile.is_zipfile(io.BytesIO(content)):
        raise DataError(
            f"{name} is no model bundle, which is a ZIP archive; name the file of step 5, Ship."
        )
    archive = opened(content, name, Limits.from_environment(), "the bundle")
    names = [part.filename for part in archive.infolist() if not part.is_dir()]
    if ABOUT not in names:
        raise DataError(f"{name} is no model bundle: it has no {ABOUT}. Download one in step 5, Ship.")
    with tempfile.TemporaryDirectory() as folder:
        try:
            archive.extractall(folder)
        except (*BROKEN, zlib.error, lzma.LZMAError) as error:
            raise DataError(f"{name} is damaged; download it again.") from error
        try:
            return _restored(Path(folder), device)
        except DataError as error:
            # Whatever reads a part of it knows of a folder alone, and nothing of the file.
            said = str(error)
            raise DataError(f"{name} cannot be opened: {said[:1].lower()}{said[1:]}") from error
        except BROKEN as error:
            LOG.warning("The bundle %s could not be restored", name, exc_info=True)
            raise DataError(f"{name} is a damaged bundle; download it again.") from error


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


def _restored(folder: Path, device: str) -> Bundle:
    """The model of an unpacked bundle.

    Raises:
        DataError: what it says of itself is damaged or contradicts the model, or a file is damaged.
    """
    about = read_about(folder / ABOUT)
    check_files(about, folder)
    try:
        task = find_task(about["task"])
        card = find_model(task, about["model"])
        settings = Options(task, about["settings"])
        for role in about["roles"]:
            task.role(role)
    except OptionError as error:
        raise DataError(
            f"The {ABOUT} of the bundle names what this Litmus does not know: {error}"
        ) from error
    classes = tuple(about["classes"])
    config = LoadConfig(
        device=device, seed=about["seed"], classes=classes, settings=dict(settings)
    )
    pipeline = make_pipeline(card, config)
    if card.id != about["model"] or type(pipeline).restore is Pipeline.restore:
        raise DataError(
            f"The {ABOUT} of the bundle names the model “{about['model'][:60]}”, which has no bundles; "
            "download it again."
        )
    check_agreement(about, folder)
    restored = pipeline.restore(folder)
    restored.check_roles(about["roles"])
    return Bundle(task, restored, about["roles"], about)
