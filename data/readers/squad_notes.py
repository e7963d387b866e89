"""A question of SQuAD as it was read, and what a careful reader must know of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_LONGEST_EXAMPLE = 60


class Question(NamedTuple):
    """One question with its passage.

    Attributes:
        id: As the file gives it, else its number in the file.
        answers: The different gold answers; None where the file has none for it.
        named: Whether the file gives it an id.
        overruled: Whether it came with answers although it is marked as impossible.
        places: The answers with the character of the context they start at, -1 where the file
            names none or the answer does not stand there.
    """

    id: str
    title: str
    context: str
    question: str
    answers: tuple[str, ...] | None
    named: bool
    overruled: bool = False
    places: tuple[tuple[str, int], ...] = ()


def notes(questions: Sequence[Question]) -> tuple[str, ...]:
    """Returns the counts, and a sentence for each kind of doubtful gold answer or id."""
    return (_counted(questions), *_doubts(questions))


def _counted(questions: Sequence[Question]) -> str:
    passages = len({each.context for each in questions})
    without = sum(each.answers == () for each in questions)
    unlabelled = sum(each.answers is None for each in questions)
    note = f"Read as SQuAD JSON: questions {len(questions):,}, passages {passages:,}"
    note += f", questions without an answer {without:,}" if without else ""
    return note + (f", without gold answers {unlabelled:,}." if unlabelled else ".")


def _doubts(questions: Sequence[Question]) -> Iterator[str]:
    strays = _strays(questions)
    if strays:
        first, answer = strays[0]
        yield _sentence(
            len(strays),
            lambda many: f"{'have' if many else 'has'} a gold answer that does not stand in "
            f"{'their' if many else 'its'} context, where no reader can find it",
            f"“{_short(answer)}” of question “{_short(first.id)}”",
        )
    overruled = [each for each in questions if each.overruled]
    if overruled:
        yield _sentence(
            len(overruled),
            lambda many: f"{'are' if many else 'is'} marked as impossible and "
            f"{'have' if many else 'has'} answers, which were left out",
            f"question “{_short(overruled[0].id)}”",
        )
    repeated = _repeated(questions)
    if repeated:
        yield _sentence(
            len(repeated),
            lambda many: f"{'have' if many else 'has'} the id of an earlier question and "
            f"{'were' if many else 'was'} kept",
            f"“{_short(repeated[0].id)}”",
        )


def _sentence(count: int, found: Callable[[bool], str], example: str) -> str:
    several = count > 1
    example = f"the first is {example}" if several else f"it is {example}"
    return f"{count:,} question{'s' if several else ''} {found(several)}; {example}."


def _strays(questions: Sequence[Question]) -> list[tuple[Question, str]]:
    """The questions with an answer that their context lacks, and the first such answer."""
    found = []
    context, folded = "", ""
    for each in questions:
        # The questions of a passage stand together: it is folded once.
        if each.context != context:
            context, folded = each.context, _folded(each.context)
        stray = next((text for text in each.answers or () if _folded(text) not in folded), None)
        if stray is not None:
            found.append((each, stray))
    return found


def _repeated(questions: Sequence[Question]) -> list[Question]:
    seen: set[str] = set()
    found = []
    for each in questions:
        if each.named and each.id in seen:
            found.append(each)
        elif each.named:
            seen.add(each.id)
    return found


def _folded(text: str) -> str:
    """The text as scores compare it: neither case nor the width of blanks counts."""
    return " ".join(text.casefold().split())


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…"
