"""How well readers answer: side by side, by confidence, by kind of question, by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.evaluation.answer_judgement import AnswerJudgement
from pipelines.evaluation.answer_retrieval import (
    KNOWN,
    METHOD_WORDS,
    THINGS,
    RetrievalJudgement,
    retrieval_finding,
)
from pipelines.evaluation.curves import risk_coverage
from pipelines.evaluation.question_words import question_words as words_of
from pipelines.evaluation.slices import Slice, slices
from pipelines.evaluation.verdict import SIGNIFICANT, chance_words, is_shown, p_words
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Evidence, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MAIN = "f1_token"
WITHHELD = "what was withheld is not answered; "
# Shown where any reader has them.
COLUMNS = {
    "exact_match": "Exact match", "f1_token": "F1", "f1_token_found": "F1, passage not given",
    "retrieval_recall@5": "Found in five", "document_recall@5": "Document in five",
}


def leaderboard(judgement: AnswerJudgement, baseline: str, favourite: str) -> Section:
    """All readers by F1, the best first, with the paired test against the baseline."""

    def value(name: str) -> float:
        score = judgement.score(name, MAIN)
        return -1.0 if score is None else score.value

    names = sorted(judgement.readers, key=lambda name: -value(name))
    shown = {
        metric: title for metric, title in COLUMNS.items()
        if any(judgement.score(name, metric) for name in names)
    }
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        against = judgement.comparison(MAIN, name, baseline)
        rows.append((
            Cell(cut(name, 60), "baseline" if name == baseline else ""),
            *(stacked(interval(judgement.score(name, each))) for each in shown),
            stacked(gain(against)), p_words(against.p) if against else "–",
        ))
    bars = [
        svg.Bar(name, score.value, score.low, score.high, interval(score), name == favourite)
        for name in names if (score := judgement.score(name, MAIN)) is not None
    ]
    found = judgement.comparison(MAIN, favourite, baseline)
    title = f"{cut(favourite, 60)} stands alone"
    if found is not None:
        side = "above" if found.delta > 0 else "below"
        title = (
            f"{cut(favourite, 60)} is {100 * abs(found.delta):.1f} points of F1 {side} the baseline "
            f"({p_words(found.p)})"
            if is_shown(found) else
            f"{cut(favourite, 60)} is not shown to differ from the baseline ({chance_words(found)})"
        )
    return Section(
        "models", "Readers side by side",
        f"All on the same {len(judgement.gold):,} questions, each number with its 95 % interval.",
        (Chart(title, svg.bars(bars, f"F1 of each reader with its interval. {title}.")),),
        (Table("Readers, the best first", ("Reader", *shown.values(), "Gain in F1", "p"), tuple(rows),
               strong=tuple(i for i, name in enumerate(names) if name == favourite)),),
    )


def retrieval(judgement: RetrievalJudgement) -> Section:
    """The methods of retrieval on the same questions."""
    names = [score.name for score in judgement.scores[judgement.chosen]]
    rows: list[tuple[Cell | str, ...]] = []
    for method in judgement.scores:
        used = method == judgement.chosen
        against = None if used else judgement.against(method)
        rows.append((
            Cell(METHOD_WORDS.get(method, method), f"{method}, used here" if used else method),
            *(
                stacked(interval(judgement.score(method, name), as_percent="mrr" not in name))
                for name in names
            ),
            stacked(gain(against)), p_words(against.p) if against else "–",
        ))
    thing = THINGS[judgement.right]
    title = f"{retrieval_finding(judgement)}."
    return Section(
        f"retrieval-{judgement.right}", f"How often {thing} is found",
        f"{title} All ways search the same index for the same {judgement.questions:,} questions "
        f"of which {KNOWN[judgement.right]} is known. The test is of the first five places.",
        tables=(Table(
            f"Ways to search for {thing}",
            ("Searched by", "First", "In first 5", "In first 10", "MRR",
             "The used way finds more by", "p"),
            tuple(rows), strong=(0,),
        ),),
    )


def coverage(judgement: AnswerJudgement, model: str) -> Section | None:
    """How right the answers are when only the surest are given."""
    reader = judgement.readers[model]
    right = judgement.right(model)
    if len(right) < 2 or not right.any():
        return None
    curve = risk_coverage(reader.primary.confidence, right)
    kept = reader.primary.confidence >= reader.threshold
    share = float(kept.mean())
    good = float(right[kept].mean()) if kept.any() else 0.0
    title = (
        f"Answering the surest {percent(share, 0)} of the questions, it is right in "
        f"{percent(good, 0)} of them"
    )
    if kept.all():
        surest = np.argsort(-reader.primary.confidence, kind="stable")[: len(right) // 2]
        title = (
            f"It is sure enough to answer all questions, right in {percent(good, 0)}; of the half it "
            f"is surest of, right in {percent(float(right[surest].mean()), 0)}"
        )
    line = svg.Line(model, curve.coverage, 1 - curve.risk)
    return Section(
        "coverage", "When it is allowed to say nothing",
        "Right: at least half of the words of an accepted answer are shared. The confidence that "
        f"withholds an answer is {100 * reader.threshold:.4g} % here.",
        (Chart(title, svg.curves([line], title, across="questions answered", up="right")),),
    )


def question_words(judgement: AnswerJudgement, model: str) -> Section | None:
    """Right answers by the word that a question asks with."""
    answerable = judgement.answerable
    if not answerable.any():
        return None
    words = pd.Series(words_of(judgement.questions))[answerable].reset_index(drop=True)
    right = judgement.answered_right(model)[answerable]
    return _sliced(
        "question-words", "By kind of question", "question word", slices(words, right),
        float(right.mean()), judgement.withheld,
    )


def groups(evidence: Evidence, judgement: AnswerJudgement) -> Section | None:
    """Right answers by the column that the user slices by."""
    if evidence.group is None or not len(evidence.tested):
        return None
    answerable = judgement.answerable
    if not answerable.any():
        return None
    values = evidence.group.iloc[evidence.tested][answerable].reset_index(drop=True)
    right = judgement.answered_right(evidence.favourite)[answerable]
    return _sliced(
        "groups", "By group", cut(evidence.group_name, 40), slices(values, right),
        float(right.mean()), judgement.withheld,
    )


def _sliced(
    slug: str, heading: str, column: str, found: tuple[Slice, ...], overall: float, withheld: bool
) -> Section | None:
    if len(found) < 2:
        return None
    differing = [each for each in found if each.p < SIGNIFICANT and not each.small]
    title = f"No value of {column} differs from the rest by more than chance"
    if differing:
        worst = min(differing, key=lambda each: each.p)
        side = "worse" if worst.accuracy < overall else "better"
        title = f"{cut(worst.value, 40)} is {side} than the rest ({p_words(worst.p)})"
    bars = [
        svg.Bar(each.value, each.accuracy, each.low, each.high,
                f"{percent(each.accuracy)} of {each.n:,}", not each.small)
        for each in found
    ]
    return Section(
        slug, heading,
        "Share answered right of the questions that have an answer; "
        f"{WITHHELD if withheld else ''}paler bars rest on few.",
        (Chart(title, svg.bars(bars, title, marker=overall,
                               marker_label=f"all {percent(overall)}")),),
    )


