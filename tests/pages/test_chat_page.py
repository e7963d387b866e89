"""The page “Chat and generation” with a tiny model in place of SmolLM2."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.generation import documents
from dashboard.components.generation.conversation import Conversation
from dashboard.components.generation.model_text import model_markdown
from pipelines.generation import loading
from pipelines.generation.causal import CausalModel
from pipelines.progress import SILENT, Progress
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.sources import Source
from pipelines.retrieval.passages import Passage as SpanPassage
from tests.pages import driver
from tests.tiny_causal import load_tiny_causal, write_tiny_causal

PAGE = "applications/chat_and_generation"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CausalModel:
    folder = tmp_path_factory.mktemp("tiny") / "model"
    return load_tiny_causal(write_tiny_causal(folder, context=2048))


@pytest.fixture(autouse=True)
def default_model(tiny: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def smollm(device: str = "auto", progress: Progress = SILENT) -> CausalModel:
        return tiny

    monkeypatch.setattr(loading, "smollm", smollm)


def opened(**address: str) -> AppTest:
    at = driver.open_page(driver.visitor(), PAGE, **address)
    at.slider(key="writing-length").set_value(32)
    return driver.fine(at.run())


def say(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text)
    return driver.fine(at.run())


def talk(at: AppTest) -> Conversation:
    found: Conversation = at.session_state["conversation"]
    return found


def test_empty_page_offers_questions_and_says_what_documents_need() -> None:
    at = opened()
    assert at.button(key="chat-idea-0").label.startswith("What is")
    assert at.toggle(key="chat-no-documents").disabled
    assert any("needs documents" in each.value for each in at.caption)


def test_reply_is_shown_with_its_speed_and_the_context_in_use() -> None:
    at = say(opened(), "Hello there")
    assert [turn.role for turn in talk(at).turns] == ["user", "assistant"]
    assert len(at.chat_message) == 2
    note = talk(at).turns[1].note
    assert "32 tokens" in note and "a second" in note and "of 2,048" in note
    assert "ended at the length limit" in note


def test_same_seed_gives_the_same_reply_and_another_seed_another() -> None:
    said = []
    for seed in (3, 3, 4):
        at = opened()
        at.number_input(key="writing-seed").set_value(seed)
        said.append(talk(say(at, "Hello there")).turns[1].text)
    assert said[0] == said[1] != said[2]


def test_system_prompt_and_earlier_turns_are_read(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    encode = tiny.encode_chat
    monkeypatch.setattr(
        tiny, "encode_chat", lambda messages: read.append(list(messages)) or encode(messages)
    )
    at = opened()
    at.text_area(key="writing-system").set_value("Be brief.")
    say(say(at, "one"), "two")
    assert [message.role for message in read[-1]] == ["system", "user", "assistant", "user"]
    assert read[-1][0].content == "Be brief." and read[-1][-1].content == "two"


def test_old_turns_that_no_longer_fit_are_named() -> None:
    at = say(opened(), "x" * 1500)
    say(at, "y" * 900)
    assert "2 older messages no longer fitted" in talk(at).turns[-1].note


def test_message_too_long_is_a_sentence_and_can_be_sent_again() -> None:
    at = say(opened(), "x" * 3000)
    assert "shorten it" in driver.errors(at)[0]
    assert talk(at).turns == []
    assert len(talk(say(at, "short")).turns) == 2


def test_new_chat_begins_anew() -> None:
    at = say(opened(), "Hello")
    at.button(key="chat-clear").click()
    driver.fine(at.run())
    assert talk(at).turns == [] and not at.chat_message


def test_text_goes_on_while_another_page_is_visited(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, forward = threading.Event(), tiny.forward

    def slow(*inputs: Any) -> Any:
        leave.wait(60)
        return forward(*inputs)

    monkeypatch.setattr(tiny, "forward", slow)
    # The page follows the text, so the visitor leaves by stopping that run of the page.
    monkeypatch.setattr("dashboard.components.generation.chat_view.follow", lambda *asked: None)
    at = say(opened(), "Hello")
    draft = talk(at).draft
    assert draft is not None and not draft.finished
    assert at.chat_input[0].disabled
    driver.open_page(at, "workspace/data")
    leave.set()
    end = time.monotonic() + driver.PATIENCE
    while not draft.finished:
        assert time.monotonic() < end
        time.sleep(0.01)
    driver.open_page(at, PAGE)
    assert talk(at).draft is None
    assert talk(at).turns[1].text


def test_stopped_text_keeps_what_was_written(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, forward = [], tiny.forward
    at = opened()

    def stopping(*inputs: Any) -> Any:
        steps.append(1)
        if len(steps) == 10:
            draft = talk(at).draft
            assert draft is not None
            draft.stop()
        return forward(*inputs)

    monkeypatch.setattr(tiny, "forward", stopping)
    say(at, "Hello")
    reply = talk(at).turns[1]
    assert "stopped by you" in reply.note and reply.text
    assert len(steps) == 10


def test_text_of_a_model_is_shown_and_never_obeyed() -> None:
    hostile = "<b>x</b> **y** ![z](http://evil/z.png)\n  [a](http://b) :red[c] $d$\n\n# e"
    shown = model_markdown(hostile)
    assert "<b>" not in shown and "**y**" not in shown and "](http" not in shown
    assert shown.count("\n") == 3 and "\n\n" not in shown
    assert driver.readable(shown).split("\n")[0].strip() == "<b>x</b> **y** ![z](http://evil/z.png)"


def test_completion_is_added_to_the_text() -> None:
    at = opened(**{"generation-view": "Complete"})
    at.text_area(key="completion-text").set_value("Once upon a time")
    driver.fine(at.run())
    at.button(key="completion-go").click()
    driver.fine(at.run())
    found = at.text_area(key="completion-text").value
    assert found.startswith("Once upon a time") and len(found) > len("Once upon a time")
    assert any("32 tokens" in each.value for each in at.caption)


@dataclass(frozen=True)
class Passage:
    text: str
    document: str
    page: int | None


class Index:
    """Finds the same two passages for every question."""

    passages = (
        Passage("The shop opens at nine.", "handbook <b>.pdf", 4),
        Passage("The shop closes at six.", "rules.md", None),
    )

    def search(self, questions: list[str], method: str, count: int) -> list[list[Any]]:
        assert method == "hybrid"
        return [[SimpleNamespace(passage=1, score=2.0), SimpleNamespace(passage=0, score=1.0)]]


class Reader:
    """Answers every question with the first word but one of a passage."""

    index = Index()

    def predict(self, batch: pd.DataFrame) -> AnswerPredictions:
        assert batch["question"].tolist() == ["When does it open?"]
        passage = SpanPassage("The shop opens at nine.", 0, 0, "handbook <b>.pdf", 4)
        answer = Answer(Source(passage, 0), 15, 22, 0.874)
        return AnswerPredictions((Reading(found=(answer,)),), 0.3)


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    card = SimpleNamespace(title="litmus-reader", baseline=False)
    run = SimpleNamespace(pipeline=Reader(), card=card)
    space = SimpleNamespace(experiment=SimpleNamespace(runs=[run], favourite=run))
    monkeypatch.setattr(documents, "workspace", lambda slug: space)
    yield


@pytest.mark.usefixtures("indexed")
def test_answer_from_documents_shows_its_passages_and_says_when_none_is_cited(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    encode = tiny.encode_chat
    monkeypatch.setattr(
        tiny, "encode_chat", lambda messages: read.append(list(messages)) or encode(messages)
    )
    at = opened()
    at.toggle(key="chat-documents").set_value(True)
    driver.fine(at.run())
    say(at, "When does it open?")
    assert "[1] The shop closes at six.\n\n[2] The shop opens at nine." in read[-1][-1].content
    labels = [driver.readable(each.label) for each in at.expander if "cited" in each.label]
    assert labels == ["[1] rules.md (not cited)", "[2] handbook <b>.pdf, page 4 (not cited)"]
    assert "names no passage" in at.warning[0].value
    # The reader's own words stand beside the reply, so that a wrong one is seen.
    assert [driver.readable(each.value) for each in at.info] == [
        "litmus-reader finds “at nine”, 87 % sure, handbook <b>.pdf, page 4."
    ]


def test_hub_model_waits_for_its_name_and_a_wrong_one_is_a_sentence() -> None:
    at = opened()
    at.selectbox(key="writing-model").set_value("hub")
    driver.fine(at.run())
    assert at.chat_input[0].disabled
    at.text_input(key="writing-hub").set_value("no such name")
    driver.fine(at.run())
    say(at, "Hello")
    assert "no model" in driver.errors(at)[0]


@pytest.mark.parametrize("address", [{"task": "generation"}, {"generation-step": "1 Data"}])
def test_link_to_the_task_opens_its_steps(address: dict[str, str]) -> None:
    at = driver.open_page(driver.visitor(), PAGE, **address)
    assert at.get_by_key("generation-view").value == "Measure"
    assert at.get_by_key("generation-step").value == "data"
    assert len(at.title) == 1
