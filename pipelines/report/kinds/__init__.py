"""The part of a report page that belongs to a kind of task; one module each, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import pandas as pd

from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.sections import Evidence, Metric, Section

if TYPE_CHECKING:
    from pipelines.experiment import Experiment, ModelRun


class Page(Protocol):
    """What a module here offers.

    Attributes:
        ELSEWHERE: what a page of predictions made elsewhere is called, and what the judged rows
            have.
    """

    ELSEWHERE: tuple[str, str]

    def facts(self, evidence: Evidence) -> list[tuple[str, str]]:
        """Names and values that say what was tested, beyond what all kinds say."""
        ...

    def sections(self, evidence: Evidence) -> list[Section]:
        """The kind's own parts of the page, in reading order."""
        ...

    def metric(self, name: str) -> Metric:
        """What a score is called and means."""
        ...

    def table(self, predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
        """One row a prediction, with the columns a user downloads, as the scores took it."""
        ...


@runtime_checkable
class OwnDownload(Protocol):
    """What a module here offers as well where predictions are not one a row of the file.

    Attributes:
        DOWNLOADED: what is in the download, in a sentence or two.
    """

    DOWNLOADED: str

    def download(
        self, experiment: Experiment, run: ModelRun, rules: Any | None = None
    ) -> pd.DataFrame:
        """What a model said, as a table to download.

        Args:
            rules: of the kind's own sort, that what is downloaded has to obey.
        """
        ...


@runtime_checkable
class OwnSplit(Protocol):
    """What a module here offers as well where other things judge than rows that ask."""

    def tested(self, experiment: Experiment) -> str:
        """What was held back and what was learnt from, as part of a sentence."""
        ...


class _Plain:
    """Stands in for a kind without a module: its scores are shown, without charts."""

    ELSEWHERE = ("Predictions made elsewhere", "with a truth")

    def facts(self, evidence: Evidence) -> list[tuple[str, str]]:
        return []

    def sections(self, evidence: Evidence) -> list[Section]:
        return []

    def metric(self, name: str) -> Metric:
        return Metric(name.replace("_", " "))

    def table(self, predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
        return predictions.frame()


def find_page(kind: str) -> Page:
    """The page parts of a kind; plain ones where it has no module."""
    if kind not in [module.name for module in pkgutil.iter_modules(__path__)]:
        return _Plain()
    return cast(Page, importlib.import_module(f"pipelines.report.kinds.{kind}"))
