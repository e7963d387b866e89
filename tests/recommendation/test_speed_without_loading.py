"""What the first model of a run brings in for all is loading, and no part of its speed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = """
import sys
from pipelines.pipeline import LoadConfig
from pipelines.registry import find_task, make_pipeline
card = find_task("recommendation").baseline
made = make_pipeline(card, LoadConfig(device="auto", seed=0, classes=(), settings={}))
assert "torch" not in sys.modules, "making it costs nothing"
made.load()
assert "torch" in sys.modules
"""


def test_the_library_that_sorts_lists_is_there_before_anything_is_timed() -> None:
    found = subprocess.run(
        [sys.executable, "-c", ASK], cwd=Path(__file__).parents[2], capture_output=True, text=True,
        timeout=180, check=False,
    )
    assert not found.returncode, found.stderr
