"""The plan of a table: what each column is, and how its cells become numbers for a model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from data.errors import DataError
from pipelines.learnt_arrays import numbers as numbers_array
from pipelines.tabular.categories import Flag, Levels
from pipelines.tabular.dates import DateParts
from pipelines.tabular.kinds import Kind
from pipelines.tabular.numerals import Numerals
from pipelines.tabular.scaling import Scaling, scaling_from
from pipelines.tabular.texts import TextParts

Reader = Numerals | Flag | Levels | DateParts | TextParts
_VERSION = 2


@dataclass(frozen=True)
class Column:
    """A feature and how it is read.

    Attributes:
        name: Its name in the user's file.
        kind: What it is.
        reason: Why it is left out, as the rest of a sentence; else empty.
        reader: Turns its cells into numbers; None where it is left out.
        codes: Numbers that stand for a missing answer and are read as missing.
        apart: Numbers that may do so and are kept: they are no amounts beside the others.
        parts: Names of the numbers that it becomes, none where it is left out.
    """

    name: str
    kind: Kind
    reason: str = ""
    reader: Reader | None = None
    codes: tuple[float, ...] = ()
    parts: tuple[str, ...] = ()
    apart: tuple[float, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """Texts of the codes of a category; empty for other kinds."""
        return self.reader.levels if isinstance(self.reader, Levels) else ()

    def read(self, cells: pd.Series) -> np.ndarray:
        """The numbers of cells, (n, parts) float64; infinite ones and codes are missing."""
        assert self.reader is not None, "a column that is left out is not read"
        return self.tidied(self.reader.read(cells))

    def tidied(self, raw: np.ndarray) -> np.ndarray:
        """What the reader read, (n,) or (n, parts), with infinite numbers and codes missing."""
        found = np.array(raw, dtype=np.float64).reshape(len(raw), -1)
        found[~np.isfinite(found)] = np.nan
        if self.codes:
            found[np.isin(found, self.codes)] = np.nan
        return found


@dataclass(frozen=True)
class Numbers:
    """Features as numbers for trees.

    Attributes:
        values: (n, p) float64, missing as NaN; categories as codes of `levels`.
        names: Names of the p parts.
        categorical: (p,) which of them are codes.
        levels: Texts of the codes of each part, empty for numbers.
    """

    values: np.ndarray
    names: tuple[str, ...]
    categorical: np.ndarray
    levels: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Plan:
    """How a table becomes numbers, learnt on training rows; made by `columns.plan_columns`.

    Attributes:
        columns: Every feature in the order of the file, with those left out.
        scaling: How the dense columns are standardised.
        notes: Sentences on what was found, for the page.
    """

    columns: tuple[Column, ...]
    scaling: Scaling
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that models see."""
        return tuple(each for each in self.columns if each.reader is not None)

    @property
    def left_out(self) -> tuple[Column, ...]:
        """The columns that models do not see, each with its reason."""
        return tuple(each for each in self.columns if each.reader is None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts in `numbers`."""
        return tuple(part for each in self.used for part in each.parts)

    def numbers(self, features: pd.DataFrame) -> Numbers:
        """Features as numbers for trees; a column that is not there is missing in every row."""
        found = [each.read(cells_of(features, each.name)) for each in self.used]
        values = np.concatenate(found, axis=1) if found else np.zeros((len(features), 0))
        return numbers_of(values, self.used)

    def dense(self, features: pd.DataFrame) -> tuple[np.ndarray, tuple[str, ...]]:
        """Features for linear models and networks, (n, q) float32, and the names of the columns.

        Numbers are standardised on training rows, with long tails bent; missing ones are the
        median, with a column that says so, as have codes that lie apart; categories have a column
        for each frequent level.
        """
        return self.scaling.dense(self.numbers(features).values), self.scaling.names

    def origin(self, names: Iterable[str]) -> tuple[str, ...]:
        """The user's column that each part or dense column comes from."""
        parts = {part: each.name for each in self.used for part in each.parts}
        owners = [each.name for each in self.used for _ in each.parts]
        dense = zip(self.scaling.names, self.scaling.part.tolist(), strict=True)
        known = {name: owners[part] for name, part in dense} | parts
        return tuple(known[name] for name in names)

    def arrays(self) -> dict[str, np.ndarray]:
        """What is too large for JSON, to be stored as safetensors: directions of texts."""
        found = {}
        for number, each in enumerate(self.columns):
            if isinstance(each.reader, TextParts):
                found[f"{number}.centre"] = each.reader.centre
                found[f"{number}.directions"] = each.reader.directions
        return found

    def to_json(self) -> str:
        """The plan without its `arrays`."""
        columns = []
        for each in self.columns:
            reader = None if each.reader is None else type(each.reader).__name__
            facts: Any = {}
            if each.reader is not None and not isinstance(each.reader, TextParts):
                facts = asdict(each.reader)
            columns.append({
                "name": each.name, "kind": each.kind, "reason": each.reason, "reader": reader,
                "facts": facts, "codes": list(each.codes), "parts": list(each.parts),
                "apart": list(each.apart),
            })  # fmt: skip
        stored = {"version": _VERSION, "columns": columns, "notes": list(self.notes)}
        return json.dumps(stored | {"scaling": self.scaling.as_json()}, ensure_ascii=False)

    @staticmethod
    def from_json(text: str, arrays: Mapping[str, np.ndarray] | None = None) -> Plan:
        """The plan that `to_json` and `arrays` gave.

        Raises:
            DataError: It was written by another version, or an array is missing.
        """
        return Plan.from_facts(json.loads(text), arrays)

    @staticmethod
    def from_facts(
        stored: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None
    ) -> Plan:
        """The same of JSON that was read.

        Raises:
            DataError: It was written by another version, or an array is missing.
            ValueError: Its parts do not fit together.
        """
        if stored.get("version") != _VERSION:
            raise DataError(
                "This bundle was written by another version of Litmus; fit its models again."
            )
        columns = tuple(
            _column_from(number, each, arrays or {}) for number, each in enumerate(stored["columns"])
        )
        plan = Plan(columns, scaling_from(stored["scaling"]), tuple(map(str, stored["notes"])))
        levels = [len(each.levels) for each in plan.used for _ in each.parts]
        if len({each.name for each in columns}) < len(columns):
            raise ValueError("two columns of one name")
        plan.scaling.check(levels)
        return plan


def numbers_of(values: np.ndarray, used: Sequence[Column]) -> Numbers:
    """Values (n, p) with the names and levels of the columns they come from."""
    levels = tuple(each.levels for each in used for _ in each.parts)
    names = tuple(part for each in used for part in each.parts)
    return Numbers(values, names, np.array([bool(each) for each in levels], dtype=bool), levels)


def cells_of(features: pd.DataFrame, name: str) -> pd.Series:
    """The cells of a column, all missing where a table has none of this name."""
    if name in features.columns:
        return features[name]
    return pd.Series(np.nan, index=features.index, name=name, dtype="float64")


def _column_from(number: int, stored: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Column:
    reader = _reader_from(number, stored, arrays)
    parts = tuple(stored["parts"])
    if isinstance(reader, DateParts | TextParts):
        wanted = len(reader.parts)
    else:
        wanted = 0 if reader is None else 1
    texts = (stored["name"], stored["reason"], *parts)
    if len(parts) != wanted or not all(isinstance(each, str) for each in texts):
        raise ValueError("a column of other parts")
    return Column(
        stored["name"], stored["kind"], stored["reason"], reader,
        tuple(map(float, stored["codes"])), parts, tuple(map(float, stored["apart"])),
    )  # fmt: skip


def _reader_from(
    number: int, stored: dict[str, Any], arrays: Mapping[str, np.ndarray]
) -> Reader | None:
    facts = stored["facts"]
    if stored["reader"] == "TextParts":
        names = f"{number}.centre", f"{number}.directions"
        if any(name not in arrays for name in names):
            raise DataError("The bundle lacks the arrays of its texts; export it again.")
        centre = numbers_array(arrays, names[0], None)
        return TextParts(centre, numbers_array(arrays, names[1], None, len(centre)))
    if stored["reader"] == "Levels":
        return Levels(tuple(map(str, facts["levels"])), bool(facts["other"]))
    known: dict[str, type[Numerals] | type[Flag] | type[DateParts]] = {
        "Numerals": Numerals, "Flag": Flag, "DateParts": DateParts,
    }  # fmt: skip
    return known[stored["reader"]](**facts) if stored["reader"] else None
