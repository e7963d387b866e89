"""What is known about readers after judging their answers to the same questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.evaluation.answer_retrieval import (
    DOCUMENT,
    PASSAGE,
    RetrievalJudgement,
    judge_retrieval,
    rank_measures,
)
from pipelines.evaluation.answers import counts_characters, exact_match, token_f1
from pipelines.evaluation.score import Comparison, Score, find_comparison
from pipelines.evaluation.sums import Measure, judge_sums, mean_measure
from pipelines.evaluation.text_metrics import VALUES, Counter

# An answer that shares half of its words with a gold answer points a person to the right place.
RIGHT_F1 = 0.5
SQUAD = "squad-normalisation"
CHARACTERS = "characters-where-no-blanks"


@dataclass(frozen=True)
class Answered:
    """The answers of one reader to each question, before any is withheld.

    Attributes:
        guesses: best guesses, "" where there is none.
        confidence: of each, shape (questions,).
    """

    guesses: tuple[str, ...]
    confidence: np.ndarray

    def given(self, threshold: float) -> tuple[str, ...]:
        """The answers, "" where the confidence is below the threshold."""
        return tuple(
            guess if sure >= threshold else ""
            for guess, sure in zip(self.guesses, self.confidence, strict=True)
        )


@dataclass(frozen=True)
class ReaderResult:
    """What one reader did with each question.

    Attributes:
        name: id of the model.
        primary: answers from the passage that came with the question, else from the documents.
        found: answers from the documents where a passage came as well, else None.
        ranks: place of the right passage in retrieval, 0 not found; NaN where nobody knows it.
        threshold: below it an answer is withheld; 0 where scores take every answer.
        document_ranks: place of the first passage of the right document, where only that is known;
            None where it is not known of any question.
        retrieval: the method that brought the passages; "" when none did.
        ranks_by: the places by each method of retrieval, of the right passage where that is known,
            else of the right document.
    """

    name: str
    primary: Answered
    found: Answered | None
    ranks: np.ndarray
    threshold: float
    document_ranks: np.ndarray | None = None
    retrieval: str = ""
    ranks_by: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerJudgement:
    """Readers judged on the same questions.

    Attributes:
        questions: as asked.
        gold: accepted answers of each; empty where the documents do not tell.
        readers: by the id of their model.
        match, overlap: exact match and token F1 of each question by model, shape (questions,).
        withheld: whether scores count answers below the threshold as none.
        retrieval: the methods of retrieval side by side, for the right passage and for the right
            document as far as they are known.
    """

    questions: tuple[str, ...]
    gold: tuple[tuple[str, ...], ...]
    readers: Mapping[str, ReaderResult]
    match: Mapping[str, np.ndarray]
    overlap: Mapping[str, np.ndarray]
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    withheld: bool
    seed: int
    retrieval: tuple[RetrievalJudgement, ...] = ()

    @property
    def answerable(self) -> np.ndarray:
        """Whether each question has an answer, shape (questions,)."""
        return np.array([bool(gold) for gold in self.gold])

    @property
    def always_refusing(self) -> float:
        """Exact match and F1 of never answering: the share of questions without an answer."""
        return float(1 - self.answerable.mean()) if self.gold else 0.0

    def threshold(self, name: str) -> float:
        """Below it the scores count a reader's answer as none; 0 where they take every answer."""
        return self.readers[name].threshold if self.withheld else 0.0

    def given(self, name: str) -> tuple[str, ...]:
        """A reader's answers as the scores took them, "" where one was withheld."""
        return self.readers[name].primary.given(self.threshold(name))

    def answered(self, name: str) -> np.ndarray:
        """Whether the scores take a reader's answer, shape (questions,)."""
        return self.readers[name].primary.confidence >= self.threshold(name)

    def answered_right(self, name: str) -> np.ndarray:
        """Whether a reader's answer is right and was not withheld, shape (questions,)."""
        return self.right(name) & self.answered(name)

    def right(self, name: str) -> np.ndarray:
        """Whether a reader's best guess is right, withheld or not, shape (questions,)."""
        guesses = self.readers[name].primary.guesses
        return np.array([
            bool(gold) and token_f1(guess, gold) >= RIGHT_F1
            for guess, gold in zip(guesses, self.gold, strict=True)
        ])

    def score(self, name: str, metric: str) -> Score | None:
        """A reader's score, None where it has none of that metric."""
        return next((each for each in self.scores[name] if each.name == metric), None)

    def comparison(self, metric: str, model: str, against: str) -> Comparison | None:
        """The paired test of two readers in that order, None if there is none."""
        return find_comparison(self.comparisons, metric, model, against)


