"""One applicant: how risky, how sure that is, why, who was alike, and what would change it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.contributions import Bar, contributions
from dashboard.charts.show import show
from dashboard.components.risk.applicants import (
    Applicants,
    amount,
    applicants_of,
    decisions_of,
    line_words,
    loss_share,
    model_of,
    outcome_of,
    said_of,
    worded,
)
from dashboard.components.risk.explained import added_of, cell_text, learnt_typical, reasons_view
from dashboard.components.risk.flipping import flip_view
from dashboard.components.risk.past import neighbours_of, past_of
from dashboard.components.risk.picking import key_of, pick_applicant
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.models.base import Contributions
from pipelines.tabular.models.scorecard import Scorecard
from pipelines.tabular.predictions import AmountPredictions
from pipelines.tabular.same_score import same_score

MOST_BARS = 10
SIMILAR = 8


@st.fragment
def applicant_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw everything that is known of a chosen applicant."""
    known = applicants_of(experiment, run, space)
    row = pick_applicant(experiment, run, known)
    if row is None:
        return
    cells = known.cells(row)
    # A row that judged is shown as it was judged, never as the model says that has learnt from it.
    final = float(said_of(run, cells)[0])
    said = float(known.said[row]) if known.held_out(row) else final
    _figures(experiment, run, known, row, said)
    _how_sure(experiment, run, known, row, said)
    _of_final(experiment, run, known, row, final)
    why = model_of(run).contributions(cells)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _bars(experiment, run, row, cells, why, known.held_out(row))
    with right:
        reasons_view(experiment, run, cells, why, learnt_typical(experiment, run, space))
        if known.chances:
            flip_view(experiment, run, space, row, cells)
    _alike(experiment, run, space, known, row)


def _figures(
    experiment: Experiment, run: ModelRun, known: Applicants, row: int, said: float
) -> None:
    actual = known.actual[row]
    figures: list[tuple[str, str, str]] = []
    model = model_of(run)
    held = ", by a model that had not learnt from this row" if known.held_out(row) else ""
    if not known.chances:
        figures.append(("Predicted", amount(said), f"{outcome_of(experiment)} of this row{held}"))
        ends = _range(run, known, row)
        if ends is not None:
            figures.append((
                "Range", f"{amount(ends[0])} to {amount(ends[1])}",
                "holds 9 in 10 amounts like these: from the errors on rows that were held out while "
                "the model was made",
            ))
        came = amount(float(actual))
    else:
        low, high = decisions_of(experiment)
        cut_at = float(known.cuts[row]) if held else known.threshold
        figures.append((
            "Probability", percent(said), f"of {outcome_of(experiment)}, calibrated{held}"
        ))
        if isinstance(model, Scorecard):
            points = float(model.points(known.cells(row))[0])
            figures.append((
                "Points", f"{points:,.0f}", "more points are less risk; of the printed scorecard"
                + (", which has learnt from this row" if held else ""),
            ))
        figures.append((
            "Decision", (high if said >= cut_at else low).capitalize(),
            f"{high} from {line_words(cut_at)} on",
        ))
        if known.exposure is not None and np.isfinite(known.exposure[row]):
            at_stake = float(known.exposure[row])
            figures.append((
                "Expected loss", amount(said * at_stake * loss_share(run)),
                f"probability x {amount(at_stake)} exposure x {percent(loss_share(run))}",
            ))
        came = str(experiment.outputs[int(actual)]) if np.isfinite(actual) else ""
    figures.append(("What came", came[:20] if np.isfinite(actual) else "not known yet",
                    "as the file has it"))
    with st.grid(len(figures), min_column_width=130):
        for label, value, told in figures:
            # A value of the file stands where Markdown is read.
            st.metric(label, shown(value, 30), border=True, height="stretch", help=told)


def _range(run: ModelRun, known: Applicants, row: int) -> tuple[float, float] | None:
    """Where 9 in 10 amounts like this lie, by the model that the amount is of."""
    said = run.predictions
    if known.held_out(row) and isinstance(said, AmountPredictions):
        if said.low is None or said.high is None:
            return None
        return float(said.low[row]), float(said.high[row])
    ends = model_of(run).interval(known.cells(row))
    return None if ends is None else (float(ends[0][0]), float(ends[1][0]))


