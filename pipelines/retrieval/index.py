"""The passages of a document set, searched by words, by meaning, or by both."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd

from pipelines.progress import SILENT, Progress
from pipelines.retrieval.bm25 import Bm25
from pipelines.retrieval.fusion import reciprocal_rank_fusion
from pipelines.retrieval.passages import Passage, cut, passages_by_row, texts_of
from pipelines.runtime.device import choose_device

Method = Literal["hybrid", "bm25", "embeddings"]

METHODS: tuple[Method, ...] = ("hybrid", "bm25", "embeddings")
_FUSED: tuple[Method, ...] = ("bm25", "embeddings")

# Chosen with `python -m benchmarks retrieval`: among some hundred passages a k of 5 finds more than
# the usual 60, and words tell slightly more than meaning.
FUSION_K = 5
FUSION_WEIGHTS = (1.25, 1.0)
FUSION_DEPTH = 100
# How much a sentence's embedding leans towards its document's name and heading: finds clearly more
# on the sample handbook, and costs little where headings say nothing.
CONTEXT_WEIGHT = 0.3
_SUFFIX = re.compile(r"\.\w{1,5}$")
_BETWEEN_WORDS = re.compile(r"[\s/\\_.-]+")


@dataclass(frozen=True)
class Hit:
    """A passage found: its position in the index, and a score that compares within a question."""

    passage: int
    score: float


@dataclass(frozen=True, eq=False)
class Index:
    """Passages with what is needed to search them. Read-only, shared by sessions.

    A passage is as close to a question as the closest of its sentences: on passages of several
    subjects one embedding of the whole finds far less.

    Attributes:
        sentence_embeddings: of the distinct sentences, shape (sentences, 384), unit length.
        members: rows of `sentence_embeddings`, passage after passage.
        starts: where each passage begins in `members`, shape (passages,).
        rows: the passages of each source row.
        device: where questions are encoded.
    """

    passages: tuple[Passage, ...]
    sentence_embeddings: np.ndarray
    members: np.ndarray
    starts: np.ndarray
    words: Bm25
    rows: tuple[tuple[int, ...], ...]
    device: str

    @cached_property
    def embeddings(self) -> np.ndarray:
        """Mean of each passage's sentences, shape (passages, 384), float32, unit length."""
        if not self.passages:
            return np.zeros((0, 384), dtype=np.float32)
        sums = np.add.reduceat(self.sentence_embeddings[self.members], self.starts, axis=0)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    def passages_of(self, row: int) -> tuple[int, ...]:
        """Positions of the passages that came from a source row's text."""
        return self.rows[row]

    def search(
        self, questions: Sequence[str], method: Method = "hybrid", count: int = 10
    ) -> list[list[Hit]]:
        """The best passages for each question, best first.

        A blank question finds nothing; by words alone, neither does one without a known word.

        Args:
            questions: of any length; what does not fit the encoder is cut off.
            method: how passages are ranked; "hybrid" fuses the two others by reciprocal rank.
            count: most hits of a question.
        """
        if method == "hybrid":
            return [found["hybrid"] for found in self.search_each(questions, count)]
        return [self._ranked(question, method, count) for question in questions]

    def search_each(
        self, questions: Sequence[str], count: int = 10
    ) -> list[dict[Method, list[Hit]]]:
        """For each question what every method finds, for the price of the hybrid one.

        Args:
            questions: as for `search`.
            count: most hits of a question and method.
        """
        return [self._each(question, count) for question in questions]

    def _each(self, question: str, count: int) -> dict[Method, list[Hit]]:
        depth = max(count, FUSION_DEPTH)
        found = {method: self._ranked(question, method, depth) for method in _FUSED}
        fused = reciprocal_rank_fusion(
            [[hit.passage for hit in hits] for hits in found.values()], FUSION_K, FUSION_WEIGHTS
        )
        found["hybrid"] = [Hit(*each) for each in fused]
        return {method: found[method][:count] for method in METHODS}

    def _ranked(self, question: str, method: Method, count: int) -> list[Hit]:
        if not question.strip() or not self.passages:
            return []
        if method == "bm25":
            return _ranking(self.words.scores(question), count, above=0.0)
        return _ranking(self._closeness(question), count)

    def _closeness(self, question: str) -> np.ndarray:
        """The highest cosine of a passage's sentences, shape (passages,)."""
        cosines = self.sentence_embeddings @ _question_embedding(question, self.device)
        return np.maximum.reduceat(cosines[self.members], self.starts)

    def sentence_cosines(self, question: str, passages: Sequence[int]) -> list[np.ndarray]:
        """How close each sentence of some passages is to a question.

        Args:
            question: as asked.
            passages: their positions.

        Returns:
            For each passage the cosines of its sentences, shape (sentences,).
        """
        vector = _question_embedding(question, self.device)
        ends = np.append(self.starts[1:], len(self.members))
        return [
            self.sentence_embeddings[self.members[self.starts[one] : ends[one]]] @ vector
            for one in passages
        ]


