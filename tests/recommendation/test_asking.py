"""What an answer says of a question that is only understood in part, and what a bundle carries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.predict import predict_records
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.pipeline import SILENT_HISTORY, ListPipeline
from pipelines.task import ModelCard
from tests.recommendation.told import Told, lessons

TRAINING = [
    {"user": f"u{user}", "item": f"{'ab'[user % 2]}{(user + step) % 7}"}
    for user in range(30) for step in range(1 + user % 5)
]


def test_items_of_a_history_that_are_not_known_are_counted_and_named() -> None:
    asked = [["a1", "nonsense", "a2"], ["a1", "a2"], ["what", "nonsense", "a1"]]
    answer = predict_records(
        "recommendation", "ease", [{"history": each} for each in asked], training=TRAINING
    )
    partly, whole, hardly = answer.predictions
    assert "1 of 3 items is not known, such as “nonsense”" in partly["rule"]
    assert "not known" not in whole["rule"]
    assert "2 of 3 items are not known, such as “what”" in hardly["rule"]
    assert partly["items"] == whole["items"] and partly["scores"] == whole["scores"]


def test_lists_that_judge_say_too_where_the_method_made_nothing_of_a_history() -> None:
    class Asked(ListPipeline):
        """Answers by a table written by hand."""

        method = Ease

    card = ModelCard(id="t", title="T", factory="", summary="", source="fitted", license="", size_mb=0)
    made = Asked(card, LoadConfig(settings={"length": "2"}))
    made.lessons = lessons([(0, 0), (1, 1)], [(0, 2), (1, 2)], 4)
    # What took item 0 is told; item 1 says nothing.
    made.recommender = Told.of([[0, 1, 2, 3], [0] * 4, [0] * 4, [0] * 4], [1, 1, 0, 0])
    batch = pd.DataFrame({"user": ["u0", "u1"], "taken": [1, 1]})
    assert made.predict(batch).rules.tolist() == ["", SILENT_HISTORY]
    assert made.predict(batch).frame()["scores"].tolist() == [[3.0, 2.0], [None, None]]


def test_what_a_bundle_holds_of_users_is_said_and_of_other_models_nothing() -> None:
    assert "the id of every user and what each of them took" in ListPipeline.carries
    assert Pipeline.carries == ""


@pytest.mark.parametrize("own", [0.0, 5.0])
def test_what_a_method_says_of_the_history_itself_makes_no_list(own: float) -> None:
    method = Told.of(np.diag([own] * 3).tolist(), [1, 5, 3])
    scores, heard = method.heard(lessons([(0, 0)], [(0, 1)], 3).taken)
    assert heard.tolist() == [False] and scores.tolist() == [[1, 5, 3]]
