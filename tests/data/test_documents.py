from __future__ import annotations

import io
import zipfile

import docx
import numpy as np
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from data.errors import DataError
from data.limits import Limits
from data.readers.documents import COLUMNS, read_documents
from data.table import fingerprint
from tests.document_files import encrypted, pdf, stream, word, written, zipped

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PAGE = b"<!DOCTYPE html><html><body><h1>Pay</h1><p>Monthly.</p></body></html>"


def rows(content: bytes, name: str) -> list[tuple[str, str]]:
    frame = read_documents(content, name).frame
    return list(zip(frame["heading"], frame["text"], strict=True))


def test_a_table_of_documents_has_four_columns_and_a_fingerprint() -> None:
    content = b"# Leave\n\nText."
    table = read_documents(content, "C:\\docs\\hand\x00book.md")
    assert table.name == "handbook.md"
    assert tuple(table.frame) == COLUMNS
    assert table.frame["page"].dtype == "Int64"
    assert table.frame["page"].isna().all()
    assert table.frame["document"].tolist() == ["handbook.md"]
    assert table.total_rows == len(table.frame) == 1
    assert table.fingerprint == fingerprint(content, {"read_as": "documents"})
    assert table.row_number(0) == 1


def test_every_page_of_a_pdf_is_a_row() -> None:
    frame = read_documents(pdf(["First page.", "Second line (b)."], ["Last."]), "a.pdf").frame
    assert frame["page"].tolist() == [1, 2]
    assert frame["text"].tolist() == ["First page.\nSecond line (b).", "Last."]
    assert frame["heading"].tolist() == ["", ""]


def test_words_cut_at_line_ends_are_joined_and_compounds_keep_their_hyphen() -> None:
    lines = ["An inter-", "national and well-", "known rule of Jean-", "Paul.", "It is well-known."]
    text = read_documents(pdf(lines), "a.pdf").frame["text"][0]
    assert text == "An international and well-known rule of Jean-Paul.\nIt is well-known."


def test_scanned_pages_are_named_and_the_others_read() -> None:
    table = read_documents(pdf(["a"], None, ["b"], None, None, None, []), "mixed.pdf")
    assert table.frame["page"].tolist() == [1, 3]
    assert "pages 2 and 4 to 7 of 7 without a text layer" in table.notes[0]


def test_a_scanned_pdf_is_refused() -> None:
    with pytest.raises(DataError, match=r"scan\.pdf has 12 pages without a text layer.*OCR"):
        read_documents(pdf(*[None] * 12), "scan.pdf")


def test_a_page_that_cannot_be_read_is_named_and_the_others_read() -> None:
    content = pdf(["good one"], ["bad one"]).replace(b"(bad one) Tj T* ET", b"<zz> Tj  ID EI 1 Tf")
    table = read_documents(content, "a.pdf")
    assert table.frame["page"].tolist() == [1]
    assert table.notes == ("a.pdf: page 2 of 2 damaged and left out.",)


def test_a_page_of_letters_that_nobody_can_read_counts_as_without_text() -> None:
    content = pdf(["good one"], ["bad one"])
    last = content.rindex(b"/Contents")
    content = content[:last] + content[last:].replace(b"/F1 3 0 R", b"/F1 (ab)  ", 1)
    table = read_documents(content, "a.pdf")
    assert table.frame["text"].tolist() == ["good one"]
    assert "page 2 of 2 without a text layer" in table.notes[0]


