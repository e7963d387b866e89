"""Every way to fail is JSON with one sentence, and none of them is a bug."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.api import routes_predict
from dashboard.api.errors import BUG
from pipelines.predict import Answer

MakeClient = Callable[..., TestClient]
Sentence = Callable[[Any, int], str]
PATH = "/api/predict/sentiment"


def one(value: Any) -> bytes:
    return json.dumps({"model": "vader", "records": [{"text": value}]}).encode()


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"{", "not valid JSON"),
        (b"text=hello", "not valid JSON"),
        (b"\xff\xfe\xfd", "not"),
        (b'{"records": [{"text": "\xe9"}]}', "UTF-8"),
        (b"null", "null"),
        (b"[]", "a list"),
        (b'"text"', "a text"),
        (b"12", "a number"),
        (b"{}", "records"),
        (b'{"model": "vader"}', "records"),
        (b'{"records": {}}', "an object"),
        (b'{"records": "a"}', "a text"),
        (b'{"records": null}', "null"),
        (b'{"records": [], "modle": "vader"}', "modle"),
        (b'{"records": [], "model": 5}', "model"),
        (b'{"records": [], "model": null}', "model"),
        (b'{"records": [], "model": ["vader"]}', "model"),
        (b'{"records": [], "model": "nope"}', "nope"),
        (b'{"records": [], "model": "majority"}', "learns first"),
        (b'{"records": [], "model": "tfidf-logistic"}', "learns first"),
        (b'{"records": ["a"]}', "Record 1"),
        (b'{"records": [null]}', "Record 1"),
        (b'{"records": [{}]}', "text"),
        (b'{"records": [{"text": "a"}, {"text": 5}]}', "Record 2"),
        (b'{"records": [{"text": null}]}', "text"),
        (b'{"records": [{"text": ["a"]}]}', "text"),
        (b'{"records": [{"text": true}]}', "text"),
        (b'{"records": [{"text": "a", "colour": 1}]}', "colour"),
        (b'{"records": [{"text": "a", "label": NaN}]}', "NaN"),
        (b'{"records": [{"text": "a", "label": -Infinity}]}', "-Infinity"),
        (b'{"records": [{"text": "a", "label": 1e999}]}', "too large"),
        (b'{"records": [{"text": "a", "label": ' + b"9" * 5000 + b"}]}", "too large"),
        (b'{"records": [{"text": "a", "label": -9223372036854775809}]}', "too large"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (
            b'{"records": [{"text": "a", "label": ' + b"[" * 50 + b"]" * 50 + b"}]}",
            "nested too deeply",
        ),
        (one("a\x00b"), "NUL"),
        (one("a\ud800b"), "surrogate"),
        (b'{"records": [{"text": "a", "\\udc00": 1}]}', "surrogate"),
        (b'{"records": [], "model": "a\\u0000"}', "NUL"),
        (one("a" * 100_001), "100,001 characters"),
        (json.dumps({"records": [{"text": "a"}] * 10_001}).encode(), "10,001 records"),
        (b'{"records": [{"text": "a", "' + b"x" * 100_000 + b'": 1}]}', "Record 1"),
    ],
)
def test_request_that_does_not_fit_is_named_in_a_sentence(
    client: TestClient, body: bytes, part: str, sentence: Sentence
) -> None:
    headers = {"Content-Type": "application/json"}
    assert part in sentence(client.post(PATH, content=body, headers=headers), 400)


def test_hub_models_are_refused_unless_switched_on(
    client: TestClient, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, sentence: Sentence
) -> None:
    body = {"model": "hub:owner/name", "records": []}
    assert "LITMUS_API_HUB_MODELS=on" in sentence(client.post(PATH, json=body), 400)
    asked = []

    def record(task: str, model: str, records: Any, **_: Any) -> Answer:
        asked.append(model)
        return Answer(model, [], 0.0)

    monkeypatch.setattr(routes_predict, "predict_records", record)
    assert make_client(hub_models=True).post(PATH, json=body).status_code == 200
    assert asked == ["hub:owner/name"]


def test_form_that_a_browser_sends_for_another_site_is_refused(
    client: TestClient, sentence: Sentence
) -> None:
    body = b'{"model": "vader", "records": []}'
    foreign = {"Origin": "https://example.com", "Content-Type": "text/plain"}
    assert "Content-Type" in sentence(client.post(PATH, content=body, headers=foreign), 400)
    assert client.post(PATH, content=body).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/nope", "/api/health/", "/api/predict", "/api/predict/", "/api/%00"],
)
def test_unknown_path_is_404(client: TestClient, path: str, sentence: Sentence) -> None:
    assert "/api/docs" in sentence(client.get(path), 404)
    assert "/api/docs" in sentence(client.post(path, json={}), 404)


def test_unknown_task_is_404_and_names_the_tasks(client: TestClient, sentence: Sentence) -> None:
    answer = client.post("/api/predict/astrology", json={"records": []})
    assert "sentiment" in sentence(answer, 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/health", {"GET", "HEAD"}),
        ("DELETE", "/api/tasks", {"GET", "HEAD"}),
        ("PUT", "/api/docs", {"GET", "HEAD"}),
        ("GET", PATH, {"POST"}),
        ("OPTIONS", PATH, {"POST"}),
    ],
)
def test_wrong_method_is_405_with_the_ones_allowed(
    client: TestClient, method: str, path: str, allowed: set[str], sentence: Sentence
) -> None:
    answer = client.request(method, path)
    sentence(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == allowed


def test_bug_is_logged_and_not_shown(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    sentence: Sentence,
) -> None:
    def broken(task: str, model: str, records: Any, **_: Any) -> Any:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(routes_predict, "predict_records", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.post(PATH, json={"records": []})
    assert sentence(answer, 500) == BUG
    assert "a secret detail" in caplog.text and "Traceback" in caplog.text
