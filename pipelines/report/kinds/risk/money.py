"""What a threshold earns, and whom to approve, review and decline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.errors import LitmusError
from pipelines.evaluation.profit import ProfitReport, profit_report
from pipelines.evaluation.profit_terms import Band, ProfitTerms
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table
from pipelines.report.wording import cut, percent

APPROVED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def terms_of(judgement: RiskJudgement) -> ProfitTerms | None:
    """The terms with the rows' own exposure and margin where the data have them."""
    terms = judgement.terms
    if terms is None:
        return None
    if judgement.exposure is not None and np.ndim(terms.exposure) == 0:
        terms = replace(terms, exposure=judgement.exposure)
    if judgement.margin is not None and np.ndim(terms.margin) == 0:
        terms = replace(terms, margin=judgement.margin)
    return terms


def profit(judgement: RiskJudgement, chosen: str) -> Section | None:
    """The most profitable threshold; None without terms."""
    terms = terms_of(judgement)
    if terms is None:
        return None
    try:
        found = profit_report(
            judgement.truth, judgement.systems[chosen], terms, seed=judgement.seed,
            level=judgement.level,
        )
    except LitmusError as error:
        return Section("profit", f"What a threshold on {cut(chosen, 40)} earns", str(error))
    title = _finding(found)
    return Section(
        "profit", f"What a threshold on {cut(chosen, 40)} earns",
        f"Chosen on a random half ({found.n_chosen:,} {judgement.unit}s), reported on the other "
        f"({found.n:,}); profit is a {judgement.unit}, in the unit of the exposure. An approved "
        f"{judgement.unit} that turns out good earns its margin, a bad one loses "
        f"{percent(terms.loss_given_default, 0)} of its exposure{_review(terms)}. Only "
        f"{judgement.unit}s with a known outcome can tell: those declined in the past are not in it.",
        (_drawing(found, title),), (_summary(found), _bands(found), _levels(found)),
    )


def _finding(found: ProfitReport) -> str:
    if found.threshold == 0:
        return "No threshold earns more than declining everybody"
    if np.isinf(found.threshold):
        return "Approving everybody earns most on these terms"
    cut_at = f"Declining from {percent(found.threshold)} on earns {amount(found.profit)} a row"
    if found.shown:
        return f"{cut_at}, {amount(found.gain)} more than {found.without_words}"
    return f"{cut_at}; more than {found.without_words} is not shown"


def _drawing(found: ProfitReport, title: str) -> Chart:
    curve = found.curve
    top = float(curve.profit.max())
    lines = [svg.Line("bad rate", curve.approval, np.nan_to_num(curve.bad_rate))]
    note = "Bad rate: share of the approved that turned out bad."
    if top > 0:
        lines.insert(0, svg.Line("profit", curve.approval, np.clip(curve.profit / top, 0, 1)))
        note = f"Profit: as a share of the highest, {amount(top)}. {note}"
    # Both are drawn over evenly spaced shares of approval, as the axis says.
    grid = np.linspace(0, 1, 101)
    even = [svg.Line(each.label, grid, np.interp(grid, each.x, each.y)) for each in lines]
    drawing = svg.trend(
        even, f"Profit and bad rate by the share approved. {title}.",
        ends=("none approved", "all approved"), up="Share",
    )
    return Chart(title, drawing, note)


def _summary(found: ProfitReport) -> Table:
    cuts = f"{_threshold(found.threshold_low)} to {_threshold(found.threshold_high)}"
    rows: list[tuple[Cell | str, ...]] = [
        ("Decline from", Cell(_threshold(found.threshold), cuts)),
        ("Break-even of a calibrated model", percent(found.break_even)),
        ("Profit", _money(found.profit, found.low, found.high)),
        ("Profit on the half that chose, which flatters", amount(found.profit_when_chosen)),
        (f"More than {found.without_words}", _money(found.gain, found.gain_low, found.gain_high)),
        ("Approved", percent(found.approval)),
        ("Of these bad", "–" if found.bad_rate is None else Cell(
            percent(found.bad_rate), f"{100 * found.bad_low:.1f} to {100 * found.bad_high:.1f}")),
    ]
    if len(found.bands) == 3:
        rows.append((
            "What reviewing adds",
            _money(found.bands_gain, found.bands_gain_low, found.bands_gain_high),
        ))
    return Table("The most profitable threshold", ("", "Value"), tuple(rows))


def _bands(found: ProfitReport) -> Table:
    return Table(
        "Bands", ("Decision", "Probability", "Rows", "Share", "Bad", "Profit"),
        tuple(
            (each.decision.capitalize(), _ends(each), f"{each.n:,}", percent(each.share),
             "–" if each.bad_rate is None else Cell(
                 percent(each.bad_rate), f"{100 * each.bad_low:.1f} to {100 * each.bad_high:.1f}"),
             amount(each.profit))
            for each in found.bands
        ), texts=(1,),
    )


def _levels(found: ProfitReport) -> Table:
    curve = found.curve
    rows = []
    for wanted in APPROVED:
        at = int(np.abs(curve.approval - wanted).argmin())
        bad = curve.bad_rate[at]
        rows.append((
            percent(float(curve.approval[at])), _threshold(float(curve.thresholds[at])),
            "–" if np.isnan(bad) else percent(float(bad)),
            _money(float(curve.profit[at]), float(curve.low[at]), float(curve.high[at])),
        ))
    return Table(
        "Approval rate against bad rate", ("Approved", "Decline from", "Of these bad", "Profit"),
        tuple(dict.fromkeys(rows)), folded=True,
    )


def _threshold(value: float) -> str:
    if value == 0:
        return "everybody"
    return "nobody" if np.isinf(value) or value > 1 else percent(value)


def _ends(band: Band) -> str:
    if band.least >= band.below:
        return "–"
    high = "100 %" if band.below > 1 else percent(band.below)
    return f"{100 * band.least:.1f} to {high}"


def _money(value: float, low: float | None, high: float | None) -> Cell:
    ends = "" if low is None or high is None else f"{amount(low)} to {amount(high)}"
    return Cell(amount(value).replace("-", "−"), ends.replace("-", "−"))


def _review(terms: ProfitTerms) -> str:
    if terms.cost_of_review is None:
        return ""
    return (
        f"; a review costs {amount(terms.cost_of_review)} and is taken to decide "
        f"{percent(terms.review_finds, 0)} rightly"
    )
