"""Which encoding a text file is in, and the same text as UTF-8."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from data.errors import DataError

_CHUNK = 4 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TITLES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "latin-1": "Latin-1", "gb18030": "GB18030"}
_EAST = ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1253", "cp1256"]
_CONTROL = bytes(byte for byte in range(32) if byte not in (9, 10, 11, 12, 13, 27))


def to_utf8(content: bytes, name: str) -> tuple[bytes, str, tuple[str, ...]]:
    """Returns the text as UTF-8 without a byte-order mark, the encoding's title, and notes.

    Raises:
        DataError: The bytes are not text.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            if encoding == "utf-8-sig":
                return _from_utf8(content[len(bom) :], name)
            return _checked(_transcode(content, encoding, name), name), _title(encoding), ()
    wide = _utf16_without_mark(content)
    if wide:
        return _checked(_transcode(content, wide, name), name), _title(wide), ()
    return _from_utf8(content, name)


def _from_utf8(content: bytes, name: str) -> tuple[bytes, str, tuple[str, ...]]:
    _checked(content, name)
    broken = _first_not_utf8(content)
    if broken is None:
        return content, "UTF-8", ()
    if _mostly_utf8(content):
        text = content.decode("utf-8", errors="replace")
        count = text.count("\ufffd")
        note = f"{count:,} characters were not valid UTF-8 and are shown as \ufffd."
        return text.encode(), "UTF-8", (note,)
    encoding = _eight_bit(content, broken)
    return _checked(_transcode(content, encoding, name), name), _title(encoding), ()


def _title(encoding: str) -> str:
    return _TITLES.get(encoding, encoding.upper() if encoding.startswith("utf") else encoding)


def _checked(content: bytes, name: str) -> bytes:
    if b"\x00" in content:
        where = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise DataError(
            f"{name} holds a NUL byte in line {where:,}, which no text table has. "
            "Export the table again as CSV (UTF-8)."
        )
    head = content[:65536]
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > max(2, len(head) // 200):
        raise DataError(
            f"{name} is not a text table: {control:,} of its first {len(head):,} bytes are control "
            "characters. Export the table as CSV (UTF-8) or .xlsx."
        )
    return content


def _first_not_utf8(content: bytes) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _CHUNK):
        try:
            decoder.decode(content[start : start + _CHUNK], start + _CHUNK >= len(content))
        except UnicodeDecodeError as error:
            return max(0, start + error.start - 4)
    return None


def _mostly_utf8(content: bytes) -> bool:
    high = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", content[: 8 * _CHUNK]))
    text = content[: 8 * _CHUNK].decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    return high > 0 and bad <= high * 0.05


def _transcode(content: bytes, encoding: str, name: str) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)()
    parts: list[bytes] = []
    try:
        for start in range(0, len(content), _CHUNK):
            final = start + _CHUNK >= len(content)
            parts.append(decoder.decode(content[start : start + _CHUNK], final).encode())
    except UnicodeError:
        raise DataError(
            f"{name} looks like {_title(encoding)} text but breaks off or is damaged. "
            "Export the table again as CSV (UTF-8)."
        ) from None
    return b"".join(parts)


def _utf16_without_mark(content: bytes) -> str | None:
    head = content[: 4096 // 2 * 2]
    if len(head) < 4 or len(content) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.3 * pairs and others < 0.02 * pairs + 1:
            return encoding
    return None


def _eight_bit(content: bytes, near: int) -> str:
    sample = content[near : near + 65536]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    long_runs = sum(len(run) for run in runs if len(run) > 2)
    if long_runs > 0.5 * sum(map(len, runs)):
        best = from_bytes(sample, cp_isolation=_EAST).best()
        if best is not None and best.encoding and _decodes(content, best.encoding):
            return best.encoding
        if _decodes(content, "gb18030"):
            return "gb18030"
    return "cp1252" if _decodes(content, "cp1252") else "latin-1"


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK], start + _CHUNK >= len(content))
    except UnicodeError:
        return False
    return True
