"""Turns tokens into text as they come, never through the middle of a character."""

from __future__ import annotations

from typing import Any

REPLACEMENT = "\ufffd"


class Pieces:
    """The text of a growing list of tokens.

    A token may hold half of a character, and how a token reads can depend on the one before it. So
    each piece is what the text gained since the last one, and is held back while it ends inside a
    character.

    Args:
        tokenizer: a transformers tokeniser.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._from = 0
        self._said = 0

    def add(self, token: int) -> str:
        """The text that one more token completes; empty while a character is not whole."""
        self._tokens.append(token)
        before, now = self._read(self._said), self._read(len(self._tokens))
        if len(now) <= len(before) or now.endswith(REPLACEMENT):
            return ""
        self._from, self._said = self._said, len(self._tokens)
        return now[len(before) :]

    def rest(self) -> str:
        """What was held back; half of a character at the very end is left out."""
        before, now = self._read(self._said), self._read(len(self._tokens))
        self._from = self._said = len(self._tokens)
        return now[len(before) :].rstrip(REPLACEMENT)

    def _read(self, stop: int) -> str:
        text: str = self._tokenizer.decode(
            self._tokens[self._from : stop], skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        return text
