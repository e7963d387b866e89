"""Which comparisons are corrected together, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from pipelines.evaluation.claims import corrected, family_of, pairs_of, resamples_for
from pipelines.evaluation.paired_tests import centred_bootstrap_p
from pipelines.evaluation.score import Comparison, find_comparison
from pipelines.evaluation.sums import judge_sums, mean_measure
from pipelines.evaluation.verdict import chance_words


def made(names: list[str], seed: int = 0) -> list[Comparison]:
    rng = np.random.default_rng(seed)
    return [
        Comparison("m", one, other, 0.1, 0.01, 0.2, float(p), "t")
        for (one, other), p in zip(
            pairs_of(names, "base"), rng.random(len(names) ** 2) / 10, strict=False
        )
    ]


def test_what_the_verdict_speaks_of_is_corrected_together_as_by_another_library() -> None:
    names = ["base", *"abcd"]
    raw = made(names)
    told = corrected(raw, "base", "b")
    claimed = [at for at, each in enumerate(raw) if {"base", "b"} & {each.model, each.against}]
    expected = multipletests([raw[at].p for at in claimed], method="holm")[1]
    assert [told[at].p for at in claimed] == pytest.approx(expected)
    assert {family_of(told[at]) for at in claimed} == {len(claimed)} == {7}
    rest = [at for at in range(len(raw)) if at not in claimed]
    every = multipletests([each.p for each in raw], method="holm")[1]
    assert [told[at].p for at in rest] == pytest.approx([every[at] for at in rest])
    assert {family_of(told[at]) for at in rest} == {10}


def test_a_clear_gain_keeps_a_small_p_however_many_models_are_ticked() -> None:
    rng = np.random.default_rng(1)
    base = rng.random(300)
    values = {"base": base, **{f"m{n}": base + rng.normal(0.2, 0.3, 300) for n in range(8)}}
    _, found = judge_sums(
        {name: [mean_measure("v", each)] for name, each in values.items()},
        baseline="base", favourite="m0", resamples=resamples_for(len(values)),
    )
    gain = find_comparison(found, "v", "m0", "base")
    assert gain is not None and family_of(gain) == 15 and gain.p <= 0.005


@pytest.mark.parametrize("systems", [2, 5, 9, 15])
def test_draws_are_enough_for_the_smallest_p_after_the_correction(systems: int) -> None:
    number = resamples_for(systems)
    smallest = centred_bootstrap_p(np.random.default_rng(0).normal(9, 0.1, number), 9.0)
    assert smallest * max(2 * systems - 3, 1) <= 0.005
    assert number == 2000 if systems < 7 else number > 2000


def test_a_p_that_the_correction_alone_made_large_says_so() -> None:
    test = "paired-bootstrap-centred|n:2000|seed:0|holm:15"
    found = Comparison("m", "a", "b", 0.02, 0.005, 0.034, 0.12, test)
    assert chance_words(found) == "p = 0.12, corrected for 15 comparisons"
    assert chance_words(Comparison("m", "a", "b", 0.02, -0.01, 0.05, 0.12, test)) == "p = 0.12"
