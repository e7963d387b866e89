"""The routes answer as the contract says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import pipelines
from dashboard.api import routes_predict
from pipelines.listing import listing
from pipelines.predict import Answer, predict_records
from pipelines.registry import all_tasks

MakeClient = Callable[..., TestClient]
RECORDS = [
    {"text": "Great value, works perfectly."},
    {"text": "Broke after a day, never again!", "label": "negative"},
    {"text": "Größe M, 尺寸 M 🙂"},
    {"text": "?"},
]
WEIGHTS = Path(pipelines.__file__).parent / "weights" / "litmus_sentiment"


def test_health_says_no_more_than_the_contract(client: TestClient) -> None:
    answer = client.get("/api/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "device", "models_loaded"}
    assert answer.json()["status"] == "ok"
    assert answer.json()["device"] in ("cpu", "cuda", "mps")
    assert client.head("/api/health").status_code == 200


def test_tasks_are_the_listing_of_the_command_line(client: TestClient) -> None:
    answer = client.get("/api/tasks")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(listing()))


def test_predictions_are_those_of_the_python_call(client: TestClient) -> None:
    answer = client.post("/api/predict/sentiment", json={"model": "vader", "records": RECORDS})
    assert answer.status_code == 200
    assert set(answer.json()) == {"model", "predictions", "seconds"}
    expected = predict_records("sentiment", "vader", RECORDS)
    assert answer.json()["model"] == "vader"
    assert answer.json()["predictions"] == expected.predictions
    assert answer.json()["seconds"] >= 0


@pytest.mark.parametrize("body", [{"records": RECORDS}, {"model": "default", "records": RECORDS}])
def test_default_model_predicts_without_being_named(client: TestClient, body: Any) -> None:
    assert (WEIGHTS / "card.json").exists(), "the weights are part of the package"
    answer = client.post("/api/predict/sentiment", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == "litmus-sentiment"
    assert len(answer.json()["predictions"]) == len(RECORDS)
    for each in answer.json()["predictions"]:
        assert each["prediction"] in ("negative", "neutral", "positive")
        assert 0 <= each["confidence"] <= 1


def test_no_records_give_no_predictions(client: TestClient) -> None:
    answer = client.post("/api/predict/sentiment", json={"model": "vader", "records": []})
    assert (answer.status_code, answer.json()["predictions"]) == (200, [])


def test_two_requests_compute_at_the_same_time(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=20)

    def meet(task: str, model: str, records: Any, **_: Any) -> Answer:
        both.wait()
        return predict_records(task, model, records)

    monkeypatch.setattr(routes_predict, "predict_records", meet)

    def ask(text: str) -> Any:
        return client.post(
            "/api/predict/sentiment", json={"model": "vader", "records": [{"text": text}]}
        )

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, ["wonderful", "terrible"]))
    assert [each.status_code for each in answers] == [200, 200]
    said = [each.json()["predictions"][0]["prediction"] for each in answers]
    assert said == ["positive", "negative"]


def test_other_routes_answer_while_a_prediction_computes_and_further_ones_are_turned_away(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(jobs=1, waiting=0)
    started, release = threading.Event(), threading.Event()

    def slow(task: str, model: str, records: Any, **_: Any) -> Answer:
        started.set()
        assert release.wait(20)
        return Answer(model, [], 0.0)

    monkeypatch.setattr(routes_predict, "predict_records", slow)
    body = {"model": "vader", "records": []}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/api/predict/sentiment", json=body)
        assert started.wait(20)
        assert client.get("/api/health").status_code == 200
        turned_away = client.post("/api/predict/sentiment", json=body)
        release.set()
        assert first.result().status_code == 200
    assert turned_away.status_code == 429
    assert turned_away.headers["retry-after"] == "5"


def test_values_that_json_does_not_have_become_null(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[dict[str, Any]] = [{"score": float("nan"), "high": float("inf"), "low": 0.5}]
    monkeypatch.setattr(
        routes_predict, "predict_records", lambda task, model, records, **_: Answer(model, rows, 0.1)
    )
    answer = client.post("/api/predict/sentiment", json={"records": []})
    assert answer.json()["predictions"] == [{"score": None, "high": None, "low": 0.5}]


def test_openapi_names_every_task_with_the_fields_of_its_records(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    operation = document["paths"]["/predict/{task}"]["post"]
    slugs = [task.slug for task in all_tasks()]
    assert operation["parameters"][0]["schema"]["enum"] == slugs
    records = {
        schema["x-task"]: schema
        for schema in document["components"]["schemas"].values()
        if "x-task" in schema
    }
    for task in all_tasks():
        fields = list(task.fields) or [role.name for role in task.roles]
        assert list(records[task.slug]["properties"]) == fields
        assert records[task.slug]["required"] == (
            [] if task.fields else [role.name for role in task.roles if role.required]
        )


def test_openapi_examples_work_and_its_references_resolve(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    content = document["paths"]["/predict/{task}"]["post"]["requestBody"]["content"]
    example = content["application/json"]["examples"]["sentiment"]["value"]
    answer = client.post("/api/predict/sentiment", json={**example, "model": "vader"})
    assert answer.status_code == 200
    text = json.dumps(document)
    for name in {each.split('"')[0] for each in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]


def test_every_documented_path_exists(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["servers"] == [{"url": "/api"}]
    for path, operations in document["paths"].items():
        allowed = client.delete(f"/api{path.replace('{task}', 'sentiment')}").headers["allow"]
        assert {method.upper() for method in operations} <= set(allowed.split(", "))


def test_docs_page_works_without_a_network(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in page.text and "<link" not in page.text and "src=" not in page.text
    assert "POST /predict/{task}" in page.text
    assert "curl http://testserver/api/predict/sentiment" in page.text
    assert "color-scheme: light dark" in page.text
    for status in ("400", "401", "404", "405", "413", "429", "500"):
        assert f"<td>{status}</td>" in page.text


def test_docs_page_never_shows_a_made_up_host(client: TestClient) -> None:
    page = client.get("/api/docs", headers={"Host": "a';<script>x</script>"})
    assert page.status_code in (200, 400)
    assert "<script" not in page.text
