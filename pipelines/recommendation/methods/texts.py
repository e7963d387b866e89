"""Vectors of the catalogue's texts, made once for all methods and pages that want them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from pipelines.progress import SILENT, Progress

if TYPE_CHECKING:
    from pipelines.recommendation.interactions import Catalogue

TEXT_NUMBERS = 384


@dataclass(frozen=True)
class _Vectors:
    values: np.ndarray

    def memory_mb(self) -> float:
        return self.values.nbytes / 1e6


def text_vectors(
    catalogue: Catalogue, device: str = "auto", progress: Progress = SILENT
) -> np.ndarray:
    """Sentence embeddings of what is known of each item by all-MiniLM-L6-v2.

    Args:
        catalogue: the items; those without text get zeros.
        device: where to compute.
        progress: hears of the texts done, unless they were done before.

    Returns:
        (I, 384) float32 of unit length or zero, not to be changed.
    """
    from pipelines.runtime.minilm import sentence_encoder
    from pipelines.runtime.residents import RESIDENTS

    texts = [str(text) for text in catalogue.texts]
    digest = sha256("\x00".join(texts).encode("utf-8", "replace")).hexdigest()

    def compute() -> _Vectors:
        values = np.zeros((len(texts), TEXT_NUMBERS), dtype=np.float32)
        there = [place for place, text in enumerate(texts) if text.strip()]
        if there:
            progress.stage("texts of items", len(there))
            encoder = sentence_encoder(device)
            values[there] = encoder.run([texts[place] for place in there], progress)
        values.setflags(write=False)
        return _Vectors(values)

    return RESIDENTS.get(("vectors of a catalogue", digest, device), compute).values
