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

MakeClient = Callable[..., TestClient]


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Makes clients of an API with the settings given."""
    with ExitStack() as stack:

        def make(**settings: Any) -> TestClient:
            app = Starlette(routes=api_mounts(ApiSettings(**settings)))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    """A client of an API with the default settings."""
    return make_client()
