"""Simulates lists of two shop searches; `python -m data.samples.ranking_simulation`.

Nobody searched for or bought any of this. Each shopper has a liking for every item; what was bought
follows from it, and two engines see it through noise: the one gives scores, the other places.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

SHOPPERS = 150
ITEMS = 60
LISTED = 15
NOISE = {"engine_a_score": 0.9, "engine_b_rank": 1.5}
PLANS = ("free", "plus")
HERE = Path(__file__).parent


def lists(rng: np.random.Generator) -> pd.DataFrame:
    """One row for each shopper and item that was ranked."""
    popular = rng.normal(size=ITEMS)
    found = []
    for shopper in range(SHOPPERS):
        items = np.sort(rng.choice(ITEMS, LISTED, replace=False))
        liking = rng.normal(size=LISTED) + 0.5 * popular[items]
        bought = rng.random(LISTED) < 1 / (1 + np.exp(2.2 - 1.6 * liking))
        seen = {name: liking + noise * rng.normal(size=LISTED) for name, noise in NOISE.items()}
        found.append(pd.DataFrame({
            "shopper": f"S{1000 + 7 * shopper}",
            "item": [f"A{100 + item}" for item in items],
            "bought": np.where(bought, "yes", "no"),
            "engine_a_score": seen["engine_a_score"].round(2),
            "engine_b_rank": LISTED - np.argsort(np.argsort(seen["engine_b_rank"])),
            "plan": PLANS[int(rng.random() < 0.3)],
        }))
    return pd.concat(found, ignore_index=True)


def main() -> None:
    """Write rankings_two_systems.csv beside this module."""
    rng = np.random.default_rng(20261122)
    lists(rng).to_csv(HERE / "rankings_two_systems.csv", index=False)


if __name__ == "__main__":
    main()
