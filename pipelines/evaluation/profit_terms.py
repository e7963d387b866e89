"""What decisions on risk gain and cost, and what is known of a threshold chosen by that."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.errors import OptionError


@dataclass(frozen=True)
class ProfitTerms:
    """What decisions gain and cost.

    Attributes:
        margin: gain on an approved row that turns out good, as a share of its exposure; one number
            or (n,).
        loss_given_default: share of the exposure lost on an approved row that turns out bad.
        cost_of_review: of having a person look at one row, in the unit of the exposure; None where
            nobody does.
        exposure: amount at stake in a row; one number or (n,).
        review_finds: share of reviewed rows that the person decides rightly, good or bad. An
            assumption, as no data tell it.
    """

    margin: float | np.ndarray
    loss_given_default: float = 0.5
    cost_of_review: float | None = None
    exposure: float | np.ndarray = 1.0
    review_finds: float = 0.8

    def __post_init__(self) -> None:
        if not 0 <= self.loss_given_default <= 1:
            raise OptionError(
                f"The loss given default is {self.loss_given_default:g}; it is a share of the exposure "
                "and has to lie between 0 and 1."
            )
        if not 0 <= self.review_finds <= 1:
            raise OptionError(
                f"The share that a review decides rightly is {self.review_finds:g}; it has to lie "
                "between 0 and 1."
            )
        if self.cost_of_review is not None and not self.cost_of_review >= 0:
            raise OptionError(f"A review costs {self.cost_of_review:g}; give 0 or more.")
        if not (np.asarray(self.exposure, dtype=float) >= 0).all():
            raise OptionError("An exposure is negative or missing; give 0 or more for each row.")
        if not np.isfinite(np.asarray(self.margin, dtype=float)).all():
            raise OptionError("A margin is missing; give a share of the exposure for each row.")

    @property
    def break_even(self) -> float:
        """The probability at which approving earns nothing, for a calibrated model and the mean
        margin."""
        margin = float(np.mean(self.margin))
        total = margin + self.loss_given_default
        return float(np.clip(margin / total, 0, 1)) if total > 0 else 0.0

    def approved(self, truth: np.ndarray) -> np.ndarray:
        """(n,) what approving each row brought."""
        bad = np.asarray(truth, dtype=bool)
        each = np.where(bad, -self.loss_given_default, self.margin) * self.exposure
        return np.asarray(each, dtype=float)

    def reviewed(self, truth: np.ndarray) -> np.ndarray:
        """(n,) what sending each row to a person is expected to bring; minus infinity where nobody
        reviews."""
        bad = np.asarray(truth, dtype=bool)
        if self.cost_of_review is None:
            return np.full(len(bad), -np.inf)
        let_in = np.where(bad, 1 - self.review_finds, self.review_finds)
        return let_in * self.approved(bad) - self.cost_of_review

    def take(self, rows: np.ndarray) -> ProfitTerms:
        """The terms of some rows."""
        margin, exposure = (
            float(each) if np.ndim(each) == 0 else np.asarray(each)[rows]
            for each in (self.margin, self.exposure)
        )
        return ProfitTerms(
            margin, self.loss_given_default, self.cost_of_review, exposure, self.review_finds
        )


@dataclass(frozen=True)
class ProfitCurve:
    """What each threshold brings; rows with a probability below it are approved.

    Attributes:
        thresholds: (t,) ascending.
        profit: (t,) a row, in the unit of the exposure.
        low: (t,) lower ends of its pointwise bootstrap intervals.
        high: (t,) upper ends.
        approval: (t,) share of the rows that is approved.
        bad_rate: (t,) share of the approved rows that turned out bad; NaN where none is approved.
    """

    thresholds: np.ndarray
    profit: np.ndarray
    low: np.ndarray
    high: np.ndarray
    approval: np.ndarray
    bad_rate: np.ndarray


@dataclass(frozen=True)
class Band:
    """The rows of one decision, on rows that did not choose the thresholds.

    Attributes:
        decision: "approve", "review" or "decline".
        least: probabilities from here on fall into it.
        below: probabilities from here on no longer do.
        n: rows in it.
        share: of all rows.
        bad_rate: share of them that turned out bad; None without rows.
        bad_low, bad_high: Wilson's interval of it.
        profit: that they bring together, a row of all rows.
    """

    decision: str
    least: float
    below: float
    n: int
    share: float
    bad_rate: float | None
    bad_low: float
    bad_high: float
    profit: float


@dataclass(frozen=True)
class ProfitReport:
    """A threshold chosen on some rows and what it earns on the others; money is a row, in the unit of
    the exposure.

    Attributes:
        threshold: rows with a probability below it are approved; infinite if all are, 0 if none is.
        threshold_low, threshold_high: bootstrap interval of it, chosen anew on resamples.
        break_even: what it would be for a calibrated model.
        profit: on rows that did not choose.
        low, high: its bootstrap interval.
        profit_when_chosen: on the rows that chose, which flatters it.
        without: of the better of approving everybody and nobody, on rows that did not choose.
        without_words: which of both that is.
        gain: profit less `without`.
        gain_low, gain_high: its paired bootstrap interval.
        approval: share of the rows that is approved.
        bad_rate: share of the approved rows that turned out bad; None if none is approved.
        bad_low, bad_high: Wilson's interval of it.
        bands: approve, review where somebody does, decline.
        bands_profit: of the bands together.
        bands_gain: that less `profit`, what reviewing adds.
        bands_gain_low, bands_gain_high: its paired bootstrap interval.
        n: rows that report; `n_chosen` chose.
        curve: on the rows that report.
    """

    threshold: float
    threshold_low: float
    threshold_high: float
    break_even: float
    profit: float
    low: float | None
    high: float | None
    profit_when_chosen: float
    without: float
    without_words: str
    gain: float
    gain_low: float | None
    gain_high: float | None
    approval: float
    bad_rate: float | None
    bad_low: float
    bad_high: float
    bands: tuple[Band, ...]
    bands_profit: float
    bands_gain: float
    bands_gain_low: float | None
    bands_gain_high: float | None
    n: int
    n_chosen: int
    curve: ProfitCurve = field(repr=False)

    @property
    def shown(self) -> bool:
        """Whether the rows show that the threshold earns more than treating all alike."""
        return self.gain_low is not None and self.gain_low > 0
