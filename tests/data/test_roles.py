from __future__ import annotations

import pandas as pd
import pytest

from data.errors import DataError, OptionError
from data.roles import Role, check, differing, suggest

ROLES = (
    Role("text", "Text", "text", required=True),
    Role("label", "Label", "category"),
    Role("time", "Time", "time"),
    Role("group", "Slice by", "category"),
)
TEXTS = [
    "Works great and looks good",
    "Broke after one day of use",
    "It is okay I guess",
    "Love it a lot",
    "Never again, bad",
    "Super nice product",
] * 2


def frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_names_in_german_are_understood() -> None:
    data = frame(
        kommentar=TEXTS,
        bewertung=[5, 1, 3, 5, 1, 5] * 2,
        datum=["01.02.2026", "13.03.2026"] * 6,
        filiale=["Köln", "Bonn", "Ulm"] * 4,
    )
    assert suggest(data, ROLES) == {
        "text": "kommentar",
        "label": "bewertung",
        "time": "datum",
        "group": "filiale",
    }


def test_a_shop_export_with_an_index_column_is_understood() -> None:
    data = frame(
        **{
            "Unnamed: 0": list(range(12)),
            "review_body": TEXTS,
            "star_rating": [5, 1, 3, 5, 1, 5] * 2,
            "review_date": ["2026-01-02", "2026-03-04"] * 6,
            "marketplace": ["US", "DE", "UK"] * 4,
        }
    )
    assert suggest(data, ROLES) == {
        "text": "review_body",
        "label": "star_rating",
        "time": "review_date",
        "group": "marketplace",
    }


def test_terse_names_are_understood_and_the_id_is_left_out() -> None:
    data = frame(id=list(range(12)), msg=TEXTS, y=[1, 0] * 6)
    assert suggest(data, ROLES) == {"text": "msg", "label": "y"}


def test_the_longest_free_text_is_suggested_where_names_say_nothing() -> None:
    data = frame(a=["x1", "x2"] * 6, b=TEXTS, c=["pos", "neg"] * 6)
    assert suggest(data, ROLES)["text"] == "b"


def test_links_constants_and_ids_are_never_suggested() -> None:
    data = frame(
        text=[f"https://example.org/{i}" for i in range(12)],
        label=["same"] * 12,
        group_id=[f"a{i}" for i in range(12)],
    )
    assert suggest(data, ROLES) == {}


def test_numbers_are_no_text() -> None:
    assert "text" not in suggest(frame(text=[1.5, 2.5, 3.5]), ROLES)


