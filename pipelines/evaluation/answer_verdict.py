"""One or two sentences that say how well a reader answers, and notes on what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.evaluation.answer_judgement import AnswerJudgement
from pipelines.evaluation.answer_retrieval import retrieval_finding
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.text_verdict import AS_THEY_ARE, called
from pipelines.evaluation.verdict import TOO_FEW_ROWS, chance_words, is_shown, p_words

WEAK_RECALL = 0.8
NOTABLE_LOSS = 0.05


def answer_verdict(
    judgement: AnswerJudgement, model: str, baseline: str, words: str,
    titles: Mapping[str, str] = AS_THEY_ARE,
) -> str:
    """Says how well a reader answers and whether it beats the baseline, in one or two sentences.

    Args:
        judgement: of the reader and the baseline.
        model: the reader in question.
        baseline: what it has to beat.
        words: how to call the baseline in a sentence.
        titles: what models are called, by id; those without one by their ids.
    """
    f1 = judgement.score(model, "f1_token")
    assert f1 is not None, "every reader has one"
    n = len(judgement.gold)
    if not judgement.answerable.any():
        return (
            f"None of the {n:,} questions has an answer, so nothing is shown about answering: bring "
            "questions that the documents do answer."
        )
    opening = (
        f"On {n:,} {'question' if n == 1 else 'questions'} {called(model, titles)} has an F1 of "
        f"{_share(f1)} for the words of the right answer"
    )
    if not judgement.answerable.all():
        opening += ", a right refusal counting as 1"
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few questions to tell how good it is; bring at least 100."
    said = opening + _against(judgement.comparison("f1_token", model, baseline), words)
    if judgement.always_refusing >= f1.value:
        said += (
            f" Always answering “not in these documents” would score "
            f"{100 * judgement.always_refusing:.0f} %, no less than this reader."
        )
    return said


def answer_notes(
    judgement: AnswerJudgement, model: str, titles: Mapping[str, str] = AS_THEY_ARE
) -> tuple[str, ...]:
    """What a careful reader of the verdict wants to know next: refusals, and what retrieval found.

    Args:
        judgement: of the reader and the baseline.
        model: the reader that the verdict speaks of.
        titles: what models are called, by id; those without one by their ids.
    """
    if not judgement.answerable.any():
        return ()
    name = called(model, titles)
    return (
        *_alone(judgement, model, name),
        *_refusals(judgement, model, name),
        *_always_refusing(judgement, model),
        *_retrieval(judgement, model),
        *_better_retrieval(judgement),
    )


def _alone(judgement: AnswerJudgement, model: str, name: str) -> list[str]:
    answerable = judgement.answerable
    exact = 100 * float(judgement.match[model][answerable].mean())
    if answerable.all():
        return [f"{name} gives the right answer word for word {exact:.0f} % of the time."]
    alone = 100 * float(judgement.overlap[model][answerable].mean())
    return [
        f"On the {int(answerable.sum()):,} questions that have an answer the F1 of {name} is "
        f"{alone:.0f} %, and {exact:.0f} % of these answers are right word for word."
    ]


def _always_refusing(judgement: AnswerJudgement, model: str) -> list[str]:
    share, f1 = judgement.always_refusing, judgement.score(model, "f1_token")
    if share == 0 or f1 is None or share >= f1.value:
        return []
    return [
        f"Always answering “not in these documents” would score {100 * share:.0f} %, in F1 and in "
        "exact match."
    ]


def _against(comparison: Comparison | None, words: str) -> str:
    if comparison is None:
        return "."
    if comparison.delta == 0:
        return f", exactly the F1 of {words}: no gain is shown."
    size = abs(100 * comparison.delta)
    points = f"{size:.{0 if size >= 1 else 1}f} points of F1"
    side = "above" if comparison.delta > 0 else "below"
    if not is_shown(comparison):
        return f", {points} {side} {words}; that can be chance ({chance_words(comparison)})."
    advice = "" if comparison.delta > 0 else ": do not use it on these documents"
    return (
        f", {points} {side} {words}; the difference is not chance ({p_words(comparison.p)})"
        f"{advice}."
    )


def _retrieval(judgement: AnswerJudgement, model: str) -> list[str]:
    recall = judgement.score(model, "retrieval_recall@5")
    if recall is None:
        of_document = judgement.score(model, "document_recall@5")
        return [] if of_document is None else [
            "A passage of the right document is among the first five for "
            f"{_share(of_document)} of the {of_document.n:,} questions whose document is known."
        ]
    words = (
        f"The right passage is among the first five for {_share(recall)} of the {recall.n:,} "
        "questions whose passage is known"
    )
    given, found = (judgement.score(model, name) for name in ("f1_token", "f1_token_found"))
    lost = given is not None and found is not None and given.value - found.value > NOTABLE_LOSS
    if recall.value < WEAK_RECALL and lost:
        return [f"{words}: finding it is what holds the answers back."]
    return [f"{words}."]


def _better_retrieval(judgement: AnswerJudgement) -> list[str]:
    return [
        f"{retrieval_finding(each)}: choose {each.better.against}."
        for each in judgement.retrieval[:1] if each.better is not None
    ]


def _refusals(judgement: AnswerJudgement, model: str, name: str) -> list[str]:
    unanswerable = ~judgement.answerable
    if not unanswerable.any():
        return []
    if not judgement.withheld:
        return [f"{name} answered questions without an answer all the same, as was asked."]
    silent = ~judgement.answered(model)
    refused = int((silent & unanswerable).sum())
    kept = int((~silent & ~unanswerable).sum())
    return [
        f"Of {int(unanswerable.sum())} questions that the documents do not answer {name} refused "
        f"{refused}; of the {int((~unanswerable).sum())} others it answered {kept}."
    ]


def _share(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{100 * score.value:.0f} %"
    return f"{100 * score.value:.0f} % ({100 * score.low:.0f} to {100 * score.high:.0f})"
