"""One or two sentences that say how well a reader answers, and what is not proven."""

from __future__ import annotations

from pipelines.evaluation.answer_judgement import AnswerJudgement
from pipelines.evaluation.answer_retrieval import retrieval_finding
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.verdict import TOO_FEW_ROWS, chance_words, is_shown, p_words

WEAK_RECALL = 0.8
NOTABLE_LOSS = 0.05


def answer_verdict(judgement: AnswerJudgement, model: str, baseline: str, titles: str) -> str:
    """Says how well a reader answers, whether it beats the baseline, and what holds it back.

    Args:
        judgement: of the reader and the baseline.
        model: the reader in question.
        baseline: what it has to beat.
        titles: how to call the baseline in a sentence.
    """
    f1, exact = judgement.score(model, "f1_token"), judgement.score(model, "exact_match")
    assert f1 is not None and exact is not None, "every reader has both"
    n = len(judgement.gold)
    if not judgement.answerable.any():
        return (
            f"None of the {n:,} questions has an answer, so nothing is shown about answering: bring "
            "questions that the documents do answer."
        )
    opening = (
        f"On {n:,} {'question' if n == 1 else 'questions'} {model} has an F1 of {_share(f1)} for "
        "the words of the right answer on average and gives it word for word "
        f"{100 * exact.value:.0f} % of the time"
    )
    answerable = judgement.answerable
    if not answerable.all():
        alone = 100 * float(judgement.overlap[model][answerable].mean())
        opening = (
            f"On {n:,} questions {model} has an F1 of {_share(f1)}, in which a right refusal counts "
            f"as 1; on the {int(answerable.sum()):,} that have an answer its F1 is {alone:.0f} %"
        )
    if n < TOO_FEW_ROWS:
        return f"{opening}: too few questions to tell how good it is; bring at least 100."
    sentences = [opening + _against(judgement.comparison("f1_token", model, baseline), titles)]
    sentences += _always_refusing(judgement, f1)
    sentences += _retrieval(judgement, model) + _better_retrieval(judgement)
    sentences += _refusals(judgement, model)
    return " ".join(sentences)


def _always_refusing(judgement: AnswerJudgement, f1: Score) -> list[str]:
    share = judgement.always_refusing
    if share == 0:
        return []
    more = "" if f1.value > share else f", no less than this reader's F1 of {100 * f1.value:.0f} %"
    return [
        f"Always answering “not in these documents” would score {100 * share:.0f} %, in F1 and in "
        f"exact match{more}."
    ]


def _against(comparison: Comparison | None, titles: str) -> str:
    if comparison is None:
        return "."
    if comparison.delta == 0:
        return f", exactly the F1 of {titles}: no gain is shown."
    size = abs(100 * comparison.delta)
    points = f"{size:.{0 if size >= 1 else 1}f} points of F1"
    side = "above" if comparison.delta > 0 else "below"
    if not is_shown(comparison):
        return f", {points} {side} {titles}; that can be chance ({chance_words(comparison)})."
    advice = "" if comparison.delta > 0 else ": do not use it on these documents"
    return (
        f", {points} {side} {titles}; the difference is not chance ({p_words(comparison.p)})"
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


def _refusals(judgement: AnswerJudgement, model: str) -> list[str]:
    unanswerable = ~judgement.answerable
    if not unanswerable.any():
        return []
    if not judgement.withheld:
        return ["Questions without an answer were answered all the same, as was asked."]
    silent = ~judgement.answered(model)
    refused = int((silent & unanswerable).sum())
    kept = int((~silent & ~unanswerable).sum())
    return [
        f"Of {int(unanswerable.sum())} questions that the documents do not answer it refused "
        f"{refused}; of the {int((~unanswerable).sum())} others it answered {kept}."
    ]


def _share(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{100 * score.value:.0f} %"
    return f"{100 * score.value:.0f} % ({100 * score.low:.0f} to {100 * score.high:.0f})"
