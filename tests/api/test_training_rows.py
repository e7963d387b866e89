"""Rows to learn from that come with a request: images too, and errors that name the row."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from pipelines.bundle import pack
from pipelines.commands import RunCommand, run_command
from tests.image_sets import shapes_zip

Sentence = Callable[[Any, int], str]
COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20)}
TEXTS = {"positive": "I love it, wonderful and great", "negative": "Awful, broken, I hate it"}
LABELLED = [
    {"text": f"{text} {number}", "label": label}
    for label, text in TEXTS.items() for number in range(8)
]


def photo(colour: tuple[int, int, int], number: int = 0) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (40 + number, 40), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


PHOTOS = [
    {"image": photo(colour, number), "label": name}
    for name, colour in COLOURS.items() for number in range(3)
]


def ask(client: TestClient, task: str, **body: Any) -> Any:
    return client.post(f"/api/predict/{task}", json=body)


@pytest.mark.parametrize("model", ["own-classes", "default"])
def test_images_are_taught_as_base64_text(client: TestClient, model: str) -> None:
    records = [{"image": photo(colour, 9)} for colour in COLOURS.values()]
    answer = ask(client, "images", model=model, records=records, training=PHOTOS)
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == "own-classes"
    assert [each["prediction"] for each in answer.json()["predictions"]] == list(COLOURS)


@pytest.mark.parametrize(("cell", "said"), [
    ("no base64!", "no base64"), (base64.b64encode(b"text").decode(), "raining row 7"), ("", "empty"),
    (5, "as base64 text"), (None, "as base64 text"),
])
def test_an_image_that_cannot_be_read_is_named_by_its_row(
    client: TestClient, sentence: Sentence, cell: object, said: str
) -> None:
    training = [*PHOTOS, {"image": cell, "label": "red"}]
    answer = ask(client, "images", model="own-classes", training=training,
                 records=[{"image": photo((0, 0, 0))}])
    found = sentence(answer, 400)
    assert said in found and "raining row 7" in found


@pytest.mark.parametrize(("training", "said"), [
    ([*LABELLED, {"text": "a b c", "label": [1]}], "Training row 17 has a list in “label”"),
    ([{"text": 5, "label": {"a": 1}}] * 20, "Training row 1 has an object in “label”"),
    ([*LABELLED, "x"], "Training row 17 is not an object"),
    ([{}] * 20, "No training row has “text”; each needs “text” and “label”"),
    ([{"text": "fine lamp"}] * 20, "No training row has “label”"),
    ([{"text": "fine lamp", "label": None}] * 20, "No training row has “label”"),
    ([{"text": "fine lamp", "label": "positive"}] * 20, "All training rows have the label “positive”"),
    ([{"text": "fine lamp", "label": "one thing"}, {"text": "poor lamp", "label": "other thing"}] * 9,
     "None of the labels in “training” (“one thing”, “other thing”)"),
    ([{"text": 5, "label": name} for name in TEXTS] * 9, "No training row has words in “text”"),
    ([{"text": "fine lamp", "label": "positive", "colour": "red"}], "no role “colour”"),
])
def test_what_is_wrong_with_rows_is_said_in_their_own_names(
    client: TestClient, sentence: Sentence, training: list[Any], said: str
) -> None:
    answer = ask(client, "sentiment", model="tfidf-logistic", training=training,
                 records=[{"text": "fine"}])
    found = sentence(answer, 400)
    assert said in found and "--" not in found and "olumn" not in found


def test_rows_teach_texts_and_what_does_not_learn_says_so(
    client: TestClient, sentence: Sentence
) -> None:
    asked = [{"text": "wonderful, great"}, {"text": "awful, broken"}]
    answer = ask(client, "sentiment", model="tfidf-logistic", training=LABELLED, records=asked)
    assert answer.status_code == 200, answer.text
    assert [each["prediction"] for each in answer.json()["predictions"]] == list(TEXTS)
    for task, model, record in (("sentiment", "vader", {"text": "fine"}),
                                ("keywords", "default", {"text": "fine words"})):
        answer = ask(client, task, model=model, training=[{"text": "a"}], records=[record])
        assert "does not learn" in sentence(answer, 400)
    answer = ask(client, "sentiment", model="tfidf-logistic", training=LABELLED, records=asked,
                 classes=["positive", "neutral"])
    assert "leave “classes” out" in sentence(answer, 400)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bundles that the server reads, with one of the user's own classes."""
    data = tmp_path / "shapes.zip"
    data.write_bytes(shapes_zip(6))
    done = run_command(RunCommand(task="images", data=(data,), models=("own-classes",)))
    (tmp_path / "own.zip").write_bytes(pack(done, done.run_of("own-classes")))
    (tmp_path / "bad.zip").write_bytes((tmp_path / "own.zip").read_bytes()[:2000])
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    return tmp_path


def test_a_bundle_of_own_classes_answers_and_the_server_goes_on(
    client: TestClient, sentence: Sentence, served: Path
) -> None:
    record = {"image": photo((0, 0, 0))}
    found: list[Any] = []

    def work() -> None:
        found.append(ask(client, "sentiment", model="bundle:own", records=[{"text": "fine"}]))
        found.append(ask(client, "images", model="bundle:own", records=[record]))
        found.append(client.get("/api/health"))

    # Where it hangs, it does so for good: a thread of its own lets the test fail instead.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(120)
    assert not thread.is_alive(), "the server hangs"
    assert [each.status_code for each in found] == [400, 200, 200]
    assert found[1].json()["predictions"][0]["prediction"] in ("bar across", "disc")


def test_a_bundle_hears_neither_rows_nor_classes_and_says_so(
    client: TestClient, sentence: Sentence, served: Path
) -> None:
    record = {"image": photo((0, 0, 0))}
    for name, value in (("training", PHOTOS), ("classes", ["disc", "bar across"])):
        answer = ask(client, "images", model="bundle:own", records=[record], **{name: value})
        assert f"leave “{name}” out" in sentence(answer, 400)
    answer = ask(client, "images", model="bundle:bad", records=[record])
    assert sentence(answer, 400).startswith("bad.zip ")


def test_training_rows_of_a_table_come_back_with_what_was_read_and_left_out(
    client: TestClient,
) -> None:
    rows = [
        {"target": str(row % 2), "leak": row % 2, "void": None, "income": row * 37 % 101,
         "purpose": "car" if row % 3 else "house"}
        for row in range(60)
    ]
    records = [{"income": "lots", "purpose": "car"}, {"income": 20, "purpose": "car"}]
    body = {"model": "linear", "records": records, "training": rows}
    answer = ask(client, "loan-risk", **body)
    assert answer.status_code == 200, answer.text
    said = answer.json()["warnings"]
    assert any("“leak” is the target itself" in each for each in said)
    assert any("“void” is left out: all its cells are missing" in each for each in said)
    assert any("record 1 (“lots”)" in each for each in said)
    assert {"threshold", "decision"} <= set(answer.json()["predictions"][0])


def test_huge_numbers_in_training_rows_are_spoken_of_and_never_a_bug(client: TestClient) -> None:
    rows = [
        {"target": str(row % 2), "income": 10.0**300 * (row * 37 % 101 + 1), "age": row % 17}
        for row in range(60)
    ]
    answer = ask(client, "loan-risk", model="linear", records=[{"income": 1, "age": 30}],
                 training=rows)
    assert answer.status_code == 200, answer.text
    assert "“income” is left out: all its cells are missing, infinite or beyond 1e100." in (
        answer.json()["warnings"]
    )
