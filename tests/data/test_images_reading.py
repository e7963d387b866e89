from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from data.errors import DataError
from data.images.picture import Picture
from data.images.reading import read_image_folder, read_images
from data.joined import joined
from data.reading import read, together
from data.table import Table
from tests.document_files import zipped
from tests.image_files import exif, picture, scene, written

MEASURES = ["width", "height", "brightness", "sharpness", "format", "size_kb"]


def cells(table: Table, column: str) -> list[object]:
    return [None if pd.isna(cell) else cell for cell in table.frame[column]]


def test_a_zip_of_class_folders_becomes_a_row_for_each_image() -> None:
    content = zipped(("dog/b.jpg", picture(2, "JPEG")), ("cat/a.png", picture(1)),
                     ("__MACOSX/cat/._a.png", b"x"), ("cat/.DS_Store", b"x"))  # fmt: skip
    table = read_images(content, "pets.zip")
    assert list(table.frame.columns) == ["image", "label", *MEASURES]
    assert cells(table, "image") == ["cat/a.png", "dog/b.jpg"]
    assert cells(table, "label") == ["cat", "dog"]
    assert cells(table, "format") == ["PNG", "JPEG"]
    assert cells(table, "width") == [96, 96]
    assert table.frame["size_kb"][0] == pytest.approx(len(picture(1)) / 1024, abs=0.01)
    assert (table.name, table.total_rows, table.row_number(0)) == ("pets.zip", 2, 1)
    assert table.notes == ("2 images read; their labels are from folders.",)
    assert table.pictures["cat/a.png"] == Picture.of_bytes("cat/a.png", picture(1))
    assert table.pictures["cat/a.png"].read() == picture(1)
    assert table.pictures["dog/b.jpg"].open().size == (96, 72)
    assert table.fingerprint == read_images(content, "other.zip").fingerprint
    assert "pictures" not in repr(table)


def test_the_parts_of_a_set_become_a_column() -> None:
    table = read_images(
        zipped(("s/train/cat/1.png", picture(1)), ("s/train/dog/1.png", picture(2)),
               ("s/test/cat/1.png", picture(3)), ("s/sheet.png", picture(4))), "a.zip"
    )  # fmt: skip
    assert cells(table, "split") == ["test", "train", "train"]
    assert cells(table, "label") == ["cat", "cat", "dog"]
    assert "1 image outside the folders of the parts (such as train and test) was left out." in (
        table.notes
    )


def test_labels_and_more_columns_come_from_a_table_in_the_archive() -> None:
    sheet = "id,breed,age,split,width\n001,beagle,3,train,x\n2,pug,4,val,y\n9,pug,1,train,z\n"
    table = read_images(
        zipped(("i/001.jpg", picture(1, "JPEG")), ("i/2.jpg", picture(2, "JPEG")),
               ("i/3.jpg", picture(3, "JPEG")), ("labels.csv", sheet.encode())), "a.zip"
    )  # fmt: skip
    assert list(table.frame.columns) == ["image", "label", "split", *MEASURES, "age", "width_2"]
    assert cells(table, "label") == ["beagle", "pug", None]
    assert cells(table, "split") == ["train", "validation", None]
    assert cells(table, "age") == [3, 4, None]
    assert "their labels are from the column “breed” of the table" in table.notes[0]
    assert table.notes[1:] == (
        "The table “labels.csv” was joined by its column “id”.",
        "1 row of the table names no image of the set.",
        "No row of the table names 1 image.",
        "1 image has no label.",
    )


@pytest.mark.parametrize(
    "names",
    [["cat/a.png", "dog/b.png"], ["x/cat/a.png", "x/dog/b.png"], ["a.png", "b.png"], ["A", "B"],
     ["C:\\me\\A.PNG", "C:\\me\\b.png"], ["/home/me/cat/a", "/home/me/dog/b.png"]],
)  # fmt: skip
def test_a_table_may_call_images_by_path_file_name_or_stem(names: list[str]) -> None:
    sheet = "label,file\n" + "".join(f"{mark},{name}\n" for mark, name in zip("pq", names))  # noqa: B905
    table = read_images(
        zipped(("x/cat/a.png", picture(1)), ("x/dog/b.png", picture(2)),
               ("x/list.csv", sheet.encode())), "a.zip"
    )  # fmt: skip
    assert cells(table, "label") == ["p", "q"]


