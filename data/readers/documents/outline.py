"""What a reader of one document hands back, and how its sections are put together."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A paragraph styled as a heading by mistake is text, not a step of the heading path.
_LONGEST_HEADING = 200
# Everything below a blank except tab and line feed, the C1 controls, and halves of letters that
# UTF-8 cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True)
class Section:
    """Text that stands together.

    Attributes:
        text: The text; paragraphs are parted by a blank line.
        heading: Headings above it, outermost first, joined by " > "; empty without one.
        page: Page number from 1, where the format has pages.
    """

    text: str
    heading: str = ""
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """The sections of one file in reading order, and sentences on what was left out."""

    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


class Outline:
    """Collects headings and blocks of text in reading order into sections."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._group = ""
        self._sections: list[Section] = []
        self._bare = False

    def heading(self, level: int, title: str) -> None:
        """Starts a section below the last heading of a smaller level."""
        title = " ".join(clean_text(title).split())
        if not title:
            return
        if len(title) > _LONGEST_HEADING:
            self.block(title)
            return
        self._close(next_level=level)
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, title))
        self._bare = True

    def block(self, text: str, *, group: str = "") -> None:
        """Adds a paragraph, or a line of a group, "list" or "table", that stays together."""
        text = clean_text(text)
        if not text:
            return
        if self._blocks:
            self._blocks.append("\n" if group and group == self._group else "\n\n")
        self._blocks.append(text)
        self._group = group

    def sections(self) -> tuple[Section, ...]:
        """Returns the sections; a heading with nothing below it is a section of its own words."""
        self._close(next_level=0)
        return tuple(self._sections)

    def _close(self, next_level: int) -> None:
        text = "".join(self._blocks)
        if not text and self._bare and next_level <= self._path[-1][0]:
            text = self._path[-1][1]
        if text:
            self._sections.append(Section(text, " > ".join(title for _, title in self._path)))
        self._blocks = []
        self._group = ""
        self._bare = False


def clean_text(text: str) -> str:
    """Returns the text without control characters, blank line ends and runs of blank lines."""
    text = _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\xa0", " ")
    text = re.sub(r"[ \t]+(?=\n|$)", "", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n ")
