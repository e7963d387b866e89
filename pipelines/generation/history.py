"""What of a conversation fits into the context of a model: whole turns, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from data.errors import DataError

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


class Encodes(Protocol):
    """Anything that knows the tokens of a conversation."""

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of the conversation, up to where the reply begins."""
        ...


@dataclass(frozen=True)
class Fitted:
    """The part of a conversation that a model reads.

    Attributes:
        messages: what was kept, in order.
        tokens: token ids of it, up to where the reply begins.
        dropped: messages that were left out, the oldest of the conversation.
    """

    messages: tuple[Message, ...]
    tokens: tuple[int, ...]
    dropped: int


def fit_history(messages: Sequence[Message], encoder: Encodes, budget: int) -> Fitted:
    """The newest turns that fit, with every system message and the last question kept.

    A turn is a message of the user and all replies to it, and is kept or dropped as a whole.

    Args:
        messages: the conversation; the last message is the user's.
        encoder: the model that is to read it.
        budget: most tokens, the marks between messages included.

    Raises:
        DataError: there is no question at the end, or it does not fit even alone.
    """
    if not messages or messages[-1].role != "user":
        raise DataError(
            "The last message of a conversation has to be the user's; add a question."
        )
    system = [message for message in messages if message.role == "system"]
    turns = _turns([message for message in messages if message.role != "system"])
    first = 0
    while True:
        kept = [*system, *(message for turn in turns[first:] for message in turn)]
        tokens = encoder.encode_chat(kept)
        if len(tokens) <= budget:
            return Fitted(tuple(kept), tuple(tokens), len(messages) - len(kept))
        if first == len(turns) - 1:
            raise DataError(
                f"The last message takes {len(tokens):,} tokens with its instructions, but "
                f"{budget:,} are left for it; shorten it, or ask for a shorter reply."
            )
        first += 1


def _turns(messages: Sequence[Message]) -> list[list[Message]]:
    turns: list[list[Message]] = []
    for message in messages:
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns
