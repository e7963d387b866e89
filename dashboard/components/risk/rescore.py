"""A new file of applicants scored with the fitted model, and how far it lies from the old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.components.dataset_picker import TYPES
from dashboard.components.risk.applicants import applicants_of, decisions_of, model_of, worded
from dashboard.components.risk.past import Past, past_of
from dashboard.components.risk.picking import key_of
from dashboard.components.text import count, percent, shown
from dashboard.components.waiting import wait_for
from dashboard.jobs import Job
from dashboard.session import Workspace, start_job
from data.export import safe_csv
from data.reading import read
from data.table import Table
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress
from pipelines.tabular.scoring import score_applicants
from pipelines.tabular.stability import Drift, drift, score_drift

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FIRST_ROWS = 200
MOST_ALARMS = 8
ICONS = {"shifted": ":material/error:", "shifting": ":material/warning:"}
MEMO = ("evidence", "new applicants")


@dataclass(frozen=True)
class Scored:
    """A file with what the model says of it.

    Attributes:
        table: as it was read.
        frame: the user's columns, then the model's.
        said: (n,) probabilities or amounts.
        score: drift of them.
        features: drift of each column, the largest first.
    """

    table: Table
    frame: pd.DataFrame
    said: np.ndarray
    score: Drift
    features: tuple[Drift, ...]


@dataclass(frozen=True)
class Held:
    """The last file that was brought; it stays while one looks at other tabs.

    Attributes:
        key: the run, the model and the upload.
        job: that scores it.
    """

    key: tuple[str, str, str]
    job: Job


def rescore_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the upload, the scored rows, and the alarms."""
    key = key_of(experiment, "new-file")
    given = st.file_uploader(
        "New applicants, in a file with the columns that the model learnt from", type=TYPES, key=key,
        help="The outcome is not needed. It stays in this session only.",
        on_change=_forget, args=(key, space),
    )
    held: Held | None = space.memo.get(MEMO)
    if given is not None or held is not None:
        held = _started(given, held, experiment, run, space)
    if held is None:
        st.caption(
            "Each row gets its probability or amount from the model as it stands; and the file is "
            "compared with the rows that taught it, so that you see when it is time to learn anew."
        )
    elif not held.job.finished:
        wait_for(held.job)
    elif held.job.state != "done":
        st.error(shown(held.job.sentence, most=600), icon=":material/error:")
    else:
        _draw(experiment, run, space, cast(Scored, held.job.result))


def _forget(key: str, space: Workspace) -> None:
    """A file that was taken away is gone, with what was made of it."""
    held: Held | None = space.memo.get(MEMO)
    if st.session_state.get(key) is None and held is not None:
        held.job.cancel()
        del space.memo[MEMO]


def _started(
    given: UploadedFile | None, held: Held | None, experiment: Experiment, run: ModelRun,
    space: Workspace,
) -> Held | None:
    """The file under way or done, for this model; None where it has to be brought again."""
    upload = given.file_id if given is not None else held.key[2] if held is not None else ""
    key = (experiment.id, run.card.id, upload)
    if held is not None and held.key == key:
        return held
    table: Table | None = None
    if held is not None:
        held.job.cancel()
        if held.key[2] == upload and held.job.state == "done":
            table = cast(Scored, held.job.result).table
    if given is None and table is None:
        return None
    past = past_of(experiment, run, space)
    content, name = (b"", "") if given is None else (given.getvalue(), given.name)

    def work(progress: Progress) -> Scored:
        progress.stage("Reading", 0)
        found = read(content, name, reads="tables") if table is None else table
        return scored(found, experiment, run, past, progress)

    # Only the last file is kept: each may be as large as the limits allow.
    space.memo[MEMO] = Held(key, start_job("New applicants", work))
    return cast(Held, space.memo[MEMO])


def scored(
    table: Table, experiment: Experiment, run: ModelRun, past: Past, progress: Progress
) -> Scored:
    """A table with what the model says, and its drift.

    Raises:
        DataError: a column that the model learnt from is missing.
    """
    model = model_of(run)
    roles = _roles(experiment.request.dataset.roles, table)
    frame = score_applicants(run.pipeline, table, roles, progress)
    columns = [each.name for each in model.plan.used]
    progress.stage("Comparing with the rows that taught", 0)
    said = model.predict(table.frame[columns])
    # What models said of rows that they had learnt from lies further apart than what they say of
    # new ones, which would look like drift.
    before = model.held_out_predictions()
    if not len(before):
        before = model.predict(past.features)
    score = score_drift(before, said, "the score")
    return Scored(table, frame, said, score, drift(past.features, table.frame[columns]))


