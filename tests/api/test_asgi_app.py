"""The pages and the API in one process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PATIENCE = 60


def test_importing_the_app_loads_no_model_library() -> None:
    script = (
        "import sys, asgi_app\n"
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


@contextmanager
def served(folder: Path, before: str = "") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Where `streamlit run asgi_app.py` listens, and its process.

    Args:
        before: Python that runs in the process first.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log.txt"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LITMUS_API_")
    }
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                sys.executable, "-c", f"{before}\nfrom streamlit.web.cli import main\nmain()",
                "run", "asgi_app.py", "--server.headless=true", f"--server.port={port}",
                "--server.address=127.0.0.1", "--browser.gatherUsageStats=false",
            ],
            cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=environment,
        )
    try:
        found = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{found}/api/health", timeout=5)
                break
            except httpx.TransportError:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
        yield found, server
    finally:
        server.terminate()
        try:
            server.wait(timeout=PATIENCE)
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served."""
    with served(tmp_path_factory.mktemp("server")) as (found, _):
        yield found


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nope", "/api/health/more"])
def test_unknown_api_path_is_json_and_not_a_page(address: str, path: str) -> None:
    answer = httpx.get(address + path)
    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]


def test_pages_and_predictions_come_from_one_process(address: str) -> None:
    assert "<html" in httpx.get(address).text
    body = {"model": "vader", "records": [{"text": "lovely"}]}
    answer = httpx.post(f"{address}/api/predict/sentiment", json=body, timeout=60)
    assert answer.status_code == 200
    assert answer.json()["predictions"][0]["prediction"] == "positive"


def test_large_upload_gets_its_answer(address: str) -> None:
    answer = httpx.post(f"{address}/api/predict/sentiment", content=b"x" * 11_000_000, timeout=60)
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["error"]


def test_docs_show_the_address_they_were_opened_at(address: str) -> None:
    assert f"curl {address}/api/predict/sentiment" in httpx.get(f"{address}/api/docs").text


# In place of predictions: they go on for ever, and only “polite” ones hear that they are to stop.
ENDLESS = """
import pathlib, time
from dashboard.api import routes_predict

def predict(task, model, records, progress, **_):
    (pathlib.Path({folder!r}) / model).touch()
    while True:
        time.sleep(0.05)
        if model == "polite":
            progress.advance(1)

routes_predict.predict_records = predict
"""


@pytest.mark.parametrize(
    ("number", "models", "codes"),
    [
        (signal.SIGTERM, ["polite"], {-signal.SIGTERM}),
        # Ctrl+C: the command of Streamlit makes a 1 of it; a 0 where its shell ignores interrupts.
        (signal.SIGINT, ["polite"], {0, 1}),
        (signal.SIGTERM, ["polite", "deaf"], {128 + signal.SIGTERM}),
    ],
)
def test_server_ends_when_asked_to_whatever_is_under_way(
    tmp_path: Path, number: signal.Signals, models: list[str], codes: set[int]
) -> None:
    with (
        served(tmp_path, ENDLESS.format(folder=str(tmp_path))) as (address, server),
        ThreadPoolExecutor(len(models)) as pool,
    ):
        asked = {
            model: pool.submit(
                httpx.post, f"{address}/api/predict/sentiment",
                json={"model": model, "records": []}, timeout=PATIENCE,
            )
            for model in models
        }
        deadline = time.monotonic() + PATIENCE
        while not all((tmp_path / model).exists() for model in models):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        server.send_signal(number)
        # Only so long that a server that never ends is noticed.
        assert server.wait(PATIENCE) in codes
        assert asked["polite"].result().status_code == 503
        if "deaf" in asked:
            assert isinstance(asked["deaf"].exception(), httpx.TransportError)
