"""Lists for everybody, as they are exported."""

from __future__ import annotations

import pandas as pd

from pipelines.pipeline import LoadConfig
from pipelines.recommendation.export import lists_for_everyone
from pipelines.recommendation.lessons import ListLessons
from pipelines.recommendation.lists import SHORT
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.pipeline import NOBODY, SILENT_HISTORY, ListPipeline
from pipelines.task import ModelCard
from tests.recommendation.told import Told, lessons


class TaughtBefore(ListPipeline):
    """A pipeline of which only the lists are wanted."""

    method = Ease

    def predict_for(self, user: str) -> pd.DataFrame:
        return self.predict(pd.DataFrame({"user": [user]})).frame()


def pipeline(known: ListLessons, method: Told, **rules: str) -> TaughtBefore:
    card = ModelCard(id="told", title="Told", factory="", summary="", source="fitted", license="",
                     size_mb=0)
    made = TaughtBefore(card, LoadConfig(settings={"length": "2", **rules}))
    made.lessons, made.recommender = known, method
    return made


KNOWN = lessons([(0, 0), (1, 1)], [(0, 1)], 4, ["a", "b", "a", "b"])
METHOD = Told.of([[0, 1, 2, 3], [0, 0, 5, 1], [0] * 4, [0] * 4], [1, 1, 0, 0])


def test_everybody_has_a_list_from_everything_that_one_took() -> None:
    found = lists_for_everyone(pipeline(KNOWN, METHOD), 2)
    assert list(found.columns) == ["user", "rank", "item", "title", "score", "rule"]
    # u0 took 0 and, held back, 1: scores 0+2+5 and 3+1.
    assert found.values.tolist() == [
        ["u0", 1, "i2", "T2", 7.0, ""],
        ["u0", 2, "i3", "T3", 4.0, ""],
        ["u1", 1, "i2", "T2", 5.0, ""],
        ["u1", 2, "i3", "T3", 1.0, ""],
    ]


def test_the_export_says_what_the_page_says() -> None:
    made = pipeline(KNOWN, METHOD)
    found = lists_for_everyone(made, 2)
    for user in ("u0", "u1"):
        shown = made.predict_for(user)
        assert found[found["user"] == user]["item"].tolist() == shown["items"].iloc[0]
        assert found[found["user"] == user]["score"].tolist() == shown["scores"].iloc[0]


def test_lists_are_as_long_as_asked_for_and_no_longer_than_what_is_left() -> None:
    made = pipeline(KNOWN, METHOD)
    assert lists_for_everyone(made, 1).groupby("user").size().tolist() == [1, 1]
    assert lists_for_everyone(made, 50).groupby("user").size().tolist() == [2, 3]


def test_scores_are_blank_where_the_method_did_not_make_the_list() -> None:
    everyone = lessons([(0, 0), (2, 1)], [], 3)
    table = [[0, 2, 1], [0, 0, 0], [0, 0, 0.0]]
    found = lists_for_everyone(pipeline(everyone, Told.of(table, [50, 70, 20])), 1)
    rules = dict(zip(found["user"], found["rule"], strict=True))
    assert rules == {"u0": "", "u1": NOBODY, "u2": SILENT_HISTORY}
    assert found.set_index("user")["item"].to_dict() == {"u0": "i1", "u1": "i1", "u2": "i0"}
    # 70 people are no score of the method: sorted by it, strangers would come first.
    assert found["score"].isna().tolist() == [False, True, True]
    shown = pipeline(everyone, Told.of(table, [50, 70, 20])).predict_for("nobody")
    assert shown["scores"].iloc[0] == [None, None]


def test_a_list_that_is_short_says_why() -> None:
    made = pipeline(KNOWN, METHOD)
    found = lists_for_everyone(made, 3)
    assert found[found["user"] == "u0"]["rule"].unique().tolist() == [SHORT.format(length=3)]
    assert found[found["user"] == "u1"]["rule"].unique().tolist() == [""]


def test_everything_that_is_given_out_obeys_the_rules() -> None:
    made = pipeline(KNOWN, METHOD, never_categories="a")
    assert set(lists_for_everyone(made, 4)["item"]) == {"i3"}
    assert made.predict_for("u1")["items"].iloc[0] == ["i1", "i3"][1:]
    plain = pipeline(KNOWN, METHOD)
    assert "i2" in plain.predict_for("u1")["items"].iloc[0]
    assert "i2" not in plain.serving({"never": "i2"}).predict_for("u1")["items"].iloc[0]
    assert "i2" in plain.predict_for("u1")["items"].iloc[0], "the model itself is as it was"


def test_what_judges_a_method_is_made_without_rules() -> None:
    made = pipeline(KNOWN, METHOD, never="i2")
    asked = pd.DataFrame({"user": ["u0"], "taken": [1]})
    assert "i2" in made.predict(asked).frame()["items"].iloc[0]
