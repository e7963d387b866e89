"""Writes small documents for tests: PDF by hand, Word with python-docx, ZIP archives."""

from __future__ import annotations

import io
import zipfile

import docx
from pypdf import PdfReader, PdfWriter


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files:
            package.writestr(name, content)
    return out.getvalue()


def pdf(*pages: list[str] | None) -> bytes:
    """A PDF with a page for each list of lines; None is a page that is only a picture."""
    picture = 4
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        picture: stream(
            b"\x00", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 "
            b"/ColorSpace /DeviceGray"
        ),
    }
    kids = []
    for lines in pages:
        page, body = len(objects) + 2, len(objects) + 3
        if lines is None:
            content = b"q 500 0 0 700 0 0 cm /Im1 Do Q"
        else:
            shown = [b"(%s) Tj T*" % escaped(line) for line in lines]
            content = b"BT /F1 12 Tf 14 TL 50 750 Td " + b" ".join(shown) + b" ET"
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources "
            b"<< /Font << /F1 3 0 R >> /XObject << /Im1 %d 0 R >> >> >>" % (body, picture)
        )
        objects[body] = stream(content)
        kids.append(b"%d 0 R" % page)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return written(objects)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def escaped(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def written(objects: dict[int, bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number in sorted(objects):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, objects[number]))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def encrypted(content: bytes, user: str, owner: str = "owner", how: str = "AES-128") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user, owner, algorithm=how)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(*blocks: object) -> bytes:
    """A .docx: text is a paragraph, (style, text) a styled one, a list of lists a table."""
    package = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            package.add_paragraph(block)
        elif isinstance(block, tuple):
            package.add_paragraph(block[1], style=block[0])
        elif isinstance(block, list):
            table = package.add_table(rows=len(block), cols=len(block[0]))
            for row, cells in zip(table.rows, block, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
    out = io.BytesIO()
    package.save(out)
    return out.getvalue()
