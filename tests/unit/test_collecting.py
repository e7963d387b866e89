"""Collections stay short once large libraries were imported."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from dashboard import collecting


@pytest.fixture(autouse=True)
def thawed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    gc.unfreeze()
    monkeypatch.setattr(collecting, "_known", len(sys.modules))
    yield
    gc.unfreeze()


def test_nothing_is_spared_while_no_library_comes() -> None:
    collecting.spare_libraries()
    assert gc.get_freeze_count() == 0


def test_what_libraries_made_is_spared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(collecting.MANY_MODULES):
        monkeypatch.setitem(sys.modules, f"imported_{number}", ModuleType(f"imported_{number}"))
    collecting.spare_libraries()
    spared = gc.get_freeze_count()
    assert spared > 1000
    young = [[] for _ in range(100_000)]
    collecting.spare_libraries()
    assert gc.get_freeze_count() <= spared, "what a session makes later is collected as ever"
    assert len(young) == 100_000
