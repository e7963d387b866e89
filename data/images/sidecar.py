"""A table that lies beside the images of a set and says more about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import DataError
from data.images.layout import part_of
from data.images.names import shown, stem
from data.images.source import Source
from data.limits import Limits
from data.readers import read_table
from data.readers.columns import TEXT

SUFFIXES = frozenset(("csv", "tsv"))
_LABELS = ("label", "labels", "class", "class_name", "classname", "category", "target", "diagnosis",
           "dx", "truth", "species", "breed", "y", "klasse", "kategorie", "etikett", "clase",
           "etiqueta", "classe", "étiquette", "rótulo", "标签", "类别")  # fmt: skip
# Words that often name classes and often something else.
_MAYBE = ("art", "sorte", "typ", "type", "kind", "tipo", "especie", "espèce", "rasse")
_SPLITS = ("split", "set", "subset", "partition", "part", "usage", "fold")
# Columns of our own, called as no column of a file is.
_PLACE, _PART = "\x00place", "\x00part"
# Below this share of images named, a table is about something else.
_LEAST_NAMED = 0.5


@dataclass(frozen=True)
class Sidecar:
    """What tables say of each image.

    Attributes:
        frame: A row for each image in its order, without the column that names them; cells are
            missing for images that no row names.
        label: Column that holds labels; “” where no column is known to.
        split: Column that holds parts of the set; “”.
        sure: Whether the name of the column of labels says that it is one.
        named: Whether a row names the image, for each.
        notes: Sentences for the user.
    """

    frame: pd.DataFrame
    label: str
    split: str
    sure: bool
    named: np.ndarray
    notes: tuple[str, ...]


def read_sidecar(
    files: Sequence[tuple[str, Source]], paths: Sequence[str], limits: Limits
) -> tuple[Sidecar | None, tuple[str, ...]]:
    """Reads the tables that name the images by path, file name, or file name without ending.

    Args:
        files: Paths and sources of the tables.
        paths: Paths of the images.
        limits: What is accepted of a table.

    Returns:
        What they say, None where none names half of its rows or of the images; and notes on
        tables that were left out.
    """
    tables: list[tuple[str, pd.DataFrame]] = []
    left_out: list[str] = []
    for path, source in files:
        try:
            tables.append((path, read_table(source.read(path), path, limits=limits).frame))
        except DataError as error:
            left_out.append(f"The table “{path}” was left out: {error}")
    found, strange = sidecar_of(tables, paths)
    return found, (*left_out, *strange)


def sidecar_of(
    tables: Iterable[tuple[str, pd.DataFrame]], paths: Sequence[str]
) -> tuple[Sidecar | None, tuple[str, ...]]:
    """As `read_sidecar`, for tables that were read already.

    Args:
        tables: Paths and cells of the tables.
        paths: Paths of the images.
    """
    keys = _keys(paths)
    frames: list[pd.DataFrame] = []
    left_out: list[str] = []
    joined: list[str] = []
    for path, frame in tables:
        placed, by = _placed(frame, keys, len(paths))
        if placed is None:
            left_out.append(f"The table “{path}” names no images of the set and was left out.")
            continue
        part = next((part for word in stem(path).split("_") if (part := part_of(word))), None)
        frames.append(placed.assign(**{_PART: part}))
        joined.append(f"The table “{path}” was joined by its column “{by}”.")
    if not frames:
        return None, tuple(left_out)
    return _sidecar(pd.concat(frames, ignore_index=True), paths, joined), tuple(left_out)


def _keys(paths: Sequence[str]) -> dict[str, int]:
    """How a table may call an image, in lower case, and its position; nothing that is unclear."""
    found: dict[str, int] = {}
    ways: tuple[Callable[[str], Iterable[str]], ...] = (
        _tails,
        lambda path: [path.rsplit("/", 1)[-1]],
        lambda path: [stem(path)],
    )
    for of in ways:
        calls = [(call.casefold(), place) for place, path in enumerate(paths) for call in of(path)]
        times = Counter(call for call, _ in calls)
        for call, place in calls:
            if times[call] == 1:
                found.setdefault(call, place)
    return found


def _tails(path: str) -> Iterator[str]:
    """The path, and the path within each of its folders, with and without ending."""
    while True:
        yield path
        if "/" not in path:
            return
        folder, name = path.rsplit("/", 1)
        yield f"{folder}/{stem(name)}"
        path = path.split("/", 1)[1]


def _placed(
    frame: pd.DataFrame, keys: dict[str, int], images: int
) -> tuple[pd.DataFrame | None, str]:
    """The rows with the position of the image they name, without the column that does; that column."""
    best, best_places, most = "", np.zeros(0), 0
    for column in frame.columns:
        cells = frame[column]
        if not (pd.api.types.is_string_dtype(cells) or pd.api.types.is_integer_dtype(cells)):
            continue
        calls = [shown(cell).casefold() for cell in cells.astype("str")]
        # A path of another machine still ends in the name of the file.
        places = np.array([keys.get(call, keys.get(call.rsplit("/", 1)[-1], -1)) for call in calls])
        named = len(np.unique(places[places >= 0]))
        if named > most:
            best, best_places, most = column, places, named
    if most < _LEAST_NAMED * min(len(frame), images):
        return None, ""
    return frame.drop(columns=best).assign(**{_PLACE: best_places}), str(best)


def _sidecar(rows: pd.DataFrame, paths: Sequence[str], joined: Sequence[str]) -> Sidecar:
    notes = list(joined)
    strange = int((rows[_PLACE] < 0).sum())
    if strange:
        are = "row of the table names" if strange == 1 else "rows of the table name"
        notes.append(f"{strange:,} {are} no image of the set.")
    rows = rows[rows[_PLACE] >= 0]
    again = rows[_PLACE].duplicated()
    if again.any():
        count = rows.loc[again, _PLACE].nunique()
        times = "1 image is" if count == 1 else f"{count:,} images are"
        notes.append(f"{times} named more than once; the first row counts.")
    named = np.isin(np.arange(len(paths)), rows[_PLACE])
    rows = rows[~again].set_index(_PLACE).reindex(range(len(paths)))
    parts = rows.pop(_PART)
    label, sure = _label_column(rows)
    if not sure:
        rows, label, sure = _one_hot(rows, label)
    split = _split_column(rows)
    if not split and parts.nunique() > 1:
        split = _free("split", rows)
        rows[split] = parts.astype(TEXT)
    return Sidecar(rows.reset_index(drop=True), label, split, sure, named, tuple(notes))


def _label_column(rows: pd.DataFrame) -> tuple[str, bool]:
    called = {str(column).strip().casefold().replace(" ", "_"): column for column in rows.columns}
    for word in _LABELS:
        if word in called and rows[called[word]].nunique() > 1:
            return called[word], True
    for word in _MAYBE:
        if word in called and 2 <= rows[called[word]].nunique() <= len(rows) / 2:
            return called[word], False
    others = [column for column in rows.columns if column != _split_column(rows)]
    if len(others) == 1 and 2 <= rows[others[0]].nunique() <= len(rows) / 2:
        return others[0], False
    return "", False


def _one_hot(rows: pd.DataFrame, label: str) -> tuple[pd.DataFrame, str, bool]:
    """The rows with one column of labels in place of a column for each class, if there are such.

    As in the tables of ISIC: MEL, NV, BCC, ..., each 0 or 1, with a single 1 in every row.

    Args:
        label: Column that is taken where there are none.
    """
    named = rows.dropna(how="all")
    flags = [
        column for column in rows.columns
        if pd.api.types.is_numeric_dtype(rows[column]) and named[column].isin((0, 1)).all()
    ]
    if len(flags) < 2 or not (named[flags].sum(axis=1) == 1).all():
        return rows, label, False
    classes = named[flags].idxmax(axis=1).astype(str).str.strip()
    if classes.nunique() < 2:
        return rows, label, False
    rows = rows.drop(columns=flags)
    name = _free("label", rows)
    return rows.assign(**{name: classes.astype(TEXT)}), name, True


def _split_column(rows: pd.DataFrame) -> str:
    for column in rows.columns:
        if str(column).strip().casefold() in _SPLITS:
            words = rows[column].dropna().astype("str").unique()
            parts = {part_of(word) for word in words}
            if len(parts) > 1 and None not in parts:
                return str(column)
    return ""


def _free(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_2"
    return name
