"""How groups of people fare under the threshold, and what treating them alike would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from data.errors import LitmusError
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.fairness import (
    FOUR_FIFTHS,
    FairnessReport,
    GroupFairness,
    Measured,
    group_fairness,
)
from pipelines.evaluation.fairness_cost import (
    CONSTRAINTS,
    Constraint,
    ConstraintCost,
    constraint_cost,
)
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.report import svg
from pipelines.report.kinds.risk.money import terms_of
from pipelines.report.sections import Cell, Chart, Section, Table
from pipelines.report.wording import cut, percent

MOST_COLUMNS = 6
_EQUAL: Mapping[Constraint, str] = {
    "equal approval": "As many are", "equal opportunity": "As many good ones are",
}


def groups(judgement: RiskJudgement, chosen: str) -> list[Section]:
    """A section for each column of groups that can be compared."""
    return sections_of(judgement, chosen, reports(judgement, chosen))


def reports(judgement: RiskJudgement, chosen: str) -> dict[str, FairnessReport | str]:
    """How groups fare by the decisions that are scored, by their column; a sentence where they cannot
    be compared.

    Args:
        chosen: the model that decides.
    """
    if not 0 < judgement.truth.sum() < len(judgement.truth):
        return {}
    found: dict[str, FairnessReport | str] = {}
    for name in list(judgement.groups)[:MOST_COLUMNS]:
        try:
            found[name] = group_fairness(
                judgement.truth, judgement.systems[chosen], judgement.groups[name],
                threshold=judgement.cuts_of(chosen), column=name, seed=judgement.seed,
                level=judgement.level,
            )
        except LitmusError as error:
            found[name] = str(error)
    return found


def sections_of(
    judgement: RiskJudgement, chosen: str, found: Mapping[str, FairnessReport | str],
    *, costs: bool = True,
) -> list[Section]:
    """A section for each of the reports.

    Args:
        costs: whether it says what treating groups alike would cost.
    """
    return [
        Section(f"fairness-{cut(name, 40)}", f"How groups by {cut(name, 40)} fare", each)
        if isinstance(each, str) else _section(judgement, chosen, each, CONSTRAINTS if costs else ())
        for name, each in found.items()
    ]


def entries(judgement: RiskJudgement, chosen: str) -> list[dict[str, Any]]:
    """The reports as plain JSON values."""
    return [
        {"model": chosen, "column": name, "groups": [], "notes": [each]} if isinstance(each, str)
        else {
            "model": chosen, "column": name,
            "threshold": judgement.threshold(chosen),
            **({"thresholds_of_folds": [each.threshold, each.threshold_high]}
               if each.threshold < each.threshold_high else {}),
            "reference": each.reference,
            **{key: asdict(getattr(each, key)) for key in
               ("parity_ratio", "opportunity_difference", "odds_difference")},
            "groups": [asdict(group) for group in each.groups],
            "notes": [f"{_finding(each, judgement.decision)}.", *each.warnings],
        }
        for name, each in reports(judgement, chosen).items()
    ]


def _section(
    judgement: RiskJudgement, chosen: str, report: FairnessReport, constraints: Sequence[Constraint]
) -> Section:
    spared = judgement.decision.spared
    title = _finding(report, judgement.decision)
    bars = [
        svg.Bar(each.name, each.approval.value or 0.0, each.approval.low, each.approval.high,
                f"{percent(each.approval.value or 0.0)} of {each.n:,}", each.name == report.reference)
        for each in report.groups
    ]
    column = cut(report.column, 40)
    drawing = svg.bars(bars, f"Share {spared} by {column}. {title}.")
    costs = [
        cost for constraint in constraints if (cost := _cost(judgement, chosen, report, constraint))
    ]
    tables = list(_tables(report, judgement.decision))
    if costs:
        tables.append(_costs(costs, judgement.decision))
    return Section(
        f"fairness-{column}", f"How groups by {column} fare",
        f"A {judgement.unit} is {spared} where its probability is below {_line(report)}. "
        f"Ratio: share {spared} over that of “{cut(report.reference, 40)}”{_four_fifths(judgement)}. "
        f"Good {spared}: of those who turn out good, the share {spared}, with its difference "
        "from the reference (equal opportunity). Off by: mean probability less the share that came. "
        f"{' '.join(report.warnings)}".rstrip(),
        (Chart(title, drawing, "Whiskers are the intervals."),), tuple(tables),
    )


def _line(report: FairnessReport) -> str:
    low, high = (f"{100 * each:.3g} %" for each in (report.threshold, report.threshold_high))
    if low == high:
        return low
    return f"the threshold of the model of its fold, {low} to {high}"


def _four_fifths(judgement: RiskJudgement) -> str:
    if judgement.decision.rule != "profit":
        return ""
    return f"; four fifths ({FOUR_FIFTHS:.1f}) is a common line, not a law everywhere"


def _finding(report: FairnessReport, decision: Decision) -> str:
    column, spared = cut(report.column, 40), decision.spared
    if not report.compared:
        return f"No two groups by {column} are large enough to be compared"
    if decision.rule != "profit":
        # Four fifths is a line for what people are given, and a flag gives nothing.
        names = ", ".join(cut(name, 30) for name in report.shown_below)
        if names:
            return f"{names}: {decision.caught} more often than {cut(report.reference, 30)}"
        return f"That groups by {column} are {decision.caught} at different rates is not shown"
    if report.below_four_fifths:
        names = ", ".join(cut(name, 30) for name in report.below_four_fifths)
        return f"{names}: {spared} less than four fifths as often as {cut(report.reference, 30)}"
    if report.perhaps_below:
        return f"Whether every group by {column} reaches four fifths is not shown by these rows"
    return f"Every group by {column} is {spared} at least four fifths as often as the others"


def _tables(report: FairnessReport, decision: Decision) -> tuple[Table, Table]:
    column, spared, caught = cut(report.column, 40), decision.spared, decision.caught
    return (
        Table(
            f"Who is {spared}, by {column}",
            (column, "Rows", spared.capitalize(), "Ratio", f"Good {spared}", "Difference"),
            tuple(
                (_name(each, report.reference), f"{each.n:,}", _share(each.approval),
                 _number(each.approval_ratio), _share(each.good_approval),
                 _number(each.good_approval_difference, signed=True))
                for each in report.groups
            ),
        ),
        Table(
            f"Mistakes and calibration by {column}",
            (column, f"Good {caught}", f"Bad {spared}", "Came", "Off by"),
            tuple(
                (_name(each, report.reference), _share(each.false_positive),
                 _share(each.false_negative), _share(each.rate),
                 _number(each.calibration, signed=True))
                for each in report.groups
            ),
        ),
    )


def _name(each: GroupFairness, reference: str) -> Cell:
    note = "reference" if each.name == reference else "few: says little" if each.small else ""
    return Cell(cut(each.name, 60), note)


def _cost(
    judgement: RiskJudgement, chosen: str, report: FairnessReport, constraint: Constraint
) -> ConstraintCost | None:
    try:
        return constraint_cost(
            judgement.truth, judgement.systems[chosen], judgement.groups[report.column], constraint,
            terms=terms_of(judgement), seed=judgement.seed, level=judgement.level,
        )
    except LitmusError:
        return None


def _costs(costs: list[ConstraintCost], decision: Decision) -> Table:
    paid = costs[0].profit_change is not None
    rows = []
    for each in costs:
        change = each.profit_change if paid and each.profit_change else each.accuracy_change
        cuts = ", ".join(
            f"{cut(name, 20)} {percent(min(value, 1.0))}" for name, value in each.thresholds.items()
        )
        rows.append((
            f"{_EQUAL[each.constraint]} {decision.spared}", cuts,
            Cell(
                f"{100 * each.apart_before:.1f} → {100 * each.apart:.1f} points",
                "" if each.closer else "no nearer: shows no cost",
            ),
            _number(each.accuracy_change, signed=True),
            _change(change) if paid else "–",
        ))
    return Table(
        "What equal treatment by thresholds of each group would cost, chosen on a half and reported "
        "on the other; whether they are allowed is a question of law",
        ("So that", f"{decision.caught.capitalize()} from", "Groups apart", "Accuracy",
         "Profit a row"),
        tuple(rows), texts=(1,),
    )


def _change(found: Measured) -> Cell:
    if found.value is None:
        return Cell("–")
    ends = "" if found.low is None or found.high is None else (
        f"{amount(found.low)} to {amount(found.high)}"
    )
    return Cell(amount(found.value).replace("-", "−"), ends.replace("-", "−"))


def _share(found: Measured) -> Cell:
    if found.value is None:
        return Cell("–")
    if found.low is None or found.high is None:
        return Cell(percent(found.value))
    return Cell(percent(found.value), f"{100 * found.low:.1f} to {100 * found.high:.1f}")


def _number(found: Measured, *, signed: bool = False) -> Cell:
    if found.value is None:
        return Cell("–")
    form = "+.3f" if signed else ".3f"
    value = f"{found.value:{form}}".replace("-", "−")
    if found.low is None or found.high is None:
        return Cell(value)
    return Cell(value, f"{found.low:{form}} to {found.high:{form}}".replace("-", "−"))
