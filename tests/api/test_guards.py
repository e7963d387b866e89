"""Keys, rates and sizes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from dashboard.api.guards import RateLimit
from dashboard.api.settings import ApiSettings
from data.errors import OptionError

MakeClient = Callable[..., TestClient]
Sentence = Callable[[Any, int], str]
PATH = "/api/predict/sentiment"
BODY = {"model": "vader", "records": [{"text": "fine"}]}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": "wrong"},
        {"X-API-Key": "s3cret-"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic s3cret"},
        {"Authorization": "s3cret"},
    ],
)
def test_request_without_the_right_key_is_401(
    make_client: MakeClient, headers: dict[str, str], sentence: Sentence
) -> None:
    client = make_client(key="s3cret")
    answer = client.post(PATH, json=BODY, headers=headers)
    assert "X-API-Key" in sentence(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    sentence(client.get("/api/tasks", headers=headers), 401)
    sentence(client.get("/api/nope", headers=headers), 401)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "s3cret"},
        {"Authorization": "Bearer s3cret"},
        {"authorization": "bearer  s3cret"},
    ],
)
def test_request_with_the_key_enters(make_client: MakeClient, headers: dict[str, str]) -> None:
    client = make_client(key="s3cret")
    assert client.post(PATH, json=BODY, headers=headers).status_code == 200
    assert client.get("/api/tasks", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/api/health", "/api/docs", "/api/openapi.json"])
def test_health_and_docs_need_no_key(make_client: MakeClient, path: str) -> None:
    assert make_client(key="s3cret").get(path).status_code == 200


def test_key_with_letters_outside_ascii_is_compared_as_utf_8(
    make_client: MakeClient, sentence: Sentence
) -> None:
    client = make_client(key="schlüssel")
    right = {b"X-API-Key": "schlüssel".encode()}
    assert client.get("/api/tasks", headers=right).status_code == 200
    sentence(client.get("/api/tasks", headers={"X-API-Key": "schlussel"}), 401)


def test_announced_body_over_the_limit_is_413(make_client: MakeClient, sentence: Sentence) -> None:
    client = make_client(max_body_mb=0.001)
    assert client.post(PATH, json=BODY).status_code == 200
    assert "0.001 MB" in sentence(client.post(PATH, content=b"x" * 1001), 413)


def test_streamed_body_over_the_limit_is_413_before_it_is_read_whole(
    make_client: MakeClient, sentence: Sentence
) -> None:
    def chunks() -> Iterator[bytes]:
        yield from [b"x" * 400] * 50

    client = make_client(max_body_mb=0.001)
    assert "0.001 MB" in sentence(client.post(PATH, content=chunks()), 413)


def test_body_of_exactly_the_limit_is_read(make_client: MakeClient, sentence: Sentence) -> None:
    sentence(make_client(max_body_mb=0.001).post(PATH, content=b"x" * 1000), 400)


def test_client_over_the_rate_is_429_with_the_time_to_wait(
    make_client: MakeClient, sentence: Sentence
) -> None:
    client = make_client(rate_per_minute=2)
    assert [client.get("/api/tasks").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/tasks")
    assert "More than 2 requests" in sentence(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 30
    assert client.get("/api/health").status_code == 200


def test_wrong_keys_count_against_the_rate(make_client: MakeClient) -> None:
    client = make_client(key="s3cret", rate_per_minute=2)
    wrong = {"X-API-Key": "guess"}
    said = [client.get("/api/tasks", headers=wrong).status_code for _ in range(3)]
    assert said == [401, 401, 429]


def test_rate_of_zero_lets_all_in(make_client: MakeClient) -> None:
    client = make_client(rate_per_minute=0)
    assert {client.get("/api/tasks").status_code for _ in range(20)} == {200}


def test_bucket_refills_and_few_clients_are_remembered() -> None:
    now = [0.0]
    limit = RateLimit(
        PlainTextResponse("in"), per_minute=60, clock=lambda: now[0], most_clients=3
    )

    def status(host: str) -> int:
        sent = []

        async def send(message: dict) -> None:  # type: ignore[type-arg]
            sent.append(message)

        scope = {
            "type": "http", "method": "GET", "path": "/tasks", "headers": [], "client": (host, 1)
        }
        asyncio.run(limit(scope, None, send))  # type: ignore[arg-type]
        return int(sent[0]["status"])

    assert [status("a") for _ in range(61)] == [200] * 60 + [429]
    assert status("b") == 200
    now[0] += 1.0
    assert [status("a"), status("a")] == [200, 429]
    for host in "cdefgh":
        status(host)
    assert len(limit._buckets) == 3


def test_settings_come_from_the_environment() -> None:
    assert ApiSettings.from_environment({}) == ApiSettings()
    found = ApiSettings.from_environment(
        {
            "LITMUS_API_KEY": "k",
            "LITMUS_API_MAX_BODY_MB": "0.5",
            "LITMUS_API_RATE_PER_MINUTE": "0",
            "LITMUS_API_HUB_MODELS": "on",
        }
    )
    assert found == ApiSettings(key="k", max_body_mb=0.5, rate_per_minute=0, hub_models=True)
    assert found.max_body_bytes == 500_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LITMUS_API_MAX_BODY_MB", "big"),
        ("LITMUS_API_MAX_BODY_MB", "0"),
        ("LITMUS_API_RATE_PER_MINUTE", "-1"),
        ("LITMUS_API_RATE_PER_MINUTE", "nan"),
        ("LITMUS_API_HUB_MODELS", "maybe"),
    ],
)
def test_setting_that_cannot_be_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(OptionError, match=name):
        ApiSettings.from_environment({name: value})
