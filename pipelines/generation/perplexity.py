"""How well a model foresees given texts: perplexity and bits per byte."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from pipelines.generation.causal import CausalModel
from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import token_batches

WINDOW = 1024
# The logits of so many tokens are held at once: 0.2 GB with SmolLM2's 49,152 words.
TOKENS_PER_BATCH = 1024


@dataclass(frozen=True)
class Foreseen:
    """What a model's surprise at texts amounts to; statistics of rows add up to those of all.

    Attributes:
        nll: negative log-likelihood of each text in nats, shape (rows,).
        tokens: scored tokens of each text, shape (rows,).
        bytes: UTF-8 bytes of each text, shape (rows,).
    """

    nll: np.ndarray
    tokens: np.ndarray
    bytes: np.ndarray

    @property
    def perplexity(self) -> float:
        """Of all texts: exp of the mean surprise at a token; NaN without any."""
        tokens = self.tokens.sum()
        return math.exp(self.nll.sum() / tokens) if tokens else math.nan


def foreseen(
    model: CausalModel,
    texts: Sequence[str],
    progress: Progress = SILENT,
    window: int = WINDOW,
) -> Foreseen:
    """The surprise of the model at each text, every token of it scored once.

    A text is read after the token that stands between texts, so that its first token counts too.
    Longer texts are read in windows that advance by half of their length, so that a token has at
    least half a window before it.

    Args:
        window: most tokens read at once; at most the model's context.

    Source:
        Jelinek, F. et al. (1977), Perplexity: a measure of the difficulty of speech recognition
        tasks. Journal of the Acoustical Society of America 62, S63. The overlapping windows are
        those of "Perplexity of fixed-length models" in the documentation of transformers.
    """
    window = min(window, model.context)
    stride = max(1, window // 2)
    nll = np.zeros(len(texts))
    encoded = [list(model.tokenizer(text, add_special_tokens=False)["input_ids"])
               for text in texts]
    cuts: list[tuple[int, list[int], int]] = []
    for row, ids in enumerate(encoded):
        cuts += [(row, *cut) for cut in _windows([model.start_token, *ids], window, stride)]
    for places in token_batches([len(ids) for _, ids, _ in cuts], TOKENS_PER_BATCH):
        found = _surprise(model, [cuts[place][1:] for place in places])
        np.add.at(nll, [cuts[place][0] for place in places], found)
        progress.advance(0)
    progress.advance(len(texts))
    return Foreseen(
        nll,
        np.array([len(ids) for ids in encoded], dtype=np.int64),
        np.array([len(text.encode("utf-8", "replace")) for text in texts], dtype=np.int64),
    )


def _windows(ids: list[int], window: int, stride: int) -> list[tuple[list[int], int]]:
    """Stretches of `ids` and how many tokens at the end of each have not been scored before."""
    found, scored = [], 1
    for start in range(0, len(ids), stride):
        stop = min(start + window, len(ids))
        if stop > scored:
            found.append((ids[start:stop], stop - scored))
            scored = stop
        if stop == len(ids):
            break
    return found


def _surprise(model: CausalModel, cuts: list[tuple[list[int], int]]) -> list[float]:
    longest = max(len(ids) for ids, _ in cuts)
    padded = np.full((len(cuts), longest), model.start_token, dtype=np.int64)
    for row, (ids, _) in enumerate(cuts):
        # What stands behind a text is never seen by it.
        padded[row, : len(ids)] = ids
    tokens = torch.from_numpy(padded).to(model.device)
    with model.turns.one(), torch.inference_mode():
        logits = model.model(input_ids=tokens, use_cache=False).logits
        found = []
        for row, (ids, fresh) in enumerate(cuts):
            stop = len(ids) - 1
            found.append(float(torch.nn.functional.cross_entropy(
                logits[row, stop - fresh : stop].float(), tokens[row, stop - fresh + 1 : stop + 1],
                reduction="sum",
            )))
    return found
