"""The classes that pretrained models of a task know beforehand."""

from __future__ import annotations

import importlib

from data.labels import LabelScheme
from pipelines.task import Task


def vocabulary(task: Task) -> LabelScheme | None:
    """The classes that the task's pretrained models know; None where there are no such."""
    if not task.vocabulary:
        return None
    module, _, name = task.vocabulary.partition(":")
    scheme: LabelScheme = getattr(importlib.import_module(module), name)()
    return scheme
