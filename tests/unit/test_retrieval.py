"""Search by words, by meaning and by both, and the index that sessions share."""

from __future__ import annotations

import gc
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from pipelines.progress import CancelledRun, Progress
from pipelines.retrieval import index as indexing
from pipelines.retrieval.bm25 import K1, B, Bm25, stem, words_of
from pipelines.retrieval.fusion import reciprocal_rank_fusion
from pipelines.retrieval.index import Index, build_index, shared_index
from pipelines.runtime.minilm import sentence_encoder

TEXTS = [
    "Parcels are delivered within three working days. A courier rings twice.",
    "Money is returned to your card after we inspect the goods. This takes a week.",
    "The museum opens at nine. Children enter free of charge. Dogs must wait outside.",
    "Bees visit flowers to collect nectar. Honey is made from it in the hive.",
    "猫喜欢吃鱼。狗喜欢跑步。",
]
METHODS = ("bm25", "embeddings", "hybrid")


class Recorder(Progress):
    """Remembers the stages and what was done in each."""

    def __init__(self) -> None:
        self.stages: list[list[object]] = []

    def stage(self, name: str, total: int) -> None:
        self.stages.append([name, total, 0])

    def advance(self, rows: int) -> None:
        assert rows >= 0
        self.stages[-1][2] += rows


@pytest.fixture(scope="module")
def index() -> Index:
    return build_index(pd.DataFrame({"context": TEXTS}))


def best(index: Index, question: str, method: str) -> int:
    return index.search([question], method)[0][0].passage


def test_reciprocal_rank_fusion_by_hand():
    fused = dict(reciprocal_rank_fusion([[7, 3, 5], [3, 9]], k=60))
    expected = {3: Fraction(1, 62) + Fraction(1, 61), 7: Fraction(1, 61), 9: Fraction(1, 62),
                5: Fraction(1, 63)}
    assert list(fused) == [3, 7, 9, 5]
    assert fused == pytest.approx({key: float(value) for key, value in expected.items()})


def test_fusion_weighs_rankings_and_breaks_ties_by_number():
    assert [thing for thing, _ in reciprocal_rank_fusion([[8, 2], [2, 8]])] == [2, 8]
    assert reciprocal_rank_fusion([[8], [2]], 5, (3.0, 1.0)) == [(8, 3 / 6), (2, 1 / 6)]
    assert reciprocal_rank_fusion([[], []]) == []


def test_bm25_agrees_with_its_formula():
    documents = [["red", "lamp", "lamp", "brass"], ["red", "chair"], ["blue", "lamp", "oak"]]
    question = ["lamp", "brass", "unknown"]
    mean = sum(map(len, documents)) / 3

    def score(document: list[str]) -> float:
        total = 0.0
        for word in question:
            holders = sum(word in each for each in documents)
            idf = math.log(1 + (3 - holders + 0.5) / (holders + 0.5))
            count = document.count(word)
            total += idf * count / (count + K1 * (1 - B + B * len(document) / mean))
        return total

    found = Bm25([" ".join(document) for document in documents]).scores("Lamp, BRASS (unknown)?")
    assert found == pytest.approx([score(document) for document in documents], rel=1e-5)


def test_words_are_lower_case_stems_without_question_words():
    assert words_of("What did the Lamps' maker REFUND, snake_case?") == [
        "lamp", "maker", "refund", "snak", "case",
    ]
    assert words_of("猫は𠮷 Ünïcode Straßen 42") == ["猫", "は", "𠮷", "ünïcode", "straßen", "42"]


@pytest.mark.parametrize("forms", [
    ("ask", "asks", "asked", "asking"), ("delivery", "deliveries"), ("stop", "stopped", "stopping"),
    ("use", "uses"), ("glass",), ("quick", "quickly"),
])
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]):
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize("text", ["?!", "the of", ""])
def test_texts_without_words_are_indexed(text: str):
    assert Bm25([text, text]).scores("lamp").tolist() == [0, 0]
    assert Bm25([text, "a red lamp"]).scores("lamp")[1] > 0


@pytest.mark.parametrize("method", METHODS)
def test_each_method_finds_the_passage(index: Index, method: str):
    assert best(index, "When does the museum open?", method) == 2
    assert best(index, "where does honey come from", method) == 3


def test_meaning_finds_what_shares_no_word_and_words_do_not(index: Index):
    question = "How do I get a refund?"
    assert best(index, question, "embeddings") == 1
    assert index.search([question], "bm25")[0] == []
    assert best(index, question, "hybrid") == 1


def test_characters_of_scripts_without_blanks_are_searched(index: Index):
    assert best(index, "鱼", "bm25") == 4


def test_a_passage_is_as_close_as_its_closest_sentence(index: Index):
    sentences = ["The museum opens at nine.", "Children enter free of charge.",
                 "Dogs must wait outside."]
    encoder = sentence_encoder()
    question = "May I bring my dog?"
    cosines = encoder.run(sentences) @ encoder.run([question])[0]
    hit = next(hit for hit in index.search([question], "embeddings")[0] if hit.passage == 2)
    assert hit.score == pytest.approx(cosines.max(), abs=0.02)


