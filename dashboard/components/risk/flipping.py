"""The smallest plausible change that would turn the decision."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.components.risk.applicants import applicants_of, decisions_of, model_of, said_of
from dashboard.components.risk.explained import cell_text
from dashboard.components.risk.past import choices_for, trends_for
from dashboard.components.risk.picking import key_of
from dashboard.components.text import percent, shown
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.tabular.whatif import LEAST_MOVE, Flip, smallest_flip

# Part of a name that tells of what nobody can change.
_UNCHANGEABLE = ("age", "sex", "gender", "race", "ethnic", "nation", "birth", "dependent", "child",
                 "ages",
                 "alter", "geschlecht", "edad", "sexo", "âge", "sexe", "idade", "foreign")  # fmt: skip


def flip_view(
    experiment: Experiment, run: ModelRun, space: Workspace, row: int, cells: pd.DataFrame
) -> None:
    """Draw the change, with a choice of columns that cannot change."""
    known = applicants_of(experiment, run, space)
    choices = choices_for(experiment, run, space)
    columns = [name for name in cells.columns if name in choices.numbers or name in choices.levels]
    key = key_of(experiment, "fixed")
    if key in st.session_state:
        kept = [name for name in st.session_state[key] if name in columns]
        if kept != st.session_state[key]:
            st.session_state[key] = kept
    st.markdown("**What would turn the decision**")
    texts = {each.name for each in model_of(run).plan.used if each.kind == "text"}
    fixed = st.multiselect(
        "Cannot change", columns, key=key, persist_state="session", select_all=False,
        default=None if key in st.session_state else [
            name for name in columns if unchangeable(name) or name in texts
        ],
        placeholder="every column may change",
    )
    trends = trends_for(experiment, run, space)
    found = space.once(
        ("evidence", "flip", experiment.id, run.card.id, row, frozenset(fixed)),
        lambda: smallest_flip(
            lambda some: said_of(run, some), cells, choices, known.threshold, frozenset(fixed),
            trends=trends,
        ),
    )
    low, high = decisions_of(experiment)
    other = low if float(said_of(run, cells)[0]) >= known.threshold else high
    if found is None:
        st.markdown(
            "No change of up to three of the other columns, to values that past applicants had, "
            f"leads clearly to “{other}” in the way in which these columns work on average."
        )
        return
    st.markdown(f"To “{other}” ({percent(found.probability)}), it would take:\n\n{_lines(found)}")
    st.caption(
        "Values that past applicants had, changed as little as clearly turns the decision of the final "
        "model, each in the way in which its column works on average, and past at least "
        f"{percent(LEAST_MOVE)} of past applicants. It says what the model would do, not what would "
        "change how it ends."
    )


def unchangeable(name: str) -> bool:
    """Whether a column's name tells of something that an applicant cannot change."""
    words = name.casefold().replace("_", " ").replace("-", " ").split()
    return any(
        word == part or (len(part) > 4 and word.startswith(part))
        for word in words for part in _UNCHANGEABLE
    )


def _lines(found: Flip) -> str:
    return "\n".join(
        f"- {shown(each.column, 40)}: {shown(cell_text(each.before), 30)} → "
        f"**{shown(cell_text(each.after), 30)}**"
        for each in found.changes
    )
