"""Answers from given passages, with the passages that they rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipelines.generation.history import Message

CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
RULES = (
    "Answer the question from the numbered passages only, in one or two sentences. After each "
    "statement give the number of its passage in square brackets, such as [1]. If the passages do "
    "not say, reply: The documents do not say."
)
UNCITED = "The reply names no passage, so nothing shows that it comes from your documents."
LONGEST_PASSAGE = 1200


class Passage(Protocol):
    """A stretch of a document."""

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def document(self) -> str:
        """The name of its document."""
        ...

    @property
    def page(self) -> int | None:
        """Its page, counted from 1, where the document has pages."""
        ...


@dataclass(frozen=True)
class Finding:
    """What a reader of spans finds for the same question, to hold a written reply against.

    Attributes:
        reader: its title.
        quote: its best answer in the words of a document; empty where it has none.
        confidence: chance, 0 to 1, that it is right.
        threshold: below it the answer counts as “not in these documents”.
        document, page: where it stands, as far as known.
    """

    reader: str
    quote: str = ""
    confidence: float = 0.0
    threshold: float = 0.0
    document: str = ""
    page: int | None = None

    @property
    def sentence(self) -> str:
        """What it finds, how sure it is and where it stands."""
        if not self.quote:
            return f"{self.reader} finds nothing in your documents that answers this."
        sure = f"{100 * self.confidence:.0f} % sure"
        if self.confidence < self.threshold:
            return (
                f"{self.reader} finds nothing in your documents that answers this; the closest is "
                f"“{self.quote}”, {sure}."
            )
        page = "" if self.page is None else f", page {self.page}"
        place = f", {self.document}{page}" if self.document else ""
        return f"{self.reader} finds “{self.quote}”, {sure}{place}."


@dataclass(frozen=True)
class Citations:
    """What a reply says that it rests on.

    Attributes:
        cited: positions of the passages that are named, from 0, in the order of their naming.
        unknown: numbers that no passage has, as written.
    """

    cited: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def warning(self) -> str:
        """One sentence where a reply cannot be traced; empty where it can."""
        if self.unknown:
            numbers = ", ".join(f"[{number}]" for number in self.unknown)
            return f"The reply names {numbers}, which is no passage that it was given."
        return "" if self.cited else UNCITED


def grounded_prompt(question: str, passages: Sequence[Passage]) -> list[Message]:
    """Messages that ask for an answer from the passages alone, numbered from 1.

    Args:
        question: as the user wrote it.
        passages: the best first; each is cut after 1,200 characters.
    """
    numbered = "\n\n".join(
        f"[{number}] {cut(passage.text)}" for number, passage in enumerate(passages, start=1)
    )
    return [
        Message("system", RULES),
        Message("user", f"Passages:\n\n{numbered}\n\nQuestion: {question}"),
    ]


def citations(reply: str, passages: int) -> Citations:
    """The passages that a reply names, of so many that it was given."""
    named = [
        int(number) for group in CITATION.findall(reply) for number in re.split(r"[,;]", group)
    ]
    known = dict.fromkeys(number - 1 for number in named if 1 <= number <= passages)
    unknown = dict.fromkeys(number for number in named if not 1 <= number <= passages)
    return Citations(tuple(known), tuple(unknown))


def cut(text: str) -> str:
    """The text on one line, cut at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_PASSAGE else flat[:LONGEST_PASSAGE].rsplit(" ", 1)[0] + " …"
