from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from PIL import Image

from data.errors import DataError
from data.images.reading import read_images
from data.limits import Limits
from tests.document_files import zipped
from tests.image_files import picture, png_header, scene, written


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def encrypted() -> bytes:
    content = bytearray(zipped(("a.png", picture(1))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(("../a.png", picture(1))), "climbs out of the archive"),
        (zipped(("x\\..\\..\\a.png", picture(1))), "climbs out of the archive"),
        (zipped(("/etc/a.png", picture(1))), "climbs out of the archive"),
        (zipped(("C:\\a.png", picture(1))), "climbs out of the archive"),
        (zipped((member("a.png", stat.S_IFLNK | 0o777), b"/etc/passwd")), "holds a link"),
        (encrypted(), "protected by a password"),
        (zipped(("more.zip", zipped(("a.png", picture(1))))), "holds another archive"),
        (zipped(("more.dat", zipped(("a.png", picture(1))))), "holds another archive"),
        (zipped(("a.png", b"\x00" * 2**25)), "times the packed size"),
        (zipped(("a.txt", b"hi"), ("b.csv", b"a,b\n1,2\n")), "holds no image but b.csv, a.txt"),
        (zipped(), "holds no file"),
        (zipped(("a.jpg", b"hi")), "No image in a.zip can be read; the first: “a.jpg” is text"),
        (zipped(*((f"{n}.heic", b"\0\0\0\x18ftypheic") for n in range(3))),
         "None of the 3 images in a.zip can be read, as each is a HEIC photo; needed is JPEG"),
        (zipped(("a.png", picture(1)[:99])), "“a.png” is a PNG image that is damaged or cut short"),
        (zipped(("a.png", picture(1)))[:-30], "damaged or cut short"),
        (b"", "a.zip is empty"),
        (b"hello there", "is text and no image; needed is a ZIP of images, or one image as JPEG"),
        (b"\x00\x00\x00\x18ftypheic", "is a HEIC photo; needed is"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_at_all_is_said_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_images(content, "a.zip")


def test_single_images_that_cannot_be_read_are_listed_and_the_rest_goes_on() -> None:
    table = read_images(
        zipped(("a.png", picture(1)), ("cut.png", picture(2)[:200]), ("text.jpg", b"not at all"),
               ("bomb.png", png_header(60_000, 60_000)), ("photo.heic", b"\0\0\0\x18ftypheic"),
               ("empty.gif", b""), ("really_png.jpg", picture(3)), ("no_ending", picture(4)),
               ("readme.md", b"# hi"), ("film.mp4", b"\0\0\0\x18ftypisom"), ("more.zip", b"PK")),
        "a.zip",
    )  # fmt: skip
    assert table.frame["image"].tolist() == ["a.png", "no_ending", "really_png.jpg"]
    assert table.notes == (
        "3 images read.",
        "1 image is not of the format of the name and was read by content: "
        "“really_png.jpg” is PNG.",
        "“bomb.png” has 60,000 × 60,000 pixels, and at most 50 million are opened; save it "
        "smaller.",
        "“cut.png” is a PNG image that is damaged or cut short; save it again.",
        "“empty.gif” is empty (0 bytes); save it as JPEG or PNG.",
        "“photo.heic” is a HEIC photo; save it as JPEG or PNG.",
        "“text.jpg” is text and no image; save it as JPEG or PNG.",
        "Archives inside were left out; unpack them first: more.zip.",
        "Files that are no images were left out: film.mp4, readme.md.",
    )


def test_reasons_are_counted_after_the_first_twenty() -> None:
    bad = ((f"{number:02}.png", b"bad") for number in range(25))
    notes = read_images(zipped(("ok.png", picture(1)), *bad), "a.zip").notes
    assert sum("is text and no image" in note for note in notes) == 20
    assert notes[-1] == "5 more images could not be read."


def test_a_member_with_a_wrong_checksum_or_size_is_left_out() -> None:
    content = bytearray(zipped(("a.png", picture(1)), ("b.png", picture(2))))
    start = content.index(b"a.png") + 5
    content[start + 60] ^= 0xFF
    table = read_images(bytes(content), "a.zip")
    assert table.frame["image"].tolist() == ["b.png"]
    assert "“a.png” is damaged in the archive; pack the images again." in table.notes


@pytest.mark.parametrize("declared", [10, 1_000_000])
def test_a_member_never_unfolds_past_the_size_it_declares(declared: int) -> None:
    content = bytearray(zipped(("a.png", b"\x00" * 50_000), ("b.png", picture(2))))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + offset, declared)
    table = read_images(bytes(content), "a.zip")
    assert "“a.png” is damaged in the archive; pack the images again." in table.notes


def test_a_member_packed_in_another_way_is_said() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.png", picture(1), zipfile.ZIP_LZMA)
        package.writestr("b.png", picture(2), zipfile.ZIP_STORED)
    table = read_images(out.getvalue(), "a.zip")
    assert table.frame["image"].tolist() == ["b.png"]
    assert any("packed in a way that is not read" in note for note in table.notes)


def test_too_many_images_or_too_large_a_file_is_said() -> None:
    content = zipped(*((f"{number}.png", picture(number)) for number in range(4)))
    with pytest.raises(DataError, match=r"a\.zip holds 4 files; at most 3 images are read"):
        read_images(content, "a.zip", limits=Limits(images=3))
    assert read_images(content, "a.zip", limits=Limits(images=4)).total_rows == 4
    with pytest.raises(DataError, match="at most 0 MB are read"):
        read_images(content, "a.zip", limits=Limits(file_mb=0))


def test_sets_of_images_may_have_more_files_than_sets_of_documents() -> None:
    tiny = written(Image.new("L", (1, 1)))
    content = zipped(*((f"{number}.png", tiny) for number in range(1_100)))
    assert read_images(content, "a.zip").total_rows == 1_100


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_all_read_under_names_of_their_own() -> None:
    table = read_images(zipped(*(("a.png", picture(seed)) for seed in range(3))), "a.zip")
    assert table.frame["image"].tolist() == ["a.png", "a (2).png", "a (3).png"]
    assert [each.read() for each in table.pictures.values()] == [picture(n) for n in range(3)]


def test_names_that_hide_or_run_on_are_made_fit_to_show() -> None:
    table = read_images(
        zipped(("a\u202egnp.png", picture(1)), ("b" * 5_000 + ".png", picture(2)),
               ("c\x1b[31m\n.png", picture(3))), "a\u202e.zip"
    )  # fmt: skip
    assert table.name == "a.zip"
    names = table.frame["image"].tolist()
    assert names[0] == "agnp.png"
    assert names[2] == "c[31m.png"
    assert len(names[1]) <= 101
    assert list(table.pictures) == names


def test_names_of_archives_from_macos_are_read_as_they_were_meant() -> None:
    content = zipped(("Scha\u0308den/1.png", picture(1)), ("gut/1.png", picture(2)))
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        place = content.index(mark)
        content = content[: place + offset] + b"\x00" + content[place + offset + 1 :]
    table = read_images(content, "a.zip")
    assert table.frame["label"].tolist() == ["Schäden", "gut"]


def test_images_of_every_odd_kind_are_read_together() -> None:
    frames = [scene(seed) for seed in range(3)]
    files = {
        "animated.gif": written(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "cmyk.jpg": written(frames[0].convert("CMYK"), "JPEG"),
        "dot.png": written(Image.new("1", (1, 1))),
        "float.tif": written(frames[0].convert("F"), "TIFF"),
        "line.png": written(Image.new("RGB", (100_000, 1))),
        "palette.png": written(frames[0].convert("P"), transparency=3),
        "wide.png": written(frames[0].convert("I;16")),
    }
    table = read_images(zipped(*files.items()), "a.zip")
    assert table.frame["image"].tolist() == sorted(files)
    assert len(table.notes) == 1
    assert all(each.open().mode == "RGB" for each in table.pictures.values())
