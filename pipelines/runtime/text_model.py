"""Runs a transformer over texts: tokens once, batches by length, answers in the order given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import halve_when_full, token_batches
from pipelines.runtime.precision import choose_precision

TEXTS_PER_CHUNK = 4096
PROBE_TEXTS = (
    "The delivery was late and the box was damaged.",
    "It works as described.",
    "I asked for a refund two weeks ago and nobody has answered, which is not what I expected.",
    "Absolutely love it, best purchase this year!",
) * 8

Outputs = Callable[[torch.nn.Module, Mapping[str, torch.Tensor]], torch.Tensor]
Scale = Callable[[torch.Tensor], torch.Tensor]


class TextModel:
    """A loaded transformer with its tokeniser, shared by all sessions.

    Args:
        name: identifies the weights, for the remembered precision.
        model: float32, on the CPU.
        tokenizer: a fast transformers tokeniser.
        device: where to compute.
        outputs: gives one row of floats for each text, from the model and its inputs.
        scale: maps outputs to what users see, for the comparison of precisions.
        longest: most tokens of a text; the rest is cut off.
    """

    def __init__(
        self,
        name: str,
        model: torch.nn.Module,
        tokenizer: Any,
        device: torch.device,
        outputs: Outputs,
        scale: Scale,
        longest: int = 256,
    ) -> None:
        self.tokenizer = tokenizer
        self.device = device
        self.longest = longest
        self._outputs = outputs
        self._lock = threading.Lock()
        model.eval().requires_grad_(False).to(device)
        probe = self._pad(self._encode(PROBE_TEXTS))
        self.model, self.precision = choose_precision(
            name, model, probe, lambda network, inputs: scale(outputs(network, inputs).float())
        )

    @property
    def labels(self) -> list[str]:
        """Names of the outputs of a classifier, in order."""
        config: Any = self.model.config
        return [str(name) for _, name in sorted(config.id2label.items())]

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def run(self, texts: Sequence[str], progress: Progress = SILENT) -> np.ndarray:
        """Outputs of each text in float32, shape (texts, outputs), in the order given."""
        chunks = []
        for start in range(0, len(texts), TEXTS_PER_CHUNK):
            chunks.append(self._run_chunk(texts[start : start + TEXTS_PER_CHUNK], progress))
        return np.concatenate(chunks) if chunks else np.zeros((0, 0), dtype=np.float32)

    def run_tokens(
        self, tokens: Sequence[Sequence[int]], progress: Progress = SILENT
    ) -> np.ndarray:
        """As `run`, for texts that are token ids already."""
        results: np.ndarray | None = None
        for rows in token_batches([len(ids) for ids in tokens]):
            with self._lock:
                found = halve_when_full(
                    lambda some: self._forward([tokens[row] for row in some]), rows
                )
            if results is None:
                results = np.zeros((len(tokens), found.shape[1]), dtype=np.float32)
            results[rows] = found
            progress.advance(len(rows))
        assert results is not None, "a chunk has at least one text"
        return results

    def tokens_of(self, text: str) -> tuple[list[int], list[int | None], list[tuple[int, int]]]:
        """Token ids of a text, the word each belongs to (None for special tokens), and offsets."""
        encoded = self.tokenizer(
            text, truncation=True, max_length=self.longest, return_offsets_mapping=True
        )
        return encoded["input_ids"], encoded.word_ids(), encoded["offset_mapping"]

    def _run_chunk(self, texts: Sequence[str], progress: Progress) -> np.ndarray:
        return self.run_tokens(self._encode(texts), progress)

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        return self.tokenizer(
            list(texts), truncation=True, max_length=self.longest, return_attention_mask=False
        )["input_ids"]

    def _pad(self, tokens: Sequence[Sequence[int]]) -> dict[str, torch.Tensor]:
        longest = max(len(ids) for ids in tokens)
        padding = self.tokenizer.pad_token_id or 0
        ids = np.full((len(tokens), longest), padding, dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, some in enumerate(tokens):
            ids[row, : len(some)] = some
            mask[row, : len(some)] = 1
        return {
            "input_ids": torch.from_numpy(ids).to(self.device),
            "attention_mask": torch.from_numpy(mask).to(self.device),
        }

    def _forward(self, tokens: Sequence[Sequence[int]]) -> np.ndarray:
        with torch.inference_mode():
            return self._outputs(self.model, self._pad(tokens)).float().cpu().numpy()


def logits(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Classification logits, shape (rows, classes)."""
    return model(**inputs).logits


def mean_of_tokens(model: torch.nn.Module, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Sentence embeddings of unit length: the mean over tokens (Reimers and Gurevych 2019)."""
    hidden = model(**inputs).last_hidden_state.float()
    mask = inputs["attention_mask"].unsqueeze(-1).to(hidden.dtype)
    pooled = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
    return torch.nn.functional.normalize(pooled, dim=1)
