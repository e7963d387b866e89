"""JSON as the API sends it: no NaN, always UTF-8, errors in one shape."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

LONGEST_SENTENCE = 600


class JsonAnswer(Response):
    """JSON that any parser reads: numbers that JSON does not have become null."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        try:
            text = json.dumps(content, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError):
            text = json.dumps(_plain(content), ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "replace")

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        kept = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
        super().init_headers({**kept, **(headers or {})})


def error_answer(
    status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> JsonAnswer:
    """The one shape of all errors: {"error": sentence}, on one line and not endless."""
    line = " ".join(sentence.split())
    if len(line) > LONGEST_SENTENCE:
        line = f"{line[:LONGEST_SENTENCE]} …"
    return JsonAnswer({"error": line}, status_code=status, headers=dict(headers or {}))


def _plain(value: Any) -> Any:
    """The value with JSON's own types only; numpy's scalars and arrays become Python's."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if value != value or str(value) in ("<NA>", "NaT"):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
