"""The training of litmus-reader as it stands here makes the weights that are shipped."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import pytest

from pipelines.tasks.question_answering.litmus import WEIGHTS
from pipelines.training import reader


def test_defaults_are_the_options_that_the_shipped_weights_were_trained_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[argparse.Namespace] = []
    monkeypatch.setattr(reader, "train", seen.append)
    monkeypatch.setattr(sys, "argv", ["reader", "DATA", "--out", str(tmp_path)])
    reader.main()
    log = (WEIGHTS / "training.log").read_text("utf-8").splitlines()[0]
    options = json.loads(log)["options"]
    assert options == {name: str(getattr(seen[0], name)) for name in options}
