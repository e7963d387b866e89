"""Rows that decide when a network stops: taken from those it learns from, never from those held out.

Scores of held-out rows calibrate a model, weigh it in a blend and tell how wide its intervals are;
if they also chose its best pass, they would be better than those of new rows.
"""

from __future__ import annotations

import numpy as np

from pipelines.tabular.models.lessons import DEFAULT, TabularLessons

_SHARE = 0.1


def rows_to_stop_by(
    lessons: TabularLessons, learn: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows to learn from, and of a tenth of them to stop by.

    Args:
        lessons: all training rows; of a group all rows stand on one side.
        learn: positions of the rows of one fold that may be learnt from.
        seed: of the draw, which is even over both outcomes.
    """
    rng = np.random.default_rng([seed, 10])
    groups = learn if lessons.groups is None else np.asarray(lessons.groups)[learn]
    names, first, owner = np.unique(groups, return_index=True, return_inverse=True)
    outcome = lessons.y[learn][first] if lessons.kind == DEFAULT else np.zeros(len(names))
    stops = np.zeros(len(names), dtype=bool)
    for value in np.unique(outcome):
        of_it = rng.permutation(np.flatnonzero(outcome == value))
        stops[of_it[: max(1, round(_SHARE * len(of_it)))]] = True
    apart = stops[owner]
    return learn[~apart], learn[apart]
