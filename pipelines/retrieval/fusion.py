"""Several rankings of the same things made into one."""

from __future__ import annotations

from collections.abc import Sequence


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], k: float = 60, weights: Sequence[float] | None = None
) -> list[tuple[int, float]]:
    """Things with the sum over rankings of weight / (k + rank), best first.

    Things of equal sums stand in the order of their numbers.

    Args:
        rankings: numbers of things, best first; a ranking need not hold all of them.
        k: how little the first ranks stand out.
        weights: of the rankings; all 1 when None.

    Source: Cormack, Clarke and Büttcher (2009), Reciprocal Rank Fusion outperforms Condorcet and
    individual rank learning methods; the weights are an addition.
    """
    sums: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, thing in enumerate(ranking, start=1):
            sums[thing] = sums.get(thing, 0.0) + weight / (k + rank)
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
