"""Tests are named in words."""

from __future__ import annotations

import pytest

from pipelines.evaluation.score import Comparison


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ("paired-bootstrap-centred|n:2000|seed:0|holm:3", "paired bootstrap, 2,000 draws"),
        ("paired-bootstrap-as-sacrebleu|n:1000|seed:0", "paired bootstrap as sacreBLEU's, 1,000 draws"),
        ("mcnemar-exact|holm:6", "McNemar's exact test"),
        ("delong", "DeLong's test"),
        ("sign-flips|n:64", "sign flips"),
    ],
)
def test_a_test_is_told_without_the_names_that_programs_use(signature: str, words: str) -> None:
    assert Comparison("f1", "a", "b", 0.1, 0.0, 0.2, 0.01, signature).test_in_words == words
