"""The question-answering page: ask, look at the evaluation, bring documents of one's own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver

SLUG = "question-answering"
PAGE = "applications/question_answering"
LEAVE = b"# Leave\n\nEverybody has 25 days of paid leave a year. Leave is booked with the lead."
OFFICE = b"# Office\n\nThe office in Porto opens at nine. The office in Leeds opens at eight."


def with_files(*files: tuple[str, bytes]) -> AppTest:
    """The page with files brought."""
    at = driver.open_page(driver.visitor(), PAGE)
    at.get_by_key(f"{SLUG}-source").set_value("file")
    driver.fine(at.run())
    uploads = [(name, content, "") for name, content in files]
    at.file_uploader(key=f"{SLUG}-upload").set_value(uploads).run()
    return driver.fine(at)


def ran(at: AppTest) -> AppTest:
    """The page after its run has ended."""
    at.button(key=f"{SLUG}-run").click()
    driver.fine(at.run())
    job = driver.space(at, SLUG).job
    if job is not None:
        driver.wait_for(job)
        driver.fine(at.run())
    assert driver.space(at, SLUG).trouble == ""
    return at


def to_step(at: AppTest, name: str) -> AppTest:
    at.get_by_key(f"{SLUG}-step").set_value(name)
    return driver.fine(at.run())


def ask(at: AppTest, question: str) -> list[str]:
    at.text_input(key="answers-question").set_value(question)
    driver.fine(at.run())
    return [driver.readable(each.value) for each in at.subheader]


@pytest.fixture(scope="module")
def on_handbook() -> Iterator[AppTest]:
    """A session that ran the sample."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.session._is_there", lambda session_id: True)
        at = driver.open_page(driver.visitor(), PAGE)
        at.get_by_key(f"{SLUG}-source").set_value("handbook")
        driver.fine(at.run())
        yield ran(at)


def test_a_question_is_answered_in_the_words_of_the_handbook(on_handbook: AppTest) -> None:
    to_step(on_handbook, "results")
    said = ask(on_handbook, "In which town did the founder solder her first light?")
    assert said == ["Otley"]
    assert any("01-welcome.md" in driver.readable(each.value) for each in on_handbook.caption)


def test_a_high_threshold_refuses_and_says_what_is_closest(on_handbook: AppTest) -> None:
    to_step(on_handbook, "results")
    ask(on_handbook, "Why is the sky blue over the sea?")
    on_handbook.select_slider(key="answers-threshold-0.3").set_value(1.0)
    driver.fine(on_handbook.run())
    assert on_handbook.subheader[0].value == "Not in these documents"
    assert any("The closest is" in each.value for each in on_handbook.caption)
    on_handbook.select_slider(key="answers-threshold-0.3").set_value(0.5)
    driver.fine(on_handbook.run())


def test_a_question_that_is_too_long_to_be_read_is_remarked_on(on_handbook: AppTest) -> None:
    to_step(on_handbook, "results")
    ask(on_handbook, "In which town did the founder solder her first light?")
    assert not any("only its beginning" in each.value for each in on_handbook.caption)
    ask(on_handbook, "In which town did the founder solder her first light? " * 6)
    assert any("only its beginning" in each.value for each in on_handbook.caption)


def test_every_view_of_the_evaluation_renders(on_handbook: AppTest) -> None:
    to_step(on_handbook, "evaluation")
    assert "On 60 questions litmus-reader" in driver.readable(on_handbook.subheader[0].value)
    for view in ("Questions", "Threshold", "Slices", "Retrieval"):
        on_handbook.get_by_key("answers-view").set_value(view)
        driver.fine(on_handbook.run())
        assert not on_handbook.error


def test_the_ways_to_search_stand_side_by_side_as_in_the_report(on_handbook: AppTest) -> None:
    to_step(on_handbook, "evaluation")
    on_handbook.get_by_key("answers-view").set_value("Retrieval")
    driver.fine(on_handbook.run())
    tables = [each.value for each in on_handbook.dataframe if "search by" in each.value]
    assert len(tables) == 1
    assert tables[0]["search by"].tolist() == [
        "words and meaning (hybrid)", "words alone (bm25)", "meaning alone (embeddings)"
    ]
    experiment = driver.space(on_handbook, SLUG).experiment
    score = experiment.judged.detail.retrieval[0].score("bm25", "document_recall@5")
    assert tables[0]["in first 5"][1].startswith(f"{score.value:.3f}  ({score.low:.3f}")
    # The readers' own scores are not mixed with those of methods that no reader used.
    metrics = on_handbook.selectbox(key="answers-metric").options
    assert not [name for name in metrics if name.endswith(("_bm25", "_embeddings"))]


def test_the_run_can_be_taken_along(on_handbook: AppTest) -> None:
    to_step(on_handbook, "ship")
    commands = " ".join(each.value for each in on_handbook.code)
    assert "--data data/samples/handbook data/samples/handbook_questions.csv" in commands


