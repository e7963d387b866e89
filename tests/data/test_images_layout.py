from __future__ import annotations

import pytest

from data.images.layout import layout, name_labels
from data.images.names import shown, unique


@pytest.mark.parametrize(
    ("paths", "labels"),
    [
        (["cat/1.jpg", "cat/2.jpg", "dog/1.jpg"], ["cat", "cat", "dog"]),
        (["all/images/cat/1.jpg", "all/images/dog/1.jpg"], ["cat", "dog"]),
        (["cat/indoor/1.jpg", "dog/1.jpg"], ["cat", "dog"]),
        (["cat/1.jpg", "dog/1.jpg", "loose.jpg"], ["cat", "dog", None]),
        (["cat/1.jpg", "cat/2.jpg"], [None, None]),
        (["1.jpg", "2.jpg"], [None, None]),
        ([f"{number}/scan.jpg" for number in range(11)], [None] * 11),
        (["cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"], ["cat", "cat", "dog", "dog"]),
        (["x/cat_001.png", "x/cat_002.png", "x/red fox (1).png", "x/red fox (2).png"],
         ["cat", "cat", "red fox", "red fox"]),
        (["1_cat.png", "2_cat.png", "3-dog.png", "4-dog.png"], ["cat", "cat", "dog", "dog"]),
        (["n01440764_tench.JPEG", "n01774384_black_widow.JPEG"], ["tench", "black widow"]),
        (["n01440764_tench.JPEG", "cat.12.jpg"], [None, None]),
        (["cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "more.jpg"], [None] * 4),
        (["cat.1.jpg", "dog.1.jpg", "cow.1.jpg"], [None] * 3),
        (["IMG_1.jpg", "IMG_2.jpg", "DSC_1.jpg", "DSC_2.jpg"], [None] * 4),
        (["cat.1.jpg", "cat.2.jpg"], [None, None]),
        ([], []),
    ],
)  # fmt: skip
def test_labels_come_from_folders_or_else_from_a_pattern_common_to_all_names(
    paths: list[str], labels: list[str | None]
) -> None:
    assert list(layout(paths).labels) == labels


def test_parts_of_a_set_are_told_from_its_top_folders() -> None:
    found = layout(["d/train/cat/1.jpg", "d/Training/dog/1.jpg", "d/val/cat/2.jpg",
                    "d/test/dog/2.jpg", "d/extra/cat/3.jpg", "d/loose.jpg"])  # fmt: skip
    assert found.parts == ("train", "train", "validation", "test", "", "")
    assert found.outside == (4, 5)
    assert layout(["train/cat/1.jpg", "train/dog/1.jpg"]).parts == ()
    assert layout(["train/cat/1.jpg", "train/dog/1.jpg"]).labels == ("cat", "dog")
    assert layout(["test/1.jpg", "photos/1.jpg"]).labels == ("test", "photos")


def test_a_test_part_with_bare_numbers_does_not_take_the_labels_of_the_training_part() -> None:
    found = layout(["train/cat.0.jpg", "train/cat.1.jpg", "train/dog.0.jpg", "train/dog.1.jpg",
                    "test/1.jpg", "test/2.jpg"])  # fmt: skip
    assert found.labels == ("cat", "cat", "dog", "dog", None, None)
    assert found.source == "file names"


def test_words_that_cameras_write_are_no_classes() -> None:
    assert name_labels(["Screenshot 1.png", "Screenshot 2.png", "cat 1.png", "cat 2.png"]) == (
        [None] * 4
    )


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a/b.jpg", "a/b.jpg"),
        ("./a\\b.jpg", "a/b.jpg"),
        ("a\u202egpj.exe\x00\x1b[31m.jpg", "agpj.exe[31m.jpg"),
        ("Scha\u0308den/1.jpg", "Schäden/1.jpg"),
        ("\u200f", "image"),
        ("\ud800a.jpg", "a.jpg"),
    ],
)
def test_paths_are_made_fit_to_show(path: str, wanted: str) -> None:
    assert shown(path) == wanted


def test_long_paths_are_cut_but_keep_class_and_ending() -> None:
    path = shown("cat/" + "x" * 5_000 + ".jpg")
    assert path.startswith("cat/xxx")
    assert path.endswith("xxx.jpg")
    assert len(path) < 120
    assert len(shown("d/" * 2_000 + "a.jpg")) < 40


def test_names_are_made_unique_without_taking_those_of_others() -> None:
    assert unique(["a.jpg", "a.jpg", "a (2).jpg", "b/a", "b/a"], ["a.jpg"]) == [
        "a (2).jpg", "a (3).jpg", "a (2) (2).jpg", "b/a", "b/a (2)"
    ]  # fmt: skip
    many = unique(["x.jpg"] * 3_000)
    assert len(set(many)) == 3_000