def test_file_names_that_stand_in_two_folders_need_their_path_in_the_table() -> None:
    files = [("a/1.png", picture(1)), ("b/1.png", picture(2))]
    unclear = read_images(zipped(*files, ("t.csv", b"file,label\n1.png,x\n1.png,y\n")), "a.zip")
    assert cells(unclear, "label") == ["a", "b"]
    assert "The table “t.csv” names no images of the set and was left out." in unclear.notes
    clear = read_images(zipped(*files, ("t.csv", b"file,label\na/1.png,x\nb/1.png,y\n")), "a.zip")
    assert cells(clear, "label") == ["x", "y"]


def test_folders_are_labels_where_no_column_is_called_like_labels() -> None:
    sheet = b"file,mood\na.png,calm\nb.png,wild\nc.png,wild\nd.png,calm\n"
    files = [(f"{'cat' if each in 'ab' else 'dog'}/{each}.png", picture(ord(each)))
             for each in "abcd"]  # fmt: skip
    table = read_images(zipped(*files, ("t.csv", sheet)), "a.zip")
    assert cells(table, "label") == ["cat", "cat", "dog", "dog"]
    assert cells(table, "mood") == ["calm", "wild", "wild", "calm"]
    flat = [(path.split("/")[1], content) for path, content in files]
    assert cells(read_images(zipped(*flat, ("t.csv", sheet)), "a.zip"), "label") == [
        "calm", "wild", "wild", "calm"
    ]  # fmt: skip


def test_two_tables_named_after_the_parts_say_the_split() -> None:
    table = read_images(
        zipped(("1.png", picture(1)), ("2.png", picture(2)), ("3.png", picture(3)),
               ("train_labels.csv", b"id,label\n1,x\n2,y\n1,y\n"),
               ("test_labels.csv", b"id,label\n3,x\n")), "a.zip"
    )  # fmt: skip
    assert cells(table, "split") == ["train", "train", "test"]
    assert cells(table, "label") == ["x", "y", "x"]
    assert "1 image is named more than once; the first row counts." in table.notes


def test_labels_in_file_names_are_found_and_said() -> None:
    table = read_images(
        zipped(*((f"{kind}.{number}.png", picture(number)) for kind in ("cat", "dog")
                 for number in range(2))), "a.zip"
    )  # fmt: skip
    assert cells(table, "label") == ["cat", "cat", "dog", "dog"]
    assert table.notes[0] == "4 images read; their labels are from file names."


def test_one_image_is_a_set_of_one() -> None:
    table = read_images(picture(1, "JPEG"), "photos/me.jpg")
    assert cells(table, "image") == ["me.jpg"]
    assert list(table.frame.columns) == ["image", *MEASURES]
    assert table.pictures["me.jpg"].open().size == (96, 72)
    assert table.notes == ("1 image read.",)


def test_several_files_are_joined_with_their_pictures_and_unique_names() -> None:
    one = read_images(zipped(("cat/a.png", picture(1)), ("dog/a.png", picture(2))), "one.zip")
    two = read_images(zipped(("cat/a.png", picture(3)), ("dog/b.png", picture(4))), "two.zip")
    photo = read_images(picture(5), "a.png")
    whole = joined([one, two, photo])
    assert cells(whole, "image") == [
        "cat/a.png", "dog/a.png", "cat/a (2).png", "dog/b.png", "a.png"
    ]  # fmt: skip
    assert list(whole.pictures) == cells(whole, "image")
    assert all(picture.name == key for key, picture in whole.pictures.items())
    assert whole.pictures["cat/a (2).png"].read() == picture(3)
    assert cells(whole, "label") == ["cat", "dog", "cat", "dog", None]
    assert list(whole.frame.columns) == list(one.frame.columns)
    assert whole.row_number(4) == 5
    assert whole.fingerprint != joined([two, one, photo]).fingerprint


def test_images_given_one_by_one_get_the_labels_in_their_names() -> None:
    whole = joined([read_images(picture(seed), name) for seed, name in enumerate(
        ["cat_1.png", "cat_2.png", "dog_1.png", "dog_2.png"])])  # fmt: skip
    assert cells(whole, "label") == ["cat", "cat", "dog", "dog"]
    assert list(whole.frame.columns)[:2] == ["image", "label"]
    assert whole.notes == ("4 images of 4 files read.",)


