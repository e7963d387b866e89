"""Records of the API as rows of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.errors import DataError
from pipelines.tabular.batch import as_features

MOST_COLUMNS = 1_000


def records_batch(records: Sequence[Any]) -> pd.DataFrame:
    """One row a record, its values as features by their names.

    Raises:
        DataError: a record is no flat object of numbers, texts and nulls; the sentence names it,
            counted from 1.
    """
    for number, record in enumerate(records, start=1):
        if not isinstance(record, Mapping):
            raise DataError(f"Record {number} is not an object with named values.")
        if len(record) > MOST_COLUMNS:
            raise DataError(f"Record {number} has {len(record):,} values; up to {MOST_COLUMNS:,} fit.")
        for name, value in record.items():
            if isinstance(value, list | Mapping):
                raise DataError(
                    f"Record {number} has a list or an object in “{str(name)[:60]}”; give a number, a "
                    "text or null."
                )
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    rows = [{str(name): value for name, value in record.items()} for record in records]
    return as_features(pd.DataFrame(rows, columns=names, index=range(len(rows))).convert_dtypes())
