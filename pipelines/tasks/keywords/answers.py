"""Keywords and names as the predictions that users download."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from pipelines.keywords.entities import Entity
from pipelines.keywords.keyphrases import Keyword
from pipelines.pipeline import TextPredictions

SEPARATOR = "; "


def keyword_predictions(found: Sequence[Sequence[Keyword]]) -> TextPredictions:
    """Keywords of each text, "a; b; c".

    Returns:
        The column `keywords` is JSON: text, start, end and score of each.
    """
    return TextPredictions(
        _objects([SEPARATOR.join(_safe(each.text) for each in row) for row in found]),
        {"keywords": _objects([_json(row) for row in found])},
    )


def entity_predictions(
    found: Sequence[Sequence[Entity]], types: Sequence[str]
) -> TextPredictions:
    """Names of each text, each once, "a; b; c".

    Args:
        found: names of each text in reading order.
        types: the types that the model tells apart.

    Returns:
        The column `entities` is JSON: text, type, start, end and score of each; one more column
        for each type holds its names.
    """
    columns = {"entities": _objects([_json(row) for row in found])}
    for kind in types:
        columns[f"entity_{kind}"] = _objects(
            [_once([each.text for each in row if each.type == kind]) for row in found]
        )
    texts = _objects([_once([each.text for each in row]) for row in found])
    return TextPredictions(texts, columns)


def _once(texts: Sequence[str]) -> str:
    return SEPARATOR.join(dict.fromkeys(_safe(text) for text in texts))


def _safe(text: str) -> str:
    return " ".join(text.replace(";", ",").split())


def _json(row: Sequence[Keyword] | Sequence[Entity]) -> str:
    return json.dumps([asdict(each) for each in row], ensure_ascii=False)


def _objects(values: Sequence[str]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = list(values)
    return found
