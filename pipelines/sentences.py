"""Where the sentences of a text are, as exact character spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from data.language import detect

# The time of sentencex grows with the square of a paragraph's sentences, to minutes for a million
# characters, so that it is given windows.
WINDOW = 2000
_PARAGRAPHS = re.compile(r"\S(?:(?!\n[^\S\n]*\n|\r\n[^\S\n]*\r\n|[\u2029\f]).)*", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udfff]")


def language_of(texts: Sequence[str]) -> str:
    """ISO 639-1 code of the language of most texts; English where it cannot be told."""
    guess = detect(texts, sample=50)
    return guess.code if guess else "en"


def sentence_spans(text: str, language: str = "en") -> tuple[tuple[int, int], ...]:
    """Start and end characters of each sentence of `text`, in order.

    A blank line ends a sentence, a single line break does not. Spans hold no blanks at their ends,
    never overlap, and leave out nothing but blanks.

    Args:
        text: any text.
        language: ISO 639-1 code, for its abbreviations; unknown ones are read as English.
    """
    # Rust strings cannot hold half of a surrogate pair; offsets stay the same.
    readable = _SURROGATES.sub("\ufffd", text)
    spans = []
    for paragraph in _PARAGRAPHS.finditer(readable):
        for start, end in _of_paragraph(paragraph.group(), language):
            piece = readable[paragraph.start() + start : paragraph.start() + end]
            if piece.strip():
                first = paragraph.start() + start + len(piece) - len(piece.lstrip())
                spans.append((first, first + len(piece.strip())))
    return tuple(spans)


def _of_paragraph(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Spans that cover the text; the last sentence of a window may go on and is read again."""
    from sentencex import segment

    start, length = 0, WINDOW
    while start < len(text):
        sentences = segment(language, text[start : start + length])
        last = start + length >= len(text)
        if not last and len(sentences) < 2:
            length *= 2
            continue
        for sentence in sentences if last else sentences[:-1]:
            yield start, start + len(sentence)
            start += len(sentence)
        length = WINDOW
        if last:
            return
