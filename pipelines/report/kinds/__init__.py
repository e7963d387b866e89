"""The part of a report page that belongs to a kind of task; one module each, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Protocol, cast

from pipelines.report.sections import Evidence, Metric, Section


class Page(Protocol):
    """What a module here offers."""

    def facts(self, evidence: Evidence) -> list[tuple[str, str]]:
        """Names and values that say what was tested, beyond what all kinds say."""
        ...

    def sections(self, evidence: Evidence) -> list[Section]:
        """The kind's own parts of the page, in reading order."""
        ...

    def metric(self, name: str) -> Metric:
        """What a score is called and means."""
        ...


class _Plain:
    """Stands in for a kind without a module: its scores are shown, without charts."""

    def facts(self, evidence: Evidence) -> list[tuple[str, str]]:
        return []

    def sections(self, evidence: Evidence) -> list[Section]:
        return []

    def metric(self, name: str) -> Metric:
        return Metric(name.replace("_", " "))


def find_page(kind: str) -> Page:
    """The page parts of a kind; plain ones where it has no module."""
    if kind not in [module.name for module in pkgutil.iter_modules(__path__)]:
        return _Plain()
    return cast(Page, importlib.import_module(f"pipelines.report.kinds.{kind}"))
