"""POST /api/chat with a tiny model: whole replies, events, limits, a client that hangs up."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api import routes_chat
from dashboard.api.app import api_mounts
from dashboard.api.settings import ApiSettings
from dashboard.ending import ENDING
from pipelines.generation import loading
from pipelines.generation.causal import CausalModel
from pipelines.generation.chat import chat
from pipelines.progress import SILENT, Progress
from tests.api.hanging_up import PATIENCE, apart, visit
from tests.tiny_causal import load_tiny_causal, write_tiny_causal

MakeClient = Callable[..., TestClient]
Sentence = Callable[[Any, int], str]
PATH = "/api/chat"
ASK = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CausalModel:
    return load_tiny_causal(write_tiny_causal(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(autouse=True)
def default_model(tiny: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model in place of SmolLM2."""

    def smollm(device: str = "auto", progress: Progress = SILENT) -> CausalModel:
        return tiny

    monkeypatch.setattr(loading, "smollm", smollm)


def events(text: str) -> list[dict[str, Any]]:
    """The content of each event, of which every one is a line of data and an empty line."""
    parts = text.split("\n\n")
    assert parts.pop() == ""
    assert all(part.startswith("data: ") and "\n" not in part for part in parts)
    return [json.loads(part.removeprefix("data: ")) for part in parts]


def test_reply_has_the_message_and_what_it_took(client: TestClient) -> None:
    answer = client.post(PATH, json=ASK)
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["model", "message", "finish_reason", "usage", "seconds"]
    assert found["model"] == "smollm2"
    assert found["message"]["role"] == "assistant" and found["message"]["content"]
    assert found["finish_reason"] == "length"
    assert found["usage"]["completion_tokens"] == 20
    assert found["seconds"] > 0


def test_events_are_pieces_in_order_and_then_the_end(client: TestClient) -> None:
    whole = client.post(PATH, json=ASK).json()
    answer = client.post(PATH, json={**ASK, "stream": True})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    *pieces, last = events(answer.text)
    assert len(pieces) > 1 and all(list(piece) == ["delta"] for piece in pieces)
    assert "".join(piece["delta"] for piece in pieces) == whole["message"]["content"]
    assert last.pop("seconds") > 0
    assert last == {"done": True, "model": "smollm2", "finish_reason": "length",
                    "usage": whole["usage"]}


def test_seed_decides_the_reply(client: TestClient) -> None:
    said = [
        client.post(PATH, json={**ASK, "temperature": 2, "seed": seed}).json()["message"]["content"]
        for seed in (1, 1, 2)
    ]
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize("stream", [False, True])
def test_message_too_long_for_the_context_is_400_also_when_streamed(
    client: TestClient, sentence: Sentence, stream: bool
) -> None:
    body = {"messages": [{"role": "user", "content": "x" * 400}], "stream": stream,
            "max_tokens": 20}
    assert "shorten it" in sentence(client.post(PATH, json=body), 400)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "lacks “messages”"),
        ({"messages": "Hi"}, "“messages” is a text"),
        ({"messages": []}, "empty"),
        ({"messages": ["Hi"]}, "Message 1"),
        ({"messages": [{"role": "user"}]}, "“role” and “content”"),
        ({"messages": [{"role": "user", "content": "a", "name": "b"}]}, "alone"),
        ({"messages": [{"role": "robot", "content": "a"}]}, "system, user, assistant"),
        ({"messages": [{"role": ["user"], "content": "a"}]}, "system, user, assistant"),
        ({"messages": [{"role": "user", "content": 3}]}, "a number, not a text"),
        ({"messages": [{"role": "user", "content": " "}]}, "no words"),
        ({"messages": [{"role": "user", "content": "a\u0000"}]}, "NUL"),
        ({"messages": [{"role": "assistant", "content": "a"}]}, "has to be the user's"),
        ({"messages": [{"role": "user", "content": "a"}] * 201}, "201 messages"),
        ({"messages": [{"role": "user", "content": "a" * 100_001}]}, "100,001 characters"),
        ({**ASK, "temperature": "hot"}, "“temperature” is a text"),
        ({**ASK, "temperature": 3}, "from 0 to 2"),
        ({**ASK, "temperature": True}, "true or false"),
        ({**ASK, "top_p": 0}, "top_p"),
        ({**ASK, "max_tokens": 1.5}, "whole number"),
        ({**ASK, "max_tokens": 0}, "max_tokens"),
        ({**ASK, "max_tokens": 400}, "choose a smaller max_tokens"),
        ({**ASK, "seed": -1}, "seed"),
        ({**ASK, "stream": "yes"}, "“stream” is a text"),
        ({**ASK, "model": 1}, "“model” is a number"),
        ({**ASK, "model": "gpt"}, "There is no model “gpt”"),
        ({**ASK, "model": "hub:a/b"}, "LITMUS_API_HUB_MODELS"),
        ({**ASK, "n": 2}, "“n”"),
        ([1], "a list"),
    ],
)
def test_request_that_does_not_fit_is_one_sentence(
    client: TestClient, sentence: Sentence, body: Any, said: str
) -> None:
    assert said in sentence(client.post(PATH, json=body), 400)


