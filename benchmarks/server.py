"""The running server: first page, memory, clicks on a large run, twenty sessions at once."""

from __future__ import annotations

import csv
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
SESSIONS = 20
ROWS = 100_000
CLICKS = 40
PATIENCE = 120
LEAVES_AFTER = 10


def measure(data: Path | None) -> dict[str, Any]:
    """Everything that is measured on a server of its own."""
    with tempfile.TemporaryDirectory() as cache, Server(Path(cache)) as server:
        found: dict[str, Any] = {"up_seconds": round(server.up_seconds, 2)}
        start = time.perf_counter()
        server.visit({})
        found["first_page_seconds"] = round(time.perf_counter() - start, 2)
        found["memory_mb_before_a_model"] = round(server.memory_mb())
        found["sessions"] = _many_sessions(server)
        server.post("/api/predict/sentiment", {"records": [{"text": "Lovely lamp."}]})
        found["memory_mb_with_the_default_model"] = round(server.memory_mb())
    found["clicks"] = _clicks()
    return found


class Server:
    """The app as `make run` starts it, on a free port, with the HTTP driver switched on."""

    def __init__(self, cache: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._cache = cache

    def __enter__(self) -> Server:
        start = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "asgi_app.py", "--server.headless=true",
             "--server.address=127.0.0.1", f"--server.port={self.port}",
             "--server.enableAgentApi=true", f"--server.agentSessionTTL={LEAVES_AFTER}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "LITMUS_CACHE_DIR": str(self._cache)},
        )
        while time.perf_counter() - start < PATIENCE:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5)
                break
            except OSError:
                time.sleep(0.05)
        self.up_seconds = time.perf_counter() - start
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A JSON answer to a JSON question."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def visit(self, body: dict[str, Any]) -> dict[str, Any]:
        """Drive a session: open a page, set widgets, press a button."""
        return self.post("/_stcore/agent/interact", body)

    def memory_mb(self) -> float:
        """Resident megabytes of the server."""
        return psutil.Process(self._process.pid).memory_info().rss / 1e6


def _many_sessions(server: Server) -> dict[str, Any]:
    def session(_: int) -> list[tuple[float, str]]:
        answers = []
        sentiment = {"page": "sentiment",
                     "query_params": {"sentiment-source": ["product-reviews"]}}
        known: dict[str, Any] = {}
        for body in ({}, sentiment):
            start = time.perf_counter()
            answer = server.visit({**known, **body})
            known = {"session_id": answer["session_id"]}
            answers.append((time.perf_counter() - start, str(answer["status"])))
        return answers

    session(0)
    before = server.memory_mb()
    with ThreadPoolExecutor(SESSIONS) as pool:
        found = [each for answers in pool.map(session, range(SESSIONS)) for each in answers]
    during = server.memory_mb()
    time.sleep(2 * LEAVES_AFTER)
    server.visit({})
    time.sleep(LEAVES_AFTER)
    return {
        "sessions": SESSIONS,
        "errors": sum(status == "error" for _, status in found),
        "seconds": {"median": round(statistics.median(took for took, _ in found), 2),
                    "most": round(max(took for took, _ in found), 2)},
        "memory_mb_after_one_session": round(before),
        "memory_mb_with_all_open": round(during),
        "memory_mb_after_they_left": round(server.memory_mb()),
    }


def _clicks() -> dict[str, Any]:
    from streamlit.testing.v1 import AppTest

    rng = np.random.default_rng(0)
    names = ("negative", "neutral", "positive")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", delete=False) as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "truth", "prediction", "channel"])
        for row in range(ROWS):
            truth = names[rng.integers(3)]
            said = truth if rng.random() < 0.8 else names[rng.integers(3)]
            writer.writerow([row, f"Text number {row} of this file", truth, said, f"c{row % 7}"])
    content = Path(file.name).read_bytes()
    Path(file.name).unlink()
    app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=PATIENCE)
    app.switch_page("dashboard/pages/evaluation/classification.py").run()
    app.file_uploader(key="evaluate-classification-upload").upload("big.csv", content).run()
    took = []
    views = ("Slices", "Errors", "Calibration", "Curves")
    for click in range(CLICKS):
        control = next(each for each in app.button_group if each.key == "file-view")
        start = time.perf_counter()
        control.set_value(views[click % len(views)]).run()
        took.append(1000 * (time.perf_counter() - start))
    return {"rows": ROWS, "clicks": CLICKS,
            "milliseconds": {"median": round(statistics.median(took)),
                             "p95": round(float(np.percentile(took, 95)))}}