@pytest.mark.parametrize(
    ("mapping", "error", "said"),
    [
        ({"txt": "a"}, OptionError, "did you mean 'text'"),
        ({"text": "revew"}, OptionError, "did you mean 'review'"),
        ({"label": "y"}, OptionError, "no column"),
        ({"text": "n"}, DataError, "no words"),
        ({"text": "review", "label": "review"}, OptionError, "both"),
        ({"text": "empty"}, DataError, "missing"),
        ({"text": "review", "label": "many"}, DataError, "too many"),
        ({"text": "review", "label": "one"}, DataError, "only one value"),
        ({"text": "review", "time": "y"}, DataError, "no dates"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_with_the_reason(
    mapping: dict[str, str], error: type[Exception], said: str
) -> None:
    data = frame(
        review=TEXTS * 10,
        n=[1.5, 2.5] * 60,
        y=["pos", "neg"] * 60,
        empty=[None] * 120,
        many=[f"value {i}" for i in range(120)],
        one=["pos"] * 120,
    )
    with pytest.raises(error, match=said):
        check(data, ROLES, mapping)


def test_a_good_mapping_passes() -> None:
    check(frame(review=TEXTS, y=[1, 0] * 6), ROLES, {"text": "review", "label": "y"})


def test_a_column_of_questions_is_told_by_its_question_marks() -> None:
    frame = pd.DataFrame({
        "Team": ["Werk", "Büro"] * 10,
        "Was wird gewünscht": [f"Wann ist Nummer {number} fertig?" for number in range(20)],
        "Inhalt": [f"Die Nummer {number} ist am Montag fertig, sagt das Werk." for number in range(20)],
    })
    roles = [Role("context", "Passage", "text", True, hints=("context", "inhalt")),
             Role("question", "Question", "text", hints=("question",))]
    assert suggest(frame, roles) == {"context": "Inhalt", "question": "Was wird gewünscht"}


def test_a_required_text_named_for_its_role_may_be_the_same_in_all_rows() -> None:
    frame = pd.DataFrame({"text": ["The office opens at nine."] * 12, "n": range(12)})
    assert suggest(frame, [Role("text", "Text", "text", True)]) == {"text": "text"}


def test_one_passage_for_all_questions_is_told_by_its_name() -> None:
    roles = [Role("context", "Passage", "text", True, hints=("context", "passage", "article")),
             Role("question", "Question", "text", hints=("question",)),
             Role("answer", "Answer", "any", hints=("answer",)),
             Role("document", "Document", "any", hints=("document",))]
    data = pd.DataFrame({
        "passage_text": ["The office opens at nine and closes at five on weekdays."] * 12,
        "question": [f"When does door {number} open?" for number in range(12)],
        "answer": [f"at nine, by door {number}" for number in range(12)],
        "document": ["handbook"] * 12,
    })
    found = suggest(data, roles)
    assert found == {"context": "passage_text", "question": "question", "answer": "answer"}
    # The same name on a text that differs from row to row is the better one.
    data["article"] = [f"On day {day} the office opens at nine in the morning." for day in range(12)]
    assert suggest(data, roles)["context"] == "article"
    # A role that a task can do without gets no constant column.
    assert suggest(data[["passage_text"]], [Role("context", "Passage", "text")]) == {}


def test_documents_without_words_are_not_told_of_columns() -> None:
    roles = [Role("context", "Passage", "text", required=True, hints=("context", "text"))]
    frame = pd.DataFrame({
        "document": ["long.txt"], "page": [None], "heading": [""], "text": ["x x x x"],
    })
    with pytest.raises(DataError, match="No words were found in “long") as caught:
        check(frame, roles, {})
    assert "olumn" not in str(caught.value)


@pytest.mark.parametrize(("cells", "said"), [([None, None], "is empty"), (["1", "2"], "no words")])
def test_a_column_named_for_a_role_that_cannot_play_it_is_named(
    cells: list[object], said: str
) -> None:
    roles = [Role("context", "Passage", "text", required=True, hints=("context", "text"))]
    frame = pd.DataFrame({"question": ["Who is it?", "When?"], "Text": cells})
    with pytest.raises(DataError, match=f"“Text”, which would be the passage, .*{said}"):
        check(frame, roles, {})


TAKING = (
    Role("user", "User", "id", required=True, hints=("user", "customer_id")),
    Role("item", "Item", "id", required=True, hints=("item", "sku")),
    Role("group", "User group", "category", of="user", hints=("group", "branch", "plan")),
)


def taken(**more: list[object]) -> pd.DataFrame:
    """Twelve users who took four things each."""
    return frame(
        row_id=[f"L{n:05d}" for n in range(48)],
        card=[f"LC-{n % 12}" for n in range(48)],
        sku=[f"A{n % 16}" for n in range(48)], **more,
    )


def test_a_column_that_never_repeats_is_no_user_beside_one_that_does() -> None:
    assert suggest(taken(), TAKING) == {"user": "card", "item": "sku"}
    renamed = taken().rename(columns={"row_id": "customer_id", "card": "pass"})
    assert suggest(renamed, TAKING)["user"] == "pass"


def test_where_nothing_else_could_be_the_user_its_name_is_believed() -> None:
    alone = taken().rename(columns={"row_id": "customer_id"}).drop(columns="card")
    assert suggest(alone, TAKING) == {"user": "customer_id", "item": "sku"}
    nameless = taken().drop(columns="card")
    assert suggest(nameless, TAKING) == {"item": "sku"}


def test_a_group_of_users_is_the_same_in_all_rows_of_one() -> None:
    of_row = ["North", "South", "Web", "Web", "Web"] * 9 + ["North"] * 3
    of_user = ["free", "paid"] * 24
    assert suggest(taken(branch=of_row), TAKING) == {"user": "card", "item": "sku"}
    assert suggest(taken(plan=of_user), TAKING)["group"] == "plan"
    assert suggest(taken(branch=of_row, plan=of_user), TAKING)["group"] == "plan"


def test_what_differs_within_users_is_told_with_numbers() -> None:
    moved = ["free", "paid"] * 22 + ["paid", "paid", "free", "paid"]
    mapping = {"user": "card", "item": "sku", "group": "plan"}
    assert differing(taken(plan=moved), TAKING, mapping) == [], "one row of 48"
    told = differing(taken(plan=["free"] * 24 + ["paid"] * 24), TAKING, mapping)
    assert [(role.name, several, of) for role, several, of in told] == [("group", 12, 12)]


def test_a_column_called_like_one_role_is_not_taken_for_another_by_its_cells_alone() -> None:
    roles = (
        Role("item", "Item", "id", required=True), Role("rating", "Rating", "number"),
        Role("title", "Title", "text"),
    )
    said = [f"good thing {row}, quite" for row in range(60)]
    frame = pd.DataFrame({"item": [f"i{row % 9}" for row in range(60)], "rating": said})
    assert suggest(frame, roles) == {"item": "item"}
    # Called like nothing, a text is a title all the same.
    assert suggest(frame.rename(columns={"rating": "c7"}), roles)["title"] == "c7"
