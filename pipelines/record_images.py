"""Images inside records: base64 text of JSON, or files of a form."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

from data.errors import DataError
from data.images.picture import Picture


def picture_of(value: Any, where: str, role: str) -> Picture:
    """The picture that a record holds.

    Args:
        value: base64 text, also as a data address, or a picture of a form.
        where: what messages call the record, as in "Record 1".
        role: the name it stands under.

    Raises:
        DataError: it is no base64, or no image that can be opened.
    """
    if isinstance(value, Picture):
        value.open(shortest=1)
        return value
    if not isinstance(value, str):
        raise DataError(f"{where} needs “{role}”, an image as base64 text.")
    text = value.partition(",")[2] if value.startswith("data:") else value
    try:
        content = b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(
            f"{where} has “{role}” that is no base64 text; encode the bytes of the image file."
        ) from error
    if not content:
        raise DataError(f"{where} has an empty “{role}”.")
    picture = Picture.of_bytes(where.lower(), content)
    picture.open(shortest=1)
    return picture
