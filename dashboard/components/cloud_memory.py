"""Whether this process fits the memory of Streamlit Community Cloud."""

from __future__ import annotations

CLOUD_MB = 2_700
GUARANTEED_MB = 690


def memory(now: float, models: float) -> tuple[bool | None, str]:
    """Whether what the process holds and may read, in MB, fits; None where that is not guaranteed."""
    needed = now + models
    holds = (
        f"This process holds {now:,.0f} MB and the largest default model reads {models:,.0f} MB"
    )
    if needed < GUARANTEED_MB:
        return True, f"{holds}: that is within the {GUARANTEED_MB} MB that the cloud guarantees"
    if needed < CLOUD_MB:
        return None, (
            f"{holds}: the cloud may give up to {CLOUD_MB:,} MB, but guarantees only "
            f"{GUARANTEED_MB} MB and restarts an app that it has no more for"
        )
    return False, f"{holds}: the cloud gives {CLOUD_MB:,} MB at most"
