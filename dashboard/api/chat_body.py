"""Reads the body of a chat request; what does not fit is named in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.api.json_body import check_texts, kind_of, read_object
from data.errors import DataError
from pipelines.generation.history import Message
from pipelines.generation.sampling import Sampling

SHAPE = '{"messages": [{"role": "user", "content": "…"}]}'
NAMES = ("messages", "model", "temperature", "top_p", "max_tokens", "seed", "stream")
ROLES = ("system", "user", "assistant")
MOST_MESSAGES = 200
MOST_CHARACTERS = 100_000


@dataclass(frozen=True)
class ChatRequest:
    """A conversation, how the reply is to be drawn, and whether it comes piece by piece."""

    messages: tuple[Message, ...]
    sampling: Sampling
    model: str = "default"
    stream: bool = False


def read_chat_request(body: bytes) -> ChatRequest:
    """The request in a JSON body.

    Raises:
        DataError: the body is no JSON, has another shape, or holds a value that cannot be used.
        OptionError: a setting is out of its range.
    """
    document = read_object(body, SHAPE, NAMES)
    if "messages" not in document:
        raise DataError(f"The body lacks “messages”, a list of objects: {SHAPE}.")
    model, stream = document.get("model", "default"), document.get("stream", False)
    if not isinstance(model, str):
        raise DataError(f"“model” is {kind_of(model)}, but has to be a text such as default.")
    check_texts("“model”", model)
    if not isinstance(stream, bool):
        raise DataError(f"“stream” is {kind_of(stream)}, but has to be true or false.")
    default = Sampling()
    sampling = Sampling(
        temperature=_number(document, "temperature", default.temperature),
        top_p=_number(document, "top_p", default.top_p),
        max_tokens=_whole(document, "max_tokens", default.max_tokens),
        seed=_whole(document, "seed", default.seed),
    )
    return ChatRequest(_messages(document["messages"]), sampling, model, stream)


def _messages(given: Any) -> tuple[Message, ...]:
    if not isinstance(given, list):
        raise DataError(f"“messages” is {kind_of(given)}, but has to be a list of objects.")
    if not given:
        raise DataError(f"“messages” is empty; send at least one: {SHAPE}.")
    if len(given) > MOST_MESSAGES:
        raise DataError(
            f"There are {len(given):,} messages; up to {MOST_MESSAGES:,} are taken at once."
        )
    found = tuple(_message(number, each) for number, each in enumerate(given, start=1))
    length = sum(len(message.content) for message in found)
    if length > MOST_CHARACTERS:
        raise DataError(
            f"The messages have {length:,} characters; up to {MOST_CHARACTERS:,} are taken."
        )
    if found[-1].role != "user":
        raise DataError(
            f"The last message is the {found[-1].role}'s, but has to be the user's: the one that "
            "is to be answered."
        )
    return found


def _message(number: int, given: Any) -> Message:
    if not isinstance(given, dict) or set(given) != {"role", "content"}:
        raise DataError(f"Message {number} has to be an object with “role” and “content” alone.")
    role, content = given["role"], given["content"]
    if role not in ROLES:
        raise DataError(f"The role of message {number} has to be one of {', '.join(ROLES)}.")
    if not isinstance(content, str):
        raise DataError(f"The content of message {number} is {kind_of(content)}, not a text.")
    check_texts(f"Message {number}", content)
    if not content.strip():
        raise DataError(f"Message {number} has no words in “content”.")
    return Message(role, content)


def _number(document: dict[str, Any], name: str, default: float) -> float:
    value = document.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"“{name}” is {kind_of(value)}, but has to be a number.")
    return float(value)


def _whole(document: dict[str, Any], name: str, default: int) -> int:
    value = document.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        kind = value if isinstance(value, float) else kind_of(value)
        raise DataError(f"“{name}” is {kind}, but has to be a whole number.")
    return value
