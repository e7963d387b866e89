"""Data: what this session holds, column by column, and what Litmus reads."""

import pandas as pd
import streamlit as st

from dashboard.components.data_step import problems, strip
from dashboard.components.dataset_picker import profile_of
from dashboard.components.images.brought import figures_line
from dashboard.components.text import shown
from dashboard.session import Workspace, forget_workspace
from data.limits import Limits
from data.profile import Profile
from pipelines.registry import all_tasks, find_task

TITLE = "Data"
ICON = ":material/table_view:"
ORDER = 1
HELP = "The tables of this session with every column described, and the formats and limits."


def columns_table(profile: Profile, images: bool = False) -> pd.DataFrame:
    """One row a column of the table; the names of images are no texts of a language."""
    rows = [
        {
            "column": column.name,
            "type": "image" if images and column.name == "image" else column.kind,
            "missing": column.missing,
            "distinct": column.distinct,
            "language": column.language.name if column.language else "",
            "characters": round(column.mean_characters) if column.mean_characters else None,
            "examples": " | ".join(column.examples),
        }
        for column in profile.columns
    ]
    table = pd.DataFrame(rows)
    return table.drop(columns=["language", "characters"]) if images else table


def forget(slug: str) -> None:
    """Drop the table of a workspace and everything made from it."""
    forget_workspace(slug)
    st.session_state.pop(f"{slug}-source", None)


def title_of(slug: str) -> str:
    """What a workspace is called: its task, or the evaluation of a file."""
    tasks = {task.slug: task.title for task in all_tasks()}
    return tasks.get(slug, "Evaluation")


st.title("Data", anchor=False)
st.caption("What you brought stays in this session: it is not stored, and nobody else sees it.")
spaces: dict[str, Workspace] = st.session_state.get("workspaces", {})
held = {slug: space for slug, space in spaces.items() if space.table is not None}
if not held:
    st.info("Nothing here yet. Bring a file on the page of an application.",
            icon=":material/upload_file:")
for slug, space in held.items():
    table, profile = space.table, profile_of(space)
    assert table is not None, "only workspaces with a table are held"
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute",
                          vertical_alignment="center"):
            st.subheader(f"{title_of(slug)}: {shown(table.name, 60)}", anchor=False)
            st.button("Forget this data", icon=":material/delete:", on_click=forget, args=(slug,),
                      key=f"forget-{slug}")
        if table.pictures:
            st.markdown(figures_line(find_task(slug), space))
        else:
            strip(profile)
        st.dataframe(columns_table(profile, bool(table.pictures)), hide_index=True,
                     alt="Columns with their types")
        if not table.pictures:
            problems(profile)
        st.caption(f"Fingerprint {table.fingerprint}")
limits = Limits.from_environment()
st.subheader("What Litmus reads", anchor=False)
st.markdown(
    "CSV and TSV in any common encoding, JSON Lines, JSON, Excel and Parquet, each also inside gz or "
    f"zip. Up to {limits.file_mb:,} MB, {limits.rows:,} rows and {limits.columns:,} columns; whoever "
    "runs this server can change that with `LITMUS_MAX_…` settings."
)
