"""One running app and one browser for all browser tests; a fresh context for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.serving import chromium, served
from tests.browser.visiting import WAIT

# A page draws again after each click, which takes longer than Playwright's five seconds on a machine
# with something else to do.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served."""
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The browser of this machine."""
    with chromium() as found:
        yield found


@pytest.fixture
def complaints() -> list[str]:
    """What the page wrote to the console as an error, or raised."""
    return []


@pytest.fixture
def tab(chrome: Browser, complaints: list[str]) -> Iterator[Page]:
    """The tab of a visitor who was never here; errors in its console are collected."""
    context = chrome.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(WAIT)
    found = context.new_page()
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda message: complaints.append(f"{message.text} {message.location}")
             if message.type == "error" and not _looks_for_server(message) else None)
    yield found
    context.close()


def _looks_for_server(message: ConsoleMessage) -> bool:
    """Streamlit's page asks below its own path first, is told 404, and then asks at the root."""
    address = str(message.location.get("url", ""))
    return address.endswith(("/_stcore/health", "/_stcore/host-config"))
