from __future__ import annotations

import math

import pandas as pd
import pytest

from data.labels import LabelClass, LabelScheme, apply, key_of, recognise

SCHEME = LabelScheme(
    (LabelClass("negative"), LabelClass("neutral"), LabelClass("positive")), ordered=True
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["pos", "neg"], {"pos": "positive", "neg": "negative"}),
        ([1, 0], {"1": "positive", "0": "negative"}),
        ([1.0, 0.0, None], {"1": "positive", "0": "negative"}),
        ([-1, 0, 1], {"-1": "negative", "0": "neutral", "1": "positive"}),
        (
            [1, 2, 3, 4, 5],
            {"1": "negative", "2": "negative", "3": "neutral", "4": "positive", "5": "positive"},
        ),
        ([2, 10], {"2": "negative", "10": "positive"}),
        (["TRUE", "false"], {"TRUE": "positive", "false": "negative"}),
        (["5 stars", "1 Star"], {"5 stars": "positive", "1 Star": "negative"}),
        (["★★★★★", "★"], {"★★★★★": "positive", "★": "negative"}),
        (["good", " bad "], {"good": "positive", "bad": "negative"}),
        (["正面", "负面", "中性"], {"正面": "positive", "负面": "negative", "中性": "neutral"}),
        (["gut", "Schlecht"], {"gut": "positive", "Schlecht": "negative"}),
        (["positif", "négatif"], {"positif": "positive", "négatif": "negative"}),
        (["bueno", "ruim"], {"bueno": "positive", "ruim": "negative"}),
        (["Positive", "Netural"], {"Positive": "positive"}),
        ([0], {}),
    ],
)
def test_labels_are_recognised(values: list[object], expected: dict[str, str]) -> None:
    assert recognise(pd.Series(values), SCHEME) == expected


def test_words_of_feeling_do_not_leak_into_other_schemes() -> None:
    scheme = LabelScheme((LabelClass("cat"), LabelClass("dog")), ordered=False)
    assert recognise(pd.Series(["Cat", "good", "1"]), scheme) == {"Cat": "cat"}


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (1, "1"),
        (1.0, "1"),
        ("1.0", "1"),
        (" a  b ", "a b"),
        (True, "True"),
        (math.nan, ""),
        (0.5, "0.5"),
    ],
)
def test_a_label_has_one_canonical_text(value: object, key: str) -> None:
    assert key_of(value) == key


def test_unmapped_and_blank_labels_are_missing() -> None:
    out = apply(pd.Series([1.0, 0.0, None, 7.0]), {"1": "positive", "0": "negative"})
    assert out.tolist()[:2] == ["positive", "negative"]
    assert out.isna().tolist() == [False, False, True, True]
