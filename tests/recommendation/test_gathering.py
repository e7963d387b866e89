"""Rows become who took what: ids, weights, times, repeats, descriptions, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.recommendation.gathering import Gathered, gather

NOW = 1_700_000_000


def frame(user: Any, item: Any, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"user": user, "item": item, **columns})


def entries(found: Gathered) -> dict[tuple[str, str], float]:
    kept = found.interactions
    return {
        (str(kept.users[u]), str(kept.items[i])): float(weight)
        for u, i, weight in zip(kept.user, kept.item, kept.weight, strict=True)
    }


def said(found: Gathered, words: str) -> bool:
    return any(words in note for note in found.notes)


def test_rows_without_numbers_count_how_often() -> None:
    found = gather(frame(list("aaabb"), ["x", "x", "y", "x", "z"]))
    assert entries(found) == {("a", "x"): 2, ("a", "y"): 1, ("b", "x"): 1, ("b", "z"): 1}
    assert not found.explicit and found.shape.repeats == 1 and found.shape.rows == 5
    assert said(found, "1 row repeats")


@pytest.mark.parametrize("kind", ["int64", "Int64", "float64", "str", "category", "object"])
def test_ids_of_any_type_are_the_same_text(kind: str) -> None:
    users: Any = pd.Series([12, 12, 7]).astype("str" if kind in ("str", "category") else "int64")
    found = gather(frame(users.astype(kind), ["x", "y", "x"]))
    assert list(found.interactions.users) == ["7", "12"]
    assert said(found, "12.0 is taken as “12”") == (kind == "float64")


def test_a_user_column_with_gaps_read_as_float_keeps_its_ids() -> None:
    found = gather(frame([12.0, np.nan, 12.0, 7.0, 7.0], list("xyzxz")))
    assert entries(found).keys() == {("12", "x"), ("12", "z"), ("7", "x"), ("7", "z")}
    assert list(found.interactions.items) == ["x", "y", "z"] and found.shape.untaken == 1
    assert said(found, "1 row has no user")


def test_spaces_around_ids_do_not_make_another_user() -> None:
    found = gather(frame(["a", " a", "b ", "b"], list("xyxy")))
    assert list(found.interactions.users) == ["a", "b"]


@pytest.mark.parametrize(
    ("users", "words"), [([1.5, 2.0, 3.0], "such as 1.5"), ([2.0**60, 1.0, 2.0], "too large")]
)
def test_numbers_that_are_no_ids_are_refused(users: list[float], words: str) -> None:
    with pytest.raises(DataError, match=words):
        gather(frame(users, list("xyz")))


def test_the_order_of_the_rows_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    rows = frame(
        rng.integers(0, 30, 400), rng.integers(0, 20, 400), rating=rng.integers(1, 6, 400) / 2 + 2,
        time=rng.integers(1_600_000_000, 1_600_000_500, 400),
    )
    one, other = gather(rows, now=NOW), gather(rows.sample(frac=1, random_state=1), now=NOW)
    assert one.explicit
    for name in ("users", "items", "user", "item", "weight", "time"):
        assert np.array_equal(getattr(one.interactions, name), getattr(other.interactions, name))


def test_of_ratings_the_latest_counts_and_the_first_time_stays() -> None:
    rows = frame(list("aab"), list("xxy"), rating=[2.0, 4.5, 3.0], time=[200_000_000, 300_000_000,
                                                                        200_000_000])
    rows = pd.concat([rows, frame(["a"], ["y"], rating=[5.0], time=[400_000_000])])
    found = gather(rows, now=NOW)
    assert found.explicit
    assert entries(found)[("a", "x")] == 4.5
    assert found.interactions.time is not None
    assert found.interactions.time[0] == 200_000_000


def test_of_ratings_without_times_the_mean_counts() -> None:
    found = gather(frame(list("aabb"), list("xxxy"), rating=[2, 5, 4, 4.5]))
    assert found.explicit and entries(found)[("a", "x")] == 3.5


@pytest.mark.parametrize(
    ("numbers", "explicit"),
    [([1, 2, 3, 4, 5, 4, 4, 5], True), ([0.5, 3.5, 4, 4, 5, 4, 2, 1], True),
     ([7, 8, 8, 9, 10, 10, 6, 8], True), ([1, 1, 1, 2, 1, 3, 1, 1], False),
     ([120, 3, 45, 8, 1, 77, 4, 2], False), ([9.99, 4.5, 3, 9.99, 1, 2, 3, 4], False),
     ([1, 1, 1, 1, 1, 1, 1, 1], False)],
)
def test_ratings_are_told_from_counts_and_amounts(numbers: list[float], explicit: bool) -> None:
    rows = frame([1, 2, 3, 4] * 2, [1, 1, 1, 1, 2, 2, 2, 2], rating=numbers)
    assert gather(rows).explicit is explicit
    chosen = {"feedback": "implicit" if explicit else "explicit"}
    assert gather(rows, chosen).explicit is not explicit


def test_what_is_below_liked_is_left_out_and_said() -> None:
    rows = frame(list("aaabb"), list("xyzxy"), rating=[5, 2, 4, 4, 3])
    found = gather(rows, {"liked": "3"})
    assert ("a", "y") not in entries(found) and len(found.interactions) == 4
    assert said(found, "1 of 5 pairs of a user and an item lie below liked=3")
    with pytest.raises(OptionError, match="No pair of a user and an item reaches liked=9"):
        gather(rows, {"liked": "9"})


def test_what_is_liked_is_told_once_rows_are_brought_together() -> None:
    # a liked x at first and no longer does; b came to like it.
    rows = frame(list("aabbab"), list("xxxxyz"), rating=[5, 1, 1, 5, 4, 4.5],
                 time=[1_600_000_000, 1_610_000_000] * 2 + [1_600_000_000] * 2)
    found = gather(rows, {"liked": "4"}, now=NOW)
    assert entries(found) == {("a", "y"): 4, ("b", "x"): 5, ("b", "z"): 4.5}
    # Three times one are three.
    counted = frame(list("aaabbb"), list("xxxxyz"), rating=[1, 1, 1, 3, 2, 9])
    found = gather(counted, {"liked": "3", "feedback": "implicit"})
    assert entries(found) == {("a", "x"): 3, ("b", "x"): 3, ("b", "z"): 9}


def test_a_rating_as_high_as_liked_counts() -> None:
    rows = frame(list("aabb"), list("xyxy"), rating=[4.1, 0.7, 4.1, 4.1])
    assert len(gather(rows, {"liked": "4.1"}).interactions) == 3


def test_what_ratings_and_amounts_do_to_lists_is_said() -> None:
    rated = frame(list("aaabb"), list("xyzxy"), rating=[5, 1, 4, 2, 4])
    words = "Every rating counts as taken, also the 2 of 5 below 3"
    assert said(gather(rated), words) and said(gather(rated), "the option liked")
    assert not said(gather(rated, {"liked": "3"}), words)
    amounts = frame(list("aaabb"), list("xyzxy"), rating=[30, 1, 4, 2, 3])
    assert said(gather(amounts), "How often or how much was taken changes no list")
    once = frame(list("aaabb"), list("xyzxy"))
    assert not said(gather(once), "changes no list")


TRAINED = frame(list("aabbcc"), list("xyxyxz"))
TESTED = frame(list("aabcd"), list("zxwwx"))


def both_files(train: pd.DataFrame, test: pd.DataFrame, **options: str) -> Gathered:
    rows = pd.concat([train, test], ignore_index=True)
    return gather(rows, options, now=NOW, teaches=np.arange(len(rows)) < len(train))


def taught(found: Gathered) -> set[str]:
    kept = found.interactions
    assert found.teaches is not None
    return {
        f"{kept.users[kept.user[at]]}{kept.items[kept.item[at]]}"
        for at in np.flatnonzero(found.teaches)
    }


def test_what_stands_in_the_training_file_teaches_and_the_rest_does_not() -> None:
    found = both_files(TRAINED, TESTED)
    assert taught(found) == {"ax", "ay", "bx", "by", "cx", "cz"}
    assert len(found.interactions) == 10
    assert said(found, "1 pair of a user and an item stands in both files")
    assert gather(TRAINED).teaches is None


def test_no_row_of_the_training_file_judges_whatever_is_filtered() -> None:
    rng = np.random.default_rng(0)
    rows = frame(rng.integers(0, 80, 1200), (60 * rng.random(1200) ** 2).astype(int))
    rows = rows.drop_duplicates(ignore_index=True)
    train, test = rows[:900], rows[900:]
    pairs = {f"{user}-{item}" for user, item in zip(train["user"], train["item"], strict=True)}
    for core in range(1, 8):
        found = both_files(train, test, core=str(core))
        kept, teaches = found.interactions, found.teaches
        assert teaches is not None
        names = [f"{u}-{i}" for u, i in zip(kept.users[kept.user], kept.items[kept.item], strict=True)]
        assert [name in pairs for name in names] == teaches.tolist()
        assert np.bincount(kept.user).min() >= core


def test_a_bot_is_left_out_of_both_files() -> None:
    many = frame(["bot"] * 700, [n % 50 for n in range(700)])
    train = pd.concat([many, frame([f"u{n // 3}" for n in range(150)], [n % 50 for n in range(150)])])
    test = pd.concat([frame([f"u{n}" for n in range(50)], [(7 * n + 3) % 50 for n in range(50)]), many])
    found = both_files(train, test, bots="drop")
    kept = found.interactions
    assert "bot" not in kept.users and found.teaches is not None
    assert len(found.teaches) == len(kept) and found.teaches.sum() == 150


def test_one_item_each_in_the_training_file_is_enough_where_another_judges() -> None:
    found = both_files(frame(list("abc"), list("xyx")), frame(list("abc"), list("yxy")))
    assert taught(found) == {"ax", "by", "cx"}


def test_zero_and_missing_weights_are_left_out_and_said() -> None:
    found = gather(frame(list("aaabb"), list("xyzxy"), rating=[30, 0, np.nan, 4, 3]))
    assert entries(found) == {("a", "x"): 30, ("b", "x"): 4, ("b", "y"): 3}
    assert said(found, "1 row has a weight of 0") and said(found, "1 row has no rating")


def test_weights_written_with_a_comma_are_read() -> None:
    found = gather(frame(list("aab"), list("xyx"), rating=["1,25", "20", "300"]))
    assert entries(found)[("a", "x")] == 1.25


def test_three_ways_of_writing_one_moment_are_read() -> None:
    found = gather(
        frame(list("aabb"), list("xyxy"), time=["2023-11-14T22:13:20Z", "1700000000", "14.11.2023",
                                               "1700000000000"]), now=NOW + 86_400,
    )
    assert found.interactions.time is not None
    assert sorted(found.interactions.time) == [1_699_920_000, NOW, NOW, NOW]
    assert said(found, "written in 4 ways")


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_seconds_and_finer_units_since_1970_are_told_apart(unit: int) -> None:
    times = np.array([1_600_000_000, 1_600_000_100, 1_600_000_200]) * unit
    found = gather(frame(list("aab"), list("xyx"), time=times), now=NOW)
    assert found.interactions.time is not None
    assert list(found.interactions.time) == [1_600_000_000, 1_600_000_100, 1_600_000_200]


def test_numbers_that_are_dates_are_read_as_dates() -> None:
    found = gather(frame(list("aab"), list("xyx"), time=[20230101, 20230102, 20230103]), now=NOW)
    assert found.interactions.time is not None
    assert found.interactions.time[0] == pd.Timestamp("2023-01-01").timestamp()


def test_times_in_the_future_are_said() -> None:
    found = gather(frame(list("aab"), list("xyx"), time=["2023-01-01", "2031-01-01", "2022-01-01"]),
                   now=NOW)
    assert said(found, "1 time lies in the future, the latest on 2031-01-01")


def test_times_that_cannot_be_read_are_the_oldest() -> None:
    rows = frame(list("aab"), list("xyx"), time=["2023-01-05", "soon", "2023-01-01"])
    found = gather(rows, now=NOW)
    assert said(found, "1 of 3 times cannot be read, for example “soon”")
    assert found.interactions.time is not None
    assert found.interactions.time[1] == pd.Timestamp("2023-01-01").timestamp()
    with pytest.raises(DataError, match="No time can be read"):
        gather(rows.assign(time=["soon", "later", "never"]))


def test_the_catalogue_is_told_by_rows_with_and_without_users() -> None:
    found = gather(frame(
        ["a", "a", "b", None], list("xyxz"), title=[None, "Why", "Ex ", "Zed"],
        attributes=["Drama|War", "", None, "Comedy"],
    ))
    catalogue = found.catalogue
    assert list(catalogue.titles) == ["Ex", "Why", "Zed"]
    assert list(catalogue.texts) == ["Ex. Drama War", "Why", "Zed. Comedy"]
    assert catalogue.categories is not None and list(catalogue.categories) == ["Drama", "", "Comedy"]
    assert catalogue.described and found.shape.untaken == 1


def test_missing_titles_are_said_and_their_ids_stand_in() -> None:
    found = gather(frame(list("aab"), list("xyx"), title=["Ex", None, "Ex"]))
    assert list(found.catalogue.titles) == ["Ex", "y"]
    assert said(found, "1 of 2 items has no title")
    assert not gather(frame(list("aab"), list("xyx"))).catalogue.described


def test_descriptions_are_no_categories() -> None:
    words = [f"A long description number {n} of what this thing is and does" for n in range(3)]
    rows = frame(list("aabb"), list("xyxz"), attributes=[words[0], words[1], words[0], words[2]])
    assert gather(rows).catalogue.categories is None


def test_groups_are_those_of_users() -> None:
    found = gather(frame(list("bbaa"), list("xyxy"), group=["new", None, None, None]))
    assert found.groups is not None
    assert found.groups.isna().tolist() == [True, False] and found.groups[1] == "new"


def test_users_with_implausible_counts_are_flagged_and_dropped_on_request() -> None:
    users = ["bot"] * 700 + [f"u{n // 3}" for n in range(300)]
    rows = frame(users, [n % 50 for n in range(1000)])
    flagged, dropped = gather(rows), gather(rows, {"bots": "drop"})
    assert flagged.shape.bots == ("bot",) and "bot" in flagged.interactions.users
    assert said(flagged, "1 user, “bot”, has more than 500 rows, which")
    assert said(flagged, "(it has 700, 70 % of all)") and said(flagged, "bots=drop")
    assert "bot" not in dropped.interactions.users and dropped.shape.bots_dropped


def test_figures_are_those_worked_by_hand() -> None:
    found = gather(frame(list("aaabbc"), list("wxywxw")))
    shape = found.shape
    assert (shape.users, shape.items, shape.pairs, shape.single) == (3, 3, 6, 1)
    assert shape.density == pytest.approx(6 / 9)
    # w has 3 of 6 pairs and is a third of the items, so a fifth of the items has 0.6 of its pairs.
    assert shape.top[2] == pytest.approx(0.6 * 0.5)
    assert shape.tail[100] == pytest.approx(1)
    assert shape.per_user[0] == 1 and shape.per_user[-1] == 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [(frame([], []), "no rows"), (frame(list("aaa"), list("xyz")), "only one user, “a”"),
     (frame(list("abc"), list("xxx")), "Only one item, “x”"),
     (frame(list("abc"), list("xyx")), "took a single item"),
     (frame([None, None], list("xy")), "both a user and an item"),
     (frame(list("aab"), list("xyx"), rating=[1, -3, 2]), "1 row holds a negative .* -3"),
     (frame(list("aab"), list("xyx"), rating=[0, 0, 0]), "above 0")],
)
def test_what_nothing_can_be_learnt_from_is_refused_in_one_sentence(
    rows: pd.DataFrame, words: str
) -> None:
    with pytest.raises(DataError, match=words) as caught:
        gather(rows)
    assert str(caught.value).endswith(".") and ". " not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"core": "0"}, {"core": "x"}, {"bots": "shoot"}, {"feedback": "both"},
                {"liked": "many"}, {"feedback": "explicit"}],
)
def test_options_that_do_not_fit_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        gather(frame(list("aab"), list("xyx")), options)


def test_entries_can_be_taken_and_become_a_matrix() -> None:
    kept = gather(frame(list("aaabb"), ["x", "x", "y", "x", "z"])).interactions
    assert kept.matrix().toarray().tolist() == [[2, 1, 0], [1, 0, 1]]
    part = kept.take(np.array([0, 3]))
    assert len(part) == 2 and part.matrix().toarray().tolist() == [[2, 0, 0], [0, 0, 1]]
