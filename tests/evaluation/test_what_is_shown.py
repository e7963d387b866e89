"""When a difference is called more than chance, and how often two equal systems are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.evaluation.score import Comparison
from pipelines.evaluation.sums import Measure, judge_sums
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_metrics import Counter
from pipelines.evaluation.text_verdict import text_verdict
from pipelines.evaluation.texts import judge_texts
from pipelines.evaluation.verdict import chance_words, is_shown
from pipelines.report.kinds.text.scores import leaderboard

OF_SACREBLEU = "paired-bootstrap-as-sacrebleu|n:1000|seed:0|holm:1"
WORDS = [f"w{number}" for number in range(400)]


def comparison(
    p: float, low: float | None, high: float | None, test: str = "mcnemar-exact|holm:1"
) -> Comparison:
    return Comparison("bleu", "a", "b", 4.9, low, high, p, test)


@pytest.mark.parametrize(
    ("found", "shown", "words"),
    [
        (comparison(0.03, 0.1, 9.0), True, "p = 0.030"),
        (comparison(0.03, -9.0, -0.1), True, "p = 0.030"),
        (comparison(0.03, -0.6, 10.0), False,
         "p = 0.030, but the interval of the difference holds 0"),
        (comparison(0.03, 0.0, 10.0), False,
         "p = 0.030, but the interval of the difference holds 0"),
        (comparison(0.06, 0.1, 9.0), False, "p = 0.060"),
        (comparison(0.03, None, None), True, "p = 0.030"),
        (comparison(0.03, None, None, OF_SACREBLEU), False, "p = 0.030, of one tail"),
        (comparison(0.02, None, None, OF_SACREBLEU), True, "p = 0.020"),
        (comparison(0.05, 0.1, 9.0), False, "p = 0.050"),
    ],
)
def test_a_difference_is_shown_by_p_and_interval_together(
    found: Comparison, shown: bool, words: str
) -> None:
    assert is_shown(found) == shown
    assert chance_words(found) == words


def noisy(rng: np.random.Generator, reference: str) -> str:
    return " ".join(
        word if rng.random() < 0.8 else WORDS[rng.integers(len(WORDS))] for word in reference.split()
    )


def test_systems_that_are_equally_good_are_rarely_said_to_differ() -> None:
    rng = np.random.default_rng(7)
    references = [" ".join(rng.choice(WORDS, 12)) for _ in range(1500)]
    counter = Counter([(each,) for each in references], ter=False)
    systems = {name: [noisy(rng, each) for each in references] for name in "ab"}
    bleu = {
        name: next(each for each in counter.measures(counts) if each.name == "bleu")
        for name, counts in counter.count(systems).items()
    }
    small = shown = 0
    trials = 400
    for trial in range(trials):
        rows = rng.choice(len(references), 150, replace=False)
        # Who wrote which of the two is tossed for each segment: neither can be better.
        tossed = rng.random(len(rows))[:, None] < 0.5
        one, other = bleu["a"].rows[rows], bleu["b"].rows[rows]
        _, (found,) = judge_sums(
            {
                "a": [_with_rows(bleu["a"], np.where(tossed, one, other))],
                "b": [_with_rows(bleu["b"], np.where(tossed, other, one))],
            },
            seed=trial, resamples=500,
        )
        small += found.p < 0.05
        shown += is_shown(found)
    assert shown / trials <= 0.07
    # What makes the rule worth having: p alone, which is of one tail, is small far more often.
    assert small / trials > 0.08


def _with_rows(measure: Measure, rows: np.ndarray) -> Measure:
    return replace(measure, rows=rows, n=len(rows))


def one_that_only_p_shows() -> TextJudgement:
    """Two systems whose BLEU differs by a small p beside an interval that holds 0."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        references = [" ".join(rng.choice(WORDS, 10)) for _ in range(30)]
        judgement = judge_texts(
            [(each,) for each in references],
            {name: [noisy(rng, each) for each in references] for name in "ab"},
            primary="bleu", seed=seed, resamples=200,
        )
        found = judgement.comparison("bleu", *judgement.ranked("bleu"))
        assert found is not None and found.low is not None and found.high is not None
        if found.p < 0.05 and found.low <= 0 <= found.high:
            return judgement
    pytest.fail("no such difference among 200 seeds")


def test_verdict_and_report_do_not_call_a_difference_shown_whose_interval_holds_nought() -> None:
    judgement = one_that_only_p_shows()
    said = text_verdict(judgement)
    assert "can be chance" in said and "but the interval of the difference holds 0" in said
    assert "not chance" not in said
    title = leaderboard(judgement, judgement.ranked("bleu")[0]).charts[0].title
    assert "is not shown to differ" in title and "holds 0" in title