@pytest.mark.parametrize("how", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_only_limits_printing_is_read_and_one_with_a_password_refused(how: str) -> None:
    content = pdf(["Open to read."])
    assert rows(encrypted(content, "", how=how), "a.pdf") == [("", "Open to read.")]
    with pytest.raises(DataError, match=r"a\.pdf is protected by a password"):
        read_documents(encrypted(content, "secret", how=how), "a.pdf")


@pytest.mark.parametrize("left", [0.02, 0.3, 0.6, 0.97])
def test_a_truncated_pdf_is_refused(left: float) -> None:
    content = pdf(["Some text."], ["More text."])
    with pytest.raises(DataError, match="damaged or cut short"):
        read_documents(content[: int(len(content) * left)], "a.pdf")


def test_a_pdf_that_goes_on_after_its_end_is_read_with_a_note() -> None:
    table = read_documents(pdf(["Some text."]) + b"7 0 obj << " * 300, "a.pdf")
    assert table.frame["text"].tolist() == ["Some text."]
    assert "may be cut short" in table.notes[-1]


def test_a_pdf_of_500_pages_is_read_and_one_over_the_limit_refused() -> None:
    content = pdf(*[[f"This is page {number}."] for number in range(1, 501)])
    frame = read_documents(content, "a.pdf").frame
    assert frame["page"].tolist() == list(range(1, 501))
    assert frame["text"][499] == "This is page 500."
    with pytest.raises(DataError, match="500 pages; at most 499"):
        read_documents(content, "a.pdf", limits=Limits(pages=499))


def test_a_pdf_that_unfolds_to_too_much_text_is_refused() -> None:
    long = pdf(["word " * 120_000], ["word " * 120_000])
    with pytest.raises(DataError, match=r"unfolds to more than 1,048,576 characters by page 2"):
        read_documents(long, "a.pdf", limits=Limits(expanded_mb=1))


def test_a_pdf_whose_pages_are_their_own_parent_is_refused() -> None:
    content = written({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 99999999 >>",
        3: stream(b"x"),
    })
    with pytest.raises(DataError, match="damaged"):
        read_documents(content, "a.pdf")


def test_word_headings_lists_and_tables_become_sections() -> None:
    content = word(
        "Before.", ("Title", "Handbook"), ("Heading 1", "Leave"), "Intro.",
        ("List Bullet", "one"), ("List Number", "two"), ("Heading 2", "Parental leave"),
        "16 weeks.", [["Role", "Days"], ["Staff", "30"]], ("Heading 1", "Contact"),
    )  # fmt: skip
    assert rows(content, "h.docx") == [
        ("", "Before."),
        ("Handbook > Leave", "Intro.\n\none\ntwo"),
        ("Handbook > Leave > Parental leave", "16 weeks.\n\nRole | Days\nStaff | 30"),
        ("Handbook > Contact", "Contact"),
    ]


def test_word_styles_of_ones_own_count_as_the_heading_they_are_based_on() -> None:
    package = docx.Document()
    style = package.styles.add_style("Kapitel", 1)
    style.base_style = package.styles["Heading 2"]
    package.add_paragraph("Urlaub", style="Kapitel")
    package.add_paragraph("30 Tage.")
    out = io.BytesIO()
    package.save(out)
    assert rows(out.getvalue(), "a.docx") == [("Urlaub", "30 Tage.")]


def test_word_text_in_controls_and_insertions_is_read_and_deleted_text_is_not() -> None:
    package = docx.Document()
    paragraph = package.add_paragraph("Kept ")
    for tag, words, letters in (("ins", "added", "t"), ("del", "removed", "delText")):
        change, run, text = OxmlElement(f"w:{tag}"), OxmlElement("w:r"), OxmlElement(f"w:{letters}")
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    secret = package.add_paragraph().add_run("hidden")
    secret.font.hidden = True
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(inside)
    package.element.body.insert(0, control)
    inside.append(package.add_paragraph("In a control.")._p)
    assert inside[0].tag == qn("w:p")
    out = io.BytesIO()
    package.save(out)
    assert rows(out.getvalue(), "a.docx") == [("", "In a control.\n\nKept added")]


def test_word_documents_that_are_empty_damaged_or_made_to_harm_are_refused() -> None:
    good = word("Some text.")
    with pytest.raises(DataError, match="holds no text"):
        read_documents(word(), "a.docx")
    with pytest.raises(DataError, match="Word document that is damaged"):
        read_documents(good[:-100], "a.docx")
    with pytest.raises(DataError, match="named like a Word document"):
        read_documents(zipped(("a.csv", b"a")), "a.docx")
    for part, said in (
        (b"0" * 2_000_000, "unfolds.*part of the document"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>', "entities"),
    ):
        out = io.BytesIO(good)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/extra.xml", part)
        with pytest.raises(DataError, match=said):
            read_documents(out.getvalue(), "a.docx", limits=Limits(expanded_mb=1))


def test_html_is_read_without_scripts_menus_and_hidden_parts() -> None:
    page = """<!DOCTYPE html><html><head><title>Site</title><style>p {color: red}</style>
        <body><nav>Menu</nav><script>alert("x")</script><div role="navigation">Crumbs</div>
        <h1>Leave</h1><p>You &amp; I<br>have <b>30</b>\n days.<p>Second<!-- no -->.
        <div hidden>hidden</div><p style="color:red; display : none">none</p>
        <ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>
        <h2>Pay¶</h2><table><tr><th>Role<td><p>A</p><p>B</p></tr>
        <tr><td>x</td><td>caf&eacute;</td></tr></table><pre>a\n  b</pre></body></html>"""
    found = rows(page.encode(), "a.html")
    assert found[0] == ("Leave", "You & I\nhave 30 days.\n\nSecond.\n\none\ninner\ntwo")
    assert found[1][0] == "Leave > Pay"
    assert found[1][1].endswith("x | café\n\na\n  b") or "x\n\ncafé" in found[1][1]
    everything = " ".join(text for _, text in found)
    assert not any(word in everything for word in ("alert", "Menu", "Crumbs", "hidden", "none"))


def test_html_tables_become_lines_and_tables_for_layout_are_read_as_blocks() -> None:
    plain = b"<html><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"
    assert rows(plain, "a.html") == [("", "a | b\n1 | 2")]
    layout = b"<html><table><tr><td><h1>T</h1>left<td>right<tr><td>below</table>"
    assert rows(layout, "a.html") == [("T", "left\n\nright\n\nbelow")]


def test_a_page_without_headings_is_headed_by_its_title() -> None:
    page = b"<html><title>Opening hours</title><p>9 to 5.</html>"
    assert rows(page, "a.html") == [("Opening hours", "9 to 5.")]


@pytest.mark.parametrize(
    "content",
    ["<html><meta charset=iso-8859-1><p>Prüfung “a”".encode("cp1252"),
     "<html><p>Prüfung “a”".encode(), "<html><p>Prüfung “a”".encode("utf-16"),
     "<?xml version='1.0'?><!DOCTYPE html><html><p>Prüfung “a”</p></html>".encode()],
)  # fmt: skip
def test_html_in_several_encodings_is_read(content: bytes) -> None:
    assert rows(content, "a.htm") == [("", "Prüfung “a”")]


def test_html_that_nests_very_deeply_is_read() -> None:
    content = b"<html>" + b"<div>" * 5_000 + b"deep"
    assert rows(content, "a.html") == [("", "deep")]


def test_html_with_nothing_but_scripts_is_refused() -> None:
    with pytest.raises(DataError, match="without text of its own"):
        read_documents(b"<html><body><script>render()</script></body></html>", "a.html")


def test_markdown_keeps_words_lists_tables_and_code_and_loses_markup() -> None:
    text = (
        "---\ntitle: Meta\n---\nBefore.\n\n# Leave\n\n*Intro* with [a link](http://x.y) and `code`,"
        " R&amp;D ![chart](c.png)\n\nPaid leave\n---\n\n- one\n  - **inner**\n1. two\n\n"
        "| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n```py\nx = 1\n```\n\n<div>raw <b>html</b></div>\n"
    )
    table = read_documents(text.encode(), "a.md")
    assert list(zip(table.frame["heading"], table.frame["text"], strict=True)) == [
        ("", "Before."),
        ("Leave", "Intro with a link and code, R&D chart"),
        ("Leave > Paid leave", "one\ninner\ntwo\n\na | b\n1 | 2\n\nx = 1\n\nraw html"),
    ]
    assert "front matter" in table.notes[0]


def test_a_heading_leaves_the_path_when_one_of_its_level_follows() -> None:
    text = b"# A\n### B\nb\n## C\nc\n# D\nd\n"
    assert rows(text, "a.md") == [("A > B", "b"), ("A > C", "c"), ("D", "d")]


def test_text_is_one_row_however_long_and_keeps_its_paragraphs() -> None:
    text = "One line.\r\nNext.  \r\n\r\n\r\n\r\nAfter.\x00\x07\r\n" + "word " * 8_000
    assert len(text) > 20_000
    assert rows(text.encode(), "a.txt") == [
        ("", "One line.\nNext.\n\nAfter.\n" + "word " * 7_999 + "word")
    ]


@pytest.mark.parametrize("how", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_text_in_several_encodings_is_read(how: str) -> None:
    assert rows("Die Prüfung der Größe.".encode(how), "a.txt") == [("", "Die Prüfung der Größe.")]


def test_a_text_over_the_limit_of_a_cell_is_cut_at_paragraphs() -> None:
    content = b"a" * 60 + b"\n\n" + b"b" * 60 + b" " + b"c" * 90
    table = read_documents(content, "a.txt", limits=Limits(cell_characters=100))
    assert table.frame["text"].tolist() == ["a" * 60, "b" * 60, "c" * 90]
    assert "cut into parts" in table.notes[0]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.pdf", r"empty \(0 bytes\)"),
        (b" \n\t ", "a.txt", "no text"),
        (b"# \n\n---\n", "a.md", "no text"),
        (PNG, "a.pdf", "PNG image"),
        (PNG, "a.txt", "PNG image.*Needed is PDF, Word"),
        (b"just text", "a.pdf", "named like a PDF"),
        (np.random.default_rng(0).bytes(4_000), "a.txt", "is not text"),
        ("abc".encode("utf-16") + b"\x00", "a.txt", "breaks off"),
        (b"{\\rtf1 x}", "a.rtf", r"Save it as \.docx or PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 99, "a.doc", "old Word document"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 99, "a.docx", "password"),
        (zipped(("ppt/presentation.xml", b"<x/>")), "a.pptx", "PowerPoint.*Save it as PDF"),
        (zipped(("mimetype", b"application/vnd.oasis.opendocument.text")), "a.odt", "OpenDocument"),
        (zipped(("META-INF/container.xml", b"<x/>")), "a.epub", "e-book"),
        (b"a,b\n1,2\n", "a.csv", "not a document"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(content: bytes, name: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_documents(content, name)


def test_a_document_with_another_ending_is_read_as_what_it_is() -> None:
    table = read_documents(pdf(["Hello."]), "a.txt")
    assert table.frame["text"].tolist() == ["Hello."]
    assert "named .txt but read as a PDF" in table.notes[0]


def test_documents_over_a_limit_are_refused() -> None:
    text = zipped(("a.txt", b"abc " * 200_000), ("b.txt", b"abc " * 200_000))
    with pytest.raises(DataError, match="unfolds"):
        read_documents(text, "a.zip", limits=Limits(expanded_mb=1))
    with pytest.raises(DataError, match="3 pages and sections; at most 2"):
        read_documents(b"# a\n# b\n# c\n", "a.md", limits=Limits(rows=2))
    with pytest.raises(DataError, match="2 MB; at most 1 MB"):
        read_documents(b"a " * 2**20, "a.txt", limits=Limits(file_mb=1))


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.html", "a.md", "a.zip"])
def test_damaged_documents_raise_nothing_but_data_errors(name: str) -> None:
    sources = {
        "a.pdf": pdf(["Some text here."], ["More (text)."]),
        "a.docx": word(("Heading 1", "H"), "Some text.", [["a", "b"]]),
        "a.html": PAGE * 3,
        "a.md": b"# H\n\n- a\n\n| a |\n|---|\n| b |\n\n<b>x</b>\n",
        "a.zip": zipped(("a.txt", b"text " * 20), ("b.md", b"# H\nx")),
    }
    rng = np.random.default_rng(0)
    for _ in range(40):
        content = bytearray(sources[name])
        for place in rng.integers(5, len(content), size=3):
            content[place] = int(rng.integers(0, 256))
        try:
            read_documents(bytes(content), name)
        except DataError as error:
            assert str(error)


def test_a_table_of_contents_of_word_is_left_out() -> None:
    package = docx.Document()
    package.styles.add_style("toc 1", 1)
    package.add_paragraph("Leave 3", style="toc 1")
    package.add_paragraph("Leave", style="Heading 1")
    package.add_paragraph("30 days.")
    out = io.BytesIO()
    package.save(out)
    assert rows(out.getvalue(), "a.docx") == [("Leave", "30 days.")]


@pytest.mark.parametrize(("mark", "read"), [("0", True), ("false", True), ("1", False)])
def test_word_text_that_says_it_is_not_hidden_is_read(mark: str, read: bool) -> None:
    package = docx.Document()
    package.add_paragraph("Seen.")
    run = package.add_paragraph().add_run("Perhaps.")
    hidden = OxmlElement("w:vanish")
    hidden.set(qn("w:val"), mark)
    run._r.get_or_add_rPr().append(hidden)
    out = io.BytesIO()
    package.save(out)
    assert ("Perhaps." in rows(out.getvalue(), "a.docx")[0][1]) == read


def test_a_heading_as_long_as_a_paragraph_is_one() -> None:
    title, text = "word " * 39 + "words", "word " * 40 + "end"
    assert (len(title), len(text)) == (200, 203)
    content = f"# {title}\n\nBelow.\n\n# {text}\n\nLast.\n".encode()
    assert rows(content, "a.md") == [(title, f"Below.\n\n{text}\n\nLast.")]


def test_pages_without_text_are_listed_as_people_write_them() -> None:
    def noted(*silent: int) -> str:
        pages = [None if number in silent else ["text"] for number in range(1, max(silent) + 2)]
        return read_documents(pdf(*pages), "a.pdf").notes[0]

    assert "a.pdf: page 3 of 4 without" in noted(3)
    assert "a.pdf: pages 2 and 3 of 4 without" in noted(2, 3)
    assert "a.pdf: pages 2 to 4 and 6 of 7 without" in noted(2, 3, 4, 6)
    assert "pages 1, 3 to 5, 7 and 8 of 9 without" in noted(1, 3, 4, 5, 7, 8)
    # Twelve places, and those behind them as a number.
    assert "21, 23 and 3 more places of 30" in noted(*range(1, 30, 2))


def test_letters_that_a_font_draws_as_one_are_read_apart() -> None:
    # € and ‚ are 128 and 130 in the usual encoding; this font has other letters there.
    content = pdf(["The o€ce", "‚nds it."]).replace(
        b"/Encoding /WinAnsiEncoding",
        b"/Encoding << /Type /Encoding /Differences [128 /ffi 130 /fi] >>",
    )
    assert rows(content, "a.pdf") == [("", "The office\nfinds it.")]


def test_a_long_text_is_never_cut_in_its_first_half() -> None:
    content = b"ab\n\n" + b"c" * 70 + b" " + b"d" * 80
    table = read_documents(content, "a.txt", limits=Limits(cell_characters=100))
    assert table.frame["text"].tolist() == ["ab\n\n" + "c" * 70, "d" * 80]
