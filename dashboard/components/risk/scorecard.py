"""The scorecard as it would be printed, on a scale of one's own."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import applicants_of, model_of
from dashboard.components.risk.picking import key_of
from dashboard.components.table_height import table_height
from dashboard.components.text import count, percent, shown
from dashboard.session import Workspace
from data.errors import LitmusError
from data.export import safe_csv
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.models.scorecard import Scorecard
from pipelines.tabular.scorecard_table import PrintedScorecard, printed

LEFT_OUT_SHOWN = 8
MOST_LINES = 40


def scorecard_of(experiment: Experiment) -> ModelRun | None:
    """The run of the scorecard, None where it did not run."""
    return next((run for run in experiment.runs if isinstance(model_of(run), Scorecard)), None)


@st.fragment
def scorecard_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the table, whichever model is chosen above."""
    own = scorecard_of(experiment)
    assert own is not None, "the tab is there only with a scorecard"
    fitted = model_of(own)
    assert isinstance(fitted, Scorecard), "it is the run of one"
    base, odds, double = _scale(experiment, fitted)
    try:
        card = rescaled(fitted, base, odds, double)
        table = printed(card)
    except LitmusError as error:
        st.error(shown(error, most=600), icon=":material/error:")
        return
    if own.card.id != run.card.id:
        st.caption(f"Of {shown(own.card.title, 60)}, not of the model chosen above.")
    st.markdown(f"**{table.sentence()}**")
    _card(table)
    _below(experiment, own, card, table, space)
    st.download_button(
        "Scorecard as CSV", lambda: safe_csv(table.frame()), file_name="scorecard.csv",
        mime="text/csv", icon=":material/download:", on_click="ignore",
        key=key_of(experiment, "scorecard-csv"),
    )


def rescaled(card: Scorecard, base: float, odds: float, double: float) -> Scorecard:
    """The same scorecard with points on another scale; nothing is learnt again."""
    found = copy.copy(card)
    found.settings = {
        **card.settings, "base_score": base, "base_odds": odds, "double_odds": double,
    }
    return found


def _scale(experiment: Experiment, card: Scorecard) -> tuple[float, float, float]:
    given = card.scale()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        base = st.number_input(
            "Base score", -1e6, 1e6, float(given.base), 10.0, format="%.0f", width=150,
            key=key_of(experiment, "base-score"), persist_state="session",
        )
        odds = st.number_input(
            "at odds of good to one bad", 0.01, 1e6, float(given.odds), 1.0, format="%.2f",
            width=210, key=key_of(experiment, "base-odds"), persist_state="session",
        )
        double = st.number_input(
            "Points to double the odds", 1.0, 1e4, float(given.double), 1.0, format="%.0f",
            width=200, key=key_of(experiment, "double-odds"), persist_state="session",
        )
    return float(base), float(odds), float(double)


def _card(table: PrintedScorecard) -> None:
    frame = table.frame()
    # A name stands once, at the first bin of its column, as on paper.
    first = frame["column"].ne(frame["column"].shift())
    st.dataframe(
        pd.DataFrame({
            "Column": frame["column"].where(first, ""), "Bin": frame["bin"],
            "Points": frame["points"], "Rows": frame["applicants"],
            "Share": 100 * frame["share"], "Bad rate": 100 * frame["bad_rate"],
            "Weight of evidence": frame["weight_of_evidence"].round(2) + 0.0,
        }),
        hide_index=True, height=table_height(min(len(frame), MOST_LINES)), alt="Points of each bin",
        placeholder="–",
        column_config={
            "Column": st.column_config.Column(width=140),
            "Bin": st.column_config.Column(width=340),
            "Share": st.column_config.NumberColumn(format="%.1f %%"),
            "Bad rate": st.column_config.NumberColumn(format="%.1f %%"),
            "Weight of evidence": st.column_config.NumberColumn(
                format="%.2f", help="logarithm of the odds of bad in the bin over those of all; above "
                "0 is riskier, the opposite sign of ln(good/bad)"),
        },
    )


def _below(
    experiment: Experiment, run: ModelRun, card: Scorecard, table: PrintedScorecard,
    space: Workspace,
) -> None:
    """Where the threshold lies in points, how points are spread, and what has none."""
    known = applicants_of(experiment, run, space)
    log_odds = space.once(
        ("evidence", "card log odds", experiment.id),
        lambda: card.calibrator.log_odds(card.scores(known.features)),
    )
    points = card.scale().of(log_odds)
    low, middle, high = np.quantile(points, [0.05, 0.5, 0.95])
    limit = float(card.scale().of(np.array(np.log(known.threshold / (1 - known.threshold)))))
    st.caption(
        "An applicant's score is the sum of one line of each column; more points are less risk. "
        f"Half of these rows have more than {middle:,.0f} points, nine in ten between {low:,.0f} and "
        f"{high:,.0f}. The threshold of {percent(known.threshold)} is at {limit:,.0f} points. Bins and "
        "weights were learnt on training rows; whole points may be off by one from the exact sum of "
        "a column. Weight of evidence is ln(bad/good) of a bin over that of all: above 0 is riskier. "
        "Many books write ln(good/bad), which turns the sign; points are the same."
    )
    if table.left_out:
        named = ", ".join(f"“{shown(name, 40)}”" for name in table.left_out[:LEFT_OUT_SHOWN])
        more = len(table.left_out) - LEFT_OUT_SHOWN
        st.caption(
            f"{count(len(table.left_out), 'column')} without points, as they add nothing to the "
            f"others: {named}" + (f" and {more:,} more." if more > 0 else ".")
        )
