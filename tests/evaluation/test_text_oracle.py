"""Text metrics against the sacrebleu command, the rouge-score package and hand-worked cases."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from pipelines.evaluation import text_metrics
from pipelines.evaluation.rouge import common_subsequence, latin_words, rouge, words_of_any_script
from pipelines.evaluation.text_metrics import (
    ROUGE,
    VALUES,
    Counter,
    bleu_of,
    has_tokenizer,
    of_segments,
    tokenizer_for,
)
from pipelines.evaluation.texts import judge_texts

FIRST = [
    "The cat sat on the mat.", "It's 3,500 km (or so) to the coast!", "Ünïcödé wörds – “quoted”…",
    "O pedido chegou ontem à tarde, mas a caixa estava aberta.", "Yes.",
    "We refunded the amount to your card on Friday.", "今天 天气 很好 。", "a b c d e f g",
    "He said: \"no\", twice & left.", "Prices rose by 2.5% in May-June.",
    "The quick brown fox jumps over the lazy dog", "Thank you for waiting.",
]
SECOND = [
    "A cat was sitting on the mat.", "The coast is 3,500 km away, roughly.", "Unicode words, quoted",
    "A encomenda chegou ontem de tarde com a caixa aberta.", "Sure.",
    "On Friday we paid the amount back to your card.", "今天 天气 不错 。", "a b c d",
    "\"No\", he said twice and left.", "In May and June prices went up by 2.5%.",
    "A quick brown fox leaps over a lazy dog", "Thanks for your patience.",
]
SYSTEM_A = [
    "The cat is on the mat.", "It is 3,500 km (or so) to the coast.", "Ünïcödé words – “quoted”…",
    "O pedido chegou ontem à tarde, mas a caixa estava quebrada.", "Yes",
    "We refunded the amount to your card Friday.", "今天 天气 好 。", "g f e d c b a",
    "He said \"no\" twice & left.", "Prices rose 2.5% in May-June.",
    "The quick brown dog jumps over the lazy fox", "Thank you for waiting.",
]
SYSTEM_B = [
    "Cat mat.", "3500 km coast", "Unicode", "O pedido veio ontem na tarde mas a caixa foi aberta.",
    "Yes.", "Your card was refunded with the amount in the Friday.", "", "a b c d e f g",
    "He told no two times", "Prices are rising at 2.5% on May.", "Fox dog", "You are thanked.",
]


def written(folder: Path, **texts: list[str]) -> dict[str, str]:
    paths = {}
    for name, lines in texts.items():
        paths[name] = str(folder / name)
        Path(paths[name]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def command(*arguments: str) -> object:
    done = subprocess.run(
        [sys.executable, "-m", "sacrebleu", *arguments, "-f", "json", "-w", "6"],
        capture_output=True, text=True, check=True, encoding="utf-8",
    )
    return json.loads(done.stdout)


def paired(*arguments: str) -> list[list[dict[str, float]]]:
    """What the command says in a paired bootstrap, by system and metric; its JSON breaks there."""
    done = subprocess.run(
        [sys.executable, "-m", "sacrebleu", *arguments, "--paired-bs", "-f", "latex", "-w", "6",
         "--no-color"],
        capture_output=True, text=True, check=True, encoding="utf-8",
    )
    cell = re.compile(r"([\d.]+) \([\d.]+ ± ([\d.]+)\)(?: \(p = ([\d.]+)\))?")
    rows = [cell.findall(line) for line in done.stdout.splitlines()]
    return [
        [{"score": float(score), "ci": float(ci), "p": float(p or 1)} for score, ci, p in row]
        for row in rows if row
    ]


@pytest.mark.parametrize("references", [[FIRST], [FIRST, SECOND]])
def test_corpus_scores_equal_the_command(references: list[list[str]], tmp_path: Path) -> None:
    paths = written(tmp_path, a=SYSTEM_A, **{f"r{i}": each for i, each in enumerate(references)})
    files = [paths[f"r{i}"] for i in range(len(references))]
    theirs = command(*files, "-i", paths["a"], "-m", "bleu", "chrf", "ter")
    judgement = judge_texts(list(zip(*references, strict=True)), {"a": SYSTEM_A})
    assert isinstance(theirs, list)
    for entry, metric in zip(theirs, ("bleu", "chrf", "ter"), strict=True):
        score = judgement.score("a", metric)
        assert score is not None
        assert score.value == pytest.approx(entry["score"], abs=1e-5)
        assert entry["version"] in score.signature
        assert f"nrefs:{len(references)}" in score.signature


def test_paired_bootstrap_agrees_with_the_command(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = [rng.randrange(len(FIRST)) for _ in range(60)]
    # A system that is a little worse: every fifth segment is the poor one's.
    close = [SYSTEM_B[row] if n % 5 == 0 else SYSTEM_A[row] for n, row in enumerate(rows)]
    good = [SYSTEM_A[row] for row in rows]
    truth = [FIRST[row] for row in rows]
    paths = written(tmp_path, r=truth, a=good, b=close)
    baseline, other = paired(
        paths["r"], "-i", paths["a"], paths["b"], "-m", "bleu", "chrf", "--paired-bs-n", "2000"
    )
    judgement = judge_texts([(text,) for text in truth], {"a": good, "b": close})
    for metric, first, second in zip(("bleu", "chrf"), baseline, other, strict=True):
        found = judgement.comparison(metric, "b", "a")
        score = judgement.score("b", metric)
        assert found is not None and score is not None
        assert found.delta == pytest.approx(second["score"] - first["score"], abs=1e-4)
        assert score.low is not None and score.high is not None
        # Theirs is half the width of the same percentile interval, from other draws.
        assert (score.high - score.low) / 2 == pytest.approx(second["ci"], rel=0.15)
        assert found.p == pytest.approx(second["p"], abs=0.02)


@pytest.mark.parametrize("ratio", [2, 3, 5])
def test_p_values_of_the_same_draws_are_the_librarys(
    ratio: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(ratio)
    rows = [rng.randrange(len(FIRST)) for _ in range(30)]
    good = [SYSTEM_A[row] if n % 4 else SYSTEM_B[row] for n, row in enumerate(rows)]
    other = [SYSTEM_B[row] if n % ratio == 0 else SYSTEM_A[row] for n, row in enumerate(rows)]
    truth = [FIRST[row] for row in rows]
    monkeypatch.setenv("SACREBLEU_SEED", "7")
    metrics = {"bleu": BLEU(), "chrf": CHRF(), "ter": TER()}
    _, theirs = PairedTest(
        [("a", good), ("b", other)], metrics, [truth], test_type="bs", n_samples=400
    )()
    judgement = judge_texts(
        [(text,) for text in truth], {"a": good, "b": other}, seed=7, resamples=400
    )
    for name, title in (("bleu", "BLEU"), ("chrf", "chrF2"), ("ter", "TER")):
        found = judgement.comparison(name, "b", "a")
        expected = theirs[title][1].p_value
        assert found is not None and found.test.startswith("paired-bootstrap-as-sacrebleu|n:400")
        # It counts in single precision, so a draw at the very edge may fall on the other side.
        assert found.p == pytest.approx(expected, abs=1.5 / 401)


def test_difference_that_is_chance_is_chance_to_both(tmp_path: Path) -> None:
    mixed = [b if n % 2 else a for n, (a, b) in enumerate(zip(SYSTEM_A, SYSTEM_B, strict=True))]
    other = [a if n % 2 else b for n, (a, b) in enumerate(zip(SYSTEM_A, SYSTEM_B, strict=True))]
    paths = written(tmp_path, r=FIRST, a=mixed, b=other)
    _, (theirs,) = paired(paths["r"], "-i", paths["a"], paths["b"], "-m", "chrf")
    found = judge_texts([(text,) for text in FIRST], {"a": mixed, "b": other}).comparison(
        "chrf", "b", "a"
    )
    assert found is not None
    assert theirs["p"] > 0.1
    assert found.p > 0.1


def _texts(rng: random.Random, shortest: int = 0) -> str:
    words = [*(f"w{i}" for i in range(20)), "don't", "(hi)", "naïve", "3,5", "你好", "end."]
    return " ".join(rng.choices(words, k=rng.randrange(shortest, 12)))


@pytest.mark.parametrize("segments", [1, 3, 40])
@pytest.mark.parametrize("several", [1, 3])
def test_formulas_equal_the_library_on_made_up_texts(segments: int, several: int) -> None:
    rng = random.Random(segments + several)
    references = [[_texts(rng, 1) for _ in range(several)] for _ in range(segments)]
    outputs = [rng.choice([_texts(rng), own[0], own[0][:7]]) for own in references]
    counter = Counter(references)
    counts = counter.count({"a": outputs})["a"]
    streams = [list(each) for each in zip(*references, strict=True)]
    for name, metric in (("bleu", BLEU()), ("chrf", CHRF()), ("ter", TER())):
        theirs = metric.corpus_score(outputs, streams).score
        assert float(VALUES[name](counts[name].sum(axis=0))) == pytest.approx(theirs, abs=1e-9)
        assert counter.signature(name).endswith(str(metric.get_signature()))
    alone = of_segments(counts)
    sentence = BLEU(effective_order=True)
    for row, (output, own) in enumerate(zip(outputs, references, strict=True)):
        theirs = sentence.sentence_score(output, own).score
        assert alone["bleu"][row] == pytest.approx(theirs, abs=1e-9)


def test_many_sums_at_once_give_what_each_gives_alone() -> None:
    counts = Counter([(text,) for text in FIRST]).count({"b": SYSTEM_B})["b"]
    draws = np.random.default_rng(0).integers(0, 3, size=(20, len(FIRST))).astype(float)
    for name, rows in counts.items():
        sums = draws @ rows
        alone = [float(VALUES[name](each)) for each in sums]
        assert VALUES[name](sums) == pytest.approx(np.array(alone))


def test_references_of_different_number_count_as_many_as_there_are() -> None:
    references = [
        (one, two) if n % 2 else (one,)
        for n, (one, two) in enumerate(zip(FIRST, SECOND, strict=True))
    ]
    judgement = judge_texts(references, {"a": SYSTEM_A})
    ragged = [FIRST, [two if n % 2 else None for n, two in enumerate(SECOND)]]
    for name, metric in (("bleu", BLEU()), ("chrf", CHRF()), ("ter", TER())):
        score = judgement.score("a", name)
        assert score is not None
        theirs = metric.corpus_score(SYSTEM_A, ragged).score  # type: ignore[arg-type]
        assert score.value == pytest.approx(theirs, abs=1e-9)
        assert "nrefs:var" in score.signature
        assert score.signature.endswith(str(metric.get_signature()))


def test_rouge_equals_the_package() -> None:
    rng = random.Random(2)
    scorer = RougeScorer(list(ROUGE))
    for _ in range(150):
        references = [_texts(rng), _texts(rng)]
        output = rng.choice([_texts(rng), references[1], "", "?!"])
        theirs = scorer.score_multi(references, output)
        found = rouge(output, references, latin_words)
        assert found == pytest.approx([theirs[name].fmeasure for name in ROUGE])


def test_longest_common_subsequence_of_hand_worked_words() -> None:
    assert common_subsequence(list("abcbdab"), list("bdcaba")) == 4
    assert common_subsequence([], ["a"]) == 0
    assert common_subsequence(["a"] * 200, ["a"] * 130) == 130


def test_rouge_reads_scripts_without_blanks_by_character() -> None:
    assert words_of_any_script("今天好 ok!") == ["今", "天", "好", "ok"]
    judgement = judge_texts([("今天天气很好",)] * 3, {"a": ["今天天气不错"] * 3})
    score = judgement.score("a", "rouge1")
    assert score is not None
    assert score.value == pytest.approx(4 / 6)
    assert "any-script" in score.signature


def test_squad_scores_of_hand_worked_answers() -> None:
    judgement = judge_texts(
        [("The old town",), ("in 1912", "1912"), ("five people",)],
        {"a": ["old town!", "1912", "five old people"]}, resamples=100,
    )
    match, overlap = judgement.score("a", "exact_match"), judgement.score("a", "f1_token")
    assert match is not None and overlap is not None
    assert match.value == pytest.approx(2 / 3)
    assert overlap.value == pytest.approx((1 + 1 + 2 * 2 / (3 + 2)) / 3)


def test_bleu_of_nothing_is_zero() -> None:
    assert float(bleu_of(np.zeros(10))) == 0
    assert float(bleu_of(np.zeros(10), of_sentence=True)) == 0


def test_tokenizer_follows_the_language_as_far_as_it_is_installed() -> None:
    assert tokenizer_for("pt") == "13a"
    assert tokenizer_for("zh") == "zh"
    assert tokenizer_for("ja") == ("ja-mecab" if has_tokenizer("ja-mecab") else "char")


@pytest.mark.parametrize(
    ("language", "with_mecab", "without"),
    [("zh", "zh", "zh"), ("th", "char", "char"), ("ja", "ja-mecab", "char"),
     ("ko", "ko-mecab", "13a"), ("en", "13a", "13a"), ("de", "13a", "13a"), (None, "13a", "13a")],
)
def test_tokenizer_of_each_language_with_and_without_the_optional_ones(
    monkeypatch: pytest.MonkeyPatch, language: str | None, with_mecab: str, without: str
) -> None:
    monkeypatch.setattr(text_metrics, "has_tokenizer", lambda name: True)
    assert tokenizer_for(language) == with_mecab
    monkeypatch.setattr(text_metrics, "has_tokenizer", lambda name: not name.endswith("mecab"))
    assert tokenizer_for(language) == without


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (["วันนี้อากาศดีมากเราไปเดินเล่นที่สวน", "หนังสือเล่มนี้น่าสนใจมาก", "กรุณาตอบกลับก่อนวันศุกร์"],
         ["วันนี้อากาศดีเราไปเดินที่สวน", "หนังสือเล่มนี้สนุกมาก", "กรุณาตอบก่อนวันศุกร์"]),
        (["今日は天気がいいので散歩をします。", "この本はとても面白いです。"],
         ["今日は天気がいいから散歩です。", "この本は面白いです。"]),
    ],
    ids=["Thai", "Japanese"],
)
def test_scripts_without_blanks_are_scored_by_character(
    monkeypatch: pytest.MonkeyPatch, truth: list[str], said: list[str]
) -> None:
    monkeypatch.setattr(text_metrics, "has_tokenizer", lambda name: not name.endswith("mecab"))
    score = judge_texts([(text,) for text in truth], {"a": said}).score("a", "bleu")
    assert score is not None
    theirs = BLEU(tokenize="char").corpus_score(said, [truth])
    assert score.value == pytest.approx(theirs.score, abs=1e-9)
    assert score.value > 20 > BLEU(tokenize="13a").corpus_score(said, [truth]).score
    assert "tok:char" in score.signature


def test_chinese_scores_equal_the_command_with_its_tokenizer(tmp_path: Path) -> None:
    truth = ["今天天气很好，我们去公园散步吧。", "这本书非常有意思。", "请在星期五之前回复我们。"]
    said = ["今天天气不错，我们去公园走走吧。", "这本书很有意思。", "请于周五前答复我们。"]
    paths = written(tmp_path, r=truth, a=said)
    theirs = command(paths["r"], "-i", paths["a"], "-m", "bleu", "-tok", "zh")
    score = judge_texts([(text,) for text in truth], {"a": said}).score("a", "bleu")
    assert score is not None and isinstance(theirs, dict)
    assert score.value == pytest.approx(theirs["score"], abs=1e-5)
    assert "tok:zh" in score.signature
