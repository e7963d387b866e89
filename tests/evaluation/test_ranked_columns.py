"""Columns of ranked files: places told from scores, and what counts as relevant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.judging import Judged, find_kind
from pipelines.judging.base.ranked_columns import direction, relevance, relevance_notes
from pipelines.progress import SILENT

KIND = find_kind("ranking")
USERS, ITEMS = 40, 30


def pairs() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"user": np.repeat(np.arange(USERS), ITEMS),
                          "item": np.tile(np.arange(ITEMS), USERS)})
    frame["taken"] = (rng.random(len(frame)) < 0.1) | (frame["item"] == frame["user"] % ITEMS)
    frame["taken"] = frame["taken"].astype(int)
    frame["bm25"] = rng.normal(size=len(frame)) + 1.5 * frame["taken"]
    ranks = frame.groupby("user")["bm25"].rank(ascending=False).astype(int)
    frame["ours"] = ranks
    # Places in a whole catalogue, of which the file holds a few: the order stays, with gaps.
    frame["rank_bm25"] = 7 * ranks + frame["user"]
    return frame


FRAME = pairs()


def judged(frame: pd.DataFrame, system: str, truth: str = "taken") -> Judged:
    mapping = {"user": ["user"], "item": ["item"], "truth": [truth], "prediction": [system]}
    return KIND.evaluate(frame, mapping, 0, SILENT)


def ndcg(frame: pd.DataFrame, system: str) -> float:
    return next(each.value for each in judged(frame, system).scores[system] if each.name == "ndcg@10")


GOOD = ndcg(FRAME, "bm25")


@pytest.mark.parametrize("name", ["rank_bm25", "oursRank", "Rang 2", "position-of-bm25", "score_rank"])
def test_a_word_of_the_name_says_that_numbers_are_places_also_with_gaps(name: str) -> None:
    assert GOOD > 0.5
    assert ndcg(FRAME.rename(columns={"rank_bm25": name}), name) == pytest.approx(GOOD)


@pytest.mark.parametrize("name", ["franking", "rank_score", "pagerank"])
def test_only_a_whole_word_and_the_last_of_them_says_so(name: str) -> None:
    assert ndcg(FRAME.rename(columns={"bm25": name}), name) == pytest.approx(GOOD)


def test_complete_places_are_told_by_the_numbers_also_around_a_row_that_nobody_judges() -> None:
    assert ndcg(FRAME, "ours") == pytest.approx(GOOD)
    unknown = FRAME.astype({"taken": object})
    unknown.loc[5, "taken"] = None
    assert ndcg(unknown, "ours") == pytest.approx(GOOD, abs=0.02)
    listed = FRAME.assign(ours=FRAME["ours"].where(FRAME["ours"] <= 12))
    assert ndcg(listed, "ours") == pytest.approx(GOOD)


def test_predictions_of_0_and_1_for_two_items_a_user_are_no_places() -> None:
    two = pd.DataFrame({"user": np.repeat(np.arange(50), 2), "item": np.tile([0, 1], 50),
                        "taken": np.tile([0, 1], 50)}).assign(clicked=lambda frame: frame["taken"])
    scores = {each.name: each.value for each in judged(two, "clicked").scores["clicked"]}
    assert scores["auc"] == 1


@pytest.mark.parametrize(("system", "words"), [
    ("bm25", "“bm25” was read as scores, the highest being the best; if a low"),
    ("rank_bm25", "“rank_bm25” was read as places in a list, the lowest being the best; if a high"),
    ("ours", "“ours” was read as places in a list, the lowest being the best, as every user"),
])
def test_how_a_column_was_read_is_said_with_the_way_round(system: str, words: str) -> None:
    assert any(text.startswith(words) for text in judged(FRAME, system).warnings)


@pytest.mark.parametrize(("system", "way"), [
    ("bm25", lambda frame: frame.assign(bm25=-frame["bm25"])),
    ("rank_bm25", lambda frame: frame.assign(rank_bm25=-frame["rank_bm25"])),
    ("ours", lambda frame: frame.rename(columns={"ours": "ours_score"})),
])
def test_what_the_note_advises_turns_the_order_round(
    system: str, way: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    turned = way(FRAME)
    name = next(each for each in turned.columns if each.startswith(system))
    assert ndcg(turned, name) < 0.2 < GOOD


def test_several_columns_are_named_in_one_sentence_each_way() -> None:
    mapping = {"user": ["user"], "item": ["item"], "truth": ["taken"],
               "prediction": ["bm25", "rank_bm25", "other"]}
    frame = FRAME.assign(other=FRAME["bm25"] * 2)
    notes = KIND.evaluate(frame, mapping, 0, SILENT).warnings
    assert any(text.startswith("“bm25”, “other” were read as scores") for text in notes)
    assert sum("read as" in text for text in notes) == 2


def test_words_that_say_neither_yes_nor_no_are_counted_and_named() -> None:
    said = FRAME.assign(taken=FRAME["taken"].map({1: "yes", 0: "no"}))
    bought = said.index[said["taken"] == "yes"][:11]
    said.loc[bought, "taken"] = "bought"
    said.loc[said.index[said["taken"] == "no"][:1], "taken"] = " "
    found = judged(said, "bm25")
    note = next(text for text in found.warnings if "neither yes nor no" in text)
    assert note.startswith("11 rows say neither yes nor no in “taken” and are left out: “bought” (11);")
    assert found.rows == USERS * ITEMS - 12
    assert not any("neither" in text for text in judged(FRAME, "bm25").warnings)


def test_of_many_unknown_words_the_most_frequent_are_named() -> None:
    cells = pd.Series(["bought"] * 3 + ["seen"] * 2 + ["left", "gone", "back", "yes", None], name="did")
    (note,) = relevance_notes(cells)
    assert note.startswith("8 rows say") and "“bought” (3), “seen” (2), “" in note
    assert "and 2 more" in note
    assert relevance(cells).tolist()[-2] == 1 and relevance(cells).notna().sum() == 1


def test_ratings_are_said_to_count_from_the_lowest_above_0_on() -> None:
    rated = FRAME.assign(stars=np.where(FRAME["taken"] == 1, 1 + FRAME["item"] % 5, 0))
    notes = judged(rated, "bm25", "stars").warnings
    assert any("“stars” holds numbers from 1 to 5: all above 0 count as relevant, 1 too" in text
               for text in notes)
    assert not any("count as relevant" in text for text in judged(FRAME, "bm25").warnings)
    with pytest.raises(DataError, match="numbers above 0 count"):
        judged(FRAME.assign(stars=1 + FRAME["item"] % 5), "bm25", "stars")


def test_users_without_an_id_do_not_decide_the_direction() -> None:
    cells = pd.Series([1.0, 2, 3, 9], name="ours")
    assert direction(cells, pd.Series(["a", "a", "a", None])).places
    assert not direction(cells, pd.Series(["a", "a", "a", "b"])).places
