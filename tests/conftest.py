"""What all tests share: a cache folder of their own, and no network."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

CACHE = Path(tempfile.mkdtemp(prefix="litmus-tests-"))
os.environ["LITMUS_CACHE_DIR"] = str(CACHE)
os.environ["HF_HUB_OFFLINE"] = "1"


def pytest_sessionfinish() -> None:
    shutil.rmtree(CACHE, ignore_errors=True)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]
