"""What a file is, told by its first bytes before its name."""

from __future__ import annotations

READABLE = "CSV, TSV, JSON Lines, JSON, Excel (.xlsx), Parquet, or a ZIP or gzip of one of these"
READABLE_DOCUMENTS = (
    "PDF, Word (.docx), HTML, Markdown, plain text, a ZIP of these, "
    "or a table of passages (CSV, JSON Lines, Excel .xlsx, Parquet)"
)

PARQUET = b"PAR1"
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"RIFF", "an image, sound or video (RIFF)", ""),
    (b"II*\x00", "a TIFF image", ""),
    (b"%PDF", "a PDF document", ""),
    (b"{\\rtf", "a rich-text document", ""),
    (b"MZ", "a Windows program", ""),
    (b"\x7fELF", "a Linux program", ""),
    (b"\xcf\xfa\xed\xfe", "a macOS program", ""),
    (b"\xca\xfe\xba\xbe", "a program", ""),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel or Word file (.xls, .doc) or one with a password",
        "Open it in Excel and save it as .xlsx without a password.",
    ),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV."),
    (b"\x89HDF", "an HDF5 file", "Export the table as Parquet or CSV."),
    (b"ARROW1", "an Arrow or Feather file", "Save it as Parquet."),
    (b"FEA1", "a Feather file", "Save it as Parquet."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it, or pack it as ZIP."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack it as ZIP."),
    (b"BZh", "a bzip2 archive", "Unpack it, or pack it as ZIP or gzip."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it, or pack it as ZIP or gzip."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it, or pack it as ZIP or gzip."),
    (b"\x80\x04\x95", "a Python pickle, which is never opened because it can run code", ""),
    (b"\x80\x05\x95", "a Python pickle, which is never opened because it can run code", ""),
)
_MARKUP = (
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG image"),
)


def is_zip(content: bytes) -> bool:
    """Tells whether the content is a ZIP archive, which workbooks are as well."""
    return content.startswith(ZIP)


def foreign(content: bytes) -> tuple[str, str] | None:
    """Returns what the content is and what to do about it, when it is no table at all."""
    for magic, kind, advice in _FOREIGN:
        # Two letters alone could begin a header such as "MZ,label": a program is not text.
        if content.startswith(magic) and (len(magic) > 3 or not _is_plain(content[:512])):
            return kind, advice
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, kind in _MARKUP:
        if head.startswith(magic):
            return kind, "Save the table in it as CSV or .xlsx."
    if content[257:262] == b"ustar":
        return "a tar archive", "Unpack it, or pack the one table as ZIP or gzip."
    if content[4:8] == b"ftyp":
        return "a video or HEIC image", ""
    return None


def _is_plain(head: bytes) -> bool:
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head)
