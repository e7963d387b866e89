"""Reads a prediction request that came as a form with image files, as `curl -F` sends it."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from dashboard.api.request_body import PredictRequest
from data.errors import DataError
from data.images.picture import Picture
from pipelines.registry import find_task

MOST_FILES = 1_000
FIELDS = ("model", "classes")


def is_form(request: Request) -> bool:
    """Whether the body is a form with files."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def read_form_request(task_slug: str, request: Request) -> PredictRequest:
    """The request in a form: files under the name of the task's image, `model`, `classes`.

    The body has to be received already, so that its size and time are guarded.

    Raises:
        OptionError: there is no such task.
        DataError: the form is broken, has another field, or the task reads no images.
    """
    task = find_task(task_slug)
    images = [role.name for role in task.roles if role.kind == "image"]
    if not images:
        raise DataError(f"{task.title} reads no images; send its records as JSON.")
    name = images[0]
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=len(FIELDS))
    except (MultiPartException, HTTPException) as error:
        raise DataError(
            f"The form cannot be read; send up to {MOST_FILES:,} files as “{name}”, as "
            f"curl -F {name}=@photo.jpg does."
        ) from error
    records: list[dict[str, Picture]] = []
    given: dict[str, str] = {}
    try:
        for field, value in form.multi_items():
            if isinstance(value, UploadFile) and field == name:
                shown = "".join(c for c in value.filename or "" if c.isprintable())[-120:]
                picture = Picture.of_bytes(shown or f"file {len(records) + 1}", await value.read())
                records.append({name: picture})
            elif isinstance(value, str) and field in FIELDS:
                given[field] = value
            else:
                raise DataError(
                    f"The form has “{field[:40]}”, but takes files as “{name}”, and the texts "
                    f"{' and '.join(FIELDS)}."
                )
    finally:
        await form.close()
    classes = [each.strip() for each in given.get("classes", "").split(",")]
    return PredictRequest(
        given.get("model", "default"), records, tuple(each for each in classes if each)
    )
