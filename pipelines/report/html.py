"""The report as one HTML file that opens anywhere: no script, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.table import Table as ReadTable
from pipelines import __version__
from pipelines.commands import FileEvaluation
from pipelines.evaluation.marked import Marked
from pipelines.evaluation.score import Score
from pipelines.experiment import Experiment
from pipelines.judging import Judged
from pipelines.report.kinds import OwnRun, Page, find_page
from pipelines.report.marked import marked_section, marked_words
from pipelines.report.reproduce import command_line, evaluation_command_line
from pipelines.report.run_facts import columns_words, repeat_facts, split_words
from pipelines.report.sections import (
    Cell,
    Evidence,
    Metric,
    Section,
    Table,
    evidence_of,
    evidence_of_file,
    stacked,
)
from pipelines.report.wording import clean, cut, in_units, interval, moment, rows

if TYPE_CHECKING:
    from jinja2 import Template

MOST_WARNINGS = 30
MOST_MODELS = 12
MOST_NOTES = 8
MOST_COMMAND = 20_000
UNPROVEN = (
    "Nothing is proven: there are no labels to hold the predictions against. Label a random sample "
    "of 100 rows or more and run it again."
)
UNASKED = (
    "Nothing was asked, so nothing is proven: there are no questions. Bring a table of questions with "
    "their answers beside the documents and run it again."
)
_SOURCES = {
    "packaged": "weights from an installed package",
    "trained": "trained by this project",
    "hub": "Hugging Face Hub",
    "fitted": "fitted to the data",
}


def report_page(experiment: Experiment, marked: Marked | None = None) -> str:
    """The page of a run, complete in one string.

    Args:
        marked: what a person's marks on its outputs gave.
    """
    request = experiment.request
    dataset = request.dataset
    evidence = evidence_of(experiment)
    page = find_page(request.task.kind)
    facts = [
        ("Data", f"{cut(dataset.name, 80)}, {rows(dataset.rows, evidence.unit)}"),
        ("Columns", columns_words(experiment)),
        ("Tested on", marked_words(marked) if marked and not experiment.judged
         else split_words(experiment, evidence.unit)),
        *page.facts(evidence),
        ("Date", moment(experiment.created)),
    ]
    facts[1:1] = _origin(dataset.table)
    versions = {
        name: release
        for run in experiment.runs for name, release in run.pipeline.facts.versions.items()
    }
    sections = page.sections(evidence)
    if isinstance(page, OwnRun):
        sections = [*sections, *page.run_sections(experiment, evidence)]
    if marked is not None:
        titles = {run.card.id: run.card.title for run in experiment.runs}
        sections = [marked_section(marked, titles), *sections]
    return _render(
        title=request.task.title, name=dataset.name, judged=evidence.judged, facts=facts,
        warnings=_not_in(experiment.warnings, dataset.table.notes),
        marked_verdict=marked.verdict if marked and not experiment.judged else "",
        sections=sections, page=page, evidence=evidence,
        models=_models(experiment, evidence.unit), command=command_line(experiment),
        repeat=repeat_facts(request.seed, dataset.fingerprint, versions),
    )


def evaluation_page(evaluation: FileEvaluation) -> str:
    """The page of predictions made elsewhere, complete in one string."""
    dataset, judged = evaluation.dataset, evaluation.judged
    evidence = evidence_of_file(evaluation)
    page = find_page(evaluation.kind)
    columns = ", ".join(
        f"{role}: {cut(name, 60)}" for role, names in evaluation.mapping.items() for name in names
    )
    title, known = page.ELSEWHERE
    facts = [
        ("Data", f"{cut(dataset.name, 80)}, {rows(dataset.rows)}"),
        *_origin(dataset.table),
        ("Columns", columns),
        ("Tested on", f"{rows(judged.rows)} {known}; the predictions were made elsewhere"),
        *page.facts(evidence),
        ("Date", moment(evaluation.created)),
    ]
    return _render(
        title=title, name=dataset.name, judged=judged, facts=facts, warnings=judged.warnings,
        sections=page.sections(evidence), page=page, evidence=evidence, models=None,
        command=evaluation_command_line(evaluation),
        repeat=repeat_facts(evaluation.seed, dataset.fingerprint, {}),
    )


def _render(
    *, title: str, name: str, judged: Judged | None, facts: list[tuple[str, str]],
    warnings: tuple[str, ...], sections: list[Section], page: Page, evidence: Evidence,
    models: Table | None, command: str, repeat: list[tuple[str, str]], marked_verdict: str = "",
) -> str:
    template, style = _template()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    shown = [cut(text, 500) for text in dict.fromkeys(warnings)]
    asked = not evidence.predictions or any(map(len, evidence.predictions.values()))
    verdict = marked_verdict or in_units(UNPROVEN if asked else UNASKED, evidence.unit)
    verdict = cut(judged.verdict if judged else verdict, 1500)
    left = len(shown) - MOST_WARNINGS
    if left > 0:
        shown = [*shown[:MOST_WARNINGS], f"{left} more are in report.json."]
    return template.render(
        title=title, name=cut(name, 120), verdict=verdict,
        proven=judged is not None or bool(marked_verdict),
        facts=[fact for fact in facts if fact[1]], warnings=shown,
        sections=sections, models=models, command=command[:MOST_COMMAND], repeat=repeat,
        version=__version__, unit=evidence.unit,
        pictured=any(each.picture for section in sections for each in section.examples),
        scores=_all_scores(judged, page, evidence.favourite) if judged else None,
        computed=_computed(judged, page, evidence.favourite, evidence.unit) if judged else None,
        style=style, digest=digest,
    )


@cache
def _template() -> tuple[Template, str]:
    import jinja2

    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_cleaned,
    )
    # Browsers hash what they parsed, so the style sheet goes in exactly as it is read here.
    style = (folder / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.jinja"), style


def _cleaned(value: Any) -> Any:
    """Cleans every text on its way into the page; markup of our own passes."""
    return clean(value) if type(value) is str else value


def _origin(read: ReadTable) -> list[tuple[str, str]]:
    """Where the rows are from, and what was noticed in reading them."""
    notes = " ".join(cut(note, 200) for note in read.notes[:MOST_NOTES])
    return [("Origin", cut(read.written, 300)), ("Reading", notes)]


def _not_in(texts: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text not in others)


def _models(experiment: Experiment, unit: str) -> Table:
    body = []
    for run in experiment.runs:
        facts = run.pipeline.facts
        seconds = "load {load:.1f} s, learn {fit:.1f} s, predict {predict:.1f} s".format(
            **{"load": 0.0, "fit": 0.0, "predict": 0.0, **run.seconds}
        )
        body.append((
            Cell(cut(run.card.title, 80), cut(run.card.summary, 200)),
            _SOURCES.get(run.card.source, run.card.source), cut(run.card.license, 60),
            f"{facts.device}, {facts.precision}",
            Cell(f"{run.rows_per_second:,.0f} {unit}s a second" if len(experiment.rows)
                 else "nothing asked", seconds),
        ))
    return Table(
        "What each model is and what it cost here",
        ("Model", "Source", "Licence", "Ran on", "Speed"), tuple(body), texts=(1, 2, 3, 4),
    )


def _all_scores(judged: Judged, page: Page, favourite: str) -> Table:
    names = [favourite, *(name for name in judged.scores if name != favourite)][:MOST_MODELS]
    found = {name: {score.name: score for score in judged.scores[name]} for name in names}
    metrics = dict.fromkeys(metric for scores in found.values() for metric in scores)
    return Table(
        "All scores of all models", ("Score", *(cut(name, 60) for name in names)),
        tuple(
            (
                page.metric(each).title,
                *(
                    stacked(_written(found[name].get(each), page.metric(each))) for name in names
                ),
            )
            for each in metrics
        ),
    )


def _written(score: Score | None, metric: Metric) -> str:
    return interval(score, as_percent=metric.percent, digits=metric.digits)


def _computed(judged: Judged, page: Page, favourite: str, unit: str) -> Table:
    def line(score: Score) -> tuple[Cell | str, ...]:
        known = page.metric(score.name)
        counted = in_units(score.unit, unit)
        return known.title, in_units(known.meaning, unit), f"{score.n:,} {counted}", score.signature

    body = [line(score) for score in judged.scores[favourite]]
    tests = dict.fromkeys((each.metric, each.test) for each in judged.comparisons)
    body += [
        (f"p of {page.metric(metric).title}", f"paired test of two models on the same {unit}s",
         rows(judged.rows, unit), test)
        for metric, test in tests
    ]
    return Table(
        f"Scores of {cut(favourite, 60)} and the tests",
        ("Number", "Meaning", "From", "Computed as"), tuple(body), texts=(1, 3),
    )
