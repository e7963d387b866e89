"""A table with its columns mapped to the roles of a task: what every model and metric takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from data import labels as label_values
from data.errors import DataError, OptionError
from data.roles import Role, check
from data.table import Table

# Marks the columns of a batch that hold features, so that none is taken for a role.
FEATURE = "feature:"
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Dataset:
    """Data ready for a task.

    Attributes:
        table: The table as it was read.
        roles: Role to column name.
        labels: The file's label values to the task's; empty where they are used as they are.
        text_roles: Roles whose cells are handed on as text.
        image_roles: Roles whose cells are handed on as the images they name.
        features: Columns that models learn from, beside those of roles.
    """

    table: Table
    roles: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    text_roles: tuple[str, ...] = ("text",)
    image_roles: tuple[str, ...] = ()
    features: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.table.name

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.table.frame)

    @property
    def fingerprint(self) -> str:
        """`sha256:<hex>` of the bytes read and of how columns and labels are mapped."""
        parts = [self.table.fingerprint, sorted(self.roles.items()), sorted(self.labels.items())]
        digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode())
        return f"sha256:{digest.hexdigest()}"

    def column(self, role: str) -> pd.Series | None:
        """Returns the original cells of a role, None where no column has it."""
        name = self.roles.get(role)
        return None if name is None else self.table.frame[name]

    def batch(self) -> pd.DataFrame:
        """Returns all rows, one column per role and named for it; missing texts are "".

        Cells of image roles are `data.images.picture.Picture`. Features follow as they were read,
        named with `FEATURE` in front.
        """
        columns = {}
        for role, name in self.roles.items():
            cells = self.table.frame[name]
            if role in self.text_roles:
                cells = cells.astype("str").fillna("")
            elif role in self.image_roles:
                pictures = self.table.pictures
                cells = pd.Series([pictures.get(key) for key in cells], cells.index, dtype=object)
            columns[role] = cells
        columns |= {FEATURE + name: self.table.frame[name] for name in self.features}
        return pd.DataFrame(columns, index=self.table.frame.index)

    def truth(self, role: str = "label") -> pd.Series | None:
        """Returns the true label of every row, missing where there is none or it is not mapped.

        None where no column has the role. Without a label mapping, labels are the file's own, as
        `labels.key_of` writes them.
        """
        cells = self.column(role)
        if cells is None:
            return None
        return label_values.apply(cells, self.labels) if self.labels else label_values.keys(cells)

    def usable(self, *required: str) -> np.ndarray:
        """Returns True for each row in which every one of the roles has a cell that is not blank.

        Raises:
            OptionError: A role has no column.
        """
        keep = np.ones(self.rows, dtype=bool)
        for role in required:
            cells = self.column(role)
            if cells is None:
                raise OptionError(f"Role {role!r} has no column. Choose the column that holds it.")
            filled = cells.notna()
            if pd.api.types.is_string_dtype(cells) or cells.dtype == object:
                filled &= cells.astype("str").str.strip().fillna("") != ""
            if role in self.image_roles:
                filled &= cells.isin(self.table.pictures)
            keep &= filled.to_numpy(dtype=bool)
        return keep


def build(
    table: Table,
    roles: Sequence[Role],
    mapping: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    *,
    features: bool = False,
) -> Dataset:
    """Returns the dataset once the mapping is checked.

    Args:
        features: Whether columns without a role are features, as are those of roles that say so.

    Raises:
        DataError: A column does not hold what its role needs.
        OptionError: A role or column does not exist, or a required role is missing.
    """
    check(table.frame, roles, mapping)
    images = tuple(role.name for role in roles if role.kind == "image")
    for role in images:
        if role in mapping and not table.frame[mapping[role]].isin(table.pictures).any():
            raise DataError(
                f"Column “{mapping[role]}” of {table.name} names no image that was read. Bring a ZIP "
                "of images, or image files."
            )
    canonical = {label_values.key_of(theirs): ours for theirs, ours in (labels or {}).items()}
    text_roles = tuple(role.name for role in roles if role.kind == "text")
    kept = {column for role in roles if not role.feature
            for name, column in mapping.items() if name == role.name}
    found = tuple(str(name) for name in table.frame.columns if name not in kept) if features else ()
    return Dataset(
        table, MappingProxyType(dict(mapping)), MappingProxyType(canonical), text_roles, images, found
    )
