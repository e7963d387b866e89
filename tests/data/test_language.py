from __future__ import annotations

from data.language import detect, other_language_rows

ENGLISH = [
    "Works great, would buy again",
    "meh",
    "@shop why is my order late again??",
    "Battery died after two days :(",
    "ok",
    "Love it",
] * 10
SPANISH = "El envío llegó tarde y el paquete estaba completamente roto"


def test_short_english_texts_are_english() -> None:
    guess = detect(ENGLISH)
    assert guess is not None and guess.code == "en" and guess.share > 0.9


def test_chinese_german_and_russian_are_told() -> None:
    assert detect(["很快，好吃，味道足，量大", "态度好"]).code == "zh"  # type: ignore[union-attr]  # None would fail the test
    assert (
        detect(["Das ist gut", "Schlecht verpackt", "Der Kundendienst war unfreundlich"]).code
        == "de"
    )  # type: ignore[union-attr]  # None would fail the test
    assert detect(["Очень хороший товар, спасибо продавцу"]).code == "ru"  # type: ignore[union-attr]  # None would fail the test


def test_texts_without_words_have_no_language() -> None:
    assert detect(["123", "", "!!!"]) is None


def test_only_sure_rows_are_flagged() -> None:
    flags = other_language_rows([*ENGLISH, SPANISH, "gran", "味道很好，送餐很快"], {"en"})
    assert flags.tolist() == [False] * len(ENGLISH) + [True, False, True]
