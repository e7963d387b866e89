"""How the next token is drawn, and when a text is long enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from data.errors import OptionError

# Below it the likeliest token has all the chance that a float can tell.
LOWEST_TEMPERATURE = 1e-3
HIGHEST_TEMPERATURE = 2.0
MOST_TOKENS = 4096
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """The settings of one text.

    Attributes:
        temperature: 0 always takes the likeliest token; higher ones spread the choice, up to 2.
        top_p: only the likeliest tokens that together have this probability are drawn from.
        max_tokens: the text ends after so many tokens.
        seed: the same seed gives the same text.

    Raises:
        OptionError: a value is out of its range.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    max_tokens: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        _check("temperature", self.temperature, 0, HIGHEST_TEMPERATURE)
        _check("top_p", self.top_p, 0, 1)
        if self.top_p == 0:
            raise OptionError(
                "The option top_p is 0, which leaves no token to draw; choose more than 0, "
                "up to 1."
            )
        _check("max_tokens", self.max_tokens, 1, MOST_TOKENS)
        _check("seed", self.seed, 0, LARGEST_SEED)

    @property
    def greedy(self) -> bool:
        """Whether nothing is left to chance."""
        return self.temperature < LOWEST_TEMPERATURE


def _check(name: str, value: float, low: float, high: float) -> None:
    if not math.isfinite(value) or not low <= value <= high:
        raise OptionError(
            f"The option {name} is {value:g}, but has to be a number from {low:g} to {high:,}."
        )
