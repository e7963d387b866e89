"""How the next token is drawn, how fast a text is said to be, and how far a passage is shown."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from types import SimpleNamespace

import pytest
import torch
from transformers import DynamicCache

from pipelines.generation import causal
from pipelines.generation.batches import generate_batch
from pipelines.generation.causal import CausalModel
from pipelines.generation.decoding import Chooser
from pipelines.generation.grounding import cut
from pipelines.generation.sampling import Sampling

DRAWS = 4000


def drawn(shares: list[float], sampling: Sampling) -> dict[int, float]:
    """How often each token comes, of logits that give these shares at a temperature of 1."""
    chooser, logits = Chooser(sampling), torch.tensor(shares).log()
    counts = Counter(chooser.next(logits) for _ in range(DRAWS))
    return {token: count / DRAWS for token, count in counts.items()}


@pytest.mark.parametrize(
    ("temperature", "expected"),
    # Shares of 1 to 3, to the power of one over the temperature.
    [(1.0, 3 / 4), (0.5, 9 / 10), (2.0, math.sqrt(3) / (1 + math.sqrt(3)))],
)
def test_temperature_spreads_the_choice(temperature: float, expected: float) -> None:
    found = drawn([0.25, 0.75], Sampling(temperature=temperature, top_p=1))
    assert found[1] == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(
    ("top_p", "kept"), [(1.0, 4), (0.97, 4), (0.9, 3), (0.7, 2), (0.45, 1), (0.01, 1)]
)
def test_only_the_likeliest_tokens_that_reach_top_p_are_drawn_in_proportion(
    top_p: float, kept: int
) -> None:
    shares = [0.5, 0.3, 0.15, 0.05]
    found = drawn(shares, Sampling(temperature=1, top_p=top_p))
    whole = sum(shares[:kept])
    expected = {token: share / whole for token, share in enumerate(shares[:kept])}
    assert found == pytest.approx(expected, abs=0.03)


def test_a_temperature_of_zero_takes_the_likeliest_whatever_the_seed() -> None:
    for seed in range(5):
        assert drawn([0.3, 0.4, 0.3], Sampling(temperature=0, seed=seed)) == {1: 1.0}


def test_speed_counts_the_tokens_after_the_first(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A clock that moves by a quarter of a second whenever it is read: once in the beginning, then
    # at each token.
    clock = itertools.count(step=0.25)
    monkeypatch.setattr(causal, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    stream = tiny.stream(tiny.encode_text("Hi"), Sampling(temperature=0, max_tokens=20))
    list(stream)
    assert stream.tokens > 2
    assert stream.first_seconds == 0.25
    assert stream.tokens_per_second == pytest.approx(4)
    alone = tiny.stream(tiny.encode_text("Hi"), Sampling(temperature=0, max_tokens=1))
    list(alone)
    assert alone.tokens == 1 and alone.tokens_per_second == 0


def test_rows_that_have_ended_are_no_longer_computed(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = Sampling(temperature=0, max_tokens=30)
    prompts = [tiny.encode_text(text) for text in ("Hi", "a", "sea", "x" * 9)]
    # The first three have no room for more than two tokens.
    prompts[:3] = [[*prompt, *tiny.encode_text("z" * 300)][: tiny.context - 2]
                   for prompt in prompts[:3]]
    expected = generate_batch(tiny, prompts, greedy)
    assert [each.tokens for each in expected[:3]] == [2, 2, 2]
    assert expected[3].tokens > 5
    rows: list[int] = []
    forward = tiny.forward

    def counted(inputs: dict[str, torch.Tensor], cache: DynamicCache) -> torch.Tensor:
        rows.append(len(inputs["input_ids"]))
        return forward(inputs, cache)

    monkeypatch.setattr(tiny, "forward", counted)
    assert generate_batch(tiny, prompts, greedy) == expected
    # The prompts are read in parts of all rows; from the third token on one row is left.
    assert rows.count(1) == expected[3].tokens - 2
    assert rows == [4] * (len(rows) - rows.count(1)) + [1] * rows.count(1)


def test_a_passage_is_shown_to_its_twelve_hundredth_character_and_to_a_whole_word() -> None:
    whole = "word " * 239 + "ends."
    assert len(whole) == 1200 and cut(whole) == whole
    # A word that begins before the end and goes on behind it is left out.
    assert cut(whole[:-1] + "less.") == "word " * 238 + "word …"
    assert cut("a\n\n b\tc ") == "a b c"


def test_a_temperature_too_small_for_floats_takes_the_likeliest_token() -> None:
    tiny_heat = Sampling(temperature=1e-37)
    assert tiny_heat.greedy
    assert not Sampling(temperature=0.01).greedy
