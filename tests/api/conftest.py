"""A client of the API, mounted as the app mounts it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api.app import api_mounts
from dashboard.api.settings import ApiSettings


@pytest.fixture
def make_client() -> Iterator[Callable[..., TestClient]]:
    """Makes clients of an API with the settings given."""
    with ExitStack() as stack:

        def make(**settings: Any) -> TestClient:
            app = Starlette(routes=api_mounts(ApiSettings(**settings)))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    """A client of an API with the default settings."""
    return make_client()


@pytest.fixture
def sentence() -> Callable[[Any, int], str]:
    """Gives the sentence of an answer that has the status and the one shape of errors."""

    def check(answer: Any, status: int) -> str:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert list(answer.json()) == ["error"]
        said = answer.json()["error"]
        assert isinstance(said, str) and said and "\n" not in said and len(said) < 700
        assert "Traceback" not in said and "pydantic" not in said
        return said

    return check
