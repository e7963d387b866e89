"""Reads the body of a prediction request; what does not fit is named in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.api.json_body import check_texts, kind_of, read_object
from data.errors import DataError

NAMES = ("model", "records", "classes", "training")
SHAPE = '{"model": "default", "records": [{…}, …]}'


@dataclass(frozen=True)
class PredictRequest:
    """What is asked of a model.

    Attributes:
        model: by name.
        records: to be predicted.
        classes: to choose from; all if empty.
        training: rows for a model that learns first.
    """

    model: str
    records: list[Any]
    classes: tuple[str, ...] = ()
    training: tuple[Any, ...] = ()


def may_learn(body: bytes) -> bool:
    """Whether a body could have rows to learn from, told without reading it."""
    # JSON may write any letter as an escape, and come in encodings of several bytes a letter.
    return b"training" in body or b"\\u" in body or b"\x00" in body


def read_predict_request(body: bytes) -> PredictRequest:
    """The request in a JSON body.

    Raises:
        DataError: the body is no JSON, has another shape, or holds a value that cannot be used.
    """
    document = read_object(body, SHAPE, NAMES)
    if "records" not in document:
        raise DataError(f"The body lacks “records”, a list of objects: {SHAPE}.")
    model, records = document.get("model", "default"), document["records"]
    if not isinstance(model, str):
        raise DataError(f"“model” is {kind_of(model)}, but has to be a text such as default.")
    if not isinstance(records, list):
        raise DataError(f"“records” is {kind_of(records)}, but has to be a list of objects.")
    classes = document.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise DataError("“classes” has to be a list of names.")
    training = document.get("training", [])
    if not isinstance(training, list):
        raise DataError(f"“training” is {kind_of(training)}, but has to be a list of objects.")
    check_texts("“model”", model)
    check_texts("“classes”", classes)
    for number, record in enumerate(records, start=1):
        check_texts(f"Record {number}", record)
    for number, row in enumerate(training, start=1):
        check_texts(f"Training row {number}", row)
    return PredictRequest(model, records, tuple(classes), tuple(training))
