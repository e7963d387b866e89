"""A part of interactions that still tells what somebody took: users drawn with all of their rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.errors import DataError
from data.table import Table, fingerprint

# Nothing is learnt from one alone.
FEWEST_USERS = 2


def sampled_users(table: Table, column: str, rows: int, seed: int) -> Table:
    """Users drawn at random with all of their rows, and rows without a user.

    Rows drawn one by one would leave each user a history of one or two items, which turns every
    score, and the order of the methods, round.

    Args:
        table: one row for each thing a user took.
        column: the one that names the user.
        rows: users are drawn until the next one would exceed this number.
        seed: of the draw.

    Returns:
        The table itself where it has no more rows than that.

    Raises:
        DataError: fewer than one row is asked for, or no row has a user.
    """
    if rows < 1:
        raise DataError(f"A sample of {rows:,} rows was asked for; it needs at least 1.")
    codes, names = pd.factorize(table.frame[column], use_na_sentinel=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    if counts.sum() <= rows:
        return table
    order = np.random.default_rng(seed).permutation(len(names))
    many = int(np.searchsorted(np.cumsum(counts[order]), rows, side="right"))
    chosen = np.zeros(len(names) + 1, dtype=bool)
    chosen[order[: max(FEWEST_USERS, many)]] = True
    # The last one answers for rows without a user, which describe items.
    chosen[-1] = True
    kept = np.flatnonzero(chosen[codes])
    taken = int((codes[kept] >= 0).sum())
    choices = {**table.choices, "sample_rows": rows, "seed": seed}
    note = (
        f"A random sample of {int(chosen[:-1].sum()):,} of {len(names):,} users, by “{column}”, with "
        f"all of their rows: {taken:,} of {int(counts.sum()):,} (seed {seed}). Single rows are not "
        "drawn, as that would cut what each user took."
    )
    return replace(
        table, frame=table.frame.iloc[kept].reset_index(drop=True),
        fingerprint=fingerprint(table.fingerprint.encode(), {"sample_rows": rows, "seed": seed}),
        notes=(*table.notes, note), choices=choices,
        source_rows=kept if table.source_rows is None else table.source_rows[kept],
    )