def test_a_table_that_names_no_image_is_not_joined_to_images() -> None:
    table = Table("t.csv", pd.DataFrame({"a": [1]}), "sha256:0", (), 1)
    with pytest.raises(DataError, match=r"t\.csv names none of the 1 images; it needs a column"):
        joined([read_images(picture(1), "a.png"), table])


def test_a_table_beside_images_that_come_one_by_one_labels_them_as_in_an_archive() -> None:
    sheet = b"file,label,site,split\n1.png,cat,A,train\n2.png,dog,B,test\n9.png,cat,B,test\n"
    loose = [(f"{seed}.png", picture(seed)) for seed in (1, 2, 3)]
    files = [read(content, name, reads="images")
             for name, content in (("labels.csv", sheet), *loose)]  # fmt: skip
    whole = together(files, reads="images")
    packed = read_images(zipped(*loose, ("labels.csv", sheet)), "a.zip")
    assert cells(whole, "label") == ["cat", "dog", None]
    assert sorted(whole.frame.columns) == sorted(packed.frame.columns)
    pd.testing.assert_frame_equal(whole.frame[packed.frame.columns], packed.frame)
    assert "1 row of the table names no image of the set." in whole.notes
    assert set(whole.notes[1:]) == set(packed.notes[1:])
    other = read(sheet.replace(b"cat", b"cow"), "labels.csv", reads="images")
    assert together([other, *files[1:]], reads="images").fingerprint != whole.fingerprint


def test_a_table_alone_is_no_set_of_images() -> None:
    table = read(b"file,label\n1.png,cat\n", "labels.csv", reads="images", sample_rows=1)
    with pytest.raises(DataError, match=r"labels\.csv holds no images; bring it together with"):
        together([table], reads="images")


def test_a_column_for_each_class_is_read_as_labels() -> None:
    """As the tables of ISIC are: one 1.0 in each row, the name of the class in the header."""
    files = [(f"ISIC_{seed}.jpg", picture(seed, "JPEG")) for seed in range(4)]
    sheet = b"image,MEL,NV,BCC\nISIC_0,1.0,0.0,0.0\nISIC_1,0.0,1.0,0.0\nISIC_2,0.0,1.0,0.0\n"
    table = read_images(zipped(*files, ("truth.csv", sheet)), "a.zip")
    assert cells(table, "label") == ["MEL", "NV", "NV", None]
    assert "MEL" not in table.frame
    assert "their labels are from the column “label” of the table" in table.notes[0]
    # Two flags of their own, or a row without a class, are no such table.
    for one, other in ((b"ISIC_1,0.0", b"ISIC_1,1.0"), (b"ISIC_0,1.0", b"ISIC_0,0.0")):
        changed = sheet.replace(one, other)
        flags = read_images(zipped(*files, ("truth.csv", changed)), "a.zip")
        assert "label" not in flags.frame
        assert flags.frame["MEL"].tolist()[:3] == pd.read_csv(io.BytesIO(changed))["MEL"].tolist()


def test_a_column_called_label_comes_before_columns_of_flags() -> None:
    files = [(f"{seed}.png", picture(seed)) for seed in range(3)]
    sheet = b"file,label,wet,dry\n0,cat,1,0\n1,dog,0,1\n2,dog,1,0\n"
    table = read_images(zipped(*files, ("t.csv", sheet)), "a.zip")
    assert cells(table, "label") == ["cat", "dog", "dog"]
    assert table.frame["wet"].tolist() == [1, 0, 1]


def test_a_folder_is_read_like_an_archive_and_from_disk_each_time(tmp_path: Path) -> None:
    for path, content in (("cat/a.png", picture(1)), ("dog/b.png", picture(2)),
                          ("dog/bad.png", b"no"), (".git/x.png", picture(3))):  # fmt: skip
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "link.png").symlink_to(tmp_path / "cat/a.png")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    table = read_image_folder(tmp_path)
    packed = read_images(zipped(("cat/a.png", picture(1)), ("dog/b.png", picture(2))), "a.zip")
    pd.testing.assert_frame_equal(table.frame, packed.frame)
    assert "“dog/bad.png” is text and no image; save it as JPEG or PNG." in table.notes
    assert "Links were not followed: link.png, loop." in table.notes
    assert table.fingerprint == read_image_folder(tmp_path).fingerprint
    image = table.pictures["cat/a.png"]
    assert image.read() == picture(1)
    (tmp_path / "cat/a.png").write_bytes(picture(9))
    with pytest.raises(DataError, match="was changed after the folder was read"):
        image.open()
    (tmp_path / "cat/a.png").unlink()
    with pytest.raises(DataError, match="cannot be read: No such file"):
        image.open()
    assert table.fingerprint != read_image_folder(tmp_path).fingerprint


