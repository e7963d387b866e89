"""Which way of retrieval finds what answers: all of them on the same questions of one index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.evaluation.claims import corrected
from pipelines.evaluation.paired_tests import mcnemar
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.sums import Measure, judge_sums, mean_measure
from pipelines.evaluation.verdict import is_shown, p_words

RECALLED_AT = (1, 5, 10)
COMPARED_AT = 5
PASSAGE, DOCUMENT = "right-passage", "passage-of-right-document"
# The names of recall and of the mean reciprocal rank, by what is looked for.
NAMES = {PASSAGE: ("retrieval_recall", "mrr"), DOCUMENT: ("document_recall", "document_mrr")}
THINGS = {PASSAGE: "the right passage", DOCUMENT: "a passage of the right document"}
KNOWN = {PASSAGE: "the right passage", DOCUMENT: "the right document"}
METHOD_WORDS = {
    "hybrid": "words and meaning", "bm25": "words alone", "embeddings": "meaning alone",
}
_DIFFERENCE = "difference"


@dataclass(frozen=True)
class RetrievalJudgement:
    """The methods of retrieval judged on the same questions.

    Attributes:
        chosen: the method whose passages were read.
        right: what had to be found, `PASSAGE` or `DOCUMENT`.
        scores: recall and mean reciprocal rank of each method, the chosen one first.
        comparisons: recall of the chosen method minus that of each other one; exact McNemar tests,
            Holm-corrected.
    """

    chosen: str
    right: str
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]

    @property
    def recall(self) -> str:
        """The name of the score that is tested."""
        return f"{NAMES[self.right][0]}@{COMPARED_AT}"

    @property
    def questions(self) -> int:
        """Of how many questions it is known what should be found."""
        return self.scores[self.chosen][0].n

    def score(self, method: str, metric: str) -> Score:
        """A method's score by its full name."""
        return next(each for each in self.scores[method] if each.name == metric)

    def against(self, other: str) -> Comparison:
        """The test of the chosen method against another."""
        return next(each for each in self.comparisons if each.against == named(other))

    @property
    def better(self) -> Comparison | None:
        """The test against the method that finds clearly more than the chosen one, if any does."""
        worse = [c for c in self.comparisons if c.delta < 0 and is_shown(c)]
        return min(worse, key=lambda each: each.delta, default=None)


def judge_retrieval(
    ranks: Mapping[str, np.ndarray], chosen: str, right: str = PASSAGE, *, seed: int = 0,
    resamples: int = 2000,
) -> RetrievalJudgement | None:
    """Scores every method and tests the chosen one against each other.

    Args:
        ranks: by method, the place of the first right passage, 0 where it was not found and NaN
            where nobody knows which is right, shape (questions,).
        chosen: one of the methods.
        right: `PASSAGE` or `DOCUMENT`.
        seed: of the resamples.
        resamples: number of bootstrap draws.

    Returns:
        None where it is known of no question.
    """
    order = [chosen, *(name for name in ranks if name != chosen)]
    known = np.isfinite(ranks[chosen])
    if not known.any():
        return None
    hits = {name: _within(ranks[name], COMPARED_AT) & known for name in order}
    measures: dict[str, list[Measure]] = {}
    for name in order:
        own = np.where(known, ranks[name], np.nan)
        measures[name] = [*rank_measures(own, right, compared=False), mean_measure(
            _DIFFERENCE, hits[chosen].astype(float) - hits[name], known, compared=False
        )]
    found, _ = judge_sums(measures, seed=seed, resamples=resamples)
    metric = f"{NAMES[right][0]}@{COMPARED_AT}"
    tests = []
    for name in order[1:]:
        delta = next(each for each in found[name] if each.name == _DIFFERENCE)
        p, test = mcnemar(
            int((hits[chosen] & ~hits[name]).sum()), int((hits[name] & ~hits[chosen]).sum())
        )
        tests.append(Comparison(
            metric, named(chosen), named(name), delta.value, delta.low, delta.high,
            p, test,
        ))
    scores = {
        name: tuple(each for each in own if each.name != _DIFFERENCE)
        for name, own in found.items()
    }
    return RetrievalJudgement(chosen, right, scores, tuple(corrected(tests)))


def rank_measures(ranks: np.ndarray, right: str, *, compared: bool = True) -> list[Measure]:
    """Recall at the first places, and the mean reciprocal rank.

    Args:
        ranks: of the first right passage, 0 where it was not found, NaN where that is not known.
        right: `PASSAGE` or `DOCUMENT`.
        compared: whether systems are tested against each other by these.
    """
    recall, mrr = NAMES[right]
    known = np.isfinite(ranks)
    places = np.where(known, ranks, 0)
    found = [
        mean_measure(
            f"{recall}@{k}", _within(places, k), known, share=True, unit="questions",
            signature=f"{right}-among-first-k", compared=compared,
        )
        for k in RECALLED_AT
    ]
    reciprocal = np.divide(1.0, places, out=np.zeros(len(places)), where=places > 0)
    found.append(mean_measure(
        mrr, reciprocal, known, unit="questions", signature=f"{right}|first:20", compared=compared
    ))
    return found


def named(method: str) -> str:
    """A method as a system of a comparison: the option that chooses it."""
    return f"retrieval={method}"


def scores_of_others(judgements: Sequence[RetrievalJudgement]) -> tuple[Score, ...]:
    """Recall at 1 and 5 and MRR of the methods not chosen, under names that end with the method."""
    return tuple(
        replace(score, name=f"{score.name}_{name}", signature=f"{score.signature}|retrieval:{name}")
        for each in judgements for name, scores in each.scores.items() if name != each.chosen
        for score in scores if not score.name.endswith("@10")
    )


def retrieval_finding(judgement: RetrievalJudgement) -> str:
    """What the tests show, in one sentence without a full stop."""
    chosen = METHOD_WORDS.get(judgement.chosen, judgement.chosen)
    better = judgement.better
    if better is not None:
        return (
            f"Searching by {_words_of(better)} finds {THINGS[judgement.right]} among the first "
            f"{COMPARED_AT} more often than by {chosen}, which was used ({p_words(better.p)})"
        )
    beaten = [c for c in judgement.comparisons if c.delta > 0 and is_shown(c)]
    equal = [c for c in judgement.comparisons if c not in beaten]
    if not beaten:
        return (
            f"Searching by {chosen} is not shown to find {THINGS[judgement.right]} among the first "
            f"{COMPARED_AT} more or less often than the other ways do"
        )
    less = " and than by ".join(f"{_words_of(c)} ({p_words(c.p)})" for c in beaten)
    rest = "".join(f"; against {_words_of(c)} no difference is shown" for c in equal)
    return (
        f"Searching by {chosen} finds {THINGS[judgement.right]} among the first {COMPARED_AT} more "
        f"often than by {less}{rest}"
    )


def words_of_test(test: str) -> str:
    """The test of the methods as people call it: `McNemar’s exact test, corrected after Holm`."""
    words = {"mcnemar-exact": "McNemar's exact test", "mcnemar-chi2": "McNemar's test"}
    name, _, correction = test.partition("|")
    return words.get(name, name) + (", corrected after Holm" if correction else "")


def _words_of(comparison: Comparison) -> str:
    method = comparison.against.removeprefix(named(""))
    return METHOD_WORDS.get(method, method)


def _within(ranks: np.ndarray, k: int) -> np.ndarray:
    return (ranks >= 1) & (ranks <= k)
