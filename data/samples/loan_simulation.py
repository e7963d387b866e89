"""Simulates applicants for consumer loans; `python -m data.samples.loan_simulation`.

Nobody applied for any of this. Each applicant has an age, a job, an income, debts and a history; the
log odds of default are a sum that `log_odds` writes down, and whether the loan defaulted is drawn from
it. So the true probability of every row is known: it stands in a file of its own and is no feature.

What is built in on purpose:
- Applicants of 18 to 25 default more often: they earn less and have shorter jobs, and 0.25 of their log
  odds follows from nothing else in the table. Sex has no effect of its own; women earn 8 % less, so
  they owe slightly more of their income.
- Utilisation of credit cards rises over the two years, and the log odds rise by 0.3 beside it.
- Years in the job are -9 where the branch did not ask, which says nothing of risk.
- The note tells of late bills in 14 % of applications, which adds 1.2 to the log odds; no other column
  says so.
- Utilisation acts on a curve, and debt weighs more on those whose job is short.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

APPLICANTS = 3_000
SEED = 20261122
FIRST_DAY = "2024-01-01"
DAYS = 730
AGES = ("18 to 25", "26 to 35", "36 to 50", "51 to 65", "over 65")
PURPOSES = ("car", "home repairs", "debt consolidation", "furniture", "education", "wedding")
HOMES = ("rent", "mortgage", "own", "with parents")
SAVINGS = ("none", "under 1,000", "1,000 to 5,000", "over 5,000")
NOT_ASKED = -9
HERE = Path(__file__).parent / "loans"

_OPENINGS = ("I need this loan for {what}", "The money is for {what}")
_THINGS = {
    "car": ("a used estate car", "a small van for work", "an electric car", "repairs to my car"),
    "home repairs": ("a new roof", "a leaking bathroom", "better windows", "a heat pump"),
    "debt consolidation": ("putting two cards into one loan", "paying off an older loan",
                           "one payment a month instead of three"),
    "furniture": ("a kitchen", "beds for the children", "furnishing our first flat"),
    "education": ("a nursing course", "my last year of study", "a welding certificate"),
    "wedding": ("our wedding in spring", "a family celebration", "my daughter's wedding"),
}  # fmt: skip
_ASIDES = ("and my work is close to home", "and I have banked here for years",
           "and can start paying next month", "and my partner works as well",
           "after comparing three offers")  # fmt: skip
_LATE = ("I am behind with the electricity bill", "The rent for last month is still open",
         "I have missed two payments since my hours were cut",
         "A collection agency has written to me about unpaid bills",
         "The bank has sent a reminder about my overdraft")  # fmt: skip
_CATCHING_UP = ("and I owe my landlord as well", "and the reminders keep coming",
                "and I cannot pay it from my wages", "and the late fees are adding up")


def applicants(rng: np.random.Generator, count: int = APPLICANTS) -> pd.DataFrame:
    """The applications, by day, with the columns of the sample but without outcome.

    Amounts are in euros, `monthly_income` after tax; `debt_to_income` is a share.
    """
    day = np.sort(rng.integers(0, DAYS, count))
    late_in = day / DAYS
    age = rng.choice(len(AGES), count, p=[0.14, 0.28, 0.33, 0.19, 0.06])
    sex = rng.choice(["female", "male"], count, p=[0.48, 0.52])
    years = np.minimum(rng.gamma(1.3, 4.5, count), np.array([5, 14, 27, 40, 45])[age])
    income = np.exp(7.55 + np.array([-0.28, 0.0, 0.12, 0.1, -0.15])[age]
                    + 0.012 * np.minimum(years, 20) + rng.normal(0, 0.35, count))  # fmt: skip
    income *= np.where(sex == "female", 0.92, 1.0)
    amount = np.round(np.clip(np.exp(rng.normal(8.75, 0.6, count)), 800, 40_000), -2)
    term = rng.choice([12, 24, 36, 48, 60], count, p=[0.1, 0.2, 0.35, 0.15, 0.2])
    debts = rng.gamma(1.5, 110, count)
    utilisation = np.clip(rng.beta(1.4, 2.6, count) + 0.12 * late_in, 0, 1)
    table = pd.DataFrame({
        "applied": (pd.Timestamp(FIRST_DAY) + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
        "age_band": np.array(AGES)[age],
        "sex": sex,
        "monthly_income": np.round(income, -1),
        "years_in_job": np.round(years, 1),
        "home": _homes(age, rng),
        "savings": np.array(SAVINGS)[_savings(income, rng)],
        "loan_amount": amount,
        "term": [f"{each} months" for each in term],
        "debt_to_income": np.round((debts + amount / term) / income, 3),
        "card_utilisation": np.round(utilisation, 2),
        "late_payments": rng.poisson(0.25 + 0.9 * utilisation**2),
        "enquiries": rng.poisson(1.1, count),
        "purpose": rng.choice(PURPOSES, count, p=[0.3, 0.2, 0.22, 0.13, 0.09, 0.06]),
        "bills_late": rng.random(count) < 0.14,
        "late_in": late_in,
    })  # fmt: skip
    table["purpose_note"] = [_note(*row, rng) for row in zip(
        table["purpose"], table["bills_late"], strict=True)]  # fmt: skip
    return table


def log_odds(table: pd.DataFrame) -> np.ndarray:
    """The true log odds of default of each row of `applicants`: the whole process."""
    years = table["years_in_job"].to_numpy()
    debt = np.minimum(table["debt_to_income"].to_numpy(), 1.2)
    use = table["card_utilisation"].to_numpy()
    savings = table["savings"].map(dict(zip(SAVINGS, (0.45, 0.15, -0.25, -0.6), strict=True)))
    home = table["home"].map(dict(zip(HOMES, (0.2, -0.15, -0.35, 0.05), strict=True)))
    purpose = table["purpose"].map(
        dict(zip(PURPOSES, (-0.2, -0.05, 0.3, 0.0, 0.1, 0.0), strict=True))
    )
    return np.asarray(
        -3.65
        - 0.8 * np.log(table["monthly_income"].to_numpy() / 2_000)
        + 2.4 * debt
        + 0.9 * (years < 2) * debt
        - 0.035 * np.minimum(years, 15)
        + 2.2 * use**2
        + 0.55 * np.minimum(table["late_payments"].to_numpy(), 4)
        + 0.12 * table["enquiries"].to_numpy()
        + savings.to_numpy() + home.to_numpy() + purpose.to_numpy()
        + 1.2 * table["bills_late"].to_numpy()
        + 0.25 * (table["age_band"] == AGES[0]).to_numpy()
        + 0.3 * table["late_in"].to_numpy()
    )  # fmt: skip


def simulate(seed: int = SEED, count: int = APPLICANTS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Applications with their outcome, and the true probability of default by application."""
    rng = np.random.default_rng(seed)
    table = applicants(rng, count)
    probability = 1 / (1 + np.exp(-log_odds(table)))
    defaulted = rng.random(count) < probability
    ids = [f"A{100_000 + 7 * number}" for number in range(count)]
    not_asked = rng.random(count) < 0.07
    table["years_in_job"] = table["years_in_job"].where(~not_asked, NOT_ASKED)
    table["card_utilisation"] = table["card_utilisation"].where(rng.random(count) >= 0.06)
    table.insert(0, "application", ids)
    # What is at stake includes a fee of 3 %; what is earned is interest over the term, less funding.
    table["exposure"] = np.round(1.03 * table["loan_amount"], 2)
    months = table["term"].str.removesuffix(" months").astype("int64")
    table["margin"] = np.round(0.045 + 0.0026 * months + rng.normal(0, 0.008, count), 4)
    table["defaulted"] = np.where(defaulted, "yes", "no")
    truth = pd.DataFrame({"application": ids, "probability": np.round(probability, 6)})
    return table.drop(columns=["bills_late", "late_in"]), truth


