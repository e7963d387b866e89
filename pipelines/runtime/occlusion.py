"""Which words moved a prediction: each is masked in turn (Zeiler and Fergus 2014)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from captum.attr import FeatureAblation

from pipelines.pipeline import Attribution
from pipelines.runtime.text_model import TextModel

PERTURBATIONS_PER_PASS = 32


def occlude_words(
    model: TextModel,
    text: str,
    target: str,
    chance: Callable[[np.ndarray], np.ndarray],
) -> Attribution:
    """The drop in the chance of `target` when each word of `text` is masked.

    Args:
        model: gives outputs for token ids.
        text: what is explained.
        target: name of the class.
        chance: maps model outputs, shape (rows, outputs), to the chance of the target, (rows,).

    Returns:
        Words in reading order, each with the drop in probability, in [-1, 1].
    """
    ids, words, offsets = model.tokens_of(text)
    groups = [-1 if word is None else word for word in words]
    spans: dict[int, tuple[int, int]] = {}
    for word, (start, stop) in zip(groups, offsets, strict=True):
        if word >= 0:
            first = spans.get(word, (start, stop))[0]
            spans[word] = (first, stop)
    if not spans:
        return Attribution((), (), target)
    special = len(spans)
    mask = torch.from_numpy(np.array([[special if word < 0 else word for word in groups]]))
    tokens = torch.from_numpy(np.array([ids]))
    blank = torch.where(
        mask == special, tokens, torch.full_like(tokens, model.tokenizer.mask_token_id or 0)
    )

    def forward(batch: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(np.asarray(chance(model.run_tokens(batch.tolist()))))

    drops = FeatureAblation(forward).attribute(
        tokens, baselines=blank, feature_mask=mask,
        perturbations_per_eval=PERTURBATIONS_PER_PASS,
    )[0]
    weight_of = {word: float(drop) for word, drop in zip(groups, drops, strict=True)}
    pieces = tuple(text[start:stop] for start, stop in spans.values())
    return Attribution(pieces, tuple(weight_of[word] for word in spans), target)
