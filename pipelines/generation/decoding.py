"""The step that every text grows by: which token comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import torch
from transformers import (
    LogitsProcessorList,
    TemperatureLogitsWarper,
    TopPLogitsWarper,
)

from pipelines.generation.pieces import REPLACEMENT
from pipelines.generation.sampling import Sampling

Finished = Literal["stop", "length", "stopped", "too long"]


@dataclass(frozen=True)
class Generated:
    """A finished text.

    Attributes:
        tokens: how many were generated, the end mark not counted.
        finished: "stop": the model ended it; "length": the limit did; "stopped": the user did;
            "too long": the prompt left no room in the context.
    """

    text: str
    tokens: int
    finished: Finished


class Chooser:
    """Draws the tokens of one text, so that its seed decides them whoever else generates."""

    def __init__(self, sampling: Sampling) -> None:
        self._greedy = sampling.greedy
        self._generator = torch.Generator().manual_seed(sampling.seed)
        self._shape = LogitsProcessorList()
        if not sampling.greedy:
            self._shape.append(TemperatureLogitsWarper(float(sampling.temperature)))
            if sampling.top_p < 1:
                self._shape.append(TopPLogitsWarper(float(sampling.top_p)))

    def next(self, logits: torch.Tensor) -> int:
        """The next token, from logits of shape (vocabulary,)."""
        if self._greedy:
            return int(logits.argmax())
        # On one device for all, as generators of different devices draw different numbers.
        scores = logits[None].float().cpu()
        seen: Any = scores.new_zeros(1, 0, dtype=torch.long)
        scores = self._shape(seen, scores)
        drawn = torch.multinomial(scores.softmax(dim=-1), 1, generator=self._generator)
        return int(drawn)


def end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    """Tokens that end a reply: those of the model's settings and of its tokeniser."""
    found: set[Any] = set()
    for each in (getattr(model, "generation_config", None), model.config):
        named = getattr(each, "eos_token_id", None)
        found |= set(named) if isinstance(named, list | tuple) else {named}
    return frozenset({*found, tokenizer.eos_token_id} - {None})


def text_of(tokenizer: Any, tokens: list[int]) -> str:
    """The text of finished tokens; half of a character at its end is left out."""
    text: str = tokenizer.decode(
        tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
    )
    return text.rstrip(REPLACEMENT)
