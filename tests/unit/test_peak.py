"""The memory of a model is what was held while it ran, not the most of the process's life."""

from __future__ import annotations

import numpy as np

from pipelines.runtime.peak import PeakMemory

MANY = 30_000_000


def test_what_was_held_before_and_given_back_does_not_count() -> None:
    np.ones(MANY).sum()
    with PeakMemory() as idle:
        pass
    with PeakMemory() as busy:
        np.ones(MANY).sum()
        held = np.ones(MANY)
        busy._look()
        del held
    assert busy.mb - idle.mb > 0.8 * MANY * 8 / 1e6
