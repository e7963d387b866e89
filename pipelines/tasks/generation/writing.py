"""Models that write: SmolLM2, and any causal model of the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
import pandas as pd
import torch
import transformers

from data.references import texts_of_role
from pipelines.generation.batches import generate_batch
from pipelines.generation.causal import CausalModel
from pipelines.generation.decoding import Generated
from pipelines.generation.history import Message
from pipelines.generation.loading import hub_model, smollm
from pipelines.generation.perplexity import foreseen
from pipelines.generation.sampling import Sampling
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.tasks.generation import TASK

NOTHING = Generated("", 0, "stop")


class WritingPipeline(Pipeline):
    """Writes an answer to each prompt; a blank prompt gets an empty one."""

    def ready(self, model: Callable[[], CausalModel]) -> Self:
        """Take over a loaded model, which the memory may let go of and load again."""
        self._model = model
        loaded = model()
        self.facts.device = loaded.device.type
        self.facts.precision = loaded.precision
        self.facts.versions |= {
            "torch": torch.__version__, "transformers": transformers.__version__,
            "weights": loaded.name,
        }
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        model = self._model()
        prompts = [str(text) for text in batch["prompt"]]
        asked = [row for row, text in enumerate(prompts) if text.strip()]
        found = [NOTHING] * len(prompts)
        written = generate_batch(
            model, [self._tokens(model, prompts[row]) for row in asked], self._sampling(), progress
        )
        for row, each in zip(asked, written, strict=True):
            found[row] = each
        progress.advance(len(prompts) - len(asked))
        texts = np.empty(len(found), dtype=object)
        texts[:] = [each.text for each in found]
        columns: dict[str, np.ndarray] = {
            "tokens": np.array([each.tokens for each in found], dtype=np.int64),
            "finished": np.array([each.finished for each in found], dtype=object),
        }
        if self._setting("perplexity") == "yes":
            role = "reference" if "reference" in batch else "prompt"
            columns |= _foreseen_columns(model, role, batch[role], progress)
        return TextPredictions(texts, columns)

    def _tokens(self, model: CausalModel, prompt: str) -> list[int]:
        if self._setting("mode") == "completion":
            return model.encode_text(prompt)
        return model.encode_chat([Message("user", prompt)])

    def _sampling(self) -> Sampling:
        return Sampling(
            temperature=float(self._setting("temperature")), top_p=float(self._setting("top_p")),
            max_tokens=int(self._setting("max_tokens")), seed=self.config.seed,
        )

    def _setting(self, name: str) -> str:
        default = next(option.default for option in TASK.options if option.name == name)
        return self.config.settings.get(name, default)


class SmolPipeline(WritingPipeline):
    """SmolLM2-135M-Instruct, from its package or from the Hub at a fixed revision."""

    def load(self) -> Self:
        return self.ready(lambda: smollm(self.config.device))


class HubPipeline(WritingPipeline):
    """A causal model of the Hub, pinned by revision."""

    def load(self) -> Self:
        name, device = self.config.hub_model, self.config.device
        _, commit = hub_model(name, self.config.revision, device)
        self.facts.versions["revision"] = commit
        return self.ready(lambda: hub_model(name, commit, device)[0])


def _foreseen_columns(
    model: CausalModel, role: str, cells: pd.Series, progress: Progress
) -> dict[str, np.ndarray]:
    """How well the model foresees the texts of a role: nats, tokens and bytes, which add up.

    Those of a row with several references are those of all of them.
    """
    texts = [texts_of_role(role, cell) for cell in cells]
    rows = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
    progress.stage(f"How well the {role}s are foreseen", len(rows))
    found = foreseen(model, [text for each in texts for text in each], progress)

    def added_up(values: np.ndarray) -> np.ndarray:
        sums = np.zeros(len(texts), dtype=values.dtype)
        np.add.at(sums, rows, values)
        return sums

    return {
        f"{role}_nll": np.round(added_up(found.nll), 6),
        f"{role}_tokens": added_up(found.tokens),
        f"{role}_bytes": added_up(found.bytes),
    }