def _roles(roles: Mapping[str, str], table: Table) -> dict[str, str]:
    """The roles whose column the new file has as well."""
    return {role: name for role, name in roles.items() if name in table.frame}


def _draw(experiment: Experiment, run: ModelRun, space: Workspace, found: Scored) -> None:
    known = applicants_of(experiment, run, space)
    say = worded(run)
    with st.grid(4, min_column_width=140):
        st.metric("New rows", f"{len(found.frame):,}", border=True, height="stretch")
        st.metric(
            "Mean probability" if known.chances else "Mean amount", say(float(found.said.mean())),
            border=True, height="stretch",
            help=f"{say(float(known.said.mean()))} over the rows of the run",
        )
        if known.chances:
            low, _ = decisions_of(experiment)
            st.metric(
                "Approved" if low == "approve" else "Not flagged",
                percent(float((found.said < known.threshold).mean())), border=True, height="stretch",
                help=f"below the threshold of {percent(known.threshold)}; "
                f"{percent(float(known.below.mean()))} in the run",
            )
        loud = [each for each in found.features if each.level in ICONS]
        st.metric("Columns that moved", f"{len(loud)} of {len(found.features)}", border=True,
                  height="stretch", help="stability index above 0.1, and more than chance explains")
    _alarms(found)
    st.markdown(f"**{shown(found.table.name, 60)} with what the model says**")
    own = [name for name in found.frame.columns[-4:] if _is_ours(str(name))]
    rest = [name for name in found.frame.columns if name not in own]
    st.dataframe(found.frame[[*own, *rest]].head(FIRST_ROWS), hide_index=True, height=320,
                 alt="Scored rows")
    if len(found.frame) > FIRST_ROWS:
        st.caption(f"The first {FIRST_ROWS} of {count(len(found.frame), 'row')}; the download has all.")
    st.download_button(
        "Scored rows as CSV", lambda: safe_csv(found.frame),
        file_name=f"scored-{PurePath(found.table.name).stem[:60]}.csv", mime="text/csv",
        icon=":material/download:", on_click="ignore", key=key_of(experiment, "new-file-csv"),
    )


def _is_ours(name: str) -> bool:
    return name.removeprefix("litmus_") in (
        "prediction", "probability", "expected_loss", "low", "high"
    )


def _alarms(found: Scored) -> None:
    every = [found.score, *found.features]
    loud = [each for each in every if each.level in ICONS][:MOST_ALARMS]
    if not loud:
        unsure = [each for each in every if each.level == "cannot say"]
        if unsure:
            more = len(unsure) - 1
            others = f" The same holds for {count(more, 'more column')}." if more else ""
            st.info(shown(_sentence(unsure[0].why)) + others, icon=":material/info:")
        else:
            st.success("These applicants are like those that the model learnt from: neither the score "
                       "nor any column has moved.", icon=":material/check:")
    for each in loud:
        draw = st.error if each.level == "shifted" else st.warning
        draw(shown(_sentence(each.why)), icon=ICONS[each.level])
    with st.expander("Stability of every column", icon=":material/monitoring:"):
        st.dataframe(
            pd.DataFrame({
                "column": [each.column for each in every],
                "stability index": [round(each.index, 3) for each in every],
                "chance alone": [round(each.noise, 3) for each in every],
                "state": [each.level for each in every], "in words": [each.why for each in every],
            }),
            hide_index=True, height="content", alt="Stability index of every column",
        )
        st.caption(
            "Population stability index between the rows that taught and this file: below 0.1 as "
            "before, from 0.1 worth watching, from 0.25 an alarm. “Chance alone” is what it stays "
            "below in 99 % of files in which nothing has moved: from 0.1 up to there, nobody can "
            "say."
        )


def _sentence(why: str) -> str:
    return why.replace("“the score”", "The score")
