"""A number with its interval and how it was computed, and a difference with its test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True)
class Score:
    """One metric of one system.

    Attributes:
        name: the metric's name in ``report.json``, such as ``f1_macro``.
        value: the point value; fractions are 0 to 1.
        low: lower end of the interval, None where no interval can be given.
        high: upper end of the interval, None where no interval can be given.
        n: number of units the value rests on.
        unit: what ``n`` counts.
        higher_is_better: False for losses.
        signature: ``|``-separated account of the computation; ``sklearn:`` names the release whose
            definition the value follows.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    unit: str = "rows"
    higher_is_better: bool = True
    signature: str = ""

    def to_json(self) -> dict[str, Any]:
        """Returns the object that ``report.json`` holds for a score."""
        return {
            "name": self.name,
            "value": float(self.value),
            "low": None if self.low is None else float(self.low),
            "high": None if self.high is None else float(self.high),
            "n": int(self.n),
            "unit": self.unit,
            "higher_is_better": bool(self.higher_is_better),
            "signature": self.signature,
        }


# By how a test's name begins, the more special ones last.
_TEST_WORDS = {
    "paired-bootstrap": "paired bootstrap",
    "paired-bootstrap-as-sacrebleu": "paired bootstrap as sacreBLEU's",
    "bootstrap-delong": "DeLong's test, bootstrap",
    "paired-bootstrap-delong": "DeLong's test, bootstrap",
    "paired-delong": "DeLong's test",
    "delong": "DeLong's test",
    "mcnemar-exact": "McNemar's exact test",
    "mcnemar-chi2": "McNemar's test",
}


@dataclass(frozen=True)
class Comparison:
    """The difference of two systems on the same rows.

    Attributes:
        metric: name of the score that is compared.
        model: the system whose score stands first in the difference.
        against: the system whose score is subtracted.
        delta: score of ``model`` minus score of ``against``.
        low: lower end of the interval of the difference, not corrected for the number of pairs.
        high: upper end of it.
        p: p-value, already corrected as ``test`` says; two-sided but for sacreBLEU's own test.
        test: the test and the correction, such as ``mcnemar-exact|holm:6``.
    """

    metric: str
    model: str
    against: str
    delta: float
    low: float | None
    high: float | None
    p: float
    test: str

    @property
    def test_in_words(self) -> str:
        """The test without the names that programs use, such as ``paired bootstrap, 2,000 draws``."""
        identity, *settings = self.test.split("|")
        name = identity
        for start, words in _TEST_WORDS.items():
            if identity.startswith(start):
                name = words
        drawn = next((each[2:] for each in settings if each.startswith("n:")), "")
        draws = f", {int(drawn):,} draws" if "bootstrap" in name and drawn.isdigit() else ""
        return name.replace("-", " ") + draws

    def to_json(self) -> dict[str, Any]:
        """Returns the object that ``report.json`` holds for a comparison."""
        return {
            "metric": self.metric,
            "model": self.model,
            "against": self.against,
            "delta": float(self.delta),
            "low": None if self.low is None else float(self.low),
            "high": None if self.high is None else float(self.high),
            "p": float(self.p),
            "test": self.test,
        }


def find_comparison(
    comparisons: Iterable[Comparison], metric: str, model: str, against: str
) -> Comparison | None:
    """Returns the comparison of two systems in the order asked for, None if there is none."""
    for found in comparisons:
        if found.metric != metric:
            continue
        if (found.model, found.against) == (model, against):
            return found
        if (found.against, found.model) == (model, against):
            low = None if found.high is None else -found.high
            high = None if found.low is None else -found.low
            return replace(
                found, model=model, against=against, delta=-found.delta, low=low, high=high
            )
    return None


@cache
def library_version(distribution: str) -> str:
    """Returns the installed release of a library without importing it."""
    return version(distribution)
