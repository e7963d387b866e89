"""What the card of a fitted risk model says beyond other cards: columns, threshold, terms, groups."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.evaluation.decision_words import promise_words
from pipelines.evaluation.fairness import FairnessReport
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.experiment import Experiment, ModelRun
from pipelines.options import column_names
from pipelines.report.kinds import CardParts
from pipelines.report.kinds.risk import fairness
from pipelines.report.sections import Evidence
from pipelines.report.wording import cut, percent
from pipelines.tabular.pipeline import TabularPipeline
from pipelines.tabular.predictions import RiskPredictions
from pipelines.tabular.protected import kept_out

MOST_COLUMNS = 100
DRIFT = (
    "Do not score a file whose columns have moved away from the training rows before looking why: "
    "Litmus names them by their population stability index (Loan risk, step 3, New file)."
)
ALONE = (
    "Do not let it decide about a person alone where the law gives them a person's review or the "
    "reasons of a refusal; the reasons of each answer are on the page (Loan risk, step 3)."
)
DECLINED = (
    "Do not take it to know of applicants who were declined in the past: only those with a known "
    "outcome taught and judged it."
)
_UNSEEN_ROLES = {"target": "the target", "id": "the identifier", "time": "the time"}


def card_parts(experiment: Experiment, run: ModelRun, evidence: Evidence) -> CardParts:
    """The parts of the card of one model."""
    detail = evidence.judged.detail if evidence.judged is not None else None
    facts = (*_outcome(experiment), *_columns(experiment, run), *_decision(experiment, run))
    if not isinstance(detail, RiskJudgement):
        return CardParts(limits=(DRIFT,), facts=facts)
    name = evidence.favourite
    found = fairness.reports(detail, name)
    return CardParts(
        limits=(*_of_people(experiment), *_groups(found), DRIFT), facts=facts,
        sections=tuple(fairness.sections_of(detail, name, found, costs=False)),
    )


def _of_people(experiment: Experiment) -> tuple[str, ...]:
    lends = experiment.request.options.get("template", "loans") == "loans"
    return (ALONE, DECLINED) if lends else (ALONE,)


def _groups(found: Mapping[str, FairnessReport | str]) -> tuple[str, ...]:
    """What is not known of groups of people."""
    if not found:
        return (
            "Do not claim that it treats groups of people alike: no column of groups was compared.",
        )
    few = [
        f"“{cut(group.name, 40)}” of {cut(name, 40)} ({group.n:,})"
        for name, each in found.items() if isinstance(each, FairnessReport)
        for group in each.groups if group.small
    ]
    if not few:
        return ()
    return (
        f"Do not claim anything about groups of which too few rows judged it: {_some(few)}.",
    )


def _outcome(experiment: Experiment) -> list[tuple[str, str]]:
    """The share of the outcome among all rows that have one."""
    truth, outputs = experiment.truth, experiment.outputs
    if truth is None or len(outputs) != 2:
        return []
    known = truth.dropna()
    came = int((known == outputs[1]).sum())
    return [(
        "Outcome in all rows",
        f"“{cut(outputs[1], 60)}” in {came:,} of {len(known):,} with a known one "
        f"({percent(came / max(len(known), 1))})",
    )]


def _columns(experiment: Experiment, run: ModelRun) -> list[tuple[str, str]]:
    """The columns that the model sees, and the others with the reason of each."""
    if not isinstance(run.pipeline, TabularPipeline):
        return []
    plan, options = run.pipeline.model.plan, experiment.request.options
    used = [f"{cut(each.name, 60)} ({each.kind})" for each in plan.used]
    roles = {column: role for role, column in experiment.request.dataset.roles.items()}
    reasons = {each.name: each.reason for each in plan.left_out}
    protected, hidden = column_names(options["protected"]), kept_out(options)
    seen, out = {each.name for each in plan.used}, []
    for name in map(str, experiment.request.dataset.table.frame.columns):
        role = roles.get(name, "")
        if name in seen:
            continue
        if name in reasons:
            why = reasons[name]
        elif role in _UNSEEN_ROLES:
            why = f"it is {_UNSEEN_ROLES[role]}"
        elif name in hidden:
            why = "protected" if name in protected else "excluded by the user"
        else:
            why = "it tells the outcome too well, see the warnings"
        out.append(f"{cut(name, 60)} ({why})")
    return [
        (f"Columns that the model sees, {len(used):,}", _some(used)),
        (f"Columns left out, {len(out):,}", _some(out, "; ")),
    ]


def _some(names: list[str], between: str = ", ") -> str:
    more = len(names) - MOST_COLUMNS
    shown = names[:MOST_COLUMNS] + ([f"and {more:,} more"] if more > 0 else [])
    return between.join(shown)


def _decision(experiment: Experiment, run: ModelRun) -> list[tuple[str, str]]:
    """From which probability on a row is said to be of the outcome, why, and the terms behind it."""
    pipeline, said = run.pipeline, run.predictions
    if not (isinstance(pipeline, TabularPipeline) and isinstance(said, RiskPredictions)):
        return []
    options, rule = experiment.request.options, said.decision.rule
    if options["threshold"]:
        why = "as the user set it"
    elif rule == "profit" or said.decision.share is None:
        why = "where approving earns nothing by the terms below"
    else:
        wanted = (f"so that {percent(said.decision.share)} of rows can be looked at"
                  if rule == "capacity" else f"so that {_promise(said)} are found")
        why = f"{wanted}, chosen on training rows that it had not learnt from"
    found = [(
        "Threshold", f"{percent(pipeline.threshold, 2)}: from this probability on a row is said to be "
                     f"“{cut(said.classes[1], 60)}”; {why}",
    )]
    return [*found, ("Terms", _terms(experiment))] if rule == "profit" else found


def _promise(said: RiskPredictions) -> str:
    """The share of the class that the threshold can promise to find."""
    assert said.decision.share is not None, "a sensitivity was asked for"
    cases = int(said.choosers.held[0].truth.sum()) if said.choosers is not None else 0
    words = promise_words(said.decision.share, cases)
    return f"{words} of new “{cut(said.classes[1], 60)}”"


def _terms(experiment: Experiment) -> str:
    """What decisions gain and cost."""
    options, roles = experiment.request.options, experiment.request.dataset.roles
    share = f"{percent(options.number('margin'))} of the exposure"
    margin = f"column {cut(roles['margin'], 60)}" if "margin" in roles else share
    exposure = f"column {cut(roles['exposure'], 60)}" if "exposure" in roles else "1 for every row"
    return (
        f"exposure: {exposure}; margin: {margin}; loss given default: "
        f"{percent(options.number('loss_given_default'))} of the exposure; cost of a review: "
        f"{options.number('review_cost'):,.2f}"
    )