def _how_sure(
    experiment: Experiment, run: ModelRun, known: Applicants, row: int, said: float
) -> None:
    """Say how sure the figure is: what came of the judged rows nearest to it."""
    notes = []
    use = known.judged & np.isfinite(known.actual)
    # What came of the row itself is no evidence for it.
    use[row] = False
    if known.chances:
        near = same_score(known.said[use], known.actual[use], said)
        if near is not None:
            notes.append(
                f"How sure: of the {near.n:,} judged rows nearest in probability "
                f"({percent(near.least)} to {percent(near.most)}), {percent(near.share)} had "
                f"{outcome_of(experiment)}; 95 % interval {percent(near.low)} to {percent(near.high)}."
            )
            if not near.least <= said <= near.most:
                way = "high" if said > near.most else "low"
                notes.append(f"None of them was given one as {way} as this.")
    if known.taught[row] and not known.judged[row]:
        notes.append("The model has learnt from this row, so it knows it better than a new one.")
    if notes:
        st.caption(" ".join(notes))


def _of_final(
    experiment: Experiment, run: ModelRun, known: Applicants, row: int, final: float
) -> None:
    """Say where the figure and the reasons beneath it are of two models."""
    if not known.held_out(row):
        return
    decided = ""
    if known.chances:
        low, high = decisions_of(experiment)
        was = low if known.below[row] else high
        now = high if final >= known.threshold else low
        decided = f", so {now}" if now != was else ""
    st.caption(
        "This row judges in step 4, so the figures above are by a model that had not learnt from it. "
        "What is below explains the final model, which has: it says "
        f"{worded(run)(final)} here{decided}, because it learnt from this row."
    )


def _bars(
    experiment: Experiment, run: ModelRun, row: int, cells: pd.DataFrame, why: Contributions,
    held: bool,
) -> None:
    added = added_of(model_of(run), cells, why)
    if not np.abs(added.values).max(initial=0.0) > 0:
        st.info(f"{shown(run.card.title, 60)} says the same of everybody, whatever the columns hold.",
                icon=":material/horizontal_rule:")
        return
    order = np.argsort(-np.abs(added.values), kind="stable")
    texts = {at: cell_text(cells[added.columns[at]].iloc[0]) for at in order.tolist()}
    bars = [Bar(f"{added.columns[at]}: {texts[at]}", float(added.values[at]))
            for at in order[:MOST_BARS].tolist()]
    rest = order[MOST_BARS:]
    if len(rest):
        bars.append(Bar(f"{count(len(rest), 'other column')}", float(added.values[rest].sum())))
    unit = f"Added to the score, in {added.unit}" if added.unit else "Added to the amount"
    show(
        contributions(bars, unit, digits=added.digits, worse=added.worse),
        key=key_of(experiment, f"bars-{run.card.id}-{row}"), title=added.finding,
        alt="What each column adds to the score of this applicant",
        table=pd.DataFrame({
            "column": [added.columns[at] for at in order], "value": list(texts.values()),
            added.unit or "amount": np.round(added.values[order], 4),
        }),
    )
    digits, total = added.digits, added.base + float(added.values.sum())
    begin = f"{added.base:,.{digits}f} {added.unit}".strip()
    came_to = "final model's probability" if held else "probability above"
    st.caption(
        f"Beginning at {begin}, what is said of an average applicant, the columns add up to "
        f"{total:,.{digits}f}."
        + (f" Calibration then makes it the {came_to}." if added.unit == "log odds" else "")
    )


def _alike(
    experiment: Experiment, run: ModelRun, space: Workspace, known: Applicants, row: int
) -> None:
    past = past_of(experiment, run, space)
    with st.spinner("Looking for similar past applicants…", show_time=False):
        searched = neighbours_of(experiment, run, space)
        found = searched.similar(known.cells(row), SIMILAR + 1)
    keep = np.flatnonzero(past.rows[found.rows] != row)[:SIMILAR]
    rows, outcomes = found.rows[keep], found.outcomes[keep]
    if not len(rows):
        return
    if known.chances:
        had = int(outcomes.sum())
        st.markdown(
            f"**{had} of the {len(rows)} most similar past applicants had {outcome_of(experiment)}**"
        )
        came: list[str] = [str(experiment.outputs[int(each)]) for each in outcomes]
    else:
        st.markdown(
            f"**The {len(rows)} most similar past rows had {amount(float(outcomes.mean()))} on "
            "average**"
        )
        came = [amount(float(each)) for each in outcomes]
    table = {"past applicant": past.names[rows], "what came": came,
             "distance": np.round(found.distances[keep], 2)}
    taken = set(table)
    shown_columns = past.features.iloc[rows].reset_index(drop=True).rename(
        columns=lambda name: f"{name} (column)" if name in taken else name
    )
    st.dataframe(
        pd.concat([pd.DataFrame(table), shown_columns], axis=1), hide_index=True, height="content",
        alt="Similar past applicants and what came of them",
    )
    st.caption(
        "From the rows that the model learnt from, this one left out; every column counts the same. "
        "Distance 0 is the same in all columns, 1 is that of two applicants at random."
    )
