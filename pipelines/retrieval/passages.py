"""Texts cut into passages that are short enough to be read and embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from pipelines.progress import SILENT, Progress
from pipelines.retrieval.table_rows import parted, row_ends
from pipelines.sentences import language_of, sentence_spans

# A text up to WHOLE words is one passage; longer ones are cut into MOST words at most (the last may
# have WHOLE), and from LEAST words on where a paragraph ends.
WHOLE = 220
MOST = 180
LEAST = 100
OVERLAP = 40
# What is longer than this between two full stops is a table, a list or speech without punctuation.
LONGEST_SENTENCE = 100
PIECE = 60

# A word counts as one, or more if it is very long; a character of a script without blanks as one.
_WORDS = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "|[^\\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,16}"
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_ROWS_A_STEP = 64

Span = tuple[int, int]
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Passage:
    """A piece of a text.

    Attributes:
        row: position of the source row.
        start: character of that row's text at which `text` begins.
        document, page, heading: where the row comes from, as far as known.
        also: other documents, with their pages, in which a row has the same text.
        sentences: character spans in `text`; very long ones are parted.
    """

    text: str
    row: int
    start: int
    document: str = ""
    page: int | None = None
    heading: str = ""
    sentences: tuple[Span, ...] = ()
    also: tuple[Place, ...] = ()

    @property
    def documents(self) -> frozenset[str]:
        """The names of all documents known to hold the passage."""
        return frozenset(name for name in (self.document, *(each for each, _ in self.also)) if name)


def cut(rows: pd.DataFrame, progress: Progress = SILENT) -> tuple[Passage, ...]:
    """Passages of each distinct text, in the order of the rows.

    Short texts stay whole, to the character. Longer ones are cut between sentences, by preference
    where a paragraph ends; elsewhere neighbours share a sentence or two.

    Args:
        rows: `context` and, where known, `document`, `page` and `heading`. Blank rows are skipped,
            and a text that was there before is not cut again; where else it stands is kept.
    """
    texts = texts_of(rows)
    documents, headings = _strings(rows, "document"), _strings(rows, "heading")
    pages = _pages(rows)
    language = language_of([text for text in texts if text])
    progress.stage("Cutting texts into passages", len(texts))
    places: dict[str, dict[Place, None]] = {}
    for text, document, page in zip(texts, documents, pages, strict=True):
        places.setdefault(text, {})[document, page] = None
    passages: list[Passage] = []
    seen = {""}
    for row, text in enumerate(texts):
        if text not in seen:
            seen.add(text)
            own = documents[row], pages[row]
            also = tuple(each for each in places[text] if each[0] and each != own)
            passages.extend(
                Passage(text[start:end], row, start, documents[row], pages[row], headings[row],
                        sentences, also)
                for start, end, sentences in _cut_text(text, language)
            )
        if (row + 1) % _ROWS_A_STEP == 0:
            progress.advance(_ROWS_A_STEP)
    progress.advance(len(texts) % _ROWS_A_STEP)
    return tuple(passages)


def passages_by_row(
    rows: pd.DataFrame, passages: Sequence[Passage]
) -> tuple[tuple[int, ...], ...]:
    """Positions among `passages` of those that a row's text gave; rows of equal text share them."""
    own: dict[int, list[int]] = {}
    for position, passage in enumerate(passages):
        own.setdefault(passage.row, []).append(position)
    texts = texts_of(rows)
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        first.setdefault(text, row)
    return tuple(tuple(own.get(first[text], ())) for text in texts)


def sentences_of(text: str, language: str = "en") -> tuple[Span, ...]:
    """Start and end characters of each sentence, and of each row of a table.

    Args:
        text: any text.
        language: ISO 639-1 code; see `sentence_spans`.
    """
    rows = row_ends(text)
    return tuple(
        piece for sentence in sentence_spans(text, language) for piece in parted(sentence, rows)
        if text[slice(*piece)].strip()
    )


def texts_of(rows: pd.DataFrame) -> list[str]:
    """The text of each row; empty where it is missing or blank."""
    return [text if text.strip() else "" for text in _strings(rows, "context")]


def _strings(rows: pd.DataFrame, column: str) -> list[str]:
    if column not in rows:
        return [""] * len(rows)
    return ["" if pd.isna(value) else str(value) for value in rows[column]]


def _pages(rows: pd.DataFrame) -> list[int | None]:
    if "page" not in rows:
        return [None] * len(rows)
    numbers = pd.to_numeric(rows["page"], errors="coerce")
    return [None if pd.isna(number) else int(number) for number in numbers]


def _size(text: str) -> int:
    return len(_WORDS.findall(text))


def _cut_text(text: str, language: str) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Start, end and sentences of each passage of a text."""
    spans = [
        piece for sentence in sentences_of(text, language) for piece in _pieces(text, sentence)
    ]
    sizes = [_size(text[start:end]) for start, end in spans]
    if sum(sizes) <= WHOLE:
        yield 0, len(text), tuple(spans)
        return
    ends = [_BLANK_LINE.search(text, one[1], two[0]) is not None for one, two in pairwise(spans)]
    for first, stop in _groups(sizes, [*ends, True]):
        start = spans[first][0]
        yield start, spans[stop - 1][1], tuple(
            (left - start, right - start) for left, right in spans[first:stop]
        )


def _groups(sizes: Sequence[int], ends: Sequence[bool]) -> Iterator[Span]:
    """First and past-the-last sentence of each passage.

    Args:
        sizes: words of each sentence.
        ends: whether a paragraph ends with it.
    """
    first, left = 0, sum(sizes)
    while left > WHOLE:
        stop, words, paragraph = first, 0, 0
        while words + sizes[stop] <= MOST or stop == first:
            words += sizes[stop]
            stop += 1
            if ends[stop - 1] and words >= LEAST:
                paragraph = stop
        stop = paragraph or stop
        yield first, stop
        following = stop if paragraph else _overlapping(sizes, first, stop)
        left -= sum(sizes[first:following])
        first = following
    yield first, len(sizes)


def _overlapping(sizes: Sequence[int], first: int, stop: int) -> int:
    """Where the next passage begins: at most two short sentences before this one ends."""
    start = stop
    while start - 1 > first and stop - start < 2 and sum(sizes[start - 1 : stop]) <= OVERLAP:
        start -= 1
    return start


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The span, or pieces of it that end between words, better still between lines."""
    words = list(_WORDS.finditer(text, *span))
    first = 0
    while len(words) - first > LONGEST_SENTENCE:
        near = range(first + PIECE, first + PIECE // 2, -1)
        gaps = {stop: text[words[stop - 1].end() : words[stop].start()] for stop in near}
        stop = next((each for each in near if "\n" in gaps[each]), 0)
        stop = stop or next((each for each in near if gaps[each]), near[0])
        yield words[first].start(), words[stop - 1].end()
        first = stop
    yield words[first].start(), words[-1].end()
