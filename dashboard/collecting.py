"""Keeps garbage collections short once large libraries are there.

Streamlit collects all garbage after each run of a page or a fragment, and while it does, no other
thread moves. With what torch and transformers import, half a million objects, that is 0.3 s of a
core: each click is late by as much, and a page that looks at its job twice a second leaves a busy
machine hardly any time for the job, least of all for the import itself.
"""

from __future__ import annotations

import gc
import sys

MANY_MODULES = 50

_known = len(sys.modules)


def spare_libraries() -> None:
    """Take what is there out of all later collections if libraries were imported since the last time.

    What else is there stays counted by its references; only a cycle of it that is given up later is
    never found. As modules end, so does that.
    """
    global _known
    if len(sys.modules) - _known >= MANY_MODULES:
        _known = len(sys.modules)
        gc.freeze()
