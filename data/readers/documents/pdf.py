"""Reads the text layer of PDF documents, a section for each page."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.errors import DataError
from data.limits import Limits
from data.readers.documents.outline import Document, Section, clean_text

if TYPE_CHECKING:
    from pypdf import PdfReader

# What pypdf lets through, besides errors of its own, on files that are damaged or made to harm.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
# Letters that fonts draw as one: a search for "office" has to find them.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# Below this, a file that shows the same text many times over does no harm.
_HARMLESS = 16 << 20
_NO_LETTERS = re.compile("[\ufffd\ue000-\uf8ff]")
_LINE_BREAK = re.compile(r"(?<![^\W\d_])([^\W\d_]+)([-\u2010\u00ad]) ?\n[ \t]*(?=([^\W\d_]+))")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]+[-\u2010][^\W\d_]+")


def read(content: bytes, name: str, limits: Limits) -> Document:
    """Returns a section for each page that has text.

    Raises:
        DataError: The file is damaged, protected, too long, or has no text layer.
    """
    reader, pages = _opened(content, name, limits)
    texts, unreadable = _extracted(reader, pages, name, _most_characters(content, limits))
    texts = _joined(texts)
    held = [Section(text, page=number) for number, text in enumerate(texts, start=1) if text]
    failed = set(unreadable)
    silent = [
        number for number, text in enumerate(texts, start=1) if not text and number not in failed
    ]
    if not held:
        raise _nothing(name, pages, unreadable)
    notes = []
    if silent:
        notes.append(
            f"{name}: {_listed(silent)} of {pages:,} without a text layer (scanned or blank) left "
            "out; run text recognition on the file to include scanned pages."
        )
    if unreadable:
        notes.append(f"{name}: {_listed(unreadable)} of {pages:,} damaged and left out.")
    if b"%%EOF" not in content[-2048:]:
        notes.append(
            f"{name} does not stop at an end mark and may be cut short; it was read up to the last one."
        )
    return Document(tuple(held), tuple(notes))


def _opened(content: bytes, name: str, limits: Limits) -> tuple[PdfReader, int]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

    # It reports each repair of a damaged file there; what matters is told in notes.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    protected = DataError(
        f"{name} is protected by a password. Save it without one and choose it again."
    )
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise protected
        pages = len(reader.pages)
    except (DependencyError, FileNotDecryptedError, WrongPasswordError, NotImplementedError):
        raise protected from None
    except (PyPdfError, *_BROKEN):
        raise _damaged(name) from None
    if not pages:
        raise _damaged(name)
    if pages > limits.pages:
        raise DataError(
            f"{name} has {pages:,} pages; at most {limits.pages:,} are read. "
            "Split it, or keep the chapters that matter."
        )
    return reader, pages


def _most_characters(content: bytes, limits: Limits) -> int:
    """Pages can share what they show, so that a small file may hold any amount of text."""
    return min(limits.expanded_mb * 2**20, max(_HARMLESS, limits.expansion_ratio * len(content)))


def _extracted(reader: PdfReader, pages: int, name: str, most: int) -> tuple[list[str], list[int]]:
    """Returns the text of every page, and the numbers of the pages that could not be read."""
    from pypdf.errors import PyPdfError

    texts: list[str] = []
    unreadable: list[int] = []
    held = 0
    for place in range(pages):
        try:
            text = reader.pages[place].extract_text()
        except (PyPdfError, *_BROKEN):
            unreadable.append(place + 1)
            text = ""
        held += len(text)
        if held > most:
            raise DataError(
                f"{name} unfolds to more than {most:,} characters by page {place + 1:,}. "
                "Split it, or keep the chapters that matter."
            )
        text = clean_text(text.translate(_LIGATURES))
        # A font that does not say which letters it draws gives signs that stand for nothing.
        texts.append("" if len(_NO_LETTERS.findall(text)) > len(text) / 2 else text)
    return texts, unreadable


def _joined(texts: Sequence[str]) -> list[str]:
    """Joins words cut at line ends; a hyphen stays where the file has that compound in a line."""
    compounds: set[str] = set()
    for text in texts:
        compounds.update(match.group().lower() for match in _COMPOUND.finditer(text))

    def join(match: re.Match[str]) -> str:
        before, hyphen, after = match.groups()
        if hyphen == "\u00ad":
            return before
        compound = not after[0].islower() or f"{before}-{after}".lower() in compounds
        return before + hyphen if compound else before

    return [_LINE_BREAK.sub(join, text).replace("\u00ad", "") for text in texts]


def _nothing(name: str, pages: int, unreadable: Sequence[int]) -> DataError:
    if unreadable:
        return _damaged(name)
    found = f"{pages:,} pages" if pages > 1 else "1 page"
    return DataError(
        f"{name} has {found} without a text layer (a scan or blank). "
        "Run text recognition (OCR) on it first."
    )


def _damaged(name: str) -> DataError:
    return DataError(
        f"{name} is a PDF document that is damaged or cut short. "
        "Download or export it again, or save it as text."
    )


def _listed(numbers: Sequence[int]) -> str:
    """Returns page numbers as people write them: "pages 2, 5 to 7 and 9"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    words: list[str] = []
    for span in spans:
        longer = span[-1] > span[0] + 1
        words += [f"{span[0]} to {span[-1]}"] if longer else map(str, span)
    if len(words) > 12:
        words = [*words[:12], f"{len(words) - 12:,} more places"]
    if len(words) > 1:
        words = [*words[:-2], f"{words[-2]} and {words[-1]}"]
    return f"{'pages' if len(numbers) > 1 else 'page'} {', '.join(words)}"