def test_bug_is_500_before_the_first_word_and_an_event_after_it(
    client: TestClient, sentence: Sentence, monkeypatch: pytest.MonkeyPatch, tiny: CausalModel
) -> None:
    forward, steps = tiny.forward, []

    def failing(*inputs: Any) -> Any:
        steps.append(1)
        if len(steps) > 3:
            raise RuntimeError("secret detail")
        return forward(*inputs)

    monkeypatch.setattr(tiny, "forward", failing)
    answer = client.post(PATH, json={**ASK, "stream": True})
    assert answer.status_code == 200
    assert "log" in events(answer.text)[-1]["error"] and "secret" not in answer.text
    monkeypatch.setattr(routes_chat, "chat", lambda *asked, **more: 1 / 0)
    sentence(client.post(PATH, json={**ASK, "stream": True}), 500)
    sentence(client.post(PATH, json=ASK), 500)


def test_chats_and_predictions_share_one_bound(
    make_client: MakeClient, sentence: Sentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(jobs=1, waiting=0)
    inside, leave = threading.Event(), threading.Event()
    real = chat

    def slow(*asked: Any, **more: Any) -> Any:
        inside.set()
        leave.wait(30)
        return real(*asked, **more)

    monkeypatch.setattr(routes_chat, "chat", slow)
    answers: list[Any] = []
    first = threading.Thread(
        target=lambda: answers.append(client.post(PATH, json={**ASK, "stream": True}))
    )
    first.start()
    assert inside.wait(30)
    sentence(client.post(PATH, json=ASK), 429)
    body = {"model": "vader", "records": [{"text": "fine"}]}
    sentence(client.post("/api/predict/sentiment", json=body), 429)
    assert client.get("/api/health").status_code == 200
    leave.set()
    first.join(30)
    assert answers[0].status_code == 200
    assert client.post(PATH, json=ASK).status_code == 200


@pytest.fixture
def endless(tiny: CausalModel, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Makes each step take a moment; counts them."""
    forward, steps = tiny.forward, []

    def counted(*inputs: Any) -> Any:
        steps.append(1)
        time.sleep(0.02)
        return forward(*inputs)

    monkeypatch.setattr(tiny, "forward", counted)
    yield steps


@pytest.mark.parametrize("stream", [False, True])
def test_writing_stops_when_the_client_hangs_up(endless: list[int], stream: bool) -> None:
    app = Starlette(routes=api_mounts(ApiSettings(jobs=1, waiting=0)))
    body = {**ASK, "max_tokens": 200, "stream": stream}
    apart(visit(app, PATH, body, lambda: len(endless) >= 5))
    steps = len(endless)
    time.sleep(0.3)
    assert 5 <= steps < 150
    assert len(endless) - steps <= 1


def test_stream_that_is_left_while_the_model_loads_frees_its_place(
    monkeypatch: pytest.MonkeyPatch, tiny: CausalModel
) -> None:
    stages: list[str] = []

    def loading_long(device: str = "auto", progress: Progress = SILENT) -> CausalModel:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not done:
            stages.append("loading")
            progress.stage("loading", 0)
            time.sleep(0.01)
        return tiny

    done: list[bool] = []
    monkeypatch.setattr(loading, "smollm", loading_long)

    async def visits() -> list[Any]:
        app = Starlette(routes=api_mounts(ApiSettings(jobs=1, waiting=0)))
        left = await visit(app, PATH, {**ASK, "stream": True}, lambda: len(stages) > 5)
        done.append(True)
        return [left, await visit(app, PATH, ASK)]

    left, answered = apart(visits())
    assert left == []
    assert answered[0]["status"] == 200


@pytest.mark.parametrize("stream", [False, True])
def test_reply_under_way_ends_with_what_was_said_when_the_server_is_to_end(
    client: TestClient, endless: list[int], stream: bool
) -> None:
    def end() -> None:
        while len(endless) < 5:
            time.sleep(0.01)
        ENDING.set()

    ender = threading.Thread(target=end)
    ender.start()
    try:
        answer = client.post(PATH, json={**ASK, "max_tokens": 200, "stream": stream})
        said = events(answer.text)[-1] if stream else answer.json()
    finally:
        ender.join()
        ENDING.clear()
    assert said["finish_reason"] == "stopped"
    assert said["usage"]["completion_tokens"] < 150


def test_docs_describe_the_chat(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    operation = document["paths"]["/chat"]["post"]
    assert "text/event-stream" in operation["responses"]["200"]["content"]
    assert "429" in operation["responses"]
    page = client.get("/api/docs").text
    assert "POST /chat" in page and "0.7 if left out" in page


def test_hub_model_is_asked_for_where_it_is_allowed(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = write_tiny_causal(tmp_path / "hub")
    monkeypatch.setattr(loading, "fetch", lambda name, revision: (folder, "0123abc"))
    client = make_client(hub_models=True)
    found = client.post(PATH, json={**ASK, "model": "hub:someone/tiny@v1"}).json()
    assert found["model"] == "hub:someone/tiny@0123abc"
