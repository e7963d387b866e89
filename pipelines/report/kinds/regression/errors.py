"""Where and how amounts are off: by predicted amount, in the tails, and by group."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.mean_slices import mean_slices
from pipelines.evaluation.regression_judgement import RegressionJudgement
from pipelines.evaluation.regression_metrics import Residuals, residuals
from pipelines.evaluation.regression_verdict import amount
from pipelines.evaluation.verdict import p_words
from pipelines.report.sections import Cell, Evidence, Section, Table
from pipelines.report.wording import cut, percent

SKEWED = 1.0


def parts(judgement: RegressionJudgement, chosen: str) -> Section:
    """The errors of the model by its predicted amounts."""
    found = residuals(
        judgement.truth, judgement.systems[chosen], level=judgement.level, seed=judgement.seed
    )
    rows = tuple(
        (f"{amount(each.least)} to {amount(each.most)}", f"{each.n:,}", amount(each.predicted),
         amount(each.true),
         Cell(amount(each.error).replace("-", "−"), "" if each.low is None or each.high is None
              else f"{amount(each.low)} to {amount(each.high)}".replace("-", "−")),
         amount(each.spread))
        for each in found.parts
    )
    return Section(
        "errors", f"How {cut(chosen, 60)} is off",
        f"{_words(found)} An error above 0 predicts too much. The table shows {judgement.unit}s by "
        "their predicted amount, in tenths: where the interval of the error leaves out 0, the model is "
        "off to one side there.",
        tables=(
            Table(
                "By predicted amount",
                ("Predicted", f"{judgement.unit.capitalize()}s", "Mean predicted", "Mean true", "Error",
                 "Spread of errors"), rows,
            ),
            Table(
                "The errors as a whole", ("", "Value"),
                (("Mean error", amount(found.mean).replace("-", "−")),
                 ("Half are off by at most", amount(found.median)),
                 ("Nine of ten are off by at most", amount(found.ninetieth)),
                 ("Skew", f"{found.skew:.2f}".replace("-", "−")),
                 ("Excess kurtosis", f"{found.excess_kurtosis:.2f}".replace("-", "−")),
                 ("Beyond three standard deviations", percent(found.far)),
                 ("Squared error in the worst hundredth", percent(found.largest_share))),
            ),
        ),
    )


def groups(evidence: Evidence, judgement: RegressionJudgement) -> Section | None:
    """The mean error by the values of the column that the user slices by."""
    if evidence.group is None or not len(evidence.tested):
        return None
    values = evidence.group.iloc[evidence.tested].reset_index(drop=True)
    if len(values) != len(judgement.truth):
        return None
    found = mean_slices(
        values, np.abs(judgement.errors(evidence.favourite)), level=judgement.level,
        seed=judgement.seed,
    )
    if len(found) < 2:
        return None
    column = cut(evidence.group_name, 40)
    rows = tuple(
        (Cell(cut(each.value, 60), "few: says little" if each.small else ""), f"{each.n:,}",
         Cell(amount(each.mean), "no interval" if each.low is None or each.high is None
              else f"{amount(each.low)} to {amount(each.high)}"), p_words(each.p))
        for each in reversed(found)
    )
    return Section(
        "groups", f"By {column}",
        "The mean of the absolute errors, with intervals. p tests the mean of each value "
        "against that of all others (permutation), corrected for the number of values.",
        tables=(Table(f"Mean error by {column}, the worst first",
                      ("Value", f"{judgement.unit.capitalize()}s", "Mean error", "p"), rows),),
    )


def _words(found: Residuals) -> str:
    said = []
    if found.heavy_tails:
        said.append(
            f"A few rows make up much of the error: the worst hundredth holds "
            f"{percent(found.largest_share, 0)} of the squared error."
        )
    if np.isfinite(found.skew) and abs(found.skew) > SKEWED:
        side = "too little" if found.skew < 0 else "too much"
        said.append(f"Large misses predict {side}.")
    return " ".join(said) or "The errors have no heavy tails."
