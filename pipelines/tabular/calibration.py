"""From scores to probabilities: by a sigmoid or by isotonic steps, whichever proves better."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.errors import OptionError
from pipelines.learnt_arrays import rising

METHODS = ("none", "sigmoid", "isotonic")
FOLDS = 5
# With fewer of an outcome the steps of isotonic regression mostly follow chance.
FEWEST_FOR_ISOTONIC = 200
# Steps must be better by more than chance would make them before they replace a line.
ERRORS_BETTER = 1.0
SMALLEST_STEP = 30
SHARE_OF_STEP = 0.005
MOST_LOG_ODDS = 15.0


@dataclass(frozen=True)
class Calibrator:
    """A rising map of log odds to log odds, so that an order of applicants stays as it was.

    Attributes:
        method: none, sigmoid or isotonic.
        slope, intercept: of the line that a sigmoid is in log odds; the line also goes on where
            isotonic steps end.
        knots: scores at the middle of the isotonic steps, rising.
        levels: their log odds, rising; between two knots the map is a straight line.
        trials: log loss of each method on rows that it was not fitted to.
    """

    method: str
    slope: float = 1.0
    intercept: float = 0.0
    knots: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    trials: tuple[tuple[str, float], ...] = ()

    def log_odds(self, scores: np.ndarray) -> np.ndarray:
        """(n,) calibrated log odds of (n,) scores."""
        scores = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=0.0, posinf=1e6, neginf=-1e6)
        if self.method == "isotonic" and self.knots:
            knots, levels = np.asarray(self.knots), np.asarray(self.levels)
            inside = np.interp(scores, knots, levels)
            below = np.minimum(scores - knots[0], 0.0) * self.slope
            above = np.maximum(scores - knots[-1], 0.0) * self.slope
            found = inside + below + above
        else:
            found = self.slope * scores + self.intercept
        return np.clip(found, -MOST_LOG_ODDS, MOST_LOG_ODDS)

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """(n,) probabilities of (n,) scores; never NaN, never 0 or 1."""
        return 1.0 / (1.0 + np.exp(-self.log_odds(scores)))

    def scores_of(self, probabilities: np.ndarray) -> np.ndarray:
        """(n,) scores that the map takes to these probabilities, such as that of a threshold."""
        chances = np.clip(np.asarray(probabilities, dtype=np.float64), 1e-7, 1 - 1e-7)
        wanted = np.log(chances / (1 - chances))
        if self.method == "isotonic" and self.knots:
            knots, levels = np.asarray(self.knots), np.asarray(self.levels)
            inside = np.interp(wanted, levels, knots)
            below = np.minimum(wanted - levels[0], 0.0) / self.slope
            above = np.maximum(wanted - levels[-1], 0.0) / self.slope
            return inside + below + above
        return (wanted - self.intercept) / self.slope

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON keeps it to the digit."""
        return {
            "method": self.method, "slope": self.slope, "intercept": self.intercept,
            "knots": list(self.knots), "levels": list(self.levels),
            "trials": [list(each) for each in self.trials],
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Calibrator:
        """What `to_json` gave.

        Raises:
            ValueError: it is not of that form.
        """
        knots = rising(facts["knots"])
        levels = rising(facts["levels"], strictly=False)
        slope, intercept = float(facts["slope"]), float(facts["intercept"])
        sound = 0 < slope < np.inf and np.isfinite(intercept)
        if facts["method"] not in METHODS or len(knots) != len(levels) or not sound:
            raise ValueError("no calibrator")
        trials = tuple((str(name), float(loss)) for name, loss in facts["trials"])
        return cls(facts["method"], slope, intercept, knots, levels, trials)

    @classmethod
    def sigmoid(cls, scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Calibrator:
        """The line of Platt (1999) that fits best, kept rising; all arguments (n,)."""
        slope, intercept = _line(scores, y, weight)
        return cls("sigmoid", slope, intercept)

    @classmethod
    def isotonic(cls, scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Calibrator:
        """Rising steps, joined in the middle so that no two scores become the same."""
        from sklearn.isotonic import isotonic_regression

        line = cls.sigmoid(scores, y, weight)
        groups = _groups_of(scores)
        total = np.bincount(groups, weights=weight)
        middle = np.bincount(groups, weights=weight * scores) / total
        # One row's worth of the line keeps every level off 0 and 1.
        ours = line.probabilities(middle)
        yes = np.bincount(groups, weights=weight * y)
        shares = (yes + ours * weight.mean()) / (total + weight.mean())
        shares = isotonic_regression(shares, sample_weight=total)
        starts = np.flatnonzero(np.r_[True, np.diff(shares) > 0])
        heavy = np.add.reduceat(total, starts)
        knots = np.add.reduceat(total * middle, starts) / heavy
        levels = np.log(shares[starts] / (1 - shares[starts]))
        if len(knots) < 2:
            return line
        return cls(
            "isotonic", line.slope, line.intercept,
            tuple(float(each) for each in knots), tuple(float(each) for each in levels),
        )


def choose_calibrator(
    scores: np.ndarray, y: np.ndarray, weight: np.ndarray, wanted: str = "auto", seed: int = 0,
    allowed: Collection[str] = METHODS,
) -> Calibrator:  # fmt: skip
    """The calibration that has the lowest log loss on rows it was not fitted to.

    Args:
        scores: (n,) log odds that models gave rows which they had not learnt from.
        y: (n,) outcomes, 0 and 1.
        weight: (n,) of each row.
        wanted: auto, or the method to take.
        seed: decides the folds.
        allowed: methods that the model can be calibrated by.

    Raises:
        OptionError: there is no such method, or it is not one for the model.
    """
    from sklearn.model_selection import StratifiedKFold

    if wanted not in ("auto", *allowed):
        raise OptionError(
            f"There is no calibration “{wanted}” of this model; choose one of auto, "
            f"{', '.join(allowed)}."
        )
    rarer = int(min((y == 1).sum(), (y == 0).sum()))
    if wanted != "auto":
        return _fitted(wanted, scores, y, weight)
    if rarer < 2 or np.ptp(scores) == 0:
        return _fitted("sigmoid", scores, y, weight)
    methods = [each for each in allowed if each != "isotonic" or rarer >= FEWEST_FOR_ISOTONIC]
    losses = {method: np.zeros(len(y)) for method in methods}
    split = StratifiedKFold(min(FOLDS, rarer), shuffle=True, random_state=seed)
    for learn, look in split.split(scores, y):
        for method in methods:
            found = _fitted(method, scores[learn], y[learn], weight[learn]).log_odds(scores[look])
            losses[method][look] = np.logaddexp(0.0, found) - y[look] * found
    means = {method: float(np.average(each, weights=weight)) for method, each in losses.items()}
    best = min(("none", "sigmoid"), key=lambda method: means[method])
    if "isotonic" in losses:
        gain = losses[best] - losses["isotonic"]
        error = float(gain.std() / np.sqrt(len(gain)))
        if np.average(gain, weights=weight) > ERRORS_BETTER * error:
            best = "isotonic"
    made = _fitted(best, scores, y, weight)
    return Calibrator(
        made.method, made.slope, made.intercept, made.knots, made.levels, tuple(means.items())
    )


def _fitted(method: str, scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> Calibrator:
    if method == "none":
        return Calibrator("none")
    made = Calibrator.sigmoid if method == "sigmoid" else Calibrator.isotonic
    return made(scores, y, weight)


def _groups_of(scores: np.ndarray) -> np.ndarray:
    """(n,) the group of each row: neighbours in score, equal scores together, none too small."""
    size = max(SMALLEST_STEP, int(SHARE_OF_STEP * len(scores)))
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    place = np.arange(len(scores)) // size
    # Equal scores take the group of the first of them.
    first = np.searchsorted(ordered, ordered, side="left")
    place = place[first]
    groups = np.empty(len(scores), dtype=np.int64)
    groups[order] = np.unique(place, return_inverse=True)[1]
    return groups


def _line(scores: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of a logistic regression on the score, by Newton's method.

    Targets are moved off 0 and 1 as Platt does, so that separable scores end as well.
    """
    yes, no = float(weight[y == 1].sum()), float(weight[y == 0].sum())
    unit = float(weight.mean()) if len(weight) else 1.0
    goal = np.where(y == 1, (yes + unit) / (yes + 2 * unit), unit / (no + 2 * unit))
    centre, scale = float(scores.mean()), float(scores.std())
    middle = float(np.log((yes + unit) / (no + unit)))
    if scale == 0:
        return 1.0, middle - centre
    x = np.stack([(scores - centre) / scale, np.ones(len(scores))], axis=1)
    beta = np.array([scale, middle])
    loss = np.inf
    for _ in range(100):
        z = x @ beta
        now = float(weight @ (np.logaddexp(0.0, z) - goal * z))
        p = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
        if loss - now < 1e-10 * max(1.0, abs(now)) and now <= loss:
            break
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + 1e-9 * unit * np.eye(2)
        step = np.linalg.solve(curve, x.T @ (weight * (goal - p)))
        # Far from the best fit a whole step can overshoot.
        size = 1.0
        while size > 1e-4:
            ahead = x @ (beta + size * step)
            if float(weight @ (np.logaddexp(0.0, ahead) - goal * ahead)) <= now:
                break
            size /= 2
        beta, loss = beta + size * step, now
    slope = float(beta[0] / scale)
    # Scores that point the wrong way are worth nothing; an order is never turned round.
    slope = max(slope, 1e-3 / scale)
    return slope, float(beta[1] - slope * centre)
