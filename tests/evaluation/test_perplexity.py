from __future__ import annotations

import numpy as np
import pytest

from pipelines.evaluation.perplexity import perplexity_measures
from pipelines.evaluation.sums import judge_sums


def test_perplexity_and_bits_are_those_of_all_texts_together() -> None:
    # 2 tokens at a chance of 1/2 and 1 at 1/8: 5 bits for 3 tokens and 10 bytes.
    nll = np.log(2) * np.array([2.0, 3.0])
    measures = perplexity_measures(nll, np.array([2.0, 1.0]), np.array([6.0, 4.0]))
    scores, _ = judge_sums({"own": measures})
    found = {score.name: score for score in scores["own"]}
    assert found["perplexity"].value == pytest.approx(2 ** (5 / 3))
    assert found["bits_per_byte"].value == pytest.approx(0.5)
    assert not found["perplexity"].higher_is_better


def test_no_tokens_at_all_give_no_perplexity() -> None:
    measures = perplexity_measures(np.zeros(2), np.zeros(2), np.ones(2))
    scores, _ = judge_sums({"own": measures})
    assert [score.name for score in scores["own"]] == ["bits_per_byte"]


def test_only_bits_compare_models_that_cut_texts_differently() -> None:
    rng = np.random.default_rng(0)
    nll, size = rng.uniform(20, 30, 40), np.full(40, 30.0)
    few = perplexity_measures(nll, np.full(40, 5.0), size)
    many = perplexity_measures(1.05 * nll, np.full(40, 15.0), size)
    scores, comparisons = judge_sums({"few": few, "many": many}, resamples=200)
    value = {name: {each.name: each.value for each in own} for name, own in scores.items()}
    # By tokens the second looks far better, and is the worse one.
    assert value["many"]["perplexity"] < value["few"]["perplexity"]
    assert value["many"]["bits_per_byte"] > value["few"]["bits_per_byte"]
    assert [each.metric for each in comparisons] == ["bits_per_byte"]
    assert comparisons[0].delta < 0
