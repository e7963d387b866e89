"""The 1,000 classes and the words that users have for them."""

from __future__ import annotations

import pytest

from data.errors import DataError
from pipelines.vision import imagenet


def test_there_are_a_thousand_names_in_the_order_of_the_weights() -> None:
    classes = imagenet.all_classes()
    identifiers = [each.wordnet_id for each in classes]
    assert len(classes) == len({name.casefold() for name in imagenet.names()}) == 1000
    assert identifiers == sorted(identifiers)
    known = {0: "tench", 207: "golden retriever", 388: "giant panda", 985: "daisy",
             999: "toilet tissue"}
    assert {place: imagenet.names()[place] for place in known} == known


@pytest.mark.parametrize(
    ("word", "place"),
    [("Golden_Retriever", 207), (" golden  retriever ", 207), ("GIANT-PANDA", 388),
     ("n01440764", 0), ("n01440764_tench", 0), ("teddy bear", 850), ("crane (machine)", 517)],
)
def test_spelling_does_not_count(word: str, place: int) -> None:
    assert imagenet.find(word) == (place,)
    assert imagenet.canonical(word) == imagenet.names()[place]


def test_a_word_of_several_classes_stands_for_all_of_them() -> None:
    assert imagenet.find("panda") == (387, 388)
    assert imagenet.find("crane") == (134, 517)
    assert imagenet.canonical("crane") is None
    assert imagenet.outputs_of(("panda", "tench")) == ((387, 388), (0,))


def test_the_first_class_that_is_unknown_is_named_and_own_classes_offered() -> None:
    with pytest.raises(DataError, match=r"“scratch on a door”.*own-classes"):
        imagenet.outputs_of(("tench", "scratch on a door", "dent"))
    assert imagenet.find("n99999999_tench") == ()


def test_two_names_of_one_class_are_refused() -> None:
    with pytest.raises(DataError, match="“cougar” and “puma” both mean “cougar”"):
        imagenet.outputs_of(("cougar", "puma"))
