"""The checks before the dashboard goes online."""

from __future__ import annotations

from dashboard.components.cloud_memory import CLOUD_MB, GUARANTEED_MB, memory


def test_memory_passes_only_within_what_the_cloud_guarantees() -> None:
    assert memory(500, 100) == (
        True,
        "This process holds 500 MB and the largest default model reads 100 MB: that is within the "
        f"{GUARANTEED_MB} MB that the cloud guarantees",
    )
    passed, told = memory(1340, 100)
    assert passed is None and "guarantees only 690 MB" in told
    passed, told = memory(CLOUD_MB, 1)
    assert passed is False and "at most" in told
