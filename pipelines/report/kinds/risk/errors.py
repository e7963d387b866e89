"""The rows of which a model was most wrong."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.finding import percent
from pipelines.evaluation.risk_judgement import RiskJudgement
from pipelines.evaluation.surest_errors import surest_errors
from pipelines.report.sections import Evidence, Section, Table
from pipelines.report.wording import cut, rows

MOST = 5


def surest(evidence: Evidence, judgement: RiskJudgement, chosen: str) -> Section | None:
    """The worst errors of both kinds, by the numbers that rows have in the file."""
    chance, cuts = judgement.systems[chosen], judgement.cuts_of(chosen)
    found = surest_errors(judgement.truth, chance, cuts, MOST)
    if not len(found) or len(evidence.tested) != len(chance):
        return None
    name, kind = cut(chosen, 60), cut(judgement.positive, 40)
    spared, caught = judgement.decision.spared, judgement.decision.caught

    def table(caption: str, places: np.ndarray) -> Table:
        return Table(
            caption, ("Row of the file", "Probability", "Line"),
            tuple(
                (f"{evidence.numbers[evidence.tested[at]]:,}", percent(float(chance[at])),
                 percent(float(cuts[at])))
                for at in places
            ),
        )

    tables = [
        table(caption, places) for caption, places in (
            (f"“{kind}”, and {spared}: the lowest probabilities", found.low),
            (f"Not “{kind}”, and {caught}: the highest probabilities", found.high),
        ) if len(places)
    ]
    return Section(
        "errors", f"Worst errors of {name}",
        f"{rows(found.missed, judgement.unit)} “{kind}” {'was' if found.missed == 1 else 'were'} "
        f"{spared}, and {rows(found.wronged, judgement.unit)} of the others {caught}; below are those "
        "furthest from what came. Look at them first: some may be wrong outcomes, or lack a column "
        "that would have told.",
        tables=tuple(tables),
    )
