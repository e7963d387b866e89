"""Numbers written as text are read, and codes and words are not taken for numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipelines.tabular.numerals import numerals_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["1,234.50", "12", "-3.5"], [1234.5, 12, -3.5]),
        (["1.234,50", "12,25", "900,00"], [1234.5, 12.25, 900]),
        (["1 234 567", "12"], [1234567, 12]),
        (["12 %", "3.5%", "-1 %"], [12, 3.5, -1]),
        (["€ 1,200", "$900", "$1,000.50"], [1200, 900, 1000.5]),
        (["36 months", "60 months", "1 month"], [36, 60, 1]),
        (["10+ years", "< 1 year", "3 years"], [10, 0.5, 3]),
        (["(120)", "45", "-7"], [-120, 45, -7]),
        (["10k", "2.5k", "800"], [10_000, 2_500, 800]),
        (["0", "1", "2", "3+"], [0, 1, 2, 3]),
        (["1e3", "2.5E-2"], [1000, 0.025]),
        (["USD 100", "USD 2,500"], [100, 2500]),
    ],
)
def test_spellings_of_numbers(written: list[str], expected: list[float]) -> None:
    cells = pd.Series(written, dtype="str")
    numerals = numerals_of(cells)
    assert numerals is not None
    np.testing.assert_allclose(numerals.read(cells), expected)


@pytest.mark.parametrize(
    "written",
    [
        ["01234", "04109", "10115"],
        ["LP001002", "LP001003"],
        ["0 <= ... < 200 DM", "... < 0 DM"],
        ["3 years", "18 months", "2 days"],
        ["own", "rent"],
        ["12", "none", "some", "7"],
        ["2026-03-31", "2026-04-01"],
    ],
)
def test_what_is_no_number(written: list[str]) -> None:
    assert numerals_of(pd.Series(written, dtype="str")) is None


def test_a_few_words_among_numbers_are_missing() -> None:
    cells = pd.Series(["5"] * 19 + ["unknown"], dtype="str")
    numerals = numerals_of(cells)
    assert numerals is not None
    assert np.isnan(numerals.read(cells)).sum() == 1
