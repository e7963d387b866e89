"""Past applications become a decision that can be defended, in a real browser."""

from __future__ import annotations

import numpy as np
import pandas as pd
from playwright.sync_api import Page, expect

from tests.browser.visiting import OVERFLOW, go_to_step, settled

QUICK = "".join(
    f"&loan-risk-use-{model}={use}" for model, use in (
        ("linear", "yes"), ("scorecard", "yes"), ("boosting", "no"), ("network-128-64", "no"),
        ("tabular-network", "no"), ("blend", "no"),
    )
)
VIEWS = ("Curves", "Calibration and deciles", "Fairness", "Worst errors")


def applications() -> pd.DataFrame:
    """Simulated: debt raises the risk, -9 months in a job is not known."""
    rng = np.random.default_rng(5)
    debt, sex = rng.uniform(0, 1, 300), rng.choice(["f", "m"], 300)
    came = rng.random(300) < 1 / (1 + np.exp(3 - 4 * debt))
    months = np.where(rng.random(300) < 0.1, -9, rng.integers(0, 90, 300))
    return pd.DataFrame({
        "Verschuldung": debt.round(3), "Monate im Beruf": months, "Geschlecht": sex,
        "Ausfall": np.where(came, "ja", "nein"),
    })


def test_past_applications_become_decisions_with_reasons(
    tab: Page, address: str, complaints: list[str]
) -> None:
    tab.goto(f"{address}/loan-risk?loan-risk-source=file&loan-risk-set-budget=0.0{QUICK}")
    tab.locator("input[type=file]").set_input_files({
        "name": "antraege.csv", "mimeType": "text/csv",
        "buffer": applications().to_csv(index=False).encode(),
    })
    expect(tab.get_by_text("3 columns to learn from", exact=False).first).to_be_visible()
    settled(tab)
    tab.get_by_role("button", name="Protect Geschlecht").click()
    expect(tab.get_by_text("2 columns to learn from", exact=False).first).to_be_visible()
    settled(tab)
    tab.get_by_role("button", name="Run 3 models").click()
    tab.get_by_text("Known outcomes", exact=True).wait_for()
    settled(tab)
    expect(tab.get_by_text("Reasons that", exact=False).first).to_be_visible()
    go_to_step(tab, "4 Evaluation")
    expect(tab.get_by_text("Approve below", exact=True).first).to_be_visible()
    for view in VIEWS:
        tab.get_by_role("radio", name=view, exact=True).click()
        settled(tab)
        expect(tab.get_by_role("alert")).to_have_count(0)
    tab.set_viewport_size({"width": 390, "height": 800})
    settled(tab)
    assert tab.evaluate(OVERFLOW) <= 0
    assert not complaints, complaints
