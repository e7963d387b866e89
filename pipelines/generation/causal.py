"""A causal language model in memory, shared by all sessions: texts one by one or in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from transformers import DynamicCache

from data.errors import OptionError
from pipelines.generation.decoding import Chooser, Finished, end_tokens
from pipelines.generation.history import Message
from pipelines.generation.pieces import Pieces
from pipelines.generation.sampling import Sampling
from pipelines.generation.turns import Turns
from pipelines.runtime.device import CPU

# Beyond it the cache of one conversation would take more memory than the models here.
LONGEST_CONTEXT = 8192
USUAL_CONTEXT = 2048
# Long prompts are read in parts, between which others have their turn and a stop is heard.
TOKENS_PER_STEP = 256


class CausalModel:
    """A loaded causal model with its tokeniser; read-only, and safe to use from many threads.

    Processors compute it in float32: in bfloat16 SmolLM2's greedy texts take another course from
    their first words on, and a row would read differently alone than in a batch.

    Args:
        name: identifies exactly these weights.
        model: in evaluation mode, on the CPU.
        tokenizer: a fast transformers tokeniser.
        device: where to compute.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, device: torch.device) -> None:
        self.name = name
        self.tokenizer = tokenizer
        self.device = device
        cuda = device.type != CPU and torch.cuda.is_available()
        half = cuda and torch.cuda.is_bf16_supported()
        self.precision = "bfloat16" if half else "float32"
        self.model = model.eval().requires_grad_(False).to(
            device, torch.bfloat16 if half else torch.float32
        )
        self.ends = end_tokens(model, tokenizer)
        config = model.config.get_text_config()
        self.context = min(
            getattr(config, "max_position_embeddings", None) or USUAL_CONTEXT, LONGEST_CONTEXT
        )
        self.turns = Turns()
        self._special = sorted(
            {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
        )

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def encode_chat(self, messages: Sequence[Message]) -> list[int]:
        """Token ids of a conversation, up to where the reply begins.

        Raises:
            OptionError: the model was not made for conversations, or not for these roles.
        """
        from jinja2 import TemplateError

        if not self.tokenizer.chat_template:
            raise OptionError(
                f"The model {self.name} has no chat template, so it can only continue a text; "
                "choose a model that was tuned for chat."
            )
        turns = [{"role": each.role, "content": self._plain(each.content)} for each in messages]
        try:
            ids: list[int] = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, tokenize=True, return_dict=False
            )
        except TemplateError as error:
            raise OptionError(
                f"The model {self.name} does not take this conversation ({error}); leave the "
                "system prompt out, or choose another model."
            ) from error
        return ids

    def encode_text(self, text: str) -> list[int]:
        """Token ids of a text that is to be continued; at least one."""
        ids: list[int] = self.tokenizer(self._plain(text))["input_ids"]
        return ids or [self.start_token]

    @property
    def start_token(self) -> int:
        """The token that stands before a text of its own: the end of a text, else a beginning."""
        known = self.tokenizer.get_vocab()
        if "<|endoftext|>" in known:
            return int(known["<|endoftext|>"])
        first = self.tokenizer.bos_token_id
        return int(first if first is not None else min(self.ends, default=0))

    def stream(
        self, tokens: Sequence[int], sampling: Sampling, stop: Callable[[], bool] = lambda: False
    ) -> Stream:
        """The continuation of `tokens`, piece by piece.

        Args:
            stop: asked before each token; what was said until then stands.
        """
        return Stream(self, tokens, sampling, stop)

    def forward(self, inputs: dict[str, torch.Tensor], cache: DynamicCache) -> torch.Tensor:
        """Logits of the next token, shape (rows, vocabulary), as one turn among others."""
        with self.turns.one(), torch.inference_mode():
            outputs = self.model(
                **inputs, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            logits: torch.Tensor = outputs.logits[:, -1].float()
            return logits

    def _plain(self, text: str) -> str:
        """The text with the model's own marks taken apart, so that nobody can forge a turn."""
        for mark in self._special:
            text = text.replace(mark, f"{mark[:1]} {mark[1:]}")
        return text


class Stream:
    """A text while it grows: iterate over its pieces.

    Attributes:
        prompt_tokens, tokens: of the prompt, and generated so far.
        finished: why it ended; None while it grows.
        first_seconds: until the first token, reading the prompt included.
        tokens_per_second: after the first token.
    """

    def __init__(
        self, model: CausalModel, tokens: Sequence[int], sampling: Sampling,
        stop: Callable[[], bool],
    ) -> None:
        self._model, self._prompt, self._sampling, self._stop = model, tokens, sampling, stop
        self.prompt_tokens = len(tokens)
        self.tokens = 0
        self.finished: Finished | None = None
        self.first_seconds = 0.0
        self._first = self._last = 0.0

    @property
    def tokens_per_second(self) -> float:
        """Tokens per second after the first one."""
        return (self.tokens - 1) / (self._last - self._first) if self.tokens > 1 else 0.0

    def __iter__(self) -> Iterator[str]:
        start = time.perf_counter()
        chooser, pieces = Chooser(self._sampling), Pieces(self._model.tokenizer)
        most = min(self._sampling.max_tokens, self._model.context - self.prompt_tokens)
        if most < 1:
            self.finished = "too long"
            return
        cache = DynamicCache(config=self._model.model.config)
        logits = self._read(cache)
        while logits is not None:
            token = chooser.next(logits)
            if token in self._model.ends:
                self.finished = "stop"
                break
            self._last = time.perf_counter()
            if self.tokens == 0:
                self._first, self.first_seconds = self._last, self._last - start
            self.tokens += 1
            piece = pieces.add(token)
            if piece:
                yield piece
            if self.tokens == most:
                self.finished = "length"
                break
            logits = self._step([token], cache)
        self.finished = self.finished or "stopped"
        rest = pieces.rest()
        if rest:
            yield rest

    def _read(self, cache: DynamicCache) -> torch.Tensor | None:
        logits: torch.Tensor | None = None
        for start in range(0, self.prompt_tokens, TOKENS_PER_STEP):
            logits = self._step(self._prompt[start : start + TOKENS_PER_STEP], cache)
            if logits is None:
                break
        return logits

    def _step(self, tokens: Sequence[int], cache: DynamicCache) -> torch.Tensor | None:
        """Logits after `tokens`; None when the text is to stop."""
        if self._stop():
            return None
        ids = torch.tensor([list(tokens)], dtype=torch.long, device=self._model.device)
        return self._model.forward({"input_ids": ids}, cache)[0]
