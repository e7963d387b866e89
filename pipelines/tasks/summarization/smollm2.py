"""Summaries in words of its own by SmolLM2-135M-Instruct."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd

from pipelines.generation.batches import generate_batch
from pipelines.generation.decoding import Generated
from pipelines.generation.history import Message
from pipelines.generation.loading import smollm
from pipelines.generation.sampling import Sampling
from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.sentences import sentence_spans
from pipelines.tasks.summarization import TASK
from pipelines.tasks.summarization.measures import closest, summaries

# About 1,500 tokens: reading longer texts takes minutes on a processor.
LONGEST_SOURCE = 6_000
SYSTEM = "You write short summaries. You only say what the text says."


class SmolPipeline(Pipeline):
    """The likeliest summary by a small language model, traced to the source as far as it can be.

    The column `read` is the share of the source's characters that the model was shown.
    """

    def load(self) -> Self:
        options = Options(TASK, self.config.settings)
        self._sentences = int(options["sentences"])
        self._sampling = Sampling(
            temperature=0, max_tokens=int(options["max_tokens"]), seed=self.config.seed
        )
        self._model = smollm(self.config.device)
        self.facts.device = self._model.device.type
        self.facts.precision = self._model.precision
        self.facts.versions["weights"] = self._model.name
        return self

    def memory_mb(self) -> float:
        return self._model.memory_mb()

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        sources = [str(text) for text in batch["text"]]
        worded = [row for row, source in enumerate(sources) if source.strip()]
        if len(worded) < len(sources):
            progress.advance(len(sources) - len(worded))
        shown = list(sources)
        prompts = []
        for row in worded:
            shown[row], prompt = self._prompt(sources[row])
            prompts.append(prompt)
        texts = [""] * len(sources)
        written = generate_batch(self._model, prompts, self._sampling, progress)
        for row, answer in zip(worded, written, strict=True):
            texts[row] = _finished(answer, self._sentences)
        places = [closest(text, source) for text, source in zip(texts, sources, strict=True)]
        found = summaries(texts, sources, places)
        read = [
            len(part) / len(whole) if whole else 1.0
            for part, whole in zip(shown, sources, strict=True)
        ]
        return TextPredictions(
            found.texts, {**found.columns, "read": np.asarray(read, dtype=float).round(4)}
        )

    def _prompt(self, source: str) -> tuple[str, list[int]]:
        """As much of the source as fits beside the summary, and the tokens that ask for it."""
        room = self._model.context - self._sampling.max_tokens
        shown = _beginning(source, LONGEST_SOURCE)
        prompt = self._model.encode_chat(self._messages(shown))
        # Scripts that the tokeniser hardly knows take up to three tokens a character.
        while len(prompt) > room and shown:
            shown = _beginning(source, len(shown) * room // len(prompt))
            prompt = self._model.encode_chat(self._messages(shown))
        return shown, prompt

    def _messages(self, source: str) -> list[Message]:
        count = "one sentence" if self._sentences == 1 else f"at most {self._sentences} sentences"
        return [
            Message("system", SYSTEM),
            Message("user", f"Summarise this text in {count}.\n\n{source}"),
        ]


def _beginning(source: str, longest: int) -> str:
    """The text up to the last sentence that ends within so many characters."""
    if len(source) <= longest:
        return source
    ends = [end for _, end in sentence_spans(source[:longest])]
    return source[: ends[-2] if len(ends) > 1 else longest]


def _finished(answer: Generated, sentences: int) -> str:
    """Whole sentences of an answer, as many as were asked for."""
    text = answer.text.strip()
    spans = sentence_spans(text)
    if answer.finished == "length" and len(spans) > 1:
        spans = spans[:-1]
    return text[: spans[:sentences][-1][1]].strip() if spans else ""
