"""A plan of columns beside the model that reads by it, in formats that run no code."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipelines.learnt_arrays import read_arrays, read_facts
from pipelines.tabular.plan import Plan

PLAN, PLAN_ARRAYS = "plan.json", "plan.safetensors"


def write_plan(folder: Path, plan: Plan) -> None:
    """Write a plan to a folder."""
    from safetensors.numpy import save_file

    (folder / PLAN).write_text(plan.to_json(), encoding="utf-8")
    arrays = plan.arrays()
    if arrays:
        # safetensors writes the memory of an array as it lies, whatever its strides.
        save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, folder / PLAN_ARRAYS)


def read_plan(folder: Path) -> Plan:
    """The plan that `write_plan` wrote.

    Raises:
        DataError: it was written by another version, or an array is missing.
        ValueError: its parts do not fit together.
    """
    path = folder / PLAN_ARRAYS
    arrays = read_arrays(path) if path.is_file() else {}
    return Plan.from_facts(read_facts(folder / PLAN), arrays)
