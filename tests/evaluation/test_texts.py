"""Texts against references: facts, warnings, the verdict, marked words, slices, columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data.errors import DataError
from pipelines.evaluation.mean_slices import mean_slices
from pipelines.evaluation.text_columns import text_columns
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_verdict import text_verdict
from pipelines.evaluation.texts import judge_texts
from pipelines.evaluation.word_differences import closest, differing_words
from pipelines.progress import CancelledRun, Progress

NOUNS = ("parcel", "invoice", "lamp", "letter", "refund", "screen", "battery", "report")
PLACES = ("the old town", "the harbour", "our office", "the north", "your street")


def references(rows: int = 40) -> list[tuple[str, ...]]:
    return [
        (f"the {NOUNS[n % 8]} number {n} was sent to {PLACES[n % 5]} on Monday",)
        for n in range(rows)
    ]


def good(rows: int = 40) -> list[str]:
    return [own[0].replace("was sent", "went") if n % 4 == 0 else own[0]
            for n, own in enumerate(references(rows))]


def poor(rows: int = 40) -> list[str]:
    return [f"{own[0].split()[1]} {n} Monday going" for n, own in enumerate(references(rows))]


def judged(rows: int = 40, **settings: object) -> TextJudgement:
    return judge_texts(
        references(rows), {"poor": poor(rows), "good": good(rows)}, resamples=500,
        **settings,  # type: ignore[arg-type]
    )


def said(judgement: TextJudgement) -> str:
    return " ".join(judgement.warnings)


def test_verdict_compares_the_two_best_when_there_is_no_baseline() -> None:
    sentence = text_verdict(judged())
    assert sentence.startswith("On 40 segments good has a BLEU of ")
    assert "ahead of poor, and the difference is not chance" in sentence
    assert "There is no baseline; poor, the first system, stands for it" in sentence


def test_verdict_holds_the_best_against_a_copy_of_the_source() -> None:
    sources = [f"das Paket {n}" for n in range(40)]
    judgement = judge_texts(
        references(), {"copy": sources, "good": good()}, sources=sources, baseline="copy",
        resamples=500,
    )
    sentence = text_verdict(judgement, baseline_words="copying the source")
    assert "better than copying the source; the difference is not chance" in sentence


def test_verdict_on_a_system_worse_than_the_baseline_says_not_to_use_it() -> None:
    judgement = judge_texts(
        references(), {"base": good(), "new": poor()}, baseline="base", resamples=500
    )
    sentence = text_verdict(judgement, "new")
    assert "worse than the baseline" in sentence and "do not use it" in sentence


def test_verdict_claims_nothing_from_a_difference_that_can_be_chance() -> None:
    texts = good()
    other = [own[0].replace("was sent to", "came from") if n % 5 == 1 else own[0]
             for n, own in enumerate(references())]
    judgement = judge_texts(references(), {"one": texts, "two": other}, resamples=500)
    sentence = text_verdict(judgement)
    assert "can be chance" in sentence
    assert "not chance" not in sentence


@pytest.mark.parametrize(("delta", "disagrees"), [(-2.0, True), (0.0, False), (2.0, False)])
def test_verdict_names_a_second_metric_that_puts_systems_the_other_way_round(
    delta: float, disagrees: bool
) -> None:
    found = judged()
    assert found.primary == "bleu"
    first = found.comparison("bleu", "good", "poor")
    assert first is not None and first.delta > 0 and first.p < 0.05
    # As if chrF said so, in the order in which the systems are held.
    changed = tuple(
        replace(each, delta=delta if each.model == "good" else -delta)
        if each.metric == "chrf" else each
        for each in found.comparisons
    )
    sentence = text_verdict(replace(found, comparisons=changed))
    assert "good has a BLEU" in sentence
    assert ("chrF puts them the other way round" in sentence) == disagrees


def test_verdict_on_few_segments_says_that_they_are_too_few() -> None:
    assert "too few segments" in text_verdict(judged(12))


def test_verdict_on_a_single_system_proves_nothing() -> None:
    judgement = judge_texts(references(), {"good": good()}, resamples=200)
    assert "nothing is proven" in text_verdict(judgement)


def test_short_references_are_judged_by_the_words_they_share() -> None:
    judgement = judge_texts(
        [("the harbour",), ("1912",), ("five people",)] * 10, {"a": ["harbour", "1911", "five"] * 10},
        resamples=200,
    )
    assert judgement.primary == "f1_token"
    assert "token F1" in text_verdict(judgement)


def test_facts_count_what_is_seen_in_the_outputs() -> None:
    sources = [f"das Paket Nummer {n} wurde gestern in den Norden geschickt" for n in range(40)]
    outputs = ["" if n < 4 else sources[n].upper() if n < 14 else good()[n] for n in range(40)]
    facts = judge_texts(
        references(), {"a": outputs}, sources=sources, resamples=100
    ).facts["a"]
    assert facts.empty == 4
    assert facts.copied == 10
    assert facts.language is not None and facts.language.code == "en"


def test_a_reference_that_is_the_source_makes_no_copy() -> None:
    facts = judge_texts([("OK",), ("Nimbus",)], {"a": ["OK", "Nimbus"]}, sources=["ok", "Nimbus"],
                        resamples=50).facts["a"]
    assert facts.copied == 0


def test_warnings_name_empty_copied_short_and_foreign_outputs() -> None:
    rows = 60
    sources = [f"der Bericht {n} liegt seit gestern im Büro und wartet auf dich" for n in range(rows)]
    judgement = judge_texts(
        references(rows),
        {
            "empty": ["" if n % 3 == 0 else own[0] for n, own in enumerate(references(rows))],
            "copies": sources,
            "short": ["the parcel" for _ in range(rows)],
        },
        sources=sources, left_out=7, resamples=50,
    )
    words = said(judgement)
    assert "7 rows without a reference were left out." in words
    assert "Only 60 segments" in words
    assert "“empty” gives nothing for 20 of 60 segments" in words
    assert "“copies” repeats the source in 60 of 60 segments" in words
    assert "“copies” look German, the references English" in words
    assert "“short” are much shorter than the references" in words


def test_a_baseline_by_nature_is_not_warned_about() -> None:
    sources = ["der Bericht liegt seit gestern im Büro"] * 30
    judgement = judge_texts(
        references(30), {"copy": sources, "good": good(30)}, sources=sources, baseline="copy",
        resamples=50,
    )
    assert "“copy”" not in said(judgement)


def test_perfect_twins_and_repeats_are_suspicious() -> None:
    own = [each[0] for each in references(10)] * 2
    judgement = judge_texts([(text,) for text in own], {"a": own, "b": own}, resamples=50)
    words = said(judgement)
    assert "“a” equals the reference in every segment" in words
    assert "“a” and “b” give the same output in every segment." in words
    assert "10 segments have the reference of an earlier one" in words


def test_ter_is_left_out_of_long_texts_and_that_is_said() -> None:
    long = " ".join(f"word{n}" for n in range(1000))
    judgement = judge_texts([(long,)] * 2, {"a": [long, long], "b": ["word1", long]}, resamples=50)
    assert "ter" not in judgement.metrics
    assert "TER is left out" in said(judgement)


def test_losses_are_positive_where_the_other_system_is_better() -> None:
    judgement = judged()
    assert (judgement.losses("poor", "good", "chrf") > 0).all()
    assert (judgement.losses("poor", "good", "ter") > 0).all()
    assert judgement.losses("good", "poor", "bleu") == pytest.approx(
        -judgement.losses("poor", "good", "bleu")
    )


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (([], {"a": []}), "no reference"),
        (([("x",)], {}), "no outputs"),
        (([("x",), ()], {"a": ["x", "y"]}), "have no reference"),
        (([("x",), ("y",)], {"a": ["x"]}), "outputs of “a” have 1"),
    ],
)
def test_wrong_lengths_give_one_sentence(texts: tuple[object, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        judge_texts(texts[0], texts[1])  # type: ignore[arg-type]


def test_judging_stops_when_it_is_cancelled() -> None:
    class Impatient(Progress):
        def advance(self, rows: int) -> None:
            raise CancelledRun("stopped")

    with pytest.raises(CancelledRun):
        judged(progress=Impatient())


def test_words_that_the_other_text_lacks_are_marked() -> None:
    pieces = differing_words("the big dog sat, quietly", "the dog sat, loudly")
    assert "".join(piece for piece, _ in pieces) == "the big dog sat, quietly"
    assert [piece.strip() for piece, marked in pieces if marked] == ["big", "quietly"]


def test_marks_keep_every_character_of_any_text() -> None:
    for text in ("", "  a  b\n\nc ", "今天天气很好", "a_b—c…<b>&amp;", "é́e\u0301 x"):
        pieces = differing_words(text, "今天 b c")
        assert "".join(piece for piece, _ in pieces) == text


def test_closest_reference_is_the_one_that_shares_most() -> None:
    assert closest("the parcel came late", ("it was slow", "the parcel came too late")) == (
        "the parcel came too late"
    )


def test_slices_by_mean_agree_with_scipy_and_put_the_worst_first() -> None:
    rng = np.random.default_rng(0)
    column = pd.Series(["a"] * 60 + ["b"] * 60)
    values = np.concatenate([rng.normal(50, 10, 60), rng.normal(60, 10, 60)])
    worst, best = mean_slices(column, values)
    assert (worst.value, best.value) == ("a", "b")
    assert worst.mean == pytest.approx(values[:60].mean())
    expected = stats.permutation_test(
        (values[:60], values[60:]), lambda a, b, axis: a.mean(axis) - b.mean(axis), vectorized=True,
        n_resamples=4999, rng=np.random.default_rng(5),
    ).pvalue
    # Of two slices each is the other's rest: one test, not two.
    assert worst.p == best.p == pytest.approx(expected, abs=0.01)
    assert worst.low is not None and worst.high is not None
    assert worst.low < worst.mean < worst.high


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["source", "reference", "system_a", "system_b"],
         {"truth": ["reference"], "prediction": ["system_a", "system_b"], "source": ["source"]}),
        (["src", "ref1", "ref2", "mt"],
         {"truth": ["ref1", "ref2"], "prediction": ["mt"], "source": ["src"]}),
        (["text", "HumanTranslation", "DeepL", "GoogleTranslate"],
         {"truth": ["HumanTranslation"], "prediction": ["DeepL", "GoogleTranslate"],
          "source": ["text"]}),
        (["article", "gold summary", "generated summary"],
         {"truth": ["gold summary"], "prediction": ["generated summary"], "source": ["article"]}),
        (["question", "answer", "acme"],
         {"truth": ["answer"], "prediction": ["acme"], "source": ["question"]}),
    ],
)
def test_columns_are_told_by_their_names(head: list[str], expected: dict[str, list[str]]) -> None:
    frame = pd.DataFrame({
        name: [f"{name} says something about the parcel {n} of words" for n in range(20)]
        for name in head
    })
    frame["id"] = [f"A-{n:04}" for n in range(20)]
    frame["score"] = np.arange(20) / 7
    assert text_columns(frame) == expected