def _homes(age: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shares = np.array([[0.5, 0.05, 0.05, 0.4], [0.5, 0.3, 0.12, 0.08], [0.38, 0.38, 0.22, 0.02],
                       [0.3, 0.3, 0.39, 0.01], [0.28, 0.1, 0.61, 0.01]])  # fmt: skip
    drawn = rng.random(len(age))[:, None] > shares.cumsum(axis=1)[age][:, :-1]
    return np.array(HOMES)[drawn.sum(axis=1)]


def _savings(income: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    level = 0.9 * np.log(income / 2_000) + rng.logistic(0, 0.8, len(income))
    return np.digitize(level, [-0.7, 0.4, 1.4])


def _note(purpose: str, late: bool, rng: np.random.Generator) -> str:
    text = str(rng.choice(_OPENINGS)).format(what=rng.choice(_THINGS[purpose]))
    if late:
        return f"{text}. {rng.choice(_LATE)} {rng.choice(_CATCHING_UP)}."
    return f"{text} {rng.choice(_ASIDES)}."


def main() -> None:
    """Write applications.csv and true_probability.csv beside this module."""
    table, truth = simulate()
    HERE.mkdir(exist_ok=True)
    table.to_csv(HERE / "applications.csv", index=False)
    truth.to_csv(HERE / "true_probability.csv", index=False)


if __name__ == "__main__":
    main()
