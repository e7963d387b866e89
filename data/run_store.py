"""Saved runs: each behind a link that cannot be guessed, in SQLite or any database of SQLAlchemy."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, create_engine
from sqlalchemy.engine import Engine

from data.errors import DataError

TOKEN_BYTES = 24
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_METADATA = MetaData()
_RUNS = Table(
    "runs",
    _METADATA,
    Column("token", String(32), primary_key=True),
    Column("created", DateTime, nullable=False),
    Column("task", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("report_json", Text, nullable=False),
    Column("report_html", Text, nullable=False),
)


@dataclass(frozen=True)
class SavedRun:
    """A report as it was when it was saved."""

    created: datetime
    task: str
    title: str
    report_json: str
    report_html: str


class RunStore:
    """Keeps reports by token; a report is never changed once saved.

    Args:
        engine: of the database; the table is made when missing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        _METADATA.create_all(engine)

    def save(self, task: str, title: str, report_json: str, report_html: str) -> str:
        """Keep a report and return its token, 192 random bits."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._engine.begin() as connection:
            connection.execute(
                _RUNS.insert().values(
                    token=token, created=datetime.now(UTC).replace(tzinfo=None), task=task,
                    title=title, report_json=report_json, report_html=report_html,
                )
            )
        return token

    def open(self, token: str) -> SavedRun:
        """The report behind a token.

        Raises:
            DataError: there is none.
        """
        row = None
        if TOKEN.fullmatch(token):
            with self._engine.connect() as connection:
                row = connection.execute(_RUNS.select().where(_RUNS.c.token == token)).first()
        if row is None:
            raise DataError("There is no saved run behind this link; it may have been deleted.")
        return SavedRun(row.created, row.task, row.title, row.report_json, row.report_html)

    def delete(self, token: str) -> None:
        """Forget a report; nothing happens when there is none."""
        with self._engine.begin() as connection:
            connection.execute(_RUNS.delete().where(_RUNS.c.token == token))


@cache
def run_store() -> RunStore:
    """The store that LITMUS_DATABASE_URL names, else a SQLite file in the working folder."""
    address = os.environ.get("LITMUS_DATABASE_URL")
    if not address:
        folder = Path(".litmus")
        folder.mkdir(exist_ok=True)
        address = f"sqlite:///{folder / 'runs.db'}"
    return RunStore(create_engine(address))
