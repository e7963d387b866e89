"""A conversation's next reply, as the page and POST /api/chat show it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.errors import OptionError
from pipelines.generation.history import Fitted, Message, fit_history
from pipelines.generation.sampling import Sampling
from pipelines.progress import SILENT, Progress

if TYPE_CHECKING:
    from pipelines.generation.causal import CausalModel

SMOLLM = "smollm2"


def _never() -> bool:
    return False


@dataclass(frozen=True)
class ReplyFacts:
    """How a reply came about.

    Attributes:
        prompt_tokens, tokens: read and written.
        context_used, context: tokens in use after the reply, and the most there can be.
        tokens_per_second: after the first token.
        seconds: from the question to the end.
        dropped: messages of the conversation that no longer fitted.
        finished: "stop": the model ended it; "length": the limit did; "stopped": the user did.
    """

    model: str
    prompt_tokens: int
    tokens: int
    context: int
    tokens_per_second: float
    seconds: float
    dropped: int
    finished: str

    @property
    def context_used(self) -> int:
        """Tokens of the prompt and of the reply."""
        return self.prompt_tokens + self.tokens


class Reply:
    """A reply while it is written: iterate over its pieces, once; then read `facts`."""

    def __init__(
        self, model: CausalModel, tokens: Sequence[int], sampling: Sampling,
        stop: Callable[[], bool], dropped: int = 0,
    ) -> None:
        self._start = time.perf_counter()
        self._model, self._dropped = model, dropped
        self._stream = model.stream(tokens, sampling, stop)
        self.text = ""

    def __iter__(self) -> Iterator[str]:
        for piece in self._stream:
            self.text += piece
            yield piece

    @property
    def facts(self) -> ReplyFacts:
        """What is known of the reply now."""
        stream = self._stream
        return ReplyFacts(
            model=self._model.name, prompt_tokens=stream.prompt_tokens, tokens=stream.tokens,
            context=self._model.context, tokens_per_second=stream.tokens_per_second,
            seconds=time.perf_counter() - self._start, dropped=self._dropped,
            finished=stream.finished or "stopped",
        )


def chat(
    messages: Sequence[Message],
    sampling: Sampling,
    model: str = "default",
    device: str = "auto",
    stop: Callable[[], bool] = _never,
    progress: Progress = SILENT,
) -> Reply:
    """The reply to a conversation, which begins to be written when it is iterated over.

    Args:
        messages: the conversation; its oldest turns are left out if they do not fit.
        stop: asked before each token; what was written until then stands.

    Raises:
        LitmusError: no such model, no weights, or a last message that does not fit.
    """
    from pipelines.generation.loading import load_model

    loaded = load_model(model, device, progress)
    fitted = fitted_to(loaded, messages, sampling)
    return Reply(loaded, fitted.tokens, sampling, stop, fitted.dropped)


def complete(
    text: str,
    sampling: Sampling,
    model: str = "default",
    device: str = "auto",
    stop: Callable[[], bool] = _never,
    progress: Progress = SILENT,
) -> Reply:
    """The continuation of a text, which begins to be written when it is iterated over.

    Raises:
        LitmusError: no such model, no weights, or a text that does not fit.
    """
    from pipelines.generation.loading import load_model

    loaded = load_model(model, device, progress)
    tokens = loaded.encode_text(text)
    room = _room(loaded, sampling)
    if len(tokens) > room:
        raise OptionError(
            f"The text takes {len(tokens):,} tokens, but {room:,} are left for it beside the reply; "
            "shorten one of them."
        )
    return Reply(loaded, tokens, sampling, stop)


def fitted_to(model: CausalModel, messages: Sequence[Message], sampling: Sampling) -> Fitted:
    """The part of a conversation that leaves room for the reply."""
    return fit_history(messages, model, _room(model, sampling))


def _room(model: CausalModel, sampling: Sampling) -> int:
    room = model.context - sampling.max_tokens
    if room < 1:
        raise OptionError(
            f"A reply of {sampling.max_tokens:,} tokens leaves no room for the question in the "
            f"{model.context:,} tokens that {model.name} can read; choose a smaller max_tokens."
        )
    return room
