"""The model card of a fitted model: what whoever is handed it has to know, in plain Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines import __version__
from pipelines.evaluation.claims import OF_FOLDS
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import p_words
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import Judged
from pipelines.report.document import run_entry
from pipelines.report.kinds import CardParts, OwnCard, OwnServing, Page, find_page
from pipelines.report.markdown import (
    Escape,
    code_markdown,
    escaped,
    facts_markdown,
    list_markdown,
    section_markdown,
    table_markdown,
)
from pipelines.report.reproduce import command_line
from pipelines.report.run_facts import columns_words, dates_words, releases, split_words
from pipelines.report.sections import Evidence, Table, evidence_of
from pipelines.report.titles import titles_of
from pipelines.report.wording import cut, gain, in_units, interval, moment, rows

MOST_WARNINGS = 30
LONGEST = 500
LITMUS_LICENCE = "Apache-2.0"
UNJUDGED = (
    "Nothing is known of how good it is: no row with a known answer was kept from its training. Judge "
    "it on rows of your own before it decides anything."
)


def model_card(
    experiment: Experiment, run: ModelRun, *, level: int = 1, escape: Escape = escaped
) -> str:
    """The card of one fitted model of a run.

    Args:
        experiment: that it was fitted and judged in.
        run: of the model.
        level: of the first heading.
        escape: makes texts safe for whoever reads the Markdown.
    """
    page = find_page(experiment.request.task.kind)
    evidence = replace(evidence_of(experiment), favourite=titles_of(experiment)[run.card.id])
    own = page.card(experiment, run, evidence) if isinstance(page, OwnCard) else CardParts()
    dataset = experiment.request.dataset
    under = f"{'#' * (level + 1)} "

    def part(title: str, *texts: str) -> list[str]:
        return [under + title, *filter(None, texts)]

    return "\n\n".join([
        f"{'#' * level} Model card: {escape(evidence.favourite)}, fitted to "
        f"{escape(cut(dataset.name, 80))}",
        *part("What it is", facts_markdown([*_identity(experiment, run), (
            "Served with", page.served(experiment) if isinstance(page, OwnServing) else "",
        )], escape)),
        *part("What it must not be used for", list_markdown(_limits(experiment, own), escape)),
        *part("What it learnt from", facts_markdown(
            [*_data(experiment, evidence, page), *own.facts], escape
        )),
        *part("How good it is", *_quality(experiment, run, evidence, page, escape)),
        *[section_markdown(section, level + 1, escape) for section in own.sections],
        *part("Warnings", _warnings(experiment, escape)),
        *part(
            "How to repeat it", facts_markdown(_repeat(experiment, run), escape),
            "The same file, settings and seed give the same model:",
            code_markdown(command_line(experiment)),
        ),
    ]) + "\n"


def _identity(experiment: Experiment, run: ModelRun) -> list[tuple[str, str]]:
    request, card = experiment.request, run.card
    template = request.task.template(request.options.get("template", ""))
    return [
        ("Task", f"{request.task.title}. {request.task.question}"),
        ("Fitted for", f"{template.title}. {template.summary}" if template else ""),
        ("Model", f"{card.title}. {card.summary}"),
        ("Answers", ", ".join(f"“{cut(name, 60)}”" for name in experiment.outputs)),
        ("In the bundle", run.pipeline.carries),
        ("Made", f"{moment(experiment.created)}, with Litmus {__version__}"),
        ("Licence", f"model: {card.license}; Litmus: {LITMUS_LICENCE}; the data and what was learnt "
                    "from them: as whoever owns them says"),
    ]


def _limits(experiment: Experiment, own: CardParts) -> list[str]:
    """What it is not for, the gravest first."""
    request = experiment.request
    template = request.task.template(request.options.get("template", ""))
    unit = _unit(experiment)
    found = [template.caution] if template is not None and template.caution else []
    if experiment.judged is None:
        found.append(UNJUDGED)
    found += own.limits
    found += [
        f"Do not expect these numbers of {unit}s of other customers, products, places or times than "
        "those below: they are not known to hold there, so judge it again on some of them first.",
        f"Do not keep it for ever: what comes in changes, so compare new {unit}s with those that it "
        "learnt from, and fit it again where they differ or its answers get worse.",
    ]
    return found


def _unit(experiment: Experiment) -> str:
    return "image" if experiment.request.task.reads == "images" else "row"


def _data(experiment: Experiment, evidence: Evidence, page: Page) -> list[tuple[str, str]]:
    dataset, training = experiment.request.dataset, experiment.request.training
    named = f"{cut(dataset.name, 80)}, {rows(dataset.rows, evidence.unit)}"
    if training is not None:
        named = (f"{cut(training.name, 80)}, {rows(training.rows, evidence.unit)}; judged on {named}")
    return [
        ("Data", named), ("Origin", cut(dataset.table.written, 300)),
        ("Columns by role", columns_words(experiment)),
        ("Dates", dates_words(experiment)),
        ("Tested on", split_words(experiment, evidence.unit)),
        ("Split", ", ".join(filter(None, (experiment.split.kind, experiment.split.rule)))),
        ("Learnt from", _taught_words(experiment, evidence.unit)),
        *page.facts(evidence),
    ]


def _taught_words(experiment: Experiment, unit: str) -> str:
    """Which rows this very model learnt from, where the split alone does not say it."""
    if not experiment.split.folds:
        return ""
    models = len(experiment.split.folds)
    return (
        f"all {unit}s with a known answer; the figures below are of {models} other models, each "
        f"judged on {unit}s that it had not learnt from"
    )


def _judged_words(experiment: Experiment, judged: Judged, unit: str) -> str:
    """What the figures are of."""
    if not experiment.split.folds:
        return f"On {rows(judged.rows, unit)} that it did not learn from"
    return (
        f"On {rows(judged.rows, unit)}, by {len(experiment.split.folds)} models like it, each judged "
        f"on {unit}s that it had not learnt from; this one learnt from all of them"
    )


def _quality(
    experiment: Experiment, run: ModelRun, evidence: Evidence, page: Page, escape: Escape
) -> list[str]:
    judged = evidence.judged
    if judged is None:
        return [escape(UNJUDGED)]
    entry = run_entry(experiment, run)
    baseline = next(each for each in experiment.runs if each.card.baseline)
    others = {score["name"]: score for score in run_entry(experiment, baseline)["scores"]}
    body = []
    for each in entry["scores"]:
        metric = page.metric(each["name"])
        test = judged.decided(each["name"], evidence.favourite, judged.baseline)
        written = "–" if test is None else gain(
            test, as_percent=metric.percent, digits=metric.digits
        )
        body.append((
            metric.title, _written(each, page), _written(others.get(each["name"]), page), written,
            "–" if test is None else p_words(test.p).removeprefix("p ").removeprefix("= "),
        ))
    table = Table("", ("Number", "This model", "Baseline", "Difference", "p"), tuple(body))
    known = (page.metric(each["name"]) for each in entry["scores"])
    meanings = [(metric.title, in_units(metric.meaning, evidence.unit)) for metric in known]
    return [
        escape(f"{_judged_words(experiment, judged, evidence.unit)}. Each number stands with its 95 % "
               f"interval; the baseline is “{judged.baseline}”.{_over_folds(judged)}"),
        table_markdown(table, escape),
        facts_markdown(meanings, escape),
        f"**Verdict of the comparison.** {escape(cut(judged.verdict, 1500))}",
    ]


def _over_folds(judged: Judged) -> str:
    """Which differences are means over folds, and so need not be those of the numbers beside them."""
    known = any(each.metric.endswith(OF_FOLDS) for each in judged.comparisons)
    return (
        " Differences and p of ranking are means over folds, tested there." if known else ""
    )


def _written(score: dict[str, Any] | None, page: Page) -> str:
    if score is None:
        return "–"
    metric = page.metric(score["name"])
    return interval(Score(**score), as_percent=metric.percent, digits=metric.digits)


def _warnings(experiment: Experiment, escape: Escape) -> str:
    found: Sequence[str] = [cut(each, LONGEST) for each in dict.fromkeys(experiment.warnings)]
    if not found:
        return "None."
    more = len(found) - MOST_WARNINGS
    shown = [*found[:MOST_WARNINGS], *([f"{more} more are in the report."] if more > 0 else [])]
    return list_markdown(shown, escape)


def _repeat(experiment: Experiment, run: ModelRun) -> list[tuple[str, str]]:
    request = experiment.request
    return [
        ("Seed", str(request.seed)),
        ("Fingerprint of the data", request.dataset.fingerprint),
        ("Fingerprint of the training file",
         request.training.fingerprint if request.training is not None else ""),
        ("Settings", ", ".join(f"{name}={cut(value, 200)}" for name, value in request.options.items()
                               if value)),
        ("Versions", releases(run.pipeline.facts.versions)),
    ]
