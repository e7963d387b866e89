"""Reads questions and answers in the JSON of SQuAD 1.1 and 2.0, nested or as flat records.

The nested form is articles of paragraphs of questions (Rajpurkar et al. 2016 and 2018); the flat
form has a question, its context and `answers: {"text": [...], "answer_start": [...]}` a record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from data.answers import answer_spans, says_none
from data.errors import DataError
from data.limits import Limits
from data.readers import columns, encoding
from data.readers.opening import clean_name
from data.readers.squad_notes import Question, notes
from data.table import Table, fingerprint

COLUMNS = ("id", "title", "context", "question", "answers")

_NESTED = re.compile(r'"paragraphs"\s*:')
_INSIDE = re.compile(r'"(?:qas|context)"\s*:')
_LOOSE = re.compile(r'"qas"\s*:\s*\[\s*\{')
_FLAT = re.compile(r'"answers"\s*:\s*\{\s*"(?:text|answer_start)"\s*:\s*\[')
_NEEDED = (
    'Needed is {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", '
    '"answers"}]}]}]}.'
)


def is_squad(content: bytes) -> bool:
    """Tells from its first 64 KB whether a file is JSON in the shape of SQuAD, be it empty."""
    head = content[:65536]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore")
    else:
        text = head.decode("utf-8", errors="ignore")
    text = text.lstrip("\ufeff \t\r\n")
    if text[:1] not in ("{", "["):
        return False
    nested = _NESTED.search(text) and _INSIDE.search(text)
    flat = (_FLAT.search(text) or _LOOSE.search(text)) and '"question"' in text
    return bool(nested or flat or (len(content) <= len(head) and _is_hollow(text)))


def _is_hollow(text: str) -> bool:
    """Whether it is SQuAD in which no paragraph is left."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    articles = document.get("data") if isinstance(document, dict) else document
    if articles == []:
        return isinstance(document, dict)
    # A count or a list of strings is a column of a table of articles.
    return isinstance(articles, list) and all(
        isinstance(article, dict) and article.get("paragraphs", 0) in (None, [], {})
        for article in articles
    )


def read_squad(content: bytes, name: str, *, limits: Limits | None = None) -> Table:
    """Reads one question a row.

    Args:
        content: The bytes of the file.
        name: Its name, used in messages.
        limits: What is accepted; by default read from the environment.

    Returns:
        The columns `id`, `title`, `context`, `question` and `answers`: the different gold answers
        as a JSON list, `[]` for a question without an answer, missing where the file has no
        answers for it. Where the texts alone do not tell the places that the file means, it is
        `{"text": [...], "answer_start": [...]}`; -1 stands for no place.

    Raises:
        DataError: The JSON is broken, an entry lacks what it needs (the first is named), or there
            is too much of it.
    """
    limits = limits or Limits.from_environment()
    name = clean_name(name)
    utf8, _, doubts = encoding.to_utf8(content, name)
    records = _parsed(utf8.decode("utf-8"), name)
    nested = any(isinstance(record, dict) and "paragraphs" in record for record in records)
    rows: list[Question] = []
    for row in _nested(records, name) if nested else _flat(records, name):
        rows.append(row)
        if len(rows) > limits.rows:
            raise DataError(
                f"{name} has more than {limits.rows:,} questions; that many are read at most. "
                "Keep a part of them."
            )
        if len(row.context) > limits.cell_characters:
            raise DataError(
                f"{name} has a context of {len(row.context):,} characters (question "
                f"{len(rows):,}); at most {limits.cell_characters:,} are read. Shorten it."
            )
    if not rows:
        raise DataError(f"{name} holds no question. {_NEEDED}")
    if not any(row.context for row in rows):
        raise DataError(f"{name} holds questions and not one passage. {_NEEDED}")
    frame = pd.DataFrame(
        {
            "id": pd.Series([row.id for row in rows], dtype=columns.TEXT),
            "title": pd.Series([row.title for row in rows], dtype=columns.TEXT),
            "context": pd.Series([row.context for row in rows], dtype=columns.TEXT),
            "question": pd.Series([row.question for row in rows], dtype=columns.TEXT),
            "answers": pd.Series([_cell(row) for row in rows], dtype=columns.TEXT),
        }
    )
    return Table(
        name=name,
        frame=frame,
        fingerprint=fingerprint(content, {"read_as": "squad"}),
        notes=(*notes(rows), *doubts),
        total_rows=len(rows),
        first_row=1,
    )


def _cell(row: Question) -> str | None:
    if row.answers is None:
        return None
    plain = json.dumps(list(row.answers), ensure_ascii=False)
    named = {(start, start + len(text)) for text, start in row.places if start >= 0}
    # People read the cell: places are written only where looking for the texts gives others.
    if not named or (not any(map(says_none, row.answers)) and _told(row, plain, named)):
        return plain
    texts, starts = zip(*row.places, strict=True)
    return json.dumps({"text": texts, "answer_start": starts}, ensure_ascii=False)


def _told(row: Question, plain: str, named: set[tuple[int, int]]) -> bool:
    """Whether the texts of the answers alone lead to the places that the file names."""
    folded = row.context.casefold()
    # Most answers have a word that stands once in their context, which is told faster.
    if all(
        any(folded.count(word) == 1 for word in text.casefold().split())
        for text in row.answers or ()
    ):
        return True
    return named == set(answer_spans(plain, row.context))