def judge_answers(
    questions: Sequence[str],
    gold: Sequence[tuple[str, ...]],
    readers: Sequence[ReaderResult],
    *,
    baseline: str,
    favourite: str | None = None,
    withheld: bool,
    seed: int = 0,
    resamples: int = 2000,
    progress: Callable[[int, int], None] | None = None,
) -> AnswerJudgement:
    """Scores readers with intervals and tests every two against each other.

    Args:
        questions: (n,) as asked.
        gold: (n,) accepted answers; an empty tuple where there is none.
        readers: what each did with the n questions.
        baseline: the reader that stands second in its comparisons.
        favourite: the reader that is spoken of; see `claims.corrected`.
        withheld: whether answers below a reader's threshold count as none.
        seed: of the resamples.
        resamples: number of bootstrap draws.
        progress: called with resamples done and resamples in all.

    Source:
        Rajpurkar et al. 2016 and 2018 for exact match and F1.
    """
    match: dict[str, np.ndarray] = {}
    overlap: dict[str, np.ndarray] = {}
    measures: dict[str, list[Measure]] = {}
    thresholds = {reader.name: reader.threshold if withheld else 0.0 for reader in readers}
    answers = {reader.name: reader.primary.given(thresholds[reader.name]) for reader in readers}
    bleu = _bleu_measures(answers, gold)
    found = _retrieval_measures(readers)
    signature = _signature(gold)
    for reader in readers:
        name = reader.name
        match[name], overlap[name] = _both(answers[name], gold)
        measures[name] = [
            *_overlap_measures(match[name], overlap[name], "", signature),
            *bleu[name],
            *_found_measures(reader, gold, thresholds[name], signature),
            *found[name],
        ]
    scores, comparisons = judge_sums(
        measures, baseline=baseline, favourite=favourite, seed=seed, resamples=resamples,
        progress=progress,
    )
    return AnswerJudgement(
        tuple(questions), tuple(gold), {reader.name: reader for reader in readers}, match, overlap,
        scores, comparisons, withheld, seed, _judged_retrieval(readers, seed, resamples),
    )


def _both(
    answers: Sequence[str], gold: Sequence[tuple[str, ...]]
) -> tuple[np.ndarray, np.ndarray]:
    pairs = list(zip(answers, gold, strict=True))
    return (
        np.array([exact_match(answer, accepted) for answer, accepted in pairs]),
        np.array([token_f1(answer, accepted) for answer, accepted in pairs]),
    )


def _signature(gold: Sequence[tuple[str, ...]]) -> str:
    """How answers are cut into tokens; beyond SQuAD's way where an answer has no blanks."""
    beyond = any(counts_characters(text) for accepted in gold for text in accepted)
    return f"{SQUAD}|{CHARACTERS}" if beyond else SQUAD


def _overlap_measures(
    match: np.ndarray, overlap: np.ndarray, suffix: str, signature: str
) -> list[Measure]:
    return [
        mean_measure(
            f"exact_match{suffix}", match, share=True, unit="questions", signature=signature
        ),
        mean_measure(f"f1_token{suffix}", overlap, unit="questions", signature=signature),
    ]


def _bleu_measures(
    answers: Mapping[str, Sequence[str]], gold: Sequence[tuple[str, ...]]
) -> dict[str, list[Measure]]:
    """BLEU over the questions that have an answer; the others add nothing to its sums."""
    rows = [row for row, accepted in enumerate(gold) if accepted]
    if not rows:
        return {name: [] for name in answers}
    counter = Counter([gold[row] for row in rows], ter=False)
    counted = counter.count({name: [said[row] for row in rows] for name, said in answers.items()})
    measures = {}
    for name, counts in counted.items():
        table = np.zeros((len(gold), counts["bleu"].shape[1]))
        table[rows] = counts["bleu"]
        measures[name] = [Measure(
            "bleu", table, VALUES["bleu"], True, "questions", counter.signature("bleu"), len(rows),
            as_sacrebleu=True,
        )]
    return measures


def _found_measures(
    reader: ReaderResult, gold: Sequence[tuple[str, ...]], threshold: float, signature: str
) -> list[Measure]:
    if reader.found is None:
        return []
    return _overlap_measures(*_both(reader.found.given(threshold), gold), "_found", signature)


def _retrieval_measures(readers: Sequence[ReaderResult]) -> dict[str, list[Measure]]:
    """How early the right passage, or one of the right document, was found, by reader."""
    units = (
        (PASSAGE, [each.ranks for each in readers]),
        (DOCUMENT, [each.document_ranks for each in readers]),
    )
    measures: dict[str, list[Measure]] = {reader.name: [] for reader in readers}
    for right, ranks in units:
        known = [each for each in ranks if each is not None]
        # Readers that share one retriever find the same: their difference is 0 by construction.
        compared = any(not np.array_equal(known[0], each, equal_nan=True) for each in known[1:])
        for reader, places in zip(readers, ranks, strict=True):
            if places is not None and np.isfinite(places).any():
                measures[reader.name] += rank_measures(places, right, compared=compared)
    return measures


def _judged_retrieval(
    readers: Sequence[ReaderResult], seed: int, resamples: int
) -> tuple[RetrievalJudgement, ...]:
    """Of the first reader that retrieved: all of a run search one index by one method."""
    reader = next((each for each in readers if each.ranks_by), None)
    if reader is None:
        return ()
    found = []
    for right, known in ((PASSAGE, reader.ranks), (DOCUMENT, reader.document_ranks)):
        if known is not None:
            ranks = {
                name: np.where(np.isfinite(known), each, np.nan)
                for name, each in reader.ranks_by.items()
            }
            found.append(judge_retrieval(
                ranks, reader.retrieval, right, seed=seed, resamples=resamples
            ))
    return tuple(each for each in found if each is not None)