@pytest.mark.parametrize("method", METHODS)
def test_questions_of_any_length_get_an_answer_and_blank_ones_nothing(index: Index, method: str):
    questions = ["", " \n", "honey", "honey nectar " * 2500, "?"]
    found = index.search(questions, method, count=3)
    assert found[0] == found[1] == []
    assert found[2][0].passage == found[3][0].passage == 3
    assert all(len(hits) <= 3 for hits in found)
    scores = [hit.score for hit in found[2]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("method", METHODS)
def test_a_question_finds_the_same_alone_and_in_company(index: Index, method: str):
    questions = ["Who rings?", "Is it free for children?", "How long does money take?"]
    assert index.search(questions, method) == [index.search([q], method)[0] for q in questions]


def test_all_methods_at_once_find_what_each_finds_alone_with_one_embedding(index: Index):
    questions = ["Who rings the bell?", "honey from where?", "", "unknownword"]
    indexing._question_embedding.cache_clear()
    found = index.search_each(questions, 3)
    assert indexing._question_embedding.cache_info().misses == 3
    for method in METHODS:
        assert [each[method] for each in found] == index.search(questions, method, 3)


def test_hybrid_is_the_fusion_of_the_two_rankings(index: Index):
    question = "How many days until parcels of honey arrive?"
    rankings = [[hit.passage for hit in index.search([question], method, 100)[0]]
                for method in ("bm25", "embeddings")]
    fused = reciprocal_rank_fusion(rankings, indexing.FUSION_K, indexing.FUSION_WEIGHTS)
    hits = index.search([question], "hybrid")[0]
    assert [(hit.passage, hit.score) for hit in hits] == fused


@pytest.mark.parametrize("method", METHODS)
def test_headings_and_document_names_are_searched_but_not_part_of_the_text(method: str):
    text = "It takes five working days."
    rows = pd.DataFrame({
        "context": [text, text + " Sometimes more.", text + " Or less."],
        "heading": ["Delivery", "Refunds", ""], "document": ["", "", "repair-of_bicycles.pdf"],
    })
    index = build_index(rows)
    assert best(index, "refund", method) == 1
    assert best(index, "bicycle repair", method) == 2
    assert [passage.text for passage in index.passages] == rows["context"].tolist()


def test_embeddings_are_of_unit_length_and_rows_know_their_passages():
    rows = pd.DataFrame({"context": [TEXTS[0], None, TEXTS[1], TEXTS[0]]})
    index = build_index(rows)
    assert index.embeddings.shape == (2, 384)
    assert np.linalg.norm(index.embeddings, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert [index.passages_of(row) for row in range(4)] == [(0,), (), (1,), (0,)]


def test_an_index_of_nothing_finds_nothing():
    index = build_index(pd.DataFrame({"context": ["", None]}))
    assert index.search(["what"], "hybrid") == [[]]
    assert index.embeddings.shape == (0, 384)


def test_progress_counts_passages():
    recorder = Recorder()
    build_index(pd.DataFrame({"context": TEXTS}), progress=recorder)
    assert recorder.stages[-1] == ["Indexing 5 passages", 5, 5]
    assert all(total == done for _, total, done in recorder.stages)


def test_indexing_can_be_cancelled_between_batches():
    class Stop(Recorder):
        def advance(self, rows: int) -> None:
            super().advance(rows)
            if len(self.stages) == 2:
                raise CancelledRun("Stopped.")

    many = pd.DataFrame({"context": [f"Sentence {number}. Another." for number in range(200)]})
    stop = Stop()
    with pytest.raises(CancelledRun):
        shared_index(many, progress=stop)
    assert 0 < stop.stages[1][2] < 200
    assert not [key for key in indexing._BUILDING if indexing._BUILDING[key].lock.locked()]


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the indexes built, each slowly."""
    counted: list[int] = []

    def slow(rows: pd.DataFrame, *rest: object) -> Index:
        counted.append(len(rows))
        time.sleep(0.2)
        return build_index(rows)

    monkeypatch.setattr(indexing, "build_index", slow)
    return counted


def test_an_index_is_built_once_for_all_and_goes_with_the_last(builds: list[int]):
    rows = pd.DataFrame({"context": TEXTS[:1]})
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: shared_index(rows.copy()), range(4)))
    assert builds == [1]
    assert all(each is found[0] for each in found)
    del found
    gc.collect()
    shared_index(rows)
    assert builds == [1, 1]


def test_other_data_other_rows_and_other_headings_have_an_index_of_their_own(builds: list[int]):
    rows = pd.DataFrame({"context": TEXTS[:2]})
    kept = [shared_index(rows), shared_index(rows[:1]), shared_index(rows.assign(heading="H"))]
    assert len({id(each) for each in kept}) == len(builds) == 3


def test_one_who_waits_for_the_index_of_another_can_cancel(monkeypatch: pytest.MonkeyPatch):
    building, leave = threading.Event(), threading.Event()

    def stuck(rows: pd.DataFrame, *rest: object) -> Index:
        building.set()
        assert leave.wait(20)
        return build_index(rows)

    class Stop(Progress):
        def advance(self, rows: int) -> None:
            raise CancelledRun("Stopped.")

    monkeypatch.setattr(indexing, "build_index", stuck)
    rows = pd.DataFrame({"context": TEXTS[:1]})
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(shared_index, rows)
        assert building.wait(20)
        with pytest.raises(CancelledRun):
            shared_index(rows, progress=Stop())
        leave.set()
        assert len(first.result().passages) == 1