def _parsed(text: str, name: str) -> list[Any]:
    """Returns the articles or records of a document, a list, or JSON Lines."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        lines = text.strip().split("\n")
        if error.msg == "Extra data" and len(lines) > 1:
            return list(_lines(lines, name))
        raise DataError(
            f"{name} is SQuAD JSON that is broken or cut short in line {error.lineno:,} "
            f"({error.msg.lower()} at character {error.colno:,}). Download or export it again."
        ) from None
    except (ValueError, RecursionError):
        raise DataError(
            f"{name} is JSON that is nested too deeply or has a number that is too long. {_NEEDED}"
        ) from None
    if isinstance(document, dict) and isinstance(document.get("data"), list | dict):
        document = document["data"]
    return document if isinstance(document, list) else [document]


def _lines(lines: Sequence[str], name: str) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            raise DataError(
                f"Line {number:,} of {name} is not valid JSON: {line[:60]!r}. "
                "Correct or remove that line."
            ) from None


def _nested(articles: Sequence[Any], name: str) -> Iterator[Question]:
    count = 0
    for number, article in enumerate(articles, start=1):
        where = f"Article {number:,} of {name}"
        article = _object(article, where)
        title = _plain(article.get("title"))
        for place, paragraph in enumerate(_list(article, "paragraphs", where), start=1):
            inner = f"Paragraph {place:,} of article {number:,} of {name}"
            paragraph = _object(paragraph, inner)
            context = _raw(paragraph, "context", inner)
            for position, entry in enumerate(_list(paragraph, "qas", inner), start=1):
                count += 1
                yield _row(entry, f"Question {position:,} in p{inner[1:]}", count, title, context)


def _flat(records: Sequence[Any], name: str) -> Iterator[Question]:
    for number, record in enumerate(records, start=1):
        where = f"Record {number:,} of {name}"
        context = _raw(_object(record, where), "context", where)
        yield _row(record, where, number, _plain(record.get("title")), context)


def _row(entry: Any, where: str, count: int, title: str, context: str) -> Question:
    entry = _object(entry, where)
    identity = _plain(entry.get("id"))
    question = _text(entry, "question", where)
    places, overruled = _answers(entry, where, context), False
    impossible = entry.get("is_impossible")
    if impossible is not None and not isinstance(impossible, bool):
        raise DataError(
            f'{where} has "is_impossible": {str(impossible)[:40]!r}; it needs true or false. '
            "Correct it, or leave it out."
        )
    if impossible:
        places, overruled = (), bool(places)
    answers = None if places is None else tuple(dict.fromkeys(text for text, _ in places))
    return Question(
        identity or str(count), title, _plain(context), question, answers, bool(identity),
        overruled, places or (),
    )


def _answers(
    entry: Mapping[str, Any], where: str, context: str
) -> tuple[tuple[str, int], ...] | None:
    """The different answers with their places in the context as it is kept, not as it came."""
    given = entry.get("answers")
    if given is None:
        return None
    starts: Any = None
    if isinstance(given, dict):
        texts, starts = given.get("text"), given.get("answer_start")
        texts, starts = ([texts], [starts]) if isinstance(texts, str) else (texts, starts)
    elif isinstance(given, list):
        texts = [item.get("text") if isinstance(item, dict) else item for item in given]
        starts = [item.get("answer_start") if isinstance(item, dict) else None for item in given]
    else:
        texts = None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DataError(
            f'{where} has "answers" that are not a list of {{"text": "..."}}: '
            f"{str(given)[:60]!r}. Correct them, or leave them out."
        )
    known = starts if isinstance(starts, list) and len(starts) == len(texts) else [None] * len(texts)
    return tuple(dict.fromkeys(
        (_plain(text), _place(text, start, context))
        for text, start in zip(texts, known, strict=True) if _plain(text)
    ))


def _place(text: str, start: Any, context: str) -> int:
    """Where an answer starts once context and answer are as they are kept; -1 if not there."""
    if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start < len(context):
        return -1
    kept, answer = _plain(context), _plain(text)
    place = len(context[:start].replace("\x00", "")) + _left(text) - _left(context)
    return place if place >= 0 and kept.startswith(answer, place) else -1


def _left(text: str) -> int:
    """How many characters `_plain` takes off the left, apart from NULs."""
    text = text.replace("\x00", "")
    return len(text) - len(text.lstrip())


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataError(f"{where} is {str(value)[:40]!r} and not an object. {_NEEDED}")
    return value


def _list(parent: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = parent.get(key)
    if not isinstance(value, list):
        raise DataError(f'{where} has no list "{key}". {_NEEDED}')
    return value


def _text(parent: Mapping[str, Any], key: str, where: str) -> str:
    return _plain(_raw(parent, key, where))


def _raw(parent: Mapping[str, Any], key: str, where: str) -> str:
    value = parent.get(key)
    if not isinstance(value, str):
        raise DataError(f'{where} has no text "{key}". {_NEEDED}')
    return value


def _plain(value: Any) -> str:
    return "" if value is None else columns.as_text(value).replace("\x00", "").strip()
