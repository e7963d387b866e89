"""Systems made up for tests: their truth is known, their scores are not."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.classification import System


def made_up(
    rows: int,
    classes: int,
    strengths: tuple[float, ...] = (1.0,),
    *,
    seed: int = 0,
    ties: bool = False,
) -> tuple[np.ndarray, list[System]]:
    """Returns truth and one system per strength, the stronger the better."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, rows)
    systems = []
    for number, strength in enumerate(strengths):
        logits = rng.normal(size=(rows, classes))
        logits[np.arange(rows), truth] += strength
        if ties:
            logits = np.round(logits)
        odds = np.exp(logits)
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        systems.append(System(f"system-{number}", probabilities, probabilities.argmax(axis=1)))
    return truth, systems
