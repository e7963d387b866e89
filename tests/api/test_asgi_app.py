"""The pages and the API in one process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `streamlit run asgi_app.py` listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LITMUS_API_")
    }
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "streamlit", "run", "asgi_app.py",
                "--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1",
                "--browser.gatherUsageStats=false",
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
        yield found
    finally:
        server.terminate()
        server.wait(timeout=20)


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
