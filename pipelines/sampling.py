"""A random part of what was brought, where the rows of a user belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data.errors import OptionError
from data.table import Table
from pipelines.prepare import suggest_roles
from pipelines.task import Task

USER = "user"
# What a column is for shows in the first rows.
LOOKED_AT = 50_000


def sampled(
    task: Task, table: Table, given: Mapping[str, str], rows: int | None, seed: int
) -> Table:
    """About so many rows of interactions, by whole users; other tables were sampled when read.

    Args:
        given: columns of roles that a person named.
        rows: at most about so many; None for all.
        seed: of the draw.

    Raises:
        OptionError: it cannot be told which column names the users.
    """
    if rows is None or task.reads != "interactions":
        return table
    head = replace(table, frame=table.frame.head(LOOKED_AT))
    column = suggest_roles(task, head, given).get(USER, "")
    if column not in table.frame.columns:
        columns = ", ".join(str(name) for name in table.frame.columns[:12])
        raise OptionError(
            "A sample is drawn by users, and it cannot be told which column names them "
            f"({columns}); call it user, or name it on the command line with --map user=COLUMN."
        )
    from data.interactions.sampling import sampled_users

    return sampled_users(table, column, rows, seed)
