"""What of a conversation is read: counted by hand with one token a word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from data.errors import DataError
from pipelines.generation.history import Message, fit_history

SYSTEM = Message("system", "be kind")


class Words:
    """One token for each word and one for each role: "user a b" takes three."""

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        return [0] * sum(1 + len(message.content.split()) for message in messages)


def conversation(turns: int) -> list[Message]:
    """Turns of 4 + 3 tokens, then a question of 4; a system message of 3 in front."""
    found = [SYSTEM]
    for turn in range(turns):
        found += [Message("user", f"question number {turn}"), Message("assistant", f"answer {turn}")]
    return [*found, Message("user", "the last question")]


@pytest.mark.parametrize(
    ("budget", "tokens", "dropped"),
    [(100, 28, 0), (28, 28, 0), (27, 21, 2), (21, 21, 2), (20, 14, 4), (13, 7, 6), (7, 7, 6)],
)
def test_oldest_turns_go_whole(budget: int, tokens: int, dropped: int) -> None:
    fitted = fit_history(conversation(3), Words(), budget)
    assert (len(fitted.tokens), fitted.dropped) == (tokens, dropped)
    assert fitted.messages[0] == SYSTEM
    assert fitted.messages[1].role == "user"
    assert fitted.messages[-1].content == "the last question"


def test_reply_goes_with_its_question() -> None:
    fitted = fit_history(conversation(2), Words(), 15)
    assert [message.content for message in fitted.messages[1:]] == [
        "question number 1", "answer 1", "the last question"
    ]


def test_last_message_too_long_for_the_context_is_refused_in_a_sentence() -> None:
    with pytest.raises(DataError, match=r"takes 7 tokens .* but 6 are left"):
        fit_history(conversation(3), Words(), 6)


@pytest.mark.parametrize("messages", [[], [SYSTEM], [Message("assistant", "hello")]])
def test_conversation_without_a_question_is_refused(messages: list[Message]) -> None:
    with pytest.raises(DataError, match="has to be the user's"):
        fit_history(messages, Words(), 100)


def test_reply_before_any_question_is_a_turn_of_its_own() -> None:
    opening = [Message("assistant", "hello there"), Message("user", "hi")]
    assert fit_history(opening, Words(), 5).dropped == 0
    assert fit_history(opening, Words(), 4).messages == (opening[1],)
