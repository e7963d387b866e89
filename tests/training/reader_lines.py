"""A few lines of training data for the reader, made by hand: every answer stands in one text only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.training.reader_data import FILES, Question

CITIES = ("Leeds", "Porto", "Turin", "Ghent", "Lyon")


def sentence(number: int) -> str:
    """A sentence whose price is its own."""
    return f"The lamp of house {number} costs p{number} pounds in {CITIES[number % 5]}."


def policy(number: int) -> str:
    """A long text whose code is in its middle and nowhere else."""
    before = "".join(f"Rule {each} of form f{number} says little. " for each in range(12))
    after = "".join(f"Note {each} of form f{number} says less. " for each in range(12))
    return f"{before}The code of the form is k{number} today. {after}".strip()


def line(context: str, answer: str, question: str, source: str, **more: Any) -> dict[str, Any]:
    """One object as the files hold them."""
    return {"context": context, "answer": answer, "answer_start": context.index(answer),
            "answers": [answer], "question": question, "source": source, **more}


def lines(sentences: int, policies: int) -> list[dict[str, Any]]:
    """Two questions on each sentence and one on each long text."""
    found = []
    for number in range(sentences):
        found.append(line(sentence(number), f"p{number} pounds", f"price {number}?", "qamr"))
        found.append(
            line(sentence(number), f"house {number}", f"which house {number}?", "qamr_more")
        )
    for number in range(policies):
        found.append(line(policy(number), f"k{number}", f"code {number}?", "policyqa_train"))
    return found


def questions(sentences: int, policies: int = 0) -> list[Question]:
    """The same as questions."""
    return [
        Question(
            each["source"].split("_")[0], each["question"], each["context"],
            ((each["answer_start"], each["answer_start"] + len(each["answer"])),),
            tuple(each["answers"]),
        )
        for each in lines(sentences, policies)
    ]


def write_lines(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Writes the rows into the files that training reads, in turn; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(FILES):
        own = rows[place :: len(FILES)]
        (folder / name).write_text(
            "".join(json.dumps(each) + "\n" for each in own), encoding="utf-8"
        )
    return folder
