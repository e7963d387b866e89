"""Several files about users and items, as one table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import DataError
from data.interactions.words import ITEMS, USERS, words_of_name
from data.joined import joined
from data.table import Table

# Of the values of a catalogue's id column or of the interactions' items, whichever are fewer, this
# share is found on the other side when both speak of the same things.
LEAST_MATCHED = 0.2
# Below this share of known ids the note says how few they are.
FEW_MATCHED = 0.9
_ID = re.compile(r"(^|[\W_])(id|key|sku|ean|isbn|asin|code|no|nr|number|num)$|[a-z]id$", re.I)
# Titles stand for the items of a file that has no other ids.
_ITEMS, _USERS = frozenset({*ITEMS, "title"}), frozenset(USERS)


@dataclass(frozen=True)
class _Match:
    """Where a catalogue's ids stand in the interactions.

    Attributes:
        inner: column of the catalogue.
        outer: column of the interactions.
        share: of the interactions' different ids that the catalogue knows.
    """

    inner: str
    outer: str
    share: float

    @property
    def of_users(self) -> bool:
        """Whether users are described and not items."""
        return bool(_USERS & words_of_name(self.outer))


def join_catalogue(tables: Sequence[Table]) -> Table:
    """Interactions with what other files tell of their items, in one table.

    Of files of the same content one is read. Files of the same columns are put below each other. Of
    the rest, a file that names each of its items once describes items; the one that none of its
    columns identifies holds interactions. Items that nobody took stay, as rows without a user. Texts
    become categories, so that a title is held once however often its item was taken.

    Args:
        tables: at least one; a single one is returned as it is.

    Raises:
        DataError: no file or several hold interactions, or a catalogue matches no column of theirs.
    """
    stacked = _stacked(_once(tables)) if len(tables) > 1 else list(tables)
    if len(stacked) == 1:
        return stacked[0]
    rows, catalogues = _told_apart(stacked)
    frame, notes = rows.frame, [note for table in stacked for note in table.notes]
    for table in catalogues:
        match = _match(frame, rows.name, table)
        frame, note = _joined(frame, table, match)
        notes.append(note)
    untaken = len(frame) - len(rows.frame)
    parts = sorted(table.fingerprint for table in stacked)
    digest = hashlib.sha256("".join(["catalogue", *parts]).encode()).hexdigest()
    return replace(
        rows, name=" + ".join(table.name for table in (rows, *catalogues)),
        frame=frame.reset_index(drop=True), fingerprint=f"sha256:{digest}", notes=tuple(notes),
        total_rows=rows.total_rows + untaken, source_rows=None, untaken=untaken,
    )


def _once(tables: Sequence[Table]) -> list[Table]:
    """Each table but those that were given before, which is said of the first of them."""
    found: dict[str, Table] = {}
    for table in tables:
        first = found.get(table.fingerprint)
        if first is None:
            found[table.fingerprint] = table
        else:
            note = f"{table.name} has the same content as {first.name}, so it is read only once."
            if table.name == first.name:
                note = f"{table.name} was given twice and is read only once."
            found[table.fingerprint] = replace(
                first, notes=tuple(dict.fromkeys((*first.notes, note)))
            )
    return list(found.values())


def _stacked(tables: Sequence[Table]) -> list[Table]:
    """Tables of the same columns below each other."""
    groups: dict[tuple[str, ...], list[Table]] = {}
    for table in tables:
        groups.setdefault(tuple(sorted(map(str, table.frame.columns))), []).append(table)
    found = []
    for group in groups.values():
        columns = list(group[0].frame.columns)
        same = [replace(table, frame=table.frame[columns]) for table in group]
        found.append(joined(same))
    return found


def _told_apart(tables: Sequence[Table]) -> tuple[Table, list[Table]]:
    """The table of interactions, and those that describe items.

    A table whose ids are found among the cells of another one describes that one's items.
    """
    described: dict[int, list[int]] = {place: [] for place in range(len(tables))}
    for place, catalogue in enumerate(tables):
        for other, rows in enumerate(tables):
            if other != place and len(rows.frame) and _best(rows.frame, catalogue) is not None:
                described[place].append(other)
    # One that describes another and is described by it is a catalogue only if it is the shorter.
    centres = [
        place for place in described
        if all(
            place in described[other]
            and (other not in described[place] or _behind(tables[place], tables[other]))
            for other in described if other != place
        )
    ]
    if len(centres) == 1:
        return tables[centres[0]], [
            table for place, table in enumerate(tables) if place != centres[0]
        ]
    largest = max(range(len(tables)), key=lambda place: len(tables[place].frame))
    for place, table in enumerate(tables):
        if place != largest and largest not in described[place]:
            raise _unmatched(tables[largest], table)
    names = " and ".join(table.name for table in tables)
    raise DataError(
        f"It cannot be told which of {names} holds the interactions; give one file with a row for "
        "each thing a user took, and others with one row for each item."
    )


def _behind(rows: Table, catalogue: Table) -> bool:
    """Whether the first rather holds the interactions, where each could describe the other."""
    match = _best(rows.frame, catalogue)
    assert match is not None, "asked of tables that match"
    if not rows.frame[match.outer].dropna().is_unique:
        return True
    users, others = (
        any(words_of_name(str(name)) & _USERS for name in table.frame.columns)
        for table in (rows, catalogue)
    )
    return users if users != others else len(rows.frame) > len(catalogue.frame)


def _match(frame: pd.DataFrame, name: str, catalogue: Table) -> _Match:
    found = _best(frame, catalogue)
    if found is None:
        columns = [str(column) for column in frame.columns]
        raise DataError(
            f"No column of {catalogue.name} holds the ids of a column of {name} ({_few(columns)}), "
            "each once; it cannot describe its items, so leave it out or bring the file that does."
        )
    return found


def _unmatched(rows: Table, catalogue: Table) -> DataError:
    columns = [str(column) for column in rows.frame.columns]
    return DataError(
        f"{catalogue.name} does not describe the items of {rows.name}: one of its columns would need "
        f"to hold the ids of a column of {rows.name} ({_few(columns)}), each once; leave the file out "
        "or bring the one that does."
    )


def _best(frame: pd.DataFrame, catalogue: Table) -> _Match | None:
    """The pair of columns that match best, None where none do.

    A column whose ids repeat comes first, as items are taken again and again, then one of the same
    name, then the one of which most is known.
    """
    found: list[tuple[tuple[bool, bool, float], _Match]] = []
    different: dict[str, pd.Index] = {}
    for inner in map(str, catalogue.frame.columns):
        cells = catalogue.frame[inner].dropna()
        if len(cells) < 2 or not cells.is_unique or not _could_be_ids(cells):
            continue
        ids = set(_keys(cells))
        for outer in map(str, frame.columns):
            alike = _alike(inner, outer)
            if not alike and not _worded(frame[outer]):
                continue
            if outer not in different:
                different[outer] = _keys(pd.Series(frame[outer].dropna().unique())).unique()
            own = different[outer]
            both = int(own.isin(ids).sum())
            if both < max(2, LEAST_MATCHED * min(len(own), len(ids))):
                continue
            numbers = all(each.isdigit() for each in own)
            if alike or (not numbers and both >= len(own) / 2):
                repeats = len(own) < int(frame[outer].notna().sum())
                same = words_of_name(inner) == words_of_name(outer)
                match = _Match(inner, outer, both / len(own))
                found.append(((repeats, same, match.share), match))
    return max(found, key=lambda each: each[0])[1] if found else None


def _worded(cells: pd.Series) -> bool:
    """Whether cells are text; ids in words speak for themselves, which numbers do not."""
    return not (
        pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    )


def _could_be_ids(cells: pd.Series) -> bool:
    if pd.api.types.is_float_dtype(cells):
        return bool((cells == np.floor(cells)).all())
    return not (
        pd.api.types.is_bool_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)
    )


def _alike(inner: str, outer: str) -> bool:
    """Whether names speak of the same: `id` and `movieId`, `sku` and `product`, `item` and `item`.

    Bare numbers match ratings and ids of users as well, so that a name has to speak for them.
    """
    one, other = words_of_name(inner), words_of_name(outer)
    if bool(one & _USERS) != bool(other & _USERS):
        return False
    return one == other or all(
        _ID.search(name) or words & _ITEMS for name, words in ((inner, one), (outer, other))
    )


def _keys(cells: pd.Series) -> pd.Index:
    """Ids as text: 12, 12.0 and “12 ” are the same."""
    if pd.api.types.is_float_dtype(cells):
        whole = cells[cells == np.floor(cells)]
        return pd.Index(whole.astype("int64").astype(str))
    text = cells.astype(str).str.strip()
    return pd.Index(text.str.replace(r"^(\d+)\.0$", r"\1", regex=True))


def _joined(frame: pd.DataFrame, catalogue: Table, match: _Match) -> tuple[pd.DataFrame, str]:
    """The rows with the other columns of the catalogue, then its items nobody took."""
    told = catalogue.frame[catalogue.frame[match.inner].notna()]
    ids = pd.Index(_keys(told[match.inner]))
    codes, uniques = pd.factorize(frame[match.outer], use_na_sentinel=True)
    known = pd.Series(np.asarray(uniques, dtype=object), dtype=object)
    texts = _texts(known)
    # The last entry answers for rows without an item.
    place = np.append(ids.get_indexer(pd.Index(texts)), -1)[codes]
    # A user who took nothing is of no use; an item nobody took can be recommended.
    untaken = np.flatnonzero(~ids.isin(texts) & (not match.of_users))
    rows = np.concatenate([place, untaken])
    columns = {}
    for name in map(str, frame.columns):
        columns[name] = _lengthened(frame[name], len(untaken))
    columns[match.outer] = _identified(codes, texts, np.asarray(ids, dtype=object)[untaken])
    for name in map(str, told.columns):
        if name != match.inner:
            columns[_free(name, columns)] = _looked_up(told[name], rows)
    return pd.DataFrame(columns), _told(catalogue, match, int((place >= 0).sum()), len(frame),
                                        len(untaken))


def _texts(known: pd.Series) -> np.ndarray:
    """Keys of different cells, one for each, also where two are the same."""
    texts = known.map(
        lambda cell: str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
    ).astype(str).str.strip()
    return texts.str.replace(r"^(\d+)\.0$", r"\1", regex=True).to_numpy(dtype=object)


def _identified(codes: np.ndarray, texts: np.ndarray, untaken: np.ndarray) -> pd.Series:
    """The ids of all rows: whole numbers where all of them are, else as categories."""
    same, names = pd.factorize(np.concatenate([texts, untaken]))
    cells = np.concatenate([np.append(same[: len(texts)], -1)[codes], same[len(texts) :]])
    values = pd.Index(names.astype(str))
    if values.str.fullmatch(r"0|[1-9]\d{0,17}").all():
        numbers = np.append(values.astype("int64").to_numpy(), 0)[cells]
        return pd.Series(numbers) if (cells >= 0).all() else pd.Series(
            pd.array(numbers, dtype="Int64")
        ).mask(cells < 0)
    return pd.Series(pd.Categorical.from_codes(cells, values))


def _lengthened(cells: pd.Series, more: int) -> pd.Series:
    """The cells and `more` missing ones; whole numbers stay whole."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        codes = np.concatenate([cells.cat.codes.to_numpy(), np.full(more, -1)])
        return pd.Series(pd.Categorical.from_codes(codes, dtype=cells.dtype))
    if more and pd.api.types.is_integer_dtype(cells):
        cells = cells.astype("Int64")
    return cells.reset_index(drop=True).reindex(range(len(cells) + more))


