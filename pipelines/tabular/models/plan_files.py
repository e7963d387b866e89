"""A plan of columns beside the model that reads by it, in formats that run no code."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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
    """The plan that `write_plan` wrote."""
    from safetensors.numpy import load_file

    path = folder / PLAN_ARRAYS
    arrays = load_file(path) if path.is_file() else {}
    return Plan.from_json((folder / PLAN).read_text("utf-8"), arrays)
