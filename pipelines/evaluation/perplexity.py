"""How well a model foresees texts: perplexity, and bits for each byte."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.sums import Measure

NATS_A_BIT = float(np.log(2))


def perplexity_measures(
    nll: np.ndarray, tokens: np.ndarray, size: np.ndarray, of: str = "references"
) -> list[Measure]:
    """Both as measures over texts; a text without tokens adds nothing.

    Perplexity hangs on how a model cuts texts into tokens, bits for each byte do not: only these
    compare models.

    Args:
        nll: negative log-likelihood of each text in nats, shape (texts,).
        tokens: tokens of each text that were foreseen, shape (texts,).
        size: bytes of each text in UTF-8, shape (texts,).
        of: what the texts are, told by the signature.
    """
    return [
        Measure("perplexity", np.stack([nll, tokens], axis=1), _perplexity, False, "texts",
                f"exp-of-mean-nll-by-token|of:{of}", compared=False),
        Measure("bits_per_byte", np.stack([nll, size], axis=1), _bits, False, "texts",
                f"nll-in-bits-by-utf8-byte|of:{of}"),
    ]


def _perplexity(sums: np.ndarray) -> np.ndarray:
    return np.exp(_ratio(sums))


def _bits(sums: np.ndarray) -> np.ndarray:
    return _ratio(sums) / NATS_A_BIT


def _ratio(sums: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan)
