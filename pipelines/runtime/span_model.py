"""Runs a span reader over questions and passages: windows, batches by length, best spans."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import halve_when_full, token_batches
from pipelines.runtime.precision import choose_precision

LONGEST_QUESTION = 64
LONGEST_ANSWER = 30
STRIDE = 96
STARTS = 20
PAIRS_PER_CHUNK = 2048
PROBE = (
    ("How many days of leave are there?",
     "Everybody has 25 days of paid leave a year, and ten public holidays on top of them."),
    ("Who signs an invoice?", "Invoices over 500 pounds are signed by the head of finance."),
) * 4


@dataclass(frozen=True)
class Span:
    """A candidate answer.

    Attributes:
        start, end: characters in the passage.
        score: start plus end logit, minus those of "no answer".
        chance: product of the two softmax probabilities over its window.
    """

    start: int
    end: int
    score: float
    chance: float


class SpanModel:
    """A loaded extractive reader with its tokeniser, shared by all sessions.

    Args:
        name: identifies the weights, for the remembered precision.
        model: float32, on the CPU, with start and end logits.
        tokenizer: a fast transformers tokeniser.
        device: where to compute.
        window: most tokens of question and passage together; longer passages slide.
    """

    def __init__(
        self, name: str, model: torch.nn.Module, tokenizer: Any, device: torch.device,
        window: int = 320,
    ) -> None:
        self.tokenizer = tokenizer
        self.device = device
        self.window = window
        self._lock = threading.Lock()
        model.eval().requires_grad_(False).to(device)
        probe = self._pad([each.inputs for each in self._windows(PROBE)])
        self.model, self.precision = choose_precision(
            name, model, probe, lambda network, inputs: _chances(network(**inputs))
        )

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def read(
        self, pairs: Sequence[tuple[str, str]], count: int = 5, progress: Progress = SILENT,
        barred: Callable[[str], Sequence[int]] = lambda passage: (),
    ) -> list[list[Span]]:
        """The best spans of each passage for its question, best first, none overlapping another.

        Args:
            pairs: question and passage; either may be longer than the model takes: questions are
                cut, passages slide through the window.
            count: most spans of a pair.
            barred: positions in a passage, in order, that no span may run over.
        """
        found: list[list[Span]] = []
        for start in range(0, len(pairs), PAIRS_PER_CHUNK):
            found += self._read_chunk(pairs[start : start + PAIRS_PER_CHUNK], count, progress, barred)
        return found

    def _read_chunk(
        self, pairs: Sequence[tuple[str, str]], count: int, progress: Progress,
        barred: Callable[[str], Sequence[int]],
    ) -> list[list[Span]]:
        windows = self._windows(pairs)
        walls = [np.asarray(barred(passage), dtype=np.int64) for _, passage in pairs]
        logits: list[np.ndarray] = [np.zeros(0)] * len(windows)
        done = np.zeros(len(pairs), dtype=bool)
        for rows in token_batches([len(each.inputs["input_ids"]) for each in windows]):
            longest = max(len(windows[row].inputs["input_ids"]) for row in rows)
            with self._lock:
                batch = halve_when_full(partial(self._some, windows, longest), rows)
            for row, values in zip(rows, batch, strict=True):
                logits[row] = values[:, : len(windows[row].inputs["input_ids"])]
            fresh = {windows[row].pair for row in rows if not done[windows[row].pair]}
            done[list(fresh)] = True
            progress.advance(len(fresh))
        spans: list[list[Span]] = [[] for _ in pairs]
        nulls = np.full(len(pairs), np.inf)
        for window, values in zip(windows, logits, strict=True):
            null = float(values[0, 0] + values[1, 0])
            nulls[window.pair] = min(nulls[window.pair], null)
            spans[window.pair] += _best_spans(values, window, count, walls[window.pair])
        return [
            _distinct(found, count, float(null)) for found, null in zip(spans, nulls, strict=True)
        ]

    def _some(self, windows: Sequence[_Window], longest: int, rows: np.ndarray) -> np.ndarray:
        return self._forward([windows[row].inputs for row in rows], longest)

    def _windows(self, pairs: Sequence[tuple[str, str]]) -> list[_Window]:
        if not pairs:
            return []
        questions = self.tokenizer(
            [question for question, _ in pairs], add_special_tokens=False, truncation=True,
            max_length=LONGEST_QUESTION, return_offsets_mapping=True,
        )["offset_mapping"]
        cut = [
            question[: offsets[-1][1]] if offsets else ""
            for (question, _), offsets in zip(pairs, questions, strict=True)
        ]
        encoded = self.tokenizer(
            cut, [passage for _, passage in pairs], truncation="only_second",
            max_length=self.window, stride=STRIDE, return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        offsets = encoded.pop("offset_mapping")
        owners = encoded.pop("overflow_to_sample_mapping")
        names = [name for name in ("input_ids", "token_type_ids") if name in encoded]
        return [
            _Window(
                pair=owner,
                inputs={name: encoded[name][row] for name in names},
                offsets=np.asarray(offsets[row]),
                inside=np.array([part == 1 for part in encoded.sequence_ids(row)]),
            )
            for row, owner in enumerate(owners)
        ]

    def _pad(
        self, inputs: Sequence[Mapping[str, Sequence[int]]], longest: int = 0
    ) -> dict[str, torch.Tensor]:
        longest = longest or max(len(each["input_ids"]) for each in inputs)
        padding = {"input_ids": self.tokenizer.pad_token_id or 0}
        found = {}
        for name in inputs[0]:
            table = np.full((len(inputs), longest), padding.get(name, 0), dtype=np.int64)
            for row, each in enumerate(inputs):
                table[row, : len(each[name])] = each[name]
            found[name] = torch.from_numpy(table).to(self.device)
        mask = np.zeros((len(inputs), longest), dtype=np.int64)
        for row, each in enumerate(inputs):
            mask[row, : len(each["input_ids"])] = 1
        return {**found, "attention_mask": torch.from_numpy(mask).to(self.device)}

    def _forward(self, inputs: Sequence[Mapping[str, Sequence[int]]], longest: int) -> np.ndarray:
        with torch.inference_mode():
            found = self.model(**self._pad(inputs, longest))
            return torch.stack([found.start_logits, found.end_logits], 1).float().cpu().numpy()


@dataclass(frozen=True)
class _Window:
    pair: int
    inputs: Mapping[str, Sequence[int]]
    offsets: np.ndarray
    inside: np.ndarray


def _chances(found: Any) -> torch.Tensor:
    return torch.cat(
        [found.start_logits.float().softmax(1), found.end_logits.float().softmax(1)], 1
    )


def _best_spans(
    values: np.ndarray, window: _Window, count: int, walls: np.ndarray
) -> list[Span]:
    """The best spans of a window; scores do not have "no answer" taken off yet."""
    places = np.flatnonzero(window.inside & (window.offsets[:, 1] > window.offsets[:, 0]))
    if not len(places):
        return []
    start, end = values[0], values[1]
    starts = places[np.argsort(-start[places], kind="stable")[:STARTS]]
    ends = places[np.argsort(-end[places], kind="stable")[:STARTS]]
    allowed = (ends[None, :] >= starts[:, None]) & (
        ends[None, :] < starts[:, None] + LONGEST_ANSWER
    )
    if len(walls):
        room = np.searchsorted(walls, window.offsets[:, 0], side="right")
        allowed &= room[starts][:, None] == room[ends][None, :]
    scores = np.where(allowed, start[starts][:, None] + end[ends][None, :], -np.inf)
    order = np.argsort(-scores, axis=None, kind="stable")[: 4 * count]
    norm = _log_sum(start) + _log_sum(end)
    found = []
    for place in order:
        row, column = divmod(int(place), len(ends))
        score = float(scores[row, column])
        if not np.isfinite(score):
            break
        first, last = starts[row], ends[column]
        found.append(
            Span(int(window.offsets[first, 0]), int(window.offsets[last, 1]), score,
                 float(np.exp(score - norm)))
        )
    return found


def _log_sum(values: np.ndarray) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


def _distinct(spans: list[Span], count: int, null: float) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (-each.score, each.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
        if len(kept) == count:
            break
    return [Span(span.start, span.end, span.score - null, span.chance) for span in kept]
