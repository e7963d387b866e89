"""What a report page and a model card both say of a run: its columns, dates, split and versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from data.traits import times as read_times
from pipelines import __version__
from pipelines.experiment import Experiment
from pipelines.report.kinds import OwnSplit, find_page
from pipelines.report.wording import cut, rows

_LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn")


def columns_words(experiment: Experiment) -> str:
    """Roles with the columns that have them."""
    dataset = experiment.request.dataset
    return ", ".join(
        f"{role.title.lower()}: {cut(dataset.roles[role.name], 60)}"
        for role in experiment.request.task.roles if role.name in dataset.roles
    )


def dates_words(experiment: Experiment) -> str:
    """From when to when the rows are; empty where no column says it."""
    cells = experiment.request.dataset.column("time")
    known = None if cells is None else read_times(cells).dropna()
    if known is None or not len(known):
        return ""
    return f"{known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}"


def split_words(experiment: Experiment, unit: str) -> str:
    """Which rows judged, and what was learnt from, as part of a sentence."""
    split, judged = experiment.split, experiment.judged
    if judged is None:
        return f"nothing: there are no {'labels' if len(experiment.rows) else 'questions'}"
    page = find_page(experiment.request.task.kind)
    if isinstance(page, OwnSplit):
        return page.tested(experiment)
    tested, learnt = rows(judged.rows, unit), rows(split.training_rows, unit)
    if split.kind == "random":
        return f"{tested} drawn at random and kept apart; models learnt from the other {learnt}"
    if split.kind == "temporal":
        return f"the latest {tested}; models learnt from the {learnt} before them"
    if split.kind == "cross-validation":
        return (
            f"{tested}, models that learn from labels by {split.scheme} "
            f"cross-validation, about {learnt} to learn from"
        )
    if split.kind == "given" and experiment.request.training is not None:
        return f"{tested} of this file; models learnt from {learnt} of another file"
    if split.kind == "given":
        watching = f" and {split.validation_rows:,} for validation" * (split.validation_rows > 0)
        return (
            f"{tested} that the file keeps for testing; models learnt from its {learnt} for "
            f"training{watching}"
        )
    return f"all {tested} with a label; no model was fitted to them but the baseline"


def repeat_facts(seed: int, fingerprint: str, versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """What has to be the same for the same numbers."""
    return [("Fingerprint", fingerprint), ("Seed", str(seed)), ("Versions", releases(versions))]


def releases(versions: Mapping[str, str]) -> str:
    """The releases of Litmus, Python and the libraries below it, and then those given."""
    found = {"litmus": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return ", ".join(f"{name} {cut(text, 60)}" for name, text in {**found, **versions}.items())
