"""The part of a report page that belongs to a kind of task; one module each, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
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

    def download(self, experiment: Experiment, run: ModelRun) -> pd.DataFrame:
        """What a model said, as a table to download."""
        ...


@runtime_checkable
class OwnServing(Protocol):
    """What a module here offers as well where settings change only what a model gives out."""

    def served(self, experiment: Experiment) -> str:
        """What holds for all that is given out, in sentences; empty where nothing does."""
        ...


@runtime_checkable
class OwnRun(Protocol):
    """What a module here offers as well where parts of its page take the models of the run."""

    def run_sections(self, experiment: Experiment, evidence: Evidence) -> list[Section]:
        """Parts of the page of a run, below those of `sections`."""
        ...


@runtime_checkable
class OwnSplit(Protocol):
    """What a module here offers as well where other things judge than rows that ask."""

    def tested(self, experiment: Experiment) -> str:
        """What was held back and what was learnt from, as part of a sentence."""
        ...


@dataclass(frozen=True)
class CardParts:
    """What a kind adds to the card of a fitted model.

    Attributes:
        limits: sentences on what the model must not be used for.
        facts: names and values on what it learnt from and how it decides.
        sections: in reading order, below how good it is.
    """

    limits: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()


@runtime_checkable
class OwnCard(Protocol):
    """What a module here offers as well where a card of its models has more to say."""

    def card(self, experiment: Experiment, run: ModelRun, evidence: Evidence) -> CardParts:
        """The kind's own parts of the card of a model, which is the favourite of the evidence."""
        ...


@runtime_checkable
class OwnEntries(Protocol):
    """What a module here offers as well where report.json has entries of its kind alone."""

    def entries(self, judged: Judged, model: str) -> dict[str, Any]:
        """Plain JSON values by their names.

        Args:
            model: that they are about, by the name that `judged` has for it.
        """
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
