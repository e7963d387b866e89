"""Simulates the orders of a fictional shop for cooking; `python -m data.samples.shop_simulation`.

Nobody bought any of this. Each customer has a taste, a share of interest in each department, and each
item a popularity; an order draws a department from the taste, an item in it by popularity and by how
well its kind fits what the customer bought before, and a day of the year. A few items are new in the
last months, and one account orders far too much to be a person.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

CUSTOMERS = 600
ORDERS = 16
FIRST_DAY = "2025-09-01"
DAYS = 400
SEGMENTS = ("home cook", "café", "gift buyer")
DEPARTMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Knives": (("Santoku", "Paring", "Bread", "Carving", "Filleting", "Vegetable"),
               ("knife, forged", "knife, ceramic", "knife, oak handle", "knife, stainless")),
    "Pots and pans": (("Cast-iron", "Copper", "Enamel", "Aluminium", "Carbon steel"),
                      ("casserole", "frying pan", "saucepan", "wok", "griddle")),
    "Baking": (("Round", "Loaf", "Silicone", "Springform", "Mini"),
               ("cake tin", "baking mould", "rolling pin", "cooling rack", "piping set")),
    "Coffee": (("Hand", "Electric", "Travel", "Glass", "Steel"),
               ("coffee grinder", "filter holder", "milk jug", "press pot", "kettle")),
    "Tea": (("Green", "Black", "Herbal", "Oolong", "Fruit"),
            ("tea, loose", "tea tin", "tea, bags", "tea sampler")),
    "Spices": (("Smoked", "Sweet", "Hot", "Whole", "Ground", "Organic"),
               ("paprika", "cumin", "pepper", "coriander", "cinnamon")),
    "Table": (("Linen", "Stoneware", "Porcelain", "Oak", "Glass"),
              ("bowl", "plate", "serving board", "carafe", "napkins")),
    "Storage": (("Glass", "Steel", "Bamboo", "Stackable"),
                ("jar", "lunch box", "bread bin", "container set", "bottle")),
}
HERE = Path(__file__).parent / "shop"


def catalogue(rng: np.random.Generator) -> pd.DataFrame:
    """Every item with its title, department and price, and the hidden popularity it sells by."""
    rows = []
    for department, (kinds, things) in DEPARTMENTS.items():
        for kind in kinds:
            rows += [(f"{kind} {thing}", department, kind) for thing in things]
    items = pd.DataFrame(rows, columns=["title", "department", "kind"])
    items["item"] = [f"K{1000 + 7 * number}" for number in range(len(items))]
    items["price"] = np.round(np.exp(rng.normal(3.1, 0.6, len(items))), 2)
    items["popularity"] = rng.pareto(1.6, len(items)) + 0.15
    items["first_day"] = np.where(rng.random(len(items)) < 0.08, rng.integers(250, 340, len(items)), 0)
    return items


def orders(items: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row an item ordered: customer, item, quantity, day and the customer's segment."""
    departments = list(DEPARTMENTS)
    of = items["department"].map(departments.index).to_numpy()
    kinds = pd.factorize(items["kind"])[0]
    found = []
    for number in range(CUSTOMERS):
        taste = rng.dirichlet(np.full(len(departments), 0.35))
        kind_taste = rng.gamma(0.5, 1.0, kinds.max() + 1) + 0.05
        count = 3 + rng.poisson(rng.gamma(1.6, (ORDERS - 3) / 1.6))
        days = np.sort(rng.integers(0, DAYS, count))
        segment = SEGMENTS[rng.choice(3, p=[0.7, 0.18, 0.12])]
        bought = np.zeros(len(items))
        for day in days:
            there = items["first_day"].to_numpy() <= day
            chance = taste[of] * kind_taste[kinds] * items["popularity"].to_numpy() * there
            # Few buy the same knife twice; spices and tea run out.
            again = np.isin(of, [departments.index("Spices"), departments.index("Tea")])
            chance = chance * np.where(bought > 0, np.where(again, 1.5, 0.02), 1.0)
            item = rng.choice(len(items), p=chance / chance.sum())
            bought[item] += 1
            quantity = 1 + rng.poisson(2.0 if segment == "café" else 0.25)
            found.append((f"C{20000 + 13 * number}", item, quantity, day, segment))
    many = rng.choice(len(items), 700)
    found += [("C99999", item, 1, int(rng.integers(0, DAYS)), SEGMENTS[0]) for item in many]
    table = pd.DataFrame(found, columns=["customer", "at", "quantity", "day", "segment"])
    table["item"] = items["item"].to_numpy()[table["at"]]
    dates = pd.Timestamp(FIRST_DAY) + pd.to_timedelta(table["day"], unit="D")
    table["ordered"] = dates.dt.strftime("%Y-%m-%d")
    table = table.sort_values(["day", "customer", "item"], kind="stable")
    return table[["customer", "item", "quantity", "ordered", "segment"]]


def main() -> None:
    """Write orders.csv and items.csv beside this module."""
    rng = np.random.default_rng(20261122)
    items = catalogue(rng)
    HERE.mkdir(exist_ok=True)
    orders(items, rng).to_csv(HERE / "orders.csv", index=False)
    items[["item", "title", "department", "price"]].to_csv(HERE / "items.csv", index=False)


if __name__ == "__main__":
    main()
