"""The applicants of whom a model was most wrong, each a click away from its page."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import applicants_of, line_words, outcome_of
from dashboard.components.risk.picking import choose_applicant
from dashboard.components.risk.weak_spots import weak_spots_view
from dashboard.components.steps import go_to
from dashboard.components.text import count
from dashboard.session import Workspace
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.surest_errors import surest_errors
from pipelines.experiment import Experiment

MOST = 10


def worst_view(
    judgement: RiskJudgement, model: str, title: str, experiment: Experiment, space: Workspace
) -> None:
    """Draw both kinds of errors, the surest first, and among whom there are most."""
    run = experiment.run_of(model)
    known, chance = applicants_of(experiment, run, space), judgement.systems[model]
    cuts = judgement.cuts_of(model)
    found = surest_errors(judgement.truth, chance, cuts, MOST)
    if not len(found):
        st.info("No judged row is on the wrong side of the threshold.", icon=":material/check:")
        return
    spared, caught = judgement.decision.spared, judgement.decision.caught
    outcome = outcome_of(experiment)
    st.caption(
        "Rows on the wrong side of the threshold, furthest from what came first. Choose a line to see "
        "that applicant and the reasons in step 3."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(
            f"**{count(found.missed, 'row')} with {outcome}, yet {spared}: lowest probability**"
        )
        _table(judgement, experiment, known.names, chance, cuts, found.low, f"low-{model}", model)
    with right:
        st.markdown(
            f"**{count(found.wronged, 'row')} without it, yet {caught}: highest probability**"
        )
        _table(judgement, experiment, known.names, chance, cuts, found.high, f"high-{model}", model)
    weak_spots_view(judgement, model, title, experiment, space)


def _table(
    judgement: RiskJudgement, experiment: Experiment, names: np.ndarray, chance: np.ndarray,
    cuts: np.ndarray, places: np.ndarray, what: str, model: str,
) -> None:
    if not len(places):
        st.caption("None.")
        return
    rows = experiment.tested[places]
    key = f"{experiment.request.task.slug}-worst-{what}"
    st.dataframe(
        pd.DataFrame({
            "applicant": names[rows], "probability": [line_words(float(chance[at])) for at in places],
            "threshold": [line_words(float(cuts[at])) for at in places],
            "what came": [
                str(experiment.outputs[int(judgement.truth[at])]) for at in places
            ],
        }),
        hide_index=True, height="content", alt="The worst errors first", key=key,
        on_select=lambda: _open(experiment, key, rows, model), selection_mode="single-row",
    )


def _open(experiment: Experiment, key: str, rows: np.ndarray, model: str) -> None:
    """Go to the chosen applicant in step 3, as the model sees it that was wrong."""
    chosen = st.session_state[key]["selection"]["rows"]
    if not chosen:
        return
    slug = experiment.request.task.slug
    choose_applicant(experiment, int(rows[chosen[0]]))
    st.session_state[f"{slug}-shown"] = model
    st.session_state[f"{slug}-results-tab"] = "An applicant"
    go_to(slug, "results")
