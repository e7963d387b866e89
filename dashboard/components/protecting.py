"""An offer to keep columns that look protected by law out of the models."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.components.text import cut, shown
from data.protected import MOST_COLUMNS, sensitive_columns

# The option that names the columns whose groups are to be treated alike.
PROTECTED = "protected"
# Columns that no model learns from anyway.
_UNSEEN = ("target", "id", "time")


def offer_protection(frame: pd.DataFrame, roles: Mapping[str, str], key: str) -> None:
    """Draw a sentence on columns that look protected and are not yet, and a button that takes them.

    Args:
        frame: as read.
        roles: role to column, as chosen.
        key: of the choice of protected columns.
    """
    unseen = [roles[role] for role in _UNSEEN if role in roles]
    chosen = list(st.session_state.get(key) or ())
    found = [each for each in sensitive_columns(frame, unseen) if each.column not in chosen]
    if not found:
        return
    named = ", ".join(
        f"“{shown(each.column, 40)}” ({each.attribute})" for each in found[:MOST_COLUMNS]
    )
    more = f" and {len(found) - MOST_COLUMNS} more" if len(found) > MOST_COLUMNS else ""
    looks, them = ("looks", "it") if len(found) == 1 else ("look", "them")

    def take() -> None:
        st.session_state[key] = [*chosen, *(each.column for each in found)]

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/balance: {named}{more} {looks} protected by law in many places. Models "
            f"do not see {them} once protected; how the groups fare is reported either way."
        )
        st.button(
            f"Protect {cut(found[0].column, 30)}" if len(found) == 1
            else f"Protect these {len(found)} columns",
            key=f"{key}-take", on_click=take, type="secondary",
        )
