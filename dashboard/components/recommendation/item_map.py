"""Items laid out so that those stand close that the same people take."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.recommendation_map import recommendation_map
from dashboard.charts.show import show
from dashboard.components.recommendation.known import Known, known_of
from dashboard.components.recommendation.similar import ITEM
from dashboard.components.text import count, shown
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress
from pipelines.recommendation.item_map import ItemMap, item_map

FEWEST = 3


def item_map_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the map, computed once for a run, in the job pool."""
    known = known_of(experiment, space)
    if int((known.item_users > 0).sum()) < FEWEST:
        st.info("A map needs at least three items that somebody took.",
                icon=":material/scatter_plot:")
        return
    key = ("evidence", "item map", experiment.id)
    job = space.memo.get(key)
    if job is None:
        interactions = known.lessons.all

        def place(progress: Progress) -> ItemMap:
            return item_map(interactions, progress=progress)

        job = space.memo[key] = start_job("Map of the items", place)
    if not job.finished:
        wait_for(job)
        return
    if job.state != "done":
        st.error(shown(job.sentence, most=600), icon=":material/error:")
        return
    _draw(cast(ItemMap, job.result), known)


def _draw(found: ItemMap, known: Known) -> None:
    categories = known.lessons.catalogue.categories
    groups = None if categories is None else categories[found.items]
    names = known.names[found.items]
    table = {"item": names, "users": found.users}
    if groups is not None:
        table["category"] = groups
    table["across"], table["up"] = (np.round(found.places[:, axis], 2) for axis in (0, 1))
    event = show(
        recommendation_map(found.places, names, found.users, groups),
        title="Items that the same people take stand close; larger ones have more users",
        alt="Map of the items by who took them", key="recommendation-map", height=560,
        table=pd.DataFrame(table), on_select="rerun",
    )
    taken = int((known.item_users > 0).sum())
    st.caption(
        (f"The {len(found.items):,} most taken of {taken:,} items" if len(found.items) < taken
         else count(taken, "item"))
        + "; t-SNE of who took each, whichever model is chosen above. Distances within a group mean "
        "more than those between groups. Point at an item to see its name, click it for those like it."
    )
    points = (event or {}).get("selection", {}).get("points", [])
    if points:
        place = int(found.items[int(points[-1]["customdata"][0])])
        st.button(
            f"See items like {shown(known.name(place), 40)}", icon=":material/compare_arrows:",
            key="recommendation-map-open", on_click=_open, args=(known.lessons.all.items[place],),
        )


def _open(item: str) -> None:
    """Show the items like one in the tab beside."""
    st.session_state[ITEM] = item
    st.session_state["recommendation-results-tab"] = "Similar items"
