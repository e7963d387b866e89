"""Speeds that are remembered for the cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.runtime import speeds


def test_one_model_in_two_tasks_has_two_speeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    speeds.remember("smollm2", 3.0, 200, task="summarization")
    speeds.remember("smollm2", 9.0, 200, task="generation")
    speeds.remember("smollm2", 2.0, 200, task="generation")
    speeds.remember("hub:a/b@1", 4.0, 200, task="generation")
    assert speeds.measured("summarization") == {"smollm2": 3.0}
    assert speeds.measured("generation") == {"smollm2": 9.0, "hub:a/b@1": 4.0}
    assert speeds.measured("gen") == {}
