"""What a run is for: its template, and which classes matter there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.errors import OptionError
from data.labels import key_of
from pipelines.options import Options
from pipelines.task import Task, Template

# Of any subject: classes that say what is not there, and words that turn a name round.
ABSENT = frozenset({"none", "nothing", "false", "negative", "neg"})
DENIALS = frozenset({
    "no", "not", "non", "without", "never", "nicht", "kein", "keine", "ohne", "sin", "sans", "pas",
})
# A shorter Latin word would be found in the beginnings of unrelated ones.
SHORTEST_STEM = 4
MOST_NAMED = 12


@dataclass(frozen=True)
class Purpose:
    """The template of a run with the classes that it is about.

    Attributes:
        positives: the classes to be found, which count as one; empty where the template is not about
            finding or no class could be told to be one.
        notes: what a reader has to know first: the caution, and what was taken for positive.
    """

    template: Template
    positives: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def wanted(self) -> float | None:
        """The sensitivity wanted of a threshold, where there are classes to be found."""
        return self.template.wanted if self.positives else None


def purpose_of(task: Task, options: Options, classes: Sequence[str] = ()) -> Purpose | None:
    """The purpose of a run; None for a task without templates.

    Args:
        classes: that judged rows choose from; empty where nothing is judged.

    Raises:
        OptionError: the option `positive` names no class, or all of them.
    """
    template = task.template(options.get("template", ""))
    if template is None:
        return None
    caution = (template.caution,) if template.caution else ()
    if not template.finds or len(classes) < 2:
        return Purpose(template, notes=caution)
    named = [name.strip() for name in options.get("positive", "").split(",") if name.strip()]
    if named:
        positives, note = _named(named, classes), ""
    else:
        positives, note = _recognised(template, classes)
    return Purpose(template, positives, (*caution, note) if note else caution)


def positive_classes(template: Template, classes: Sequence[str]) -> tuple[str, ...]:
    """The classes that matter, told by their names.

    Where classes are the absence of it ("good", "no defect", "healthy"), all others; else those with
    a word of the template in their name. None where that would be all or no class.
    """
    absent = [name for name in classes if _is_absent(name, template)]
    if len(classes) == 2 and "0" in classes:
        # Among more classes it is a number like the others.
        absent.append("0")
    words = [name for name in classes if _has(_words(name), frozenset(template.positive))]
    found = [name for name in classes if name not in absent] if absent else words
    return tuple(found) if 0 < len(found) < len(classes) else ()


def _named(named: Sequence[str], classes: Sequence[str]) -> tuple[str, ...]:
    known = {name.casefold(): name for name in classes} | {name: name for name in classes}
    wanted = [name if name in known else name.casefold() for name in map(key_of, named)]
    shown = ", ".join(classes[:MOST_NAMED]) + (" …" if len(classes) > MOST_NAMED else "")
    for name, key in zip(named, wanted, strict=True):
        if key not in known:
            raise OptionError(
                f"The option positive names “{name}”, which is no class here; the classes are {shown}."
            )
    found = {known[key] for key in wanted}
    if len(found) == len(classes):
        raise OptionError(
            f"The option positive names all classes ({shown}); leave at least one out, so that "
            "there is something to tell them from."
        )
    return tuple(name for name in classes if name in found)


def _recognised(template: Template, classes: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The classes told by their names, and what a reader has to know about that."""
    found = positive_classes(template, classes)
    if len(found) == 1:
        return found, "" if len(classes) == 2 else (
            f"Of {len(classes)} classes “{found[0]}” was taken for the one to be found; name others "
            "with the option positive."
        )
    if found:
        return found, (
            f"{_listed(found)} count as one here: a row of one that is taken for another of them is "
            "found; name others with the option positive."
        )
    if len(classes) == 2:
        return (classes[1],), (
            f"Neither “{classes[0]}” nor “{classes[1]}” says that it is the class to be found, so "
            f"“{classes[1]}” was taken; name the other with the option positive if it is."
        )
    return (), (
        f"No class of {len(classes)} says that it is one to be found, so there is no sensitivity and "
        "no specificity; name it with the option positive."
    )


def _is_absent(name: str, template: Template) -> bool:
    words = _words(name)
    denied = any(word in DENIALS for word in words)
    absent = any(word in ABSENT for word in words) or _has(words, frozenset(template.absent))
    # "Not healthy" and "no good" deny the absence.
    return denied != absent


def _has(words: Sequence[str], known: frozenset[str]) -> bool:
    """Whether a word is a known one or begins with it, as "scratched" and "defects" do."""
    return any(
        word == each
        or (word.startswith(each) and (len(each) >= SHORTEST_STEM or not each.isascii()))
        for word in words for each in known
    )


def _words(name: str) -> list[str]:
    # "brokenLarge" and "broken_large" are two words each.
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name))
    return re.findall(r"[^\W_]+", apart.casefold())


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        quoted.append(f"{len(names) - MOST_NAMED} more")
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
