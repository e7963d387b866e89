"""What holds for any rankings and any texts: drawn at random, checked against plain rules."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pipelines.retrieval import index as indexing
from pipelines.retrieval.fusion import reciprocal_rank_fusion
from pipelines.retrieval.index import Index, build_index
from pipelines.retrieval.passages import Passage, cut, passages_by_row

SEEDS = range(40)


def rankings_of(rng: np.random.Generator) -> list[list[int]]:
    """One to four rankings of some of thirty things."""
    return [
        rng.permutation(30)[: rng.integers(0, 30)].tolist() for _ in range(rng.integers(1, 5))
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_fusion_sums_reciprocal_ranks_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rankings = rankings_of(rng)
    k, weights = int(rng.integers(1, 80)), rng.integers(1, 9, len(rankings)).tolist()
    found = reciprocal_rank_fusion(rankings, k, weights)
    expected = {
        thing: sum(
            (Fraction(weight, k + 1 + ranking.index(thing))
             for ranking, weight in zip(rankings, weights, strict=True) if thing in ranking),
            Fraction(0),
        )
        for thing in {each for ranking in rankings for each in ranking}
    }
    assert dict(found) == pytest.approx({each: float(sum_) for each, sum_ in expected.items()})
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    for (one, first), (two, second) in pairwise(found):
        assert first > second or one < two


@pytest.mark.parametrize("seed", SEEDS)
def test_fusion_of_one_ranking_is_that_ranking_and_of_equal_ones_too(seed: int) -> None:
    ranking = np.random.default_rng(seed).permutation(20).tolist()
    assert [thing for thing, _ in reciprocal_rank_fusion([ranking])] == ranking
    assert [thing for thing, _ in reciprocal_rank_fusion([ranking] * 3, 5, (3, 1, 2))] == ranking


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thing_that_climbs_in_one_ranking_never_falls_in_the_fusion(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rankings = [rng.permutation(12).tolist() for _ in range(3)]
    thing = int(rng.integers(12))

    def place(held: list[list[int]]) -> int:
        return [each for each, _ in reciprocal_rank_fusion(held, 5)].index(thing)

    before = place(rankings)
    at = rankings[0].index(thing)
    rankings[0].insert(int(rng.integers(0, at + 1)), rankings[0].pop(at))
    assert place(rankings) <= before


# Texts whose sentences are known: (words, whether a blank line follows).
Plan = list[tuple[int, bool]]


def planned(seed: int, longest: int) -> Plan:
    rng = np.random.default_rng(seed)
    return [(int(rng.integers(3, longest)), bool(rng.random() < 0.15))
            for _ in range(rng.integers(1, 90))]


def written(plan: Plan) -> tuple[str, list[tuple[int, int]]]:
    """The text of a plan, and where its sentences are."""
    text, spans = "", []
    for number, (words, ends) in enumerate(plan):
        start = len(text)
        text += " ".join([f"Begin{number}", *["word"] * (words - 2), "end."])
        spans.append((start, len(text)))
        text += "\n\n" if ends else " "
    return text, spans


def size(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("longest", [8, 40, 90])
@pytest.mark.parametrize("seed", range(15))
def test_passages_cover_a_text_in_whole_sentences_with_the_overlap_that_is_stated(
    seed: int, longest: int
) -> None:
    plan = planned(seed, longest)
    text, spans = written(plan)
    passages = cut(pd.DataFrame({"context": [text]}))
    if size(text) <= 220:
        assert [(each.text, each.start) for each in passages] == [(text, 0)]
        return
    starts = {start: n for n, (start, _) in enumerate(spans)}
    ends = {end: n for n, (_, end) in enumerate(spans)}
    held = []
    for each in passages:
        stop = each.start + len(each.text)
        assert text[each.start : stop] == each.text
        # Cut at the bounds of sentences, and knows all sentences in between.
        first, last = starts[each.start], ends[stop]
        held.append(range(first, last + 1))
        assert [(each.start + a, each.start + b) for a, b in each.sentences] == spans[first : last + 1]
    # Every sentence is in one, the first in the first and the last in the last.
    assert sorted({n for some in held for n in some}) == list(range(len(spans)))
    assert all(size(each.text) <= 180 for each in passages[:-1]) and size(passages[-1].text) <= 220
    for one, two in pairwise(held):
        assert one.start < two.start and one.stop < two.stop
        shared = list(range(two.start, one.stop))
        assert two.start <= one.stop and len(shared) <= 2
        assert sum(plan[n][0] for n in shared) <= 40
        if plan[one.stop - 1][1] and sum(plan[n][0] for n in one) >= 100:
            assert shared == []
        elif len(shared) < 2 and len(one) > len(shared) + 1:
            # One more sentence would be too much.
            assert sum(plan[n][0] for n in range(two.start - 1, one.stop)) > 40


@pytest.mark.parametrize("seed", range(10))
def test_a_passage_ends_with_a_paragraph_where_one_ends_late_enough(seed: int) -> None:
    plan = planned(seed, 25)
    text, spans = written(plan)
    for each in cut(pd.DataFrame({"context": [text]}))[:-1]:
        first = [start for start, _ in spans].index(each.start)
        last = [end for _, end in spans].index(each.start + len(each.text))
        words, late = 0, []
        for n in range(first, len(spans)):
            words += plan[n][0]
            if words > 180:
                break
            if words >= 100 and plan[n][1]:
                late.append(n)
        # The last paragraph that ends within the passage, else as many sentences as fit.
        assert last == (late[-1] if late else n - 1)


@pytest.mark.parametrize("seed", range(6))
def test_passages_of_many_rows_know_their_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = [written(planned(100 * seed + each, 30))[0] for each in range(4)] + ["", "  ", "One."]
    texts = [kinds[each] for each in rng.integers(0, len(kinds), 15)]
    rows = pd.DataFrame({"context": texts})
    passages = cut(rows)
    own = passages_by_row(rows, passages)
    assert [each.row for each in passages] == sorted(each.row for each in passages)
    for row, text in enumerate(texts):
        assert bool(own[row]) == bool(text.strip())
        covered: set[int] = set()
        for position in own[row]:
            each = passages[position]
            assert text[each.start : each.start + len(each.text)] == each.text
            assert each.row == texts.index(text)
            covered |= set(range(each.start, each.start + len(each.text)))
        assert all(place in covered or letter.isspace() for place, letter in enumerate(text))


def test_where_words_and_meaning_disagree_words_tell_slightly_more(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    class Words:
        def scores(self, question: str) -> np.ndarray:
            return np.array([2.0, 1.0, 0.0], dtype=np.float32)

    passages = tuple(Passage(text, row, 0) for row, text in enumerate("abc"))
    index = Index(
        passages, np.array([[0.5, 0.0], [0.9, 0.0], [0.0, 1.0]]), np.arange(3), np.arange(3),
        Words(), ((0,), (1,), (2,)), "auto",  # type: ignore[arg-type]
    )
    monkeypatch.setattr(indexing, "_question_embedding", lambda *asked: np.array([1.0, 0.0]))
    (hits,) = index.search(["?"])
    # Places 1 and 2 by words, 2 and 1 by meaning; the third shares no word.
    assert [hit.passage for hit in hits] == [0, 1, 2]
    assert [hit.score for hit in hits] == pytest.approx(
        [1.25 / 6 + 1 / 7, 1.25 / 7 + 1 / 6, 1 / 8]
    )
    assert [hit.passage for hit in index.search(["?"], "bm25")[0]] == [0, 1]
    assert [hit.passage for hit in index.search(["?"], "embeddings", 2)[0]] == [1, 0]


def test_sentences_without_a_context_are_encoded_as_they_are() -> None:
    from pipelines.runtime.minilm import sentence_encoder

    texts = ["Bees visit flowers.", "The museum opens at nine."]
    index = build_index(pd.DataFrame({"context": texts, "document": ["", "bees.md"]}))
    encoder = sentence_encoder()
    alone, context = encoder.run(texts), encoder.run(["bees"])[0]
    leaning = alone[1] + 0.3 * context
    expected = np.stack([alone[0], leaning / np.linalg.norm(leaning)])
    np.testing.assert_allclose(index.sentence_embeddings, expected, atol=0.02)


def test_cosines_are_of_the_sentences_of_the_passages_asked_for() -> None:
    from pipelines.runtime.minilm import sentence_encoder

    texts = ["One lamp. Two lamps. Three.", "Honey is sweet.", "Dogs bark. Cats do not."]
    index = build_index(pd.DataFrame({"context": texts}))
    question = "Do cats bark?"
    found = index.sentence_cosines(question, [2, 0])
    assert [len(each) for each in found] == [2, 3]
    encoder = sentence_encoder()
    sentences = encoder.run(["Dogs bark.", "Cats do not.", "One lamp.", "Two lamps.", "Three."])
    expected = sentences @ encoder.run([question])[0]
    np.testing.assert_allclose(np.concatenate(found), expected, atol=0.02)


def test_a_passage_keeps_its_page_and_heading_when_it_is_cut() -> None:
    text = written([(20, False)] * 30)[0]
    rows = pd.DataFrame({
        "context": [text], "document": ["a.pdf"], "page": [7], "heading": ["Prices"]
    })
    passages = cut(rows)
    assert len(passages) > 2

    def origin(each: Passage) -> tuple[str, int | None, str]:
        return each.document, each.page, each.heading

    assert {origin(each) for each in passages} == {("a.pdf", 7, "Prices")}