def test_a_path_to_a_file_is_read_and_one_to_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    assert read_image_folder(tmp_path / "a.png").total_rows == 1
    with pytest.raises(DataError, match="cannot be opened"):
        read_image_folder(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="empty holds no file; needed is JPEG"):
        read_image_folder(tmp_path / "empty")


def test_measures_tell_dark_from_light_and_sharp_from_blurred() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8))
    table = read_images(
        zipped(("black.png", written(Image.new("L", (9, 9), 0))),
               ("blurred.png", written(noise.resize((8, 8)).resize((64, 64)))),
               ("noise.png", written(noise)), ("white.png", written(Image.new("L", (9, 9), 255))),
               ("x.png", written(Image.new("L", (1, 9), 51)))), "a.zip"
    )  # fmt: skip
    assert table.frame["brightness"].tolist()[::3] == [0.0, 1.0]
    assert table.frame["brightness"][4] == pytest.approx(0.2)
    sharpness = table.frame["sharpness"].tolist()
    assert [sharpness[place] for place in (0, 3, 4)] == [0.0, 0.0, 0.0]
    assert sharpness[1] < sharpness[2] / 20
    # The sum of five independent terms: (16 + 4) times the variance of a pixel, (256² - 1) / 12.
    assert sharpness[2] == pytest.approx(20 * (256**2 - 1) / 12, rel=0.05)


def test_sharpness_is_measured_at_one_size_whatever_the_format() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (150, 200, 3), dtype=np.uint8)
    large = Image.fromarray(noise).resize((1024, 768), Image.Resampling.BICUBIC)
    small = large.resize((256, 192), Image.Resampling.BOX)
    table = read_images(zipped(("a.png", written(large)), ("b.jpg", written(large, "JPEG")),
                               ("c.png", written(small))), "a.zip")  # fmt: skip
    one, two, three = table.frame["sharpness"]
    assert one == pytest.approx(three, rel=0.01)
    assert two == pytest.approx(one, rel=0.1)


def test_width_and_height_are_those_of_the_upright_image() -> None:
    table = read_images(written(scene(1), "JPEG", exif=exif(6)), "a.jpg")
    assert (table.frame["width"][0], table.frame["height"][0]) == (72, 96)


def test_a_table_that_is_joined_is_named_and_outranks_file_names() -> None:
    """As exported from a shop: file names have a pattern, and the table says what is seen."""
    names = [f"{'bp'[row % 2]}x_{row}.png" for row in range(8)]
    lines = [f"{name};cam{row % 3};{('dose', 'glas')[row // 4]}" for row, name in enumerate(names)]
    sheet = "\n".join(["bild;camera;art", *lines])
    files = [(name, picture(row)) for row, name in enumerate(names)]
    table = read_images(zipped(*files, ("liste.csv", sheet.encode())), "lager.zip")
    assert dict(zip(cells(table, "image"), cells(table, "label"), strict=True)) == {
        name: ("dose", "glas")[row // 4] for row, name in enumerate(names)
    }
    assert table.notes == (
        "8 images read; their labels are from the column “art” of the table.",
        "The table “liste.csv” was joined by its column “bild”.",
    )
    assert "camera" in table.frame and "art" not in table.frame


def test_one_folder_of_images_is_no_label_and_that_is_said() -> None:
    content = zipped(*((f"a/{row}.png", picture(row)) for row in range(3)))
    table = read_images(content, "one.zip")
    assert "label" not in table.frame
    assert table.notes[1].startswith("All images lie in one folder, “a”, which was not taken for a")
    loose = read_images(zipped(*((f"{row}.png", picture(row)) for row in range(3))), "one.zip")
    assert len(loose.notes) == 1
