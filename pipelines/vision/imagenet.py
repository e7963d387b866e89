"""The 1,000 classes of ImageNet-1k in the order of the weights, and how a user's words meet them.

Identifiers and names are those of WordNet 3.0, one class a line. The four names that would stand
for two classes are told apart: the crane that flies from the one that lifts, the dog from the
cardigan that is worn, and the two swimsuits called maillot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import DataError
from data.labels import LabelClass, LabelScheme

_IDENTIFIER = re.compile(r"n\d{8}\b")
_LINES = Path(__file__).with_name("imagenet_classes.txt")


@dataclass(frozen=True)
class ImageNetClass:
    """One class.

    Attributes:
        wordnet_id: offset in WordNet 3.0, as in n01440764.
        name: the one that is shown; unique.
        synonyms: its other names.
    """

    wordnet_id: str
    name: str
    synonyms: tuple[str, ...]


@cache
def all_classes() -> tuple[ImageNetClass, ...]:
    """The classes in the order of the weights' outputs."""
    found = []
    for line in _LINES.read_text(encoding="utf-8").splitlines():
        identifier, _, words = line.partition(" ")
        name, *synonyms = words.split(", ")
        found.append(ImageNetClass(identifier, name, tuple(synonyms)))
    return tuple(found)


@cache
def names() -> tuple[str, ...]:
    """The 1,000 names to show, in the order of the weights' outputs."""
    return tuple(each.name for each in all_classes())


@cache
def scheme() -> LabelScheme:
    """The classes with the words that stand for one of them alone."""
    by_name, by_synonym = _indices()
    return LabelScheme(tuple(
        LabelClass(each.name, (each.wordnet_id, *(
            word for word in each.synonyms
            if _plain(word) not in by_name and by_synonym[_plain(word)] == (output,)
        )))
        for output, each in enumerate(all_classes())
    ))


def find(word: str) -> tuple[int, ...]:
    """Outputs that a user's word stands for; empty when ImageNet has no such class.

    Upper case, underscores and hyphens do not count. A class of that name or WordNet identifier
    comes first, also in n01440764_tench; a word that is a synonym of several, such as panda, stands
    for all of them.
    """
    wanted = _plain(word)
    by_name, by_synonym = _indices()
    identifier = _IDENTIFIER.match(wanted)
    if identifier and identifier.group() in by_name:
        return (by_name[identifier.group()],)
    if wanted in by_name:
        return (by_name[wanted],)
    return by_synonym.get(wanted, ())


def canonical(word: str) -> str | None:
    """The one class that a word stands for, by the name that is shown; None if not exactly one."""
    found = find(word)
    return names()[found[0]] if len(found) == 1 else None


def outputs_of(classes: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The weights' outputs behind each class.

    Raises:
        DataError: a class is none of ImageNet's, or two classes are the same one.
    """
    taken: dict[int, str] = {}
    found = []
    for name in classes:
        outputs = find(name)
        if not outputs:
            raise DataError(
                f"The class “{name}” is not among the 1,000 that these weights know; choose the "
                "model own-classes, which learns your classes from labelled images."
            )
        for output in outputs:
            if output in taken:
                raise DataError(
                    f"The classes “{taken[output]}” and “{name}” both mean “{names()[output]}” to "
                    "these weights; merge them, or choose the model own-classes."
                )
            taken[output] = name
        found.append(outputs)
    return tuple(found)


@cache
def _indices() -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    by_name: dict[str, int] = {}
    by_synonym: dict[str, tuple[int, ...]] = {}
    for output, each in enumerate(all_classes()):
        by_name[each.wordnet_id] = output
        by_name[_plain(each.name)] = output
        for synonym in map(_plain, each.synonyms):
            by_synonym[synonym] = (*by_synonym.get(synonym, ()), output)
    return by_name, by_synonym


def _plain(word: str) -> str:
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
