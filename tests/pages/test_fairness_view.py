"""Fairness on the page: at the decisions that are scored, until somebody moves the threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from pipelines.evaluation.risk_judgement import RiskJudgement
from tests.pages import driver


def made(rule: str, folds: bool) -> RiskJudgement:
    """Rare cases whose thresholds are far below one percent."""
    from dataclasses import replace

    from pipelines.evaluation.decisions import Decision
    from pipelines.evaluation.risk_judgement import judge_risk

    rng = np.random.default_rng(0)
    chance = rng.beta(0.3, 20, 3000)
    cuts = np.where(np.arange(3000) % 2, 0.004, 0.005)
    judgement = judge_risk(
        rng.random(3000) < chance, {"a": chance}, baseline="a", thresholds=0.00426, resamples=50,
        cuts={"a": cuts} if folds else None, decision=Decision(rule, 0.05),  # type: ignore[arg-type]
    )
    group = pd.Series(np.where(rng.random(3000) < 0.5, "f", "m"), name="sex")
    return replace(judgement, groups={"sex": group})


def page(rule: str, folds: bool) -> None:
    from dashboard.components.risk.fairness import fairness_view
    from tests.pages.test_fairness_view import made

    fairness_view(made(rule, folds), "a", "Model", "x")


def drawn(rule: str, folds: bool = False) -> AppTest:
    at = AppTest.from_function(page, args=(rule, folds), default_timeout=driver.PATIENCE)
    return driver.fine(at.run())


def rates(at: AppTest, column: str) -> list[str]:
    return [each.split(" (")[0] for each in at.dataframe[0].value[column]]


def words(at: AppTest) -> str:
    return " ".join(each.value for each in (*at.markdown, *at.caption))


def by_group(judgement: RiskJudgement, cuts: object) -> list[str]:
    below = pd.Series(judgement.systems["a"] < cuts)
    group = judgement.groups["sex"]
    return [f"{100 * below[group == name].mean():.0f} %" for name in group.value_counts().index]


def test_small_thresholds_are_taken_as_they_are() -> None:
    at, judgement = drawn("profit"), made("profit", False)
    assert at.select_slider[0].value == 0.00426
    assert rates(at, "approved") == by_group(judgement, 0.00426)
    assert "At 0.426 %, the model's own threshold, which the scores use." in words(at)


def test_folds_decide_by_their_own_until_the_slider_is_moved() -> None:
    at, judgement = drawn("profit", folds=True), made("profit", True)
    assert rates(at, "approved") == by_group(judgement, judgement.cuts_of("a"))
    assert "each fold's own, 0.4 % to 0.5 %" in words(at)
    driver.fine(at.select_slider[0].set_value(0.002).run())
    assert rates(at, "approved") == by_group(judgement, 0.002)
    assert "Moved to 0.2 %: the scores are of decisions at 0.426 %" in words(at)


def test_nobody_is_approved_where_rows_are_flagged() -> None:
    flagging, lending = words(drawn("capacity")), words(drawn("profit"))
    assert "approved" not in flagging and "0.8 a ratio" not in flagging
    assert "are flagged at different rates is not shown" in flagging
    assert "approved" in lending and "Below 0.8 a ratio" in lending
