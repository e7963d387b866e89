"""What all readers share: the passage that came with a question, and those that retrieval finds."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self, cast

import pandas as pd

from data.answers import gold_answers
from pipelines.options import Options
from pipelines.pipeline import Attribution, Pipeline
from pipelines.progress import SILENT, Progress
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.places import (
    expected_cell,
    expected_documents,
    pieces_with_answer,
    source_rows,
)
from pipelines.reading.sources import Asked, Source
from pipelines.retrieval.index import Hit, Index, Method, shared_index
from pipelines.retrieval.passages import Passage, sentences_of
from pipelines.tasks.question_answering import TASK

CHUNK = 32
RANKED = 20
CANDIDATES = 5
FROM_ONE_PASSAGE = 2
WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class _Retrieved:
    """What retrieval brought for a question, best first, and where the right one stood."""

    numbers: list[int]
    passages: tuple[Passage, ...]
    rank: int | None
    ranks_by: Mapping[str, int]


class ReadingPipeline(Pipeline):
    """Reads answers from passages. A subclass says how sure it is of spans.

    Attributes:
        index: of the documents, after `study`; None when there are none.
    """

    index: Index | None = None

    def study(self, rows: pd.DataFrame, progress: Progress = SILENT) -> Self:
        known = source_rows(rows)
        if known.empty:
            return self
        known = known.reset_index(drop=True)
        self.index = shared_index(known, self.config.device, progress)
        # Rows of equal text share their passages, so the first of them tells.
        self._pieces = {
            context: self.index.passages_of(row)
            for row, context in reversed(list(enumerate(known["context"])))
        }
        self._documents: dict[str, set[int]] = {}
        for number, passage in enumerate(self.index.passages):
            for name in passage.documents:
                self._documents.setdefault(name, set()).add(number)
        return self

    @abstractmethod
    def answers(self, asked: Sequence[Asked]) -> list[tuple[Answer, ...]]:
        """The best answers to each question from its sources, best first."""

    def predict(self, batch: pd.DataFrame, progress: Progress = SILENT) -> AnswerPredictions:
        readings: list[Reading] = []
        for start in range(0, len(batch), CHUNK):
            readings += self._read(batch.iloc[start : start + CHUNK])
            progress.advance(min(CHUNK, len(batch) - start))
        settings = Options(TASK, self.config.settings)
        threshold = settings.number("threshold")
        abstain = cast(Literal["auto", "always", "never"], settings["abstain"])
        if self.index is None:
            return AnswerPredictions(tuple(readings), threshold, abstain)
        searched, method = len(self.index.passages), settings["retrieval"]
        return AnswerPredictions(tuple(readings), threshold, abstain, searched, method)

    def explain(self, batch: pd.DataFrame, targets: Sequence[str]) -> list[Attribution]:
        """How much the confidence in an answer falls when a word of the question is left out."""
        best = self.predict(batch).best()
        return [
            self._ablation(str(question), answer, target)
            for question, answer, target in zip(batch["question"], best, targets, strict=True)
        ]

    def _read(self, batch: pd.DataFrame) -> list[Reading]:
        questions = [str(question) for question in batch["question"]]
        rows = batch.to_dict("records")
        given = [_passage(row) for row in rows]
        right = [self._right(row, passage) for row, passage in zip(rows, given, strict=True)]
        retrieved = self._retrieve(questions, right)
        count = int(Options(TASK, self.config.settings).number("read"))
        asked: list[Asked] = [
            (question, (Source(passage),))
            for question, passage in zip(questions, given, strict=True) if passage is not None
        ]
        if retrieved is not None:
            asked += [
                (question, self._sources(question, each.numbers[:count]))
                for question, each in zip(questions, retrieved, strict=True)
            ]
        answers = iter(self.answers(asked))
        from_given = [None if passage is None else next(answers) for passage in given]
        if retrieved is None:
            return [Reading(given=each) for each in from_given]
        return [
            Reading(
                each, next(answers), hits.passages,
                None if passage is None else hits.rank, hits.rank if passage is None else None,
                hits.ranks_by,
            )
            for each, passage, hits in zip(from_given, given, retrieved, strict=True)
        ]

    def _retrieve(
        self, questions: Sequence[str], right: Sequence[Collection[int]]
    ) -> list[_Retrieved] | None:
        index = self.index
        if index is None:
            return None
        method = cast(Method, Options(TASK, self.config.settings)["retrieval"])
        found = []
        for question, wanted in zip(questions, right, strict=True):
            # The other methods are of interest only where it is known what they should find.
            by = (
                index.search_each([question], RANKED)[0] if wanted
                else {method: index.search([question], method, RANKED)[0]}
            )
            ranks: dict[str, int] = (
                {name: _first(hits, wanted) for name, hits in by.items()} if wanted else {}
            )
            numbers = [hit.passage for hit in by[method]]
            passages = tuple(index.passages[number] for number in numbers)
            found.append(_Retrieved(numbers, passages, ranks.get(method), ranks))
        return found

    def _sources(self, question: str, numbers: Sequence[int]) -> tuple[Source, ...]:
        assert self.index is not None, "retrieval needs an index"
        cosines = self.index.sentence_cosines(question, numbers)
        return tuple(
            Source(self.index.passages[number], place, near)
            for place, (number, near) in enumerate(zip(numbers, cosines, strict=True))
        )

    def _right(self, row: Mapping[Hashable, object], given: Passage | None) -> Collection[int]:
        """The passages that hold the answer, or are of the expected document; none if not known."""
        if self.index is None:
            return ()
        if given is None:
            return self._of_document(row)
        own = self._pieces.get(given.text, ())
        pieces = [self.index.passages[number] for number in own]
        return {own[each] for each in pieces_with_answer(pieces, given.text, row.get("answer"))}

    def _of_document(self, row: Mapping[Hashable, object]) -> Collection[int]:
        wanted = expected_documents(expected_cell(row), self._documents)
        if not wanted or gold_answers(row.get("answer")) == ():
            return ()
        return set[int]().union(*(self._documents[name] for name in wanted))

    def _asked_of(self, question: str, source: Source) -> Source:
        """The source for another question: at the same place, as close as it is to that one."""
        if self.index is None or source.cosines is None:
            return source
        number = next(
            (n for n, passage in enumerate(self.index.passages) if passage is source.passage), None
        )
        if number is None:
            return source
        return replace(source, cosines=self.index.sentence_cosines(question, [number])[0])

    def _ablation(self, question: str, answer: Answer | None, target: str) -> Attribution:
        words = list(WORD.finditer(question))
        if answer is None or not words:
            return Attribution((), (), target)
        without = [question[: word.start()] + question[word.end() :] for word in words]
        found = self.answers([
            (text, (self._asked_of(text, answer.source),)) for text in (question, *without)
        ])
        sure = [
            max((each.confidence for each in some if _overlap(each, answer)), default=0.0)
            for some in found
        ]
        return Attribution(
            tuple(word.group() for word in words),
            tuple(sure[0] - each for each in sure[1:]), target,
        )


def _passage(row: dict[str, object]) -> Passage | None:
    text = str(row.get("context") or "")
    if not text.strip():
        return None
    page = row.get("page")
    return Passage(
        text=text, row=-1, start=0, document=_text(row.get("document")),
        page=None if page is None or pd.isna(page) else int(float(str(page))),
        heading=_text(row.get("heading")), sentences=sentences_of(text),
    )


def _first(hits: Sequence[Hit], wanted: Collection[int]) -> int:
    """The place of the first wanted passage, from 1; 0 where there is none."""
    return next((rank for rank, hit in enumerate(hits, 1) if hit.passage in wanted), 0)


def _text(cell: object) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)


def _overlap(first: Answer, second: Answer) -> bool:
    return first.start < second.end and second.start < first.end


def distinct(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The most confident answers, each text once; punctuation alone answers nothing."""
    kept: dict[str, Answer] = {}
    for answer in sorted(answers, key=lambda each: -each.confidence):
        if any(letter.isalnum() for letter in answer.text):
            kept.setdefault(answer.text.casefold(), answer)
    return tuple(kept.values())[:CANDIDATES]
