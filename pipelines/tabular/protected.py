"""Groups of people beside the rows that models learn from, to see whether they are treated alike."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

import pandas as pd

from data.dataset import Dataset
from data.protected import MOST_COLUMNS, sensitive_columns
from pipelines.options import Options, column_names, columns_text

# Columns of a batch that hold groups to be compared begin so.
PROTECTED = "protected:"
GROUP = "group"
# Roles whose columns are no features of a person.
_NO_PERSON = ("target", "id", "time")
# Words of more kinds than this, such as dates of birth, are no groups.
_MOST_GROUPS = 50


def looks_protected(dataset: Dataset) -> tuple[str, ...]:
    """Columns that look protected, such as sex or age, in the order of the file."""
    beside = [dataset.roles[role] for role in _NO_PERSON if role in dataset.roles]
    return tuple(each.column for each in sensitive_columns(dataset.table.frame, beside))


def with_groups(batch: pd.DataFrame, dataset: Dataset, named: Sequence[str]) -> pd.DataFrame:
    """A batch with the columns whose groups are compared, under names of their own.

    Those that the user names come first, then that of the role, then those that look protected,
    whether or not models see them.
    """
    frame = dataset.table.frame
    looked = [name for name in looks_protected(dataset) if _has_groups(frame[name])]
    role = [dataset.roles[GROUP]] if GROUP in dataset.roles else []
    names = dict.fromkeys([*named, *role, *looked[:MOST_COLUMNS]])
    return batch.drop(columns=GROUP, errors="ignore").assign(
        **{PROTECTED + name: frame[name] for name in names if name in frame}
    )


def groups_of(batch: pd.DataFrame) -> dict[str, pd.Series]:
    """The columns of a batch whose groups are compared, by their names."""
    return {
        str(name).removeprefix(PROTECTED): batch[name].reset_index(drop=True)
        for name in batch.columns if str(name).startswith(PROTECTED)
    }


def seen_by_models(dataset: Dataset, options: Options, features: Sequence[str]) -> tuple[str, ...]:
    """Sentences on protected columns, or such as look so, that models learn from."""
    named = column_names(options["protected"])
    own = [name for name in named if name in features]
    found = [
        f"Models learn from {_listed(own)} though protected, as use_protected=yes says."
    ] if own else []
    other = [name for name in looks_protected(dataset) if name in features and name not in named]
    if other:
        looks, them = ("looks", "it") if len(other) == 1 else ("look", "them")
        setting = shlex.quote(f"protected={columns_text([*named, *other])}")
        found.append(
            f"{_listed(other)} {looks} protected by law in many places, and models learn from {them}: "
            f"where that is not allowed, choose {them} under Protected, on the command line with "
            f"--set {setting}. Fairness compares the groups either way."
        )
    return tuple(found)


def _has_groups(cells: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(cells) or cells.nunique() <= _MOST_GROUPS


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names[:MOST_COLUMNS]]
    if len(names) > MOST_COLUMNS:
        quoted.append(f"{len(names) - MOST_COLUMNS} more")
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def kept_out(options: Mapping[str, str]) -> frozenset[str]:
    """The columns that models must not see."""
    found = set(column_names(options["exclude"]))
    if options["use_protected"] == "no":
        found |= set(column_names(options["protected"]))
    return frozenset(found)
