"""POST /api/chat at its limits: what is still taken, what is added up, which settings are usual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.api.chat_body import read_chat_request
from pipelines.generation import loading
from pipelines.generation.causal import CausalModel
from pipelines.generation.history import Message
from pipelines.generation.sampling import Sampling
from pipelines.progress import SILENT, Progress
from tests.tiny_causal import load_tiny_causal, write_tiny_causal

PATH = "/api/chat"
HI = [{"role": "user", "content": "Hi"}]
ASK = {"messages": HI, "max_tokens": 20}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CausalModel:
    return load_tiny_causal(write_tiny_causal(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(autouse=True)
def default_model(tiny: CausalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny model in place of SmolLM2."""

    def smollm(device: str = "auto", progress: Progress = SILENT) -> CausalModel:
        return tiny

    monkeypatch.setattr(loading, "smollm", smollm)


def said(client: TestClient, **settings: Any) -> str:
    answer = client.post(PATH, json={**ASK, **settings})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message"]["content"])


def test_two_hundred_messages_are_taken(client: TestClient) -> None:
    said(client, messages=HI * 200)


def test_a_hundred_thousand_characters_are_read_and_counted_over_all_messages(
    client: TestClient, sentence: Callable[[Any, int], str]
) -> None:
    half = {"role": "user", "content": "a" * 50_000}
    request = read_chat_request(b'{"messages": [' + b", ".join(
        [b'{"role": "user", "content": "' + b"a" * 50_000 + b'"}'] * 2
    ) + b"]}")
    assert [len(each.content) for each in request.messages] == [50_000, 50_000]
    body = {"messages": [half, half, *HI]}
    assert "have 100,002 characters" in sentence(client.post(PATH, json=body), 400)


def test_settings_that_are_left_out_have_their_usual_values(client: TestClient) -> None:
    assert read_chat_request(b'{"messages": [{"role": "user", "content": "a"}]}').sampling == (
        Sampling(temperature=0.7, top_p=0.95, max_tokens=256, seed=0)
    )
    usual = said(client)
    assert usual == said(client, temperature=0.7, top_p=0.95, seed=0)
    assert usual != said(client, temperature=0) and usual != said(client, seed=1)


def test_settings_reach_the_sampling_each_under_its_name() -> None:
    request = read_chat_request(
        b'{"messages": [{"role": "system", "content": "b"}, {"role": "user", "content": "a"}], '
        b'"temperature": 1, "top_p": 0.5, "max_tokens": 7, "seed": 3, "stream": true, "model": "m"}'
    )
    assert request.sampling == Sampling(temperature=1.0, top_p=0.5, max_tokens=7, seed=3)
    assert (request.stream, request.model) == (True, "m")
    assert request.messages == (Message("system", "b"), Message("user", "a"))


def test_usage_counts_what_was_read_and_what_was_written(
    client: TestClient, tiny: CausalModel
) -> None:
    found = client.post(PATH, json={**ASK, "max_tokens": 7, "temperature": 0}).json()
    read = len(tiny.encode_chat([Message("user", "Hi")]))
    assert read > 7
    assert found["usage"] == {"prompt_tokens": read, "completion_tokens": 7}
    # What no longer fits is not counted as read.
    long = [{"role": "user", "content": "x" * 150}, {"role": "assistant", "content": "y"}, *HI]
    found = client.post(PATH, json={**ASK, "messages": long, "max_tokens": 100}).json()
    assert found["usage"]["prompt_tokens"] == read


@pytest.mark.parametrize("stream", [False, True])
def test_a_place_is_given_back_after_every_answer(
    make_client: Callable[..., TestClient], stream: bool
) -> None:
    client = make_client(jobs=1, waiting=0)
    bodies: list[tuple[Any, int]] = [
        (ASK, 200), ({"messages": []}, 400), (ASK, 200), ({**ASK, "model": "gpt"}, 400),
        ({"messages": [{"role": "user", "content": "x" * 400}]}, 400), (ASK, 200),
    ]
    for body, status in bodies:
        assert client.post(PATH, json={**body, "stream": stream}).status_code == status
