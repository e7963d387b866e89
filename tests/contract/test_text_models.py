"""What every model of every task whose answers are texts has to keep; the registry says which."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pandas as pd
import pytest

from pipelines.pipeline import LoadConfig, Pipeline, TextPredictions
from pipelines.progress import Progress
from pipelines.registry import all_tasks, find_model, find_task, make_pipeline
from pipelines.task import ModelCard, Task

TASKS = [task for task in all_tasks() if task.kind == "text"]
SUBJECTS = [(task.slug, card.id) for task in TASKS for card in task.models]
# A model that writes its own words takes seconds where others take milliseconds.
LARGE_MB = 200
TEXTS = [
    "The lamp arrived late and the box was damaged. I asked for a refund on Monday. Nobody has "
    "answered since, although the shop promised to call. The old lamp still works. My neighbour "
    "Anna bought the same one in Lisbon and is happy with it.",
    "Where is my parcel?",
    "A loja abre às nove. O gerente chega às oito e meia.",
    "Our office moves to Porto in March.\n\nPlease update your address book.\n- Street: Rua Nova 7",
    "ok",
    "The café serves breakfast until noon. Lunch begins at one. Dinner is on Fridays only. Children "
    "eat for half the price. Dogs are welcome on the terrace.",
]
AWKWARD = [
    "", " ", "\n\t", "👍", "👩‍👩‍👧‍👦🏳️‍🌈 ❤️", "منتج رائع وسعر جيد", "质量很好,下次还买。还会再来!",
    "a\u0000b\u0007\u001b[31mred", "\u202ereversed\u202c", "z\u0301\u0302\u0303" * 40, "\ufeffmark",
    "!!!???...", "0", "None", "nan", "<b>bold</b> & <script>alert(1)</script>", "=1+1",
    "x" * 1_500, "good " * 300, "line one\r\nline two", "ﬁne ①②③ ＦＵＬＬ", "a; b; c", "$x$ `y`",
]


def batch_of(task: Task, texts: Sequence[str]) -> pd.DataFrame:
    """Rows that hold the texts in every role that the task needs."""
    names = [role.name for role in task.roles if role.required]
    return pd.DataFrame({name: pd.Series(list(texts), dtype="str") for name in names})


@cache
def made(slug: str, model: str) -> Pipeline:
    task = find_task(slug)
    # Short answers: what is kept does not depend on how long they are.
    short = {
        option.name: f"{option.low:.0f}" for option in task.options
        if option.name == "max_tokens" and option.low is not None
    }
    return make_pipeline(find_model(task, model), LoadConfig(settings=short)).load()


class Subject:
    """A loaded model of a task with a few rows."""

    def __init__(self, slug: str, card: ModelCard) -> None:
        self.task, self.card = find_task(slug), card
        self.batch = batch_of(self.task, TEXTS)

    @property
    def pipeline(self) -> Pipeline:
        return made(self.task.slug, self.card.id)

    def predict(self, batch: pd.DataFrame) -> TextPredictions:
        found = self.pipeline.predict(batch)
        assert isinstance(found, TextPredictions)
        return found

    @property
    def predictions(self) -> TextPredictions:
        return predicted(self.task.slug, self.card.id)


@cache
def predicted(slug: str, model: str) -> TextPredictions:
    found = made(slug, model).predict(batch_of(find_task(slug), TEXTS))
    assert isinstance(found, TextPredictions)
    return found


@pytest.fixture(params=SUBJECTS, ids=["-".join(pair) for pair in SUBJECTS])
def subject(request: pytest.FixtureRequest) -> Subject:
    slug, model = request.param
    card = find_model(find_task(slug), model)
    if not card.installed:
        pytest.skip(f"the optional package {card.package} is not installed")
    return Subject(slug, card)


def assert_same(first: TextPredictions, second: TextPredictions) -> None:
    pd.testing.assert_frame_equal(first.frame(), second.frame(), check_exact=True)


def test_there_are_tasks_whose_answers_are_texts() -> None:
    assert {"translation", "summarization", "keywords"} <= {task.slug for task in TASKS}


def test_order_is_kept(subject: Subject) -> None:
    order = np.array([3, 0, 5, 1, 4, 2])
    shuffled = subject.batch.iloc[order].reset_index(drop=True)
    assert_same(subject.predictions.take(order), subject.predict(shuffled))


def test_index_of_the_batch_does_not_matter(subject: Subject) -> None:
    moved = subject.batch.set_index(np.arange(len(subject.batch))[::-1] + 1000)
    assert_same(subject.predictions, subject.predict(moved))


def test_a_row_gets_the_same_answer_alone_as_in_company(subject: Subject) -> None:
    for row in (0, 2, 4):
        alone = subject.predict(subject.batch.iloc[[row]])
        assert_same(alone, subject.predictions.take(np.array([row])))


def test_empty_one_and_many_rows_give_one_type(subject: Subject) -> None:
    many = subject.predictions
    for rows in (0, 1):
        few = subject.predict(subject.batch.iloc[:rows])
        assert type(few) is type(many) is TextPredictions
        assert len(few) == rows == len(few.frame())
        assert few.texts.dtype == many.texts.dtype == object
        assert list(few.frame().columns) == list(many.frame().columns)
        for name, values in few.columns.items():
            assert values.shape == (rows,)
            assert values.dtype == many.columns[name].dtype


def test_awkward_texts_get_a_text(subject: Subject) -> None:
    large = subject.card.size_mb > LARGE_MB
    texts = [text[:60] for text in AWKWARD[::3]] if large else AWKWARD
    found = subject.predict(batch_of(subject.task, texts))
    assert len(found) == len(texts)
    assert all(isinstance(text, str) for text in found.texts)
    assert [text for text in found.texts if not text.strip() and text] == []
    for text in found.texts:
        text.encode("utf-8")


def test_a_blank_row_gets_an_empty_text(subject: Subject) -> None:
    found = subject.predict(batch_of(subject.task, ["", " \n\t ", TEXTS[1]]))
    assert found.texts[:2].tolist() == ["", ""]


def test_the_same_seed_gives_the_same_answers(subject: Subject) -> None:
    config = subject.pipeline.config
    again = make_pipeline(subject.card, config).load().predict(subject.batch)
    pd.testing.assert_frame_equal(again.frame(), subject.predictions.frame(), check_exact=True)


def test_inputs_are_left_as_they_were(subject: Subject) -> None:
    batch = subject.batch.copy(deep=True)
    pipeline = make_pipeline(subject.card, subject.pipeline.config).load()
    pipeline.study(batch)
    pipeline.fit(batch, pd.Series([""] * len(batch)))
    pipeline.predict(pipeline.encode(batch))
    pd.testing.assert_frame_equal(batch, subject.batch)


def test_predicting_reports_each_row_once(subject: Subject) -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    counting = Counting()
    batch = batch_of(subject.task, [*TEXTS[:3], "", "👍"])
    subject.pipeline.predict(subject.pipeline.encode(batch, counting), counting)
    assert counting.rows == len(batch)


def test_a_cancelled_run_ends_while_it_predicts(subject: Subject) -> None:
    class Stopped(Exception):
        pass

    class Stopping(Progress):
        def advance(self, rows: int) -> None:
            raise Stopped

    with pytest.raises(Stopped):
        subject.pipeline.predict(subject.batch, Stopping())
    assert_same(subject.predictions, subject.predict(subject.batch))


def test_sessions_may_predict_at_the_same_time(subject: Subject) -> None:
    sessions = 2 if subject.card.size_mb > LARGE_MB else 4
    with ThreadPoolExecutor(sessions) as pool:
        for found in pool.map(subject.predict, [subject.batch] * sessions):
            assert_same(found, subject.predictions)
