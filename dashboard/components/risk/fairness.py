"""How groups of people are treated by a threshold, and what treating them alike would cost."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import line_words
from dashboard.components.text import cut, percent, shown
from data.errors import LitmusError
from pipelines.evaluation.decisions import Decision
from pipelines.evaluation.fairness import FOUR_FIFTHS, FairnessReport, Measured, group_fairness
from pipelines.evaluation.fairness_cost import Constraint, constraint_cost
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.risk_judgement import RiskJudgement

CONSTRAINTS: dict[Constraint, str] = {
    "equal approval": "the same share of every group is",
    "equal opportunity": "the same share of the good ones of every group is",
}

# Thresholds below a billionth are as good as none.
MOST_PLACES = 9


@st.fragment
def fairness_view(judgement: RiskJudgement, model: str, title: str, key: str) -> None:
    """Draw the rates of every group and what equal rates would cost."""
    names, decision = list(judgement.groups), judgement.decision
    spared = decision.spared
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox(
            "Groups of", names, key=f"{key}-groups", persist_state="session", width=240,
            format_func=lambda name: cut(str(name), 60),
        ) or names[0]
        usual = judgement.threshold(model)
        threshold = st.select_slider(
            f"{spared.capitalize()} below", _steps(usual), usual, format_func=line_words,
            key=f"{key}-fair-at-{model}", persist_state="session", width=320,
        )
    # As it starts, decisions are those that are scored: by the models of folds where these judge.
    cuts = judgement.cuts_of(model) if threshold == usual else threshold
    group = judgement.groups[column]
    try:
        found = group_fairness(
            judgement.truth, judgement.systems[model], group, threshold=cuts,
            column=str(column), seed=judgement.seed,
        )
    except LitmusError as error:
        st.info(shown(str(error)), icon=":material/info:")
        return
    st.markdown(f"**{shown(_finding(found, title, decision), 400)}**")
    st.caption(_where(found, usual, threshold == usual))
    st.dataframe(_table(found, spared), hide_index=True, height="content", alt="Rates of each group")
    if found.compared:
        st.caption(
            f"Lowest over highest share {spared}: {_plain(found.parity_ratio)} · good ones {spared} "
            f"apart by: {_plain(found.opportunity_difference)} · either outcome apart by: "
            f"{_plain(found.odds_difference)}"
        )
    for warning in found.warnings:
        st.caption(shown(warning))
    st.caption(
        f"Ratios and differences are to “{shown(found.reference, 40)}”, the group most often {spared}. "
        f"{_sign(decision)}Calibration: expected less came; above 0 the group is better than it "
        "is said to be. A difference may come from what goes along with the group."
    )
    _costs(judgement, model, group, key)


def _steps(usual: float) -> list[float]:
    """Where the slider stops: at the exact threshold, in whole percents, and as finely near zero as
    that threshold lies there."""
    fine = -math.floor(math.log10(usual)) if usual > 0 else 0
    small = [
        digit / 10**place for place in range(3, min(fine + 1, MOST_PLACES) + 1)
        for digit in range(1, 10)
    ]
    return sorted({0.0, *small, *(each / 100 for each in range(1, 101)), usual})


def _where(found: FairnessReport, usual: float, unmoved: bool) -> str:
    if not unmoved:
        return (f"Moved to {line_words(found.threshold)}: the scores are of decisions at "
                f"{line_words(usual)}, the model's own threshold.")
    low, high = line_words(found.threshold), line_words(found.threshold_high)
    if low != high:
        return f"At the thresholds that the scores use: each fold's own, {low} to {high}."
    return f"At {low}, the model's own threshold, which the scores use."


def _sign(decision: Decision) -> str:
    if decision.rule != "profit":
        return ""
    return f"Below {FOUR_FIFTHS:.1f} a ratio is taken as a sign of adverse impact. "


def _finding(found: FairnessReport, title: str, decision: Decision) -> str:
    spared = decision.spared
    if not found.compared:
        return f"No two groups by {found.column} are large enough to be compared"
    if decision.rule != "profit":
        names = ", ".join(found.shown_below)
        if names:
            return (f"By {title}, {names} are {decision.caught} more often than {found.reference}, "
                    "which is more than chance")
        return f"That groups are {decision.caught} at different rates is not shown"
    low = found.below_four_fifths
    ratio = found.parity_ratio.value
    if low:
        return (f"By {title}, {', '.join(low)} are {spared} less than four fifths as often as "
                f"{found.reference}, which is more than chance")
    if found.perhaps_below:
        return (f"{', '.join(found.perhaps_below)} may be {spared} less than four fifths as often "
                f"as {found.reference}: these rows cannot rule it out")
    least = "" if ratio is None else f"; the lowest rate is {ratio:.2f} of the highest"
    return f"No group is {spared} less than four fifths as often as another{least}"


def _table(found: FairnessReport, spared: str) -> pd.DataFrame:
    table = pd.DataFrame([
        {"group": f"{each.name}{' (few)' if each.small else ''}", "rows": each.n, "bad": each.bad,
         spared: _share(each.approval), "ratio": _plain(each.approval_ratio),
         f"good ones {spared}": _share(each.good_approval),
         "difference": _plain(each.good_approval_difference),
         f"bad ones {spared}": _share(each.false_negative),
         "expected": percent(each.expected), "came": _share(each.rate),
         "calibration": _plain(each.calibration)}
        for each in found.groups
    ])
    # A column of the user's may be called as one of these is.
    name = cut(found.column, 60)
    return table if name in table else table.rename(columns={"group": name})


def _costs(judgement: RiskJudgement, model: str, group: pd.Series, key: str) -> None:
    with st.expander("What treating groups alike would cost", icon=":material/balance:",
                     key=f"{key}-fair-cost", on_change="rerun") as opened:
        if not opened.open:
            return
        rows, failed = [], []
        for constraint, words in CONSTRAINTS.items():
            try:
                cost = constraint_cost(
                    judgement.truth, judgement.systems[model], group, constraint,
                    terms=judgement.terms, seed=judgement.seed,
                )
            except LitmusError as error:
                st.info(shown(str(error)), icon=":material/info:")
                return
            if not cost.closer:
                failed.append(f"{words} {judgement.decision.spared}")
            row = {
                "so that": f"{words} {judgement.decision.spared}",
                "rates apart": f"{percent(cost.apart_before)} → {percent(cost.apart)}",
                "right decisions": f"{percent(cost.accuracy_before)} → {percent(cost.accuracy)}",
                "change": _plain(cost.accuracy_change),
            }
            if cost.profit_change is not None and cost.profit is not None:
                row["profit a row"] = f"{amount(cost.profit_before or 0.0)} → {amount(cost.profit)}"
                row["change of profit"] = _plain(cost.profit_change)
            rows.append(row)
        st.dataframe(pd.DataFrame(rows), hide_index=True, height="content",
                     alt="What equal rates would cost")
        if failed:
            st.caption(
                f"{' and '.join(failed).capitalize()}: on rows that did not choose, these thresholds "
                "brought the groups no nearer, so they do not show what that would cost."
            )
        st.caption(
            f"One threshold a group, chosen on half of the judged rows and measured on the other "
            f"{cost.n:,}. Whether thresholds may differ by group is a question of law."
        )


def _share(found: Measured) -> str:
    if found.value is None:
        return "–"
    ends = "" if found.low is None or found.high is None else (
        f" ({100 * found.low:.0f} to {100 * found.high:.0f})"
    )
    return f"{100 * found.value:.0f} %{ends}"


def _plain(found: Measured) -> str:
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return _two(found.value)
    return f"{_two(found.value)} ({_two(found.low)} to {_two(found.high)})"


def _two(value: float) -> str:
    # Adding zero takes the sign of what rounds to nothing.
    return f"{round(value, 2) + 0.0:.2f}"
