"""Which column plays which role of a task: suggested, then checked before a run."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.errors import DataError, OptionError
from data.protected import attribute_of
from data.role_names import HINTS
from data.traits import Traits, traits

Kind = Literal["text", "category", "number", "time", "image", "id", "key", "any"]

_MOST_LABELS = 50
_LEAST = 0.5
_FEW = 11
_MOSTLY_ASKED = 0.6
_WORDS_OF_A_PASSAGE = 5
_SHARED_WORD = 0.6
# In fewer rows, that no value comes twice says nothing of a column.
_FEWEST_TO_REPEAT = 20
# Of the rows of things with several, this share agrees where a column describes the things.
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class Role:
    """A part that a column can play in a task.

    Attributes:
        name: Identifier, used in mappings.
        title: What people read.
        kind: What its cells need to be.
        required: Whether the task cannot run without it.
        description: One sentence for the mapper.
        hints: Lower-case column names, in several languages, that suggest it; names of common
            roles (text, label, time, group) bring hints of their own.
        feature: Whether models of a task with features learn from the column all the same.
        of: The role whose things it describes, as a group does users: it is nearly the same in all
            rows of one of them. Empty where it describes the row.
        without: What follows where no column has the role, as a clause; empty where nothing that
            somebody who has such a column would miss.
        counters: Whether numbers that only say what came first are times too, where asked for.
    """

    name: str
    title: str
    kind: Kind
    required: bool = False
    description: str = ""
    hints: tuple[str, ...] = ()
    feature: bool = False
    of: str = ""
    without: str = ""
    counters: bool = False


def suggest(frame: pd.DataFrame, roles: Sequence[Role]) -> dict[str, str]:
    """Returns the most plausible column of each role; roles without one are left out.

    Each column is used once. A column that should describe things, as the group of a user, is
    suggested only where it is the same in nearly all rows of one. Ids and links are never suggested;
    a column that is the same in all rows only where it is a text that its name says a task needs, as
    one passage for all questions.
    """
    known = {str(column): traits(frame[column]) for column in frame.columns}
    refused: set[tuple[str, str]] = set()
    while True:
        chosen = _most_plausible(roles, known, refused)
        wrong = next((
            role.name for role in roles
            if {role.name, role.of} <= chosen.keys()
            and _agreement(frame[chosen[role.of]], frame[chosen[role.name]]) < _NEARLY_ALL
        ), None)
        if wrong is None:
            return {role.name: chosen[role.name] for role in roles if role.name in chosen}
        refused.add((wrong, chosen[wrong]))


def _most_plausible(
    roles: Sequence[Role], known: Mapping[str, Traits], refused: Collection[tuple[str, str]]
) -> dict[str, str]:
    usable = {column: each for column, each in known.items() if each.kind != "empty"}
    # That all rows are of one user is told of the rows, not of the column.
    named = {column: each for column, each in known.items() if each.kind == "constant"}
    called = {column for column in known if any(called_like(role, column) for role in roles)}
    ranked = sorted(
        (
            (_plausible(role, column, known[column], usable, column in called), -order, role.name,
             column)
            for order, role in enumerate(roles)
            for column in (usable | named if role.kind == "id" else usable)
            if (role.name, column) not in refused
        ),
        key=lambda each: (-each[0], -each[1]),
    )
    chosen: dict[str, str] = {}
    for score, _, role_name, column in ranked:
        if score >= _LEAST and role_name not in chosen and column not in chosen.values():
            chosen[role_name] = column
    for role in roles:
        # A required text that is named for its role may be the same in all rows, as a passage is.
        own = known.get(role.name)
        same = own is not None and own.kind == "constant" and own.has_words
        if role.required and role.kind == "text" and role.name not in chosen and same:
            chosen[role.name] = role.name
        # A single image is a column of one value.
        if role.kind == "image" and role.name in known:
            chosen[role.name] = role.name
        if role.required and role.kind == "any" and role.name not in chosen:
            chosen.update(_only_one_of_two(role, known, chosen, refused))
    return chosen


def _only_one_of_two(
    role: Role, known: Mapping[str, Traits], chosen: Mapping[str, str],
    refused: Collection[tuple[str, str]],
) -> dict[str, str]:
    """The role with the only column of two values: an outcome without a telling name, but no guess.

    Columns whose name says that they hold people's sex or age are asked about, not learnt.
    """
    two = [
        column for column, each in known.items()
        if each.distinct == 2 and column not in chosen.values()
        and (role.name, column) not in refused
    ]
    return {role.name: two[0]} if len(two) == 1 and not attribute_of(two[0]) else {}


def differing(
    frame: pd.DataFrame, roles: Sequence[Role], mapping: Mapping[str, str]
) -> list[tuple[Role, int, int]]:
    """Returns the roles whose column should describe things but differs within them.

    Returns:
        The role, the things that have several values, and the things with several rows.
    """
    found = []
    for role in roles:
        if role.of in mapping and role.name in mapping:
            owner, cells = frame[mapping[role.of]], frame[mapping[role.name]]
            if _agreement(owner, cells) < _NEARLY_ALL:
                pairs = pd.DataFrame({"owner": owner.to_numpy(), "cell": cells.to_numpy()}).dropna()
                groups = pairs.groupby("owner", observed=True)["cell"]
                several = int((groups.size() > 1).sum())
                found.append((role, int((groups.nunique() > 1).sum()), several))
    return found


def _agreement(owner: pd.Series, cells: pd.Series) -> float:
    """The share of rows that hold what most rows of their owner hold; owners of one row are left out.

    1 where no owner has several rows.
    """
    owners, values = pd.factorize(owner)[0].astype("int64"), pd.factorize(cells)[0].astype("int64")
    there = (owners >= 0) & (values >= 0)
    owners, values = owners[there], values[there]
    if not len(owners):
        return 1.0
    pairs, counts = np.unique(owners * (values.max() + 1) + values, return_counts=True)
    most = np.zeros(owners.max() + 1, dtype=np.int64)
    np.maximum.at(most, pairs // (values.max() + 1), counts)
    rows = np.bincount(owners)
    several = rows > 1
    return float(most[several].sum() / rows[several].sum()) if several.any() else 1.0


def check(frame: pd.DataFrame, roles: Sequence[Role], mapping: Mapping[str, str]) -> None:
    """Refuses a mapping that cannot work, before anything runs.

    Raises:
        OptionError: A role or column does not exist, a required role has no column, or one column
            plays two roles.
        DataError: A column does not hold what its role needs.
    """
    by_name = {role.name: role for role in roles}
    for name, column in mapping.items():
        if name not in by_name:
            raise OptionError(f"There is no role {name!r}{_nearest(name, by_name)}.")
        if column not in frame.columns:
            shown = [str(each) for each in frame.columns]
            raise OptionError(
                f"There is no column {column!r} for {name}{_nearest(column, shown)}. "
                f"Columns are: {', '.join(shown[:12])}{' …' if len(shown) > 12 else ''}."
            )
    for role in roles:
        if role.required and role.name not in mapping:
            # Only what is refused needs it, and it needs what is here.
            from data.unfit import without_column

            raise without_column(role, frame)
    _check_shared(by_name, mapping)
    for name, column in mapping.items():
        check_content(frame[column], by_name[name])


def _check_shared(by_name: Mapping[str, Role], mapping: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for name, column in mapping.items():
        other = taken.setdefault(column, name)
        # Slicing by the label is odd but harmless; predicting a text from itself is not.
        if other != name and "text" in (by_name[name].kind, by_name[other].kind):
            raise OptionError(
                f"Column {column!r} is chosen both as {other} and as {name}. "
                "Choose a different column for one of them."
            )
        both = by_name[name].required and by_name[other].required
        if other != name and (both or {"label", "truth"} & {name, other}):
            raise OptionError(
                f"Column {column!r} is chosen both as {other} and as {name}. "
                "Choose a different column for one of them."
            )


def check_content(cells: pd.Series, role: Role) -> None:
    """Refuses a column that does not hold what its role needs.

    Raises:
        DataError: It does not, with an example.
    """
    known = traits(cells)
    column = cells.name
    if known.kind == "empty":
        raise DataError(
            f"All {len(cells):,} cells of column {column!r} are missing, so it cannot be the "
            f"{role.name}. Choose another column."
        )
    if role.kind == "text" and not known.has_words:
        raise DataError(
            f"Column {column!r} holds no words (for example {known.example!r}), but "
            f"{role.name} needs "
            "text. Choose the column with the text."
        )
    if role.kind == "number" and known.numeric_share < 0.5:
        raise DataError(
            f"Column {column!r} holds text (for example {known.example!r}), but {role.name} needs "
            "numbers. Choose a column of numbers."
        )
    counts = role.counters and known.numeric_share == 1
    if role.kind == "time" and known.time_share < 0.5 and not counts:
        raise DataError(
            f"Column {column!r} holds no dates that can be read (for example {known.example!r}). "
            "Choose a column of dates such as 2026-03-31, or leave the time out."
        )
    if role.name in ("label", "truth") and role.kind == "category":
        _check_labels(known, str(column), role)


def _check_labels(known: Traits, column: str, role: Role) -> None:
    if known.distinct > _MOST_LABELS and known.distinct > 0.05 * known.present:
        raise DataError(
            f"Column {column!r} has {known.distinct:,} different values in {known.present:,} "
            "rows, too "
            f"many for a {role.name}. Choose a column with a few classes, such as positive and "
            "negative."
        )
    if known.distinct == 1:
        raise DataError(
            f"Column {column!r} has only one value ({known.example!r}), so nothing can be told "
            "apart. "
            "Choose a column with at least two classes, or run without labels."
        )


def _nearest(name: str, names: Mapping[str, Role] | Sequence[str]) -> str:
    close = difflib.get_close_matches(str(name), [str(each) for each in names], n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?".rstrip("?") + "?"
    return f"; there are: {', '.join(list(names)[:12])}" if isinstance(names, Mapping) else ""


def _plausible(
    role: Role, column: str, known: Traits, others: Mapping[str, Traits], elsewhere: bool
) -> float:
    """Returns how likely a column has a role; `elsewhere` says that it is called like another one."""
    named = _named(role, column)
    if role.kind == "image":
        return float(named == 1.0)
    if known.kind == "constant" and role.kind != "id":
        # Never before a column that is named as well and differs from row to row.
        passage = role.required and role.kind == "text" and known.has_words
        long_enough = known.words >= _WORDS_OF_A_PASSAGE and named >= _SHARED_WORD
        return 0.5 * named + 0.35 if passage and long_enough else 0.0
    content = _content(role, known, others)
    if content <= 0 or (not named and elsewhere and not role.required):
        return 0.0
    # A name alone or content alone may be enough for text; other roles need the name as well.
    if role.kind == "text":
        return 0.5 * named + 0.8 * content
    if role.kind == "id" and known.distinct == known.present >= _FEWEST_TO_REPEAT:
        # Whoever takes things comes up again: it is taken by its name, and after all that repeat.
        return _LEAST + 0.01 * named if named else 0.0
    if role.kind in ("time", "id", "key"):
        return 0.6 * named + 0.55 * content
    weight = 0.9 if named else 0.55 if role.name in ("label", "truth") else 0.6
    return 0.6 * named + weight * content * (0.5 if named else 1.0)


def called_like(role: Role, column: str) -> bool:
    """Whether a column has a name that is one of those of a role."""
    return _plain(column) in _names(role)


def _names(role: Role) -> list[str]:
    return [_plain(hint) for hint in (role.name, *role.hints, *HINTS.get(role.name, ()))]


def _named(role: Role, column: str) -> float:
    """Returns 1 for an exact name, less for a shared word, 0 where nothing is alike."""
    hints = _names(role)
    name = _plain(column)
    if name in hints:
        # Earlier hints are the more telling ones.
        return 1.0 - 0.2 * hints.index(name) / len(hints)
    tokens = name.split()
    for hint in hints:
        if len(hint) > 1 and hint in tokens:
            return 0.7 if tokens[-1] == hint else 0.6
    return 0.4 if any(len(hint) > 3 and hint in name for hint in hints) else 0.0


def _named_things(known: Traits) -> float:
    """Returns how well cells can be ids of things that come up again, 0 to 1."""
    if known.kind in ("time", "boolean", "link") or known.time_share == 1.0:
        return 0.0
    if known.kind == "number" and not known.whole:
        return 0.1
    # A rating has a few values as well: only a name tells it from an id.
    return 0.3 if known.distinct <= _FEW else 1.0


def _plain(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    folded = unicodedata.normalize("NFKC", spaced).casefold()
    return " ".join(re.split(r"[\W_]+", folded)).strip()


def _content(role: Role, known: Traits, others: Mapping[str, Traits]) -> float:
    """Returns how well the cells fit the role, 0 (not at all) to 1."""
    if role.kind == "text":
        if known.kind not in ("text", "category") or not known.has_words:
            return 0.0
        if role.name == "question" and known.asked_share >= _MOSTLY_ASKED:
            return 1.0
        longest = max(each.words for each in others.values() if each.kind in ("text", "category"))
        length = known.words / longest if longest else 0.0
        repeated = known.distinct < 0.05 * known.present and known.present > 50
        return 0.15 if repeated else max(0.2, length * min(1.0, 0.55 + 0.1 * known.words))
    if role.kind == "id":
        return _named_things(known)
    if role.kind == "key":
        # A row of its own for each: a number that comes up again says something of the row.
        return 1.0 if known.kind == "id" else 0.0
    if role.kind == "time" and known.kind != "time":
        # Seconds since 1970 look like any other number: the name has to say that they are times.
        return 0.4 * known.time_share
    if role.kind == "any":
        return 0.5
    if known.kind in ("id", "link"):
        return 0.0
    if role.kind == "time":
        return 1.0
    if role.kind == "number":
        return 0.6 if known.kind == "number" or known.numeric_share == 1 else 0.0
    few = known.kind in ("category", "boolean") or (
        known.kind == "number" and known.whole and known.distinct <= _FEW
    )
    if not few:
        return 0.25 if known.kind == "text" and known.words < 4 and known.distinct < 200 else 0.0
    if role.name in ("label", "truth"):
        return 1.0 if known.distinct <= _FEW else 0.6
    return 0.8 if known.kind == "category" else 0.4
