"""JSON bodies of requests; what cannot be used is named in one sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from data.errors import DataError

DEEPEST = 20
LARGEST_WHOLE_NUMBER = 2**63 - 1


def read_object(body: bytes, shape: str, names: Sequence[str]) -> dict[str, Any]:
    """The JSON object in a body.

    Args:
        shape: what it looks like, for the sentence.
        names: the names it may have.

    Raises:
        DataError: it is no JSON, no object, has another name, or holds what cannot be used.
    """
    document = _parse(body, shape)
    if not isinstance(document, dict):
        raise DataError(f"The body is {kind_of(document)}, but has to be an object: {shape}.")
    for name in document:
        if name not in names:
            raise DataError(
                f"The body has “{_shown(name)}”, but takes only {', '.join(names[:-1])} and "
                f"{names[-1]}."
            )
    return document


def _parse(body: bytes, shape: str) -> Any:
    if not body.strip():
        raise DataError(f"The body is empty, but has to be JSON: {shape}.")
    try:
        return json.loads(
            body, parse_int=_whole, parse_float=_finite, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise DataError("The body is not UTF-8 text; send JSON in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise DataError(
            f"The body is not valid JSON: {error.msg.lower()} at line {error.lineno}, "
            f"column {error.colno}."
        ) from error
    except RecursionError as error:
        raise DataError("The body is nested too deeply; records are flat objects.") from error


def _whole(digits: str) -> int:
    # Longer ones would take long to convert, or not fit what models compute with.
    if len(digits) > 20 or abs(int(digits)) > LARGEST_WHOLE_NUMBER:
        raise DataError(
            f"The number {digits[:12]}… is too large; send what is a name or an id as text."
        )
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise DataError(f"The number {digits[:20]} is too large to compute with.")
    return number


def _no_constant(name: str) -> None:
    raise DataError(f"The body has {name}, which JSON does not have; send null or leave it out.")


def check_texts(where: str, value: Any) -> None:
    """Refuse NUL characters, halves of surrogate pairs and deep nesting anywhere in a value."""
    for text in _texts(where, value):
        if "\x00" in text:
            raise DataError(f"{where} has a NUL character; remove it.")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise DataError(
                f"{where} has half of a surrogate pair, which is no character; send text as UTF-8."
            ) from error


def _texts(where: str, value: Any) -> Iterator[str]:
    """All keys and texts inside a value."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEEPEST:
            raise DataError(f"{where} is nested too deeply; records are flat objects.")
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each
            waiting += [(inner, depth + 1) for inner in each.values()]
        elif isinstance(each, list):
            waiting += [(inner, depth + 1) for inner in each]


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"
