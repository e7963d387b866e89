"""What the page tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.run_store import run_store


@pytest.fixture(autouse=True)
def _session_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has a runtime only while a script runs; jobs would take its session for gone."""
    monkeypatch.setattr("dashboard.session._is_there", lambda session_id: True)


@pytest.fixture(autouse=True)
def _store_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Saved runs go to a database that only this test sees."""
    monkeypatch.setenv("LITMUS_DATABASE_URL", f"sqlite:///{tmp_path / 'runs.db'}")
    run_store.cache_clear()
    yield
    if run_store.cache_info().currsize:
        run_store()._engine.dispose()
    run_store.cache_clear()
