"""Finds the pages: each file under `pages` says its own TITLE, ICON, ORDER and HELP.

A page of several tasks names them in TASKS, parted by blanks.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

LOGO = Path(__file__).parent / "logo.svg"
ICON = Path(__file__).parent / "icon.svg"
PAGES = Path(__file__).parent / "pages"
SECTIONS = {"": "", "applications": "Applications", "evaluation": "Evaluation",
            "workspace": "Workspace"}


@cache
def described(path: Path) -> dict[str, object]:
    """The constants at the top of a page file, read without running it."""
    facts: dict[str, object] = {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            name = statement.targets[0]
            if isinstance(name, ast.Name) and name.id.isupper():
                facts[name.id] = statement.value.value
    return facts


@cache
def page_files() -> dict[str, tuple[Path, ...]]:
    """Page files by section, in the order of the sidebar."""
    found = {}
    for folder, section in SECTIONS.items():
        files = [file for file in (PAGES / folder).glob("*.py") if file.stem != "__init__"]
        found[section] = tuple(sorted(files, key=lambda file: str(described(file)["ORDER"])))
    return found


def page(path: Path) -> StreamlitPage:
    """The Streamlit page of a file."""
    facts = described(path)
    return st.Page(
        path, title=str(facts["TITLE"]), icon=str(facts["ICON"]), help=str(facts["HELP"]),
        url_path=path.stem.replace("_", "-"), default=path.stem == "home",
    )


def sidebar() -> dict[str, list[StreamlitPage]]:
    """Every page by section."""
    return {section: [page(file) for file in files] for section, files in page_files().items()}


def shares_page(slug: str) -> bool:
    """Whether the page of a task shows other tasks as well."""
    return len(str(described(application_page(slug)).get("TASKS", "")).split()) > 1


def application_page(slug: str) -> Path:
    """The page file of a task: the one that names it in TASKS, or is named after it."""
    for file in page_files()["Applications"]:
        named = str(described(file).get("TASKS", file.stem.replace("_", "-")))
        if slug in named.split():
            return file
    raise KeyError(f"no page under {PAGES / 'applications'} shows the task {slug}")
