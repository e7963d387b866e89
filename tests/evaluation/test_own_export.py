"""A predictions file of a run is read again without being told its columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.evaluation.risk_judgement import judge_risk
from pipelines.evaluation.threshold_words import threshold_words
from pipelines.judging import find_kind

KIND = find_kind("risk")


def export(rows: int = 60) -> pd.DataFrame:
    """An outcome of a name that says nothing, among flags, with what a model said."""
    chance = np.linspace(0.02, 0.9, rows)
    return pd.DataFrame({
        "Telefon": ["yes", "no"] * (rows // 2), "Ausgang": ["bezahlt", "geplatzt"] * (rows // 2),
        "Alter": np.arange(rows), "prediction": np.where(chance > 0.5, "geplatzt", "bezahlt"),
        "probability": chance, "used_for": "test",
    })


def test_the_outcome_has_the_values_that_the_predictions_have() -> None:
    found = KIND.suggest(export())
    assert found["truth"] == ["Ausgang"]
    assert found["prediction"] == ["probability"]


def test_a_model_that_says_one_value_only_tells_it_as_well() -> None:
    assert KIND.suggest(export().assign(prediction="bezahlt"))["truth"] == ["Ausgang"]


def test_names_that_were_taken_already_have_the_prefix() -> None:
    renamed = {"prediction": "litmus_prediction", "probability": "litmus_probability"}
    found = KIND.suggest(export().rename(columns=renamed))
    assert (found["truth"], found["prediction"]) == (["Ausgang"], ["litmus_probability"])


def test_without_predictions_nothing_is_guessed_between_two_flags() -> None:
    assert "truth" not in KIND.suggest(export().drop(columns="prediction"))


def test_accuracy_and_f1_name_their_threshold() -> None:
    truth = np.arange(60) % 2 == 1
    chance = np.linspace(0.02, 0.9, 60)
    systems = {"base": np.full(60, 0.5), "tree": chance, "line": chance[::-1]}
    judged = judge_risk(truth, systems, baseline="base", positive="late", resamples=20)
    said = threshold_words(judged, {})
    assert said == "Accuracy and F1 call a row “late” from a probability of 50 % on."
    own = judge_risk(
        truth, systems, baseline="base", positive="late", resamples=20,
        thresholds={"base": 0.5, "tree": 0.1667, "line": 0.2},
        cuts={"line": np.repeat([0.19, 0.21], 30)},
    )
    assert threshold_words(own, {"tree": "The tree"}) == (
        "Accuracy and F1 call a row “late” from the threshold of each model on: The tree 16.7 %, "
        "line 19 to 21 % by fold."
    )
