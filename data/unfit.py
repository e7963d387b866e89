"""Why a column that is called like a role was not taken for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from data.errors import DataError, LitmusError, OptionError
from data.roles import Role, called_like, check_content, suggest
from data.traits import times, traits

# What documents are read into.
DOCUMENT_COLUMNS = ("document", "page", "heading", "text")
_NAMED = 3


def without_column(role: Role, frame: pd.DataFrame) -> LitmusError:
    """Why no column was taken for a role that is needed, as far as its name and cells tell."""
    hints = (role.name, *role.hints)
    named = next((str(each) for each in frame.columns if str(each).casefold() in hints), None)
    if role.kind == "text" and named is not None and not traits(frame[named]).has_words:
        if set(frame.columns) == set(DOCUMENT_COLUMNS):
            names = [f"“{name}”" for name in frame["document"].dropna().unique()[:_NAMED]]
            return DataError(
                f"No words were found in {', '.join(names) or 'the documents'}. Bring documents with "
                "text in them."
            )
        what = "is empty" if traits(frame[named]).kind == "empty" else "holds no words"
        return DataError(
            f"Column “{named}”, which would be the {role.title.lower()}, {what}. Bring a file with "
            "texts there, or choose another column."
        )
    if role.kind == "id" and named is not None and not _plausible(frame, named, role):
        return DataError(
            f"Column “{named}”, which would be the {role.title.lower()}, {_no_ids(frame[named])}. "
            f"Choose the column that holds its ids, on the command line with --map {role.name}=COLUMN."
        )
    return OptionError(
        f"{role.title} has no column. Choose the column that holds it, on the command line with "
        f"--map {role.name}=COLUMN."
    )


def passed_over(
    frame: pd.DataFrame, roles: Sequence[Role], mapping: Mapping[str, str]
) -> list[str]:
    """Sentences on columns that are called like a role that matters but were not taken for it.

    Args:
        frame: the cells.
        roles: of the task; those that say what follows without them are looked at.
        mapping: role to column, as suggested and as chosen.
    """
    found = []
    for role in roles:
        if not role.without or role.name in mapping:
            continue
        free = (str(name) for name in frame.columns if name not in mapping.values())
        named = next((name for name in free if called_like(role, name)), None)
        if named is None or _says_nothing(frame[named], role):
            continue
        # What would be suggested was left out by somebody, who knows.
        if not _plausible(frame, named, role):
            found.append(_passed(frame[named], named, role))
    return found


def _plausible(frame: pd.DataFrame, name: str, role: Role) -> bool:
    return role.name in suggest(frame[[name]], [role])


def _says_nothing(cells: pd.Series, role: Role) -> bool:
    """Whether nothing is lost: a number above 0 that is the same in all rows weighs all the same."""
    if role.kind != "number" or traits(cells).kind != "constant":
        return False
    value = pd.to_numeric(cells.dropna().head(1), errors="coerce")
    return bool((value > 0).all())


def _passed(cells: pd.Series, name: str, role: Role) -> str:
    known, title = traits(cells), role.title.lower()
    no = f"“{name}” is read as no {title}"
    if known.kind == "empty":
        return f"{no}: it is empty; so {role.without}."
    if known.kind == "constant":
        return f"{no}: it holds “{known.example}” in all rows; so {role.without}."
    cell = _odd_one(cells, role) or known.example
    unless = f", unless you choose it as the {title}" if _fits(cells, role) else ""
    return f"{no}: it holds cells such as “{cell}”; so {role.without}{unless}."


def _odd_one(cells: pd.Series, role: Role) -> str:
    """The first cell that is not what the role needs, empty where none is."""
    text = cells.dropna().astype("str").head(2000)
    fits = times(text).notna() if role.kind == "time" else pd.to_numeric(
        text, errors="coerce"
    ).notna()
    odd = text[~fits.to_numpy(dtype=bool)]
    return str(odd.iloc[0]).strip()[:40] if len(odd) else ""


def _fits(cells: pd.Series, role: Role) -> bool:
    """Whether the column is taken where somebody asks for it."""
    try:
        check_content(cells, role)
    except DataError:
        return False
    return True


def _no_ids(cells: pd.Series) -> str:
    known = traits(cells)
    if known.kind == "empty":
        return "is empty"
    what = {"boolean": "only yes and no", "time": "times", "link": "links"}.get(known.kind, "no ids")
    return f"holds {what} (for example “{known.example}”)"
