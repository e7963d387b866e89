"""Takes in the body of a request, in time and from nobody else's page."""

from __future__ import annotations

import anyio
from fastapi import Request

from data.errors import DataError

BODY_SECONDS = 30.0


async def receive_body(request: Request) -> bytes:
    """The whole body.

    Raises:
        DataError: it did not arrive in time, or a page of another site sent it as a form.
    """
    _refuse_forms_of_other_sites(request)
    try:
        with anyio.fail_after(BODY_SECONDS):
            return await request.body()
    except TimeoutError as error:
        raise DataError(
            f"The body did not arrive within {BODY_SECONDS:.0f} seconds; send it again."
        ) from error


def _refuse_forms_of_other_sites(request: Request) -> None:
    """A page of another site can make a browser post a form here, but no JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "origin" in request.headers and kind != "application/json":
        raise DataError("A browser has to send the body with “Content-Type: application/json”.")