def test_documents_alone_can_be_asked_and_nothing_is_claimed() -> None:
    at = ran(with_files(("leave.md", LEAVE), ("office.md", OFFICE)))
    assert "nine" in ask(at, "When does the office in Porto open?")[0]
    to_step(at, "evaluation")
    assert "nothing is measured" in at.info[0].value


def test_a_zip_of_documents_and_a_table_of_questions_are_judged_together() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("leave.md", LEAVE)
        archive.writestr("office.md", OFFICE)
    questions = (
        b"question,answer\nHow many days of paid leave are there?,25 days || 25\n"
        b"When does the office in Leeds open?,eight\nWho founded the firm?,no answer\n"
    )
    at = ran(with_files(("documents.zip", packed.getvalue()), ("questions.csv", questions)))
    judged = driver.space(at, SLUG).experiment.judged
    assert judged is not None and judged.rows == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.pdf", b""), ("scan.pdf", b"%PDF-1.4 nothing in it"), ("blank.md", b" \n "),
     ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(200))],
)
def test_a_file_that_cannot_be_read_gives_one_sentence(name: str, content: bytes) -> None:
    at = with_files((name, content))
    assert len(at.error) == 1
    assert name in driver.readable(at.error[0].value)


def test_text_that_is_code_is_shown_and_never_obeyed() -> None:
    page = b"# Codes\n\nThe code of the safe is <img src=x onerror=alert(1)> **4711** :material/home:."
    at = ran(with_files(("codes.md", page)))
    said = ask(at, "What is the code of the safe?")
    assert said and "<img" not in " ".join(each.value for each in at.markdown)


QUESTIONS = b"""kunde fragt,antwort
How many days of leave are there?,25
When does the office in Porto open?,at nine
Who is the mayor?,
"""


def add_files(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploads = [(name, content, "") for name, content in files]
    at.file_uploader(key=f"{SLUG}-upload").set_value(uploads).run()
    return driver.fine(at)


def away_and_back(at: AppTest) -> AppTest:
    to_step(at, "models")
    return to_step(at, "data")


def documents_in_use(at: AppTest) -> set[str]:
    table = driver.space(at, SLUG).table
    assert table is not None
    return set(table.frame["document"].dropna())


def test_questions_brought_later_are_added_to_the_documents() -> None:
    at = away_and_back(with_files(("leave.md", LEAVE), ("office.md", OFFICE)))
    assert documents_in_use(at) == {"leave.md", "office.md"}
    assert any("New files are added to these" in each.value for each in at.caption)
    at = add_files(at, ("q.csv", QUESTIONS))
    assert documents_in_use(at) == {"leave.md", "office.md"}
    assert any("3 questions · 2 can be judged" in each.value for each in at.markdown)
    # The same again: the questions, too, stay when the step is left.
    at = add_files(away_and_back(at), ("late.md", b"# Late\n\nCall Ada when you are late."))
    assert documents_in_use(at) == {"leave.md", "office.md", "late.md"}
    assert any("3 questions" in each.value for each in at.markdown)


def test_a_new_version_of_a_document_replaces_the_old_one() -> None:
    at = away_and_back(with_files(("leave.md", LEAVE), ("office.md", OFFICE)))
    at = add_files(at, ("leave.md", LEAVE.replace(b"25 days", b"30 days")))
    table = driver.space(at, SLUG).table
    assert table is not None
    texts = " ".join(table.frame["text"].dropna())
    assert "30 days" in texts and "25 days" not in texts and "Porto" in texts


def test_what_was_brought_before_can_be_left_out() -> None:
    at = away_and_back(with_files(("leave.md", LEAVE)))
    at.button(key=f"{SLUG}-leave-out").click()
    driver.fine(at.run())
    assert any("A new upload replaces it" in each.value for each in at.caption)
    at = add_files(at, ("office.md", OFFICE))
    assert documents_in_use(at) == {"office.md"}


def test_a_file_removed_from_the_uploader_is_not_kept() -> None:
    at = with_files(("leave.md", LEAVE), ("office.md", OFFICE))
    at = add_files(at, ("leave.md", LEAVE))
    assert documents_in_use(at) == {"leave.md"}


def test_questions_with_an_empty_answer_are_named_where_they_are_brought() -> None:
    at = with_files(("leave.md", LEAVE), ("office.md", OFFICE), ("q.csv", QUESTIONS))
    (said,) = [each.value for each in at.warning if "empty answer" in each.value]
    assert "1 question has an empty answer" in driver.readable(said)
    assert "Who is the mayor?" in driver.readable(said)
    assert "no answer" in said


def test_a_table_of_questions_alone_is_not_taken_for_documents_in_silence() -> None:
    at = with_files(("q.csv", QUESTIONS))
    assert any("There are no documents" in each.value for each in at.warning)