def _looked_up(cells: pd.Series, rows: np.ndarray) -> pd.Series:
    """The cell of each row's item, missing where the catalogue has none."""
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        values = cells.reset_index(drop=True)
        if pd.api.types.is_bool_dtype(values):
            values = values.astype("boolean")
        elif pd.api.types.is_integer_dtype(values):
            values = values.astype("Int64")
        found = values.take(np.maximum(rows, 0)).reset_index(drop=True)
        return found.mask(pd.Series(rows < 0))
    codes, names = pd.factorize(cells, use_na_sentinel=True)
    return pd.Series(pd.Categorical.from_codes(np.append(codes, -1)[rows], pd.Index(names)))


def _free(name: str, taken: dict[str, pd.Series]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _told(catalogue: Table, match: _Match, rows: int, of: int, untaken: int) -> str:
    what = "users" if match.of_users else "items"
    same = match.inner == match.outer
    how = f"by “{match.inner}”" if same else f"by “{match.inner}” = “{match.outer}”"
    told = (
        f"{catalogue.name} describes the {what}, joined {how}: it knows those of {rows:,} of {of:,} "
        "rows"
    )
    if match.share < FEW_MATCHED:
        told += f", though only {100 * match.share:.0f} % of the different {what}"
    if untaken:
        told += f", and {untaken:,} {'item' if untaken == 1 else 'items'} that nobody took"
    return f"{told}."


def _few(columns: Sequence[str]) -> str:
    return ", ".join(columns[:8]) + (" …" if len(columns) > 8 else "")
