"""What the page tests share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from data.run_store import run_store


@pytest.fixture(scope="session", autouse=True)
def _packages_scanned_once() -> Iterator[None]:
    """AppTest looks for components in every installed package for each session: 0.4 s a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests",
            cache(manifest_scanner.scan_component_manifests),
        )
        yield


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


@pytest.fixture(autouse=True)
def _memory_of_a_fresh_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests holds every model of the suite, and the page Share would warn of it."""
    monkeypatch.setattr("pipelines.runtime.device.resident_mb", lambda: 400.0)
