"""Marian, NLLB and other encoder-decoders of the Hugging Face Hub that translate."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd

from data.errors import OptionError
from data.language import detect
from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.runtime.sequence_model import hub_sequence_model
from pipelines.tasks.translation import TASK
from pipelines.tasks.translation.languages import flores, marian_token
from pipelines.tasks.translation.pieces import Pieces, RowsDone, cut


class HubTranslationPipeline(Pipeline):
    """A Hub model; one that writes many languages is told which by its tokeniser's own codes."""

    def load(self) -> Self:
        options = Options(TASK, self.config.settings)
        self._beams, self._most = int(options["beams"]), int(options["max_tokens"])
        self._source, target = options["source_language"], options["target_language"]
        self._model, revision = hub_sequence_model(
            self.config.hub_model, self.config.revision, self.config.device
        )
        tokenizer = self._model.tokenizer
        self._marks_source = _has(tokenizer, flores("en")) and hasattr(tokenizer, "src_lang")
        self._prefix, self._first = "", None
        marian = tuple(getattr(tokenizer, "supported_language_codes", ()))
        if (self._marks_source or len(marian) > 1) and target == "auto":
            raise OptionError(
                f"{self.config.hub_model} writes many languages; set the option target_language, "
                "for example to pt."
            )
        if self._marks_source:
            self._first = self._known(flores(target), target)
        elif marian and target != "auto":
            self._prefix = f"{self._known(marian_token(target, marian), target)} "
        self.facts.device = self._model.device.type
        self.facts.versions["revision"] = revision
        return self

    def memory_mb(self) -> float:
        return self._model.memory_mb()

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        texts = [str(text) for text in batch["text"]]
        languages = [self._language(text) for text in texts]
        pieces = cut(texts, languages)
        tokens = self._tokens(pieces, languages)
        translated = self._model.write(
            tokens, beams=self._beams, max_tokens=self._most, begins_with=self._first,
            done=RowsDone(pieces, progress),
        )
        return TextPredictions(pieces.together(translated))

    def _known(self, code: str | None, target: str) -> Any:
        """The code itself for Marian's prefix, its token's id for NLLB."""
        if code is None or not _has(self._model.tokenizer, code):
            raise OptionError(
                f"{self.config.hub_model} does not write “{target}”; choose another "
                "target_language or another model."
            )
        if self._marks_source:
            return self._model.tokenizer.convert_tokens_to_ids(code)
        return code

    def _language(self, text: str) -> str:
        if self._source != "auto":
            return self._source
        guess = detect([text])
        return guess.code if guess else "en"

    def _tokens(self, pieces: Pieces, languages: list[str]) -> list[list[int]]:
        sentences = [self._prefix + sentence for sentence in pieces.sentences]
        if not self._marks_source:
            return self._model.tokens(sentences)
        codes = np.asarray([flores(languages[row]) for row in pieces.rows], dtype=object)
        tokens: list[list[int]] = [[] for _ in sentences]
        for code in sorted(set(codes)):
            rows = np.flatnonzero(codes == code)
            encoded = self._model.tokens([sentences[row] for row in rows], code)
            for row, ids in zip(rows, encoded, strict=True):
                tokens[row] = ids
        return tokens


def _has(tokenizer: Any, token: str) -> bool:
    found = tokenizer.convert_tokens_to_ids(token)
    return found is not None and found != tokenizer.unk_token_id
