"""Interactions and what other files tell of their items, as one table."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pandas as pd
import pytest

from data.errors import DataError
from data.interactions.joining import join_catalogue
from data.table import Table
from pipelines.recommendation.gathering import gather


def table(name: str, **columns: object) -> Table:
    frame = pd.DataFrame(columns)
    digest = hashlib.sha256(frame.to_csv().encode()).hexdigest()
    return Table(name, frame, f"sha256:{digest}", (), len(frame))


RATINGS = table("ratings.csv", userId=[1, 1, 2, 2], movieId=[10, 20, 20, 30],
                rating=[4.0, 3.0, 5.0, 1.0])
MOVIES = table("movies.csv", movieId=[10, 20, 40], title=["Ten", "Twenty", "Forty"],
               year=[1990, 2000, 2010])


def test_one_file_stays_as_it_is() -> None:
    assert join_catalogue([RATINGS]) is RATINGS


@pytest.mark.parametrize("turned", [False, True])
def test_items_are_described_and_those_nobody_took_stay(turned: bool) -> None:
    found = join_catalogue([MOVIES, RATINGS] if turned else [RATINGS, MOVIES])
    frame = found.frame
    assert list(frame) == ["userId", "movieId", "rating", "title", "year"]
    assert frame["movieId"].tolist() == [10, 20, 20, 30, 40]
    assert frame["title"].astype(object).where(frame["title"].notna(), None).tolist() == [
        "Ten", "Twenty", "Twenty", None, "Forty"
    ]
    assert frame["userId"].isna().tolist() == [False] * 4 + [True]
    assert frame["userId"].iloc[0] == 1 and frame["year"].iloc[4] == 2010
    assert isinstance(frame["title"].dtype, pd.CategoricalDtype)
    assert found.name == "ratings.csv + movies.csv" and found.total_rows == 5
    assert found.notes == (
        "movies.csv describes the items, joined by “movieId”: it knows those of 3 of 4 rows, though "
        "only 67 % of the different items, and 1 item that nobody took.",
    )


def test_the_fingerprint_is_that_of_all_files() -> None:
    one = join_catalogue([RATINGS, MOVIES]).fingerprint
    assert one == join_catalogue([MOVIES, RATINGS]).fingerprint
    other = table("movies.csv", movieId=[10, 20, 40], title=["Ten", "Twenty", "Fourty"])
    assert one.startswith("sha256:") and one != join_catalogue([RATINGS, other]).fingerprint


def test_names_may_differ_and_bare_numbers_do_not_mislead() -> None:
    # The products' ids are found among order numbers, users and quantities as well.
    orders = table("orders.csv", id=[1, 2, 3, 4, 5, 6], customer_id=[1, 2, 3, 1, 2, 3],
                   product=[3, 3, 2, 1, 2, 3], quantity=[1, 2, 3, 1, 2, 1])
    products = table("products.csv", id=[1, 2, 3], called=["One", "Two", "Three"])
    found = join_catalogue([products, orders])
    assert found.frame["called"].tolist() == ["Three", "Three", "Two", "One", "Two", "Three"]
    assert "“id” = “product”" in found.notes[0]


def test_ids_read_as_float_or_text_match_whole_numbers() -> None:
    rows = table("sales.csv", user=["a", "b", "a"], item=[1.0, 2.0, None])
    goods = table("goods.csv", item=["1", "2 ", "x9"], title=["One", "Two", "Nine"])
    found = join_catalogue([rows, goods]).frame
    assert found["title"].astype(object).where(found["title"].notna(), None).tolist() == [
        "One", "Two", None, "Nine"
    ]


def test_files_of_the_same_columns_are_put_below_each_other() -> None:
    more = table("ratings2.csv", userId=[3], movieId=[40], rating=[2.0])
    found = join_catalogue([RATINGS, more, MOVIES])
    assert len(found.frame) == 5 and found.frame["title"].iloc[4] == "Forty"


def test_items_that_nobody_took_are_no_rows_of_the_file() -> None:
    rows = table("orders.csv", user=["u", "u", "v"], sku=["a", "b", "a"], rating=[5, 3, 4])
    items = table("items.csv", sku=["a", "b", "c", "d"], title=["A", "B", "C", "D"])
    found = join_catalogue([rows, items])
    assert (len(found.frame), found.untaken) == (5, 2)
    batch = found.frame.rename(columns={"sku": "item"})
    assert not [note for note in gather(batch).notes if "no user" in note]
    lost = batch.assign(rating=[5, 3, 4, 2, None])
    assert [note for note in gather(lost).notes if "1 row has no user" in note]


def test_two_catalogues_and_users_can_be_joined() -> None:
    links = table("links.csv", movieId=[10, 20, 30], imdb=["tt1", "tt2", "tt3"])
    users = table("users.csv", userId=[1, 2, 9], plan=["free", "paid", "paid"])
    found = join_catalogue([links, RATINGS, users, MOVIES]).frame
    assert found["imdb"].iloc[3] == "tt3" and found["plan"].tolist()[:4] == [
        "free", "free", "paid", "paid"
    ]
    # A user who took nothing adds no row, an item nobody took does.
    assert len(found) == 5


@pytest.mark.parametrize(
    "other",
    [table("tags.csv", userId=[1, 1, 2], movieId=[10, 10, 20], tag=["a", "b", "c"]),
     table("cities.csv", city=["Rome", "Oslo"], people=[5, 6])],
)
def test_a_file_that_describes_no_item_is_refused_in_one_sentence(other: Table) -> None:
    with pytest.raises(DataError, match=other.name) as caught:
        join_catalogue([RATINGS, other])
    assert str(caught.value).count(". ") == 0 and "leave the file out" in str(caught.value)


def test_what_is_joined_can_be_gathered() -> None:
    frame = join_catalogue([RATINGS, MOVIES]).frame
    found = gather(frame.rename(columns={"userId": "user", "movieId": "item"}))
    assert list(found.interactions.items) == ["10", "20", "30", "40"]
    assert list(found.catalogue.titles) == ["Ten", "Twenty", "30", "Forty"]
    assert len(found.interactions) == 4 and found.shape.untaken == 1


def test_a_file_given_twice_is_read_once_and_that_is_said() -> None:
    copy = replace(RATINGS, name="copy.csv")
    found = join_catalogue([RATINGS, copy, MOVIES])
    assert len(found.frame) - found.untaken == len(RATINGS.frame)
    assert "copy.csv has the same content as ratings.csv, so it is read only once." in found.notes
    again = join_catalogue([RATINGS, RATINGS])
    assert len(again.frame) == len(RATINGS.frame)
    assert again.notes == ("ratings.csv was given twice and is read only once.",)
    # A catalogue given twice would name each item twice, and describe none.
    assert "title" in join_catalogue([RATINGS, MOVIES, MOVIES]).frame
