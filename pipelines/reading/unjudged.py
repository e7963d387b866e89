"""Questions that nothing is judged by: those without a word in the answer's cell, and none at all."""

from __future__ import annotations

from data.answers import gold_answers
from data.dataset import Dataset

MARKED = "“no answer”"
# Of a column that is read as passages: with more, it is one of questions.
MOSTLY = 0.5
LONGEST_NAMED = 60


def unanswered(dataset: Dataset) -> list[str]:
    """The questions whose answer is an empty cell, in order; none where no column holds answers."""
    questions, answers = dataset.column("question"), dataset.column("answer")
    if questions is None or answers is None:
        return []
    texts = questions.astype("str").fillna("").str.strip()
    return [
        text for text, cell in zip(texts, answers, strict=True)
        if text and gold_answers(cell) is None
    ]


def unanswered_sentence(dataset: Dataset) -> str:
    """How many questions are not judged for an empty answer, and what to write; empty if none is."""
    left = unanswered(dataset)
    if not left:
        return ""
    one = len(left) == 1
    column = dataset.roles["answer"][:LONGEST_NAMED]
    who = f"{len(left):,} {'question has' if one else 'questions have'} an empty answer in “{column}”"
    named = left[0] if len(left[0]) <= LONGEST_NAMED else left[0][: LONGEST_NAMED - 1] + "…"
    return (
        f"{who} and {'is' if one else 'are'} not judged ({'' if one else 'such as '}“{named}”); write "
        f"{MARKED} there if the documents do not say, so that refusing is judged too."
    )


def nothing_asked(dataset: Dataset, asked: int) -> str:
    """Why no question is asked and what to do about it; empty where some are.

    Args:
        dataset: as mapped.
        asked: how many questions it asks.
    """
    if asked:
        return ""
    return questions_as_texts(dataset) or (
        "There are no questions, so nothing is asked and nothing can be judged; bring a table of "
        "questions with their answers beside the documents."
    )


def questions_as_texts(dataset: Dataset) -> str:
    """Why a table of questions alone cannot be answered; empty where it is none, or is asked."""
    texts = dataset.column("context")
    if "question" in dataset.roles:
        return ""
    cells = [] if texts is None else texts.dropna().astype("str").str.strip()
    questions = [text for text in cells if text.endswith(("?", "？"))]
    if not questions or len(questions) <= MOSTLY * len(cells):
        return ""
    return (
        f"There are no documents: the column “{dataset.roles['context'][:LONGEST_NAMED]}” holds "
        "questions and is read as texts to answer from, so nothing is asked; bring the documents "
        "together with these questions."
    )

