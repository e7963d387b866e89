"""Reads the body of a prediction request; what does not fit is named in one sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from data.errors import DataError

DEEPEST = 20
LARGEST_WHOLE_NUMBER = 2**63 - 1
SHAPE = '{"model": "default", "records": [{…}, …]}'


@dataclass(frozen=True)
class PredictRequest:
    """A model by name, the records to predict, and the classes to choose from (all if empty)."""

    model: str
    records: list[Any]
    classes: tuple[str, ...] = ()


def read_predict_request(body: bytes) -> PredictRequest:
    """The request in a JSON body.

    Raises:
        DataError: the body is no JSON, has another shape, or holds a value that cannot be used.
    """
    document = _parse(body)
    if not isinstance(document, dict):
        raise DataError(f"The body is {_kind(document)}, but has to be an object: {SHAPE}.")
    for name in document:
        if name not in ("model", "records", "classes"):
            raise DataError(
                f"The body has “{_shown(name)}”, but takes only model, records and classes."
            )
    if "records" not in document:
        raise DataError(f"The body lacks “records”, a list of objects: {SHAPE}.")
    model, records = document.get("model", "default"), document["records"]
    if not isinstance(model, str):
        raise DataError(f"“model” is {_kind(model)}, but has to be a text such as default.")
    if not isinstance(records, list):
        raise DataError(f"“records” is {_kind(records)}, but has to be a list of objects.")
    classes = document.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise DataError("“classes” has to be a list of names.")
    _check_texts("“model”", model)
    _check_texts("“classes”", classes)
    for number, record in enumerate(records, start=1):
        _check_texts(f"Record {number}", record)
    return PredictRequest(model, records, tuple(classes))


def _parse(body: bytes) -> Any:
    if not body.strip():
        raise DataError(f"The body is empty, but has to be JSON: {SHAPE}.")
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


def _check_texts(where: str, value: Any) -> None:
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


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"
