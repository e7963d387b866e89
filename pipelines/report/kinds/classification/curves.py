"""What is taken for what, whether confidence can be believed, and how well rows are ranked."""

from __future__ import annotations

import numpy as np

from pipelines.evaluation.calibration import reliability
from pipelines.evaluation.curves import roc_curve
from pipelines.evaluation.judgement import Judgement
from pipelines.evaluation.per_class import confusion_matrix
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table
from pipelines.report.wording import cut, fit, percent, rows

MOST_CLASSES = 12
MOST_LINES = 6
OTHER = "(other)"


def confusion(judgement: Judgement, model: str) -> Section:
    """Rows by true and predicted class; beyond twelve classes the rarer ones are put together."""
    labels = judgement.system(model).labels
    matrix = confusion_matrix(judgement.truth, labels, len(judgement.classes))
    off = matrix.copy()
    np.fill_diagonal(off, 0)
    note = f"No {judgement.unit} is taken for another class."
    if off.any():
        true, said = (int(k) for k in np.unravel_index(int(off.argmax()), off.shape))
        note = (
            f"Most often, {cut(judgement.classes[true], 40)} is taken for "
            f"{cut(judgement.classes[said], 40)}: {rows(int(off[true, said]), judgement.unit)}."
        )
    matrix, names = _largest(matrix, judgement.classes)
    totals = matrix.sum(axis=1)
    body = []
    for i, name in enumerate(names):
        cells: list[Cell | str] = [Cell(name, rows(int(totals[i]), judgement.unit))]
        for j in range(len(names)):
            share = matrix[i, j] / totals[i] if totals[i] else 0.0
            text = percent(share) if totals[i] else "–"
            cells.append(Cell(text, f"{matrix[i, j]:,}", round(10 * share)))
        body.append(tuple(cells))
    table = Table(
        "True class down, predicted class across", ("True class", *names), tuple(body)
    )
    return Section(
        "confusion", "What is taken for what",
        f"{note} Each line adds up to 100 % of the {judgement.unit}s of its true class; darker is "
        "more.",
        tables=(table,),
    )


def _largest(matrix: np.ndarray, classes: tuple[str, ...]) -> tuple[np.ndarray, list[str]]:
    if len(classes) <= MOST_CLASSES:
        return matrix, [cut(name, 40) for name in classes]
    size = matrix.sum(axis=1) + matrix.sum(axis=0)
    kept = np.sort(np.argsort(-size, kind="stable")[: MOST_CLASSES - 1])
    place = np.full(len(classes), len(kept))
    place[kept] = np.arange(len(kept))
    smaller = np.zeros((len(kept) + 1, len(kept) + 1), dtype=matrix.dtype)
    np.add.at(smaller, (place[:, None], place[None, :]), matrix)
    return smaller, [*(cut(classes[i], 40) for i in kept), OTHER]


def calibration(judgement: Judgement, model: str) -> Section | None:
    """Accuracy against confidence, in bins."""
    system = judgement.system(model)
    confidence = system.confidence
    if confidence is None:
        return None
    right = judgement.truth == system.labels
    found = reliability(confidence, right, level=judgement.level)
    filled = [each for each in found.bins if each.n]
    says, does = float(confidence.mean()), float(right.mean())
    score = judgement.score(model, "accuracy")
    name = cut(model, 60)
    if score is not None and score.low is not None and score.high is not None and (
        score.low <= says <= score.high
    ):
        title = f"{name} is on average as sure as it is right ({percent(says)}, {percent(does)})"
    else:
        word = "too sure of itself" if says > does else "more often right than it says"
        title = f"{name} is {word}: {percent(says)} sure, {percent(does)} right"
    most = max(each.n for each in filled)
    dots = [
        svg.Dot(each.confidence or 0.0, each.accuracy or 0.0, each.low or 0.0,
                each.high if each.high is not None else 1.0, each.n / most)
        for each in filled
    ]
    drawing = svg.reliability(
        dots, f"Share right against confidence. {title}.", across="Confidence", up="Share right"
    )
    table = Table(
        f"Confidence and what came of it; mean distance (ECE) {found.ece:.3f}",
        ("Confidence", f"{judgement.unit.capitalize()}s", "Said", "Right"),
        tuple(
            (
                f"{100 * each.lower:.0f} to {percent(each.upper, 0)}",
                f"{each.n:,}", percent(each.confidence or 0.0),
                Cell(percent(each.accuracy or 0.0),
                     f"{100 * (each.low or 0.0):.1f} to {100 * (each.high or 0.0):.1f}"),
            )
            for each in filled
        ),
    )
    return Section(
        "calibration", "Can its confidence be believed?",
        "On the dashed line, what is said with 80 % confidence is right in 80 % of the "
        f"{judgement.unit}s; below it, the model is too sure. Larger points hold more of them.",
        (Chart(title, drawing),), (table,),
    )


def roc(judgement: Judgement, model: str) -> Section | None:
    """The ROC curve of the positive class of two, or one of each class against the rest."""
    system = judgement.system(model)
    held = np.bincount(judgement.truth, minlength=len(judgement.classes))
    if system.probabilities is None or np.count_nonzero(held) < 2:
        return None
    score = judgement.score(model, "roc_auc")
    units = f"{judgement.unit.capitalize()}s"
    if len(judgement.classes) == 2:
        chosen = list(judgement.positives)
    else:
        usable = [c for c in np.argsort(-held, kind="stable") if held[c]]
        chosen = sorted(int(c) for c in usable[:MOST_LINES])
    found = [
        (cut(judgement.classes[c], 40),
         roc_curve(judgement.truth == c, system.probabilities[:, c]), int(held[c]))
        for c in chosen
    ]
    name = cut(model, 60)
    if len(found) == 1:
        only, curve, _ = found[0]
        title = f"{name} ranks {only} above the other class in {percent(curve.area)} of pairs"
    else:
        best = max(found, key=lambda each: each[1].area)
        worst = min(found, key=lambda each: each[1].area)
        title = (
            f"{name} sorts out {best[0]} best (AUC {best[1].area:.2f}), "
            f"{worst[0]} worst ({worst[1].area:.2f})"
        )
    lines = [
        svg.Line(f"{fit(each, 15)} {curve.area:.2f}", curve.false_positive_rate,
                 curve.true_positive_rate)
        for each, curve, _ in found
    ]
    drawing = svg.curves(
        lines, f"ROC curve. {title}.", across="Others flagged by mistake", up=f"{units} found"
    )
    note = ""
    if score is not None and score.low is not None and score.high is not None:
        note = f" Over all classes: {score.value:.3f} ({score.low:.3f} to {score.high:.3f})."
    table = Table(
        "Area under the curve (AUC): 0.5 is a coin, 1 is perfect", ("Class", units, "AUC"),
        tuple((each, f"{n:,}", f"{curve.area:.3f}") for each, curve, n in found),
    )
    return Section(
        "roc", "How well does it rank?",
        f"Each point is a threshold: how many {judgement.unit}s of the class are found, and how many "
        f"others are flagged with them. The dashed line is a coin.{note}",
        (Chart(title, drawing),), (table,),
    )