@lru_cache(maxsize=256)
def _question_embedding(question: str, device: str) -> np.ndarray:
    """Encoded alone: in bfloat16 an embedding depends a little on its company in a batch, and a
    question must find the same with and without others."""
    from pipelines.runtime.minilm import sentence_encoder

    return sentence_encoder(device).run([question])[0]


def _ranking(scores: np.ndarray, count: int, above: float = -np.inf) -> list[Hit]:
    """The highest scores; of equal ones, the first passages."""
    order = np.argsort(-scores, kind="stable")[:count]
    return [Hit(int(each), float(scores[each])) for each in order if scores[each] > above]


def build_index(
    rows: pd.DataFrame, device: str = "auto", progress: Progress = SILENT
) -> Index:
    """The index of the passages of `rows`; columns as `cut` takes them.

    Raises:
        CancelledRun: the user asked to stop.
    """
    passages = cut(rows, progress)
    contexts = [_context(passage) for passage in passages]
    words = Bm25([f"{one} {two.text}" for one, two in zip(contexts, passages, strict=True)])
    distinct: dict[tuple[str, str], int] = {}
    members: list[int] = []
    starts = []
    for context, passage in zip(contexts, passages, strict=True):
        starts.append(len(members))
        members += [
            distinct.setdefault((passage.text[start:end], context), len(distinct))
            for start, end in passage.sentences
        ]
    progress.stage(f"Indexing {len(passages):,} passages", len(passages))
    vectors = _sentence_embeddings(list(distinct), device, _Shares(progress, len(passages)))
    return Index(
        passages, vectors, np.asarray(members, dtype=np.intp), np.asarray(starts, dtype=np.intp),
        words, passages_by_row(rows, passages), device,
    )


def _context(passage: Passage) -> str:
    """The document's name as words, and the heading."""
    name = _BETWEEN_WORDS.sub(" ", _SUFFIX.sub("", passage.document))
    return " ".join(part for part in (name.strip(), passage.heading) if part)


def _sentence_embeddings(
    sentences: Sequence[tuple[str, str]], device: str, progress: _Shares
) -> np.ndarray:
    """Embeddings of sentences with their contexts, shape (sentences, 384)."""
    if not sentences:
        return np.zeros((0, 384), dtype=np.float32)
    from pipelines.runtime.minilm import sentence_encoder

    places = {context: place for place, context in enumerate(dict.fromkeys(c for _, c in sentences))}
    texts = [text for text, _ in sentences]
    progress.expect(len(texts) + len(places))
    encoder = sentence_encoder(device)
    vectors = encoder.run(texts, progress)
    around = encoder.run(list(places), progress)
    around[[place for context, place in places.items() if not context]] = 0.0
    vectors += CONTEXT_WEIGHT * around[[places[context] for _, context in sentences]]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class _Shares(Progress):
    """Reports sentences done as the share of passages that they are."""

    def __init__(self, inner: Progress, total: int) -> None:
        self._inner, self._total = inner, total
        self._expected, self._done, self._told = 1, 0, 0

    def expect(self, sentences: int) -> None:
        """Say how many sentences make up the total."""
        self._expected = sentences

    def advance(self, rows: int) -> None:
        self._done += rows
        share = self._total * self._done // self._expected
        self._inner.advance(share - self._told)
        self._told = share


_SHARED: WeakValueDictionary[str, Index] = WeakValueDictionary()
_BUILDING: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_LOCK = threading.Lock()


class _Turn:
    """Whose turn it is to build an index; forgotten when nobody waits any more."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def shared_index(
    rows: pd.DataFrame, device: str = "auto", progress: Progress = SILENT
) -> Index:
    """The index of these documents: built once for all that use it, gone with the last of them.

    Args:
        rows: as for `build_index`; equal ones share an index, whoever brought them.

    Raises:
        CancelledRun: the user asked to stop, also while another builds the index.
    """
    key = _address(rows, choose_device(device).type)
    with _LOCK:
        turn = _BUILDING.setdefault(key, _Turn())
    while not turn.lock.acquire(timeout=0.2):
        progress.advance(0)
    try:
        index = _SHARED.get(key)
        if index is None:
            index = build_index(rows, device, progress)
            _SHARED[key] = index
        return index
    finally:
        turn.lock.release()


def _address(rows: pd.DataFrame, device: str) -> str:
    """What the index follows from."""
    digest = hashlib.sha256(f"{device}\0".encode())
    columns = {"context": texts_of(rows)}
    columns |= {
        name: [str(cell) for cell in rows[name]]
        for name in ("document", "page", "heading") if name in rows
    }
    for name, cells in columns.items():
        for cell in (name, str(len(cells)), *cells):
            text = cell.encode("utf-8", "surrogatepass")
            digest.update(f"{len(text)} ".encode() + text)
    return digest.hexdigest()
