"""What a person's marks on a random sample of outputs say about every model that wrote them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipelines.evaluation.claims import corrected
from pipelines.evaluation.labelled_sample import choose_sample, estimate_accuracy
from pipelines.evaluation.paired_tests import mcnemar
from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.text_verdict import called
from pipelines.evaluation.verdict import TOO_FEW_ROWS, is_shown, p_words

ENOUGH = 50


@dataclass(frozen=True)
class Wording:
    """What marks are called.

    Attributes:
        score: name of the share in `report.json`.
        good, bad: the two answers, as on their buttons.
    """

    score: str = "acceptable"
    good: str = "Acceptable"
    bad: str = "Not acceptable"


@dataclass(frozen=True)
class Mark:
    """One answer of the person who marks.

    Attributes:
        row: position among the predicted rows.
        models: ids of those whose output it was; several when they wrote the same.
        good: whether it is good enough.
    """

    row: int
    models: tuple[str, ...]
    good: bool


@dataclass(frozen=True)
class Marked:
    """The share of good outputs of each marked model.

    Attributes:
        rows: number of all rows that the sample was drawn from.
        marked: number of rows with a mark.
        scores: of each model by its id; the share with Wilson's interval.
        comparisons: of models that were marked on the same rows (McNemar, corrected after Holm).
        verdict: one to three sentences.
        wording: of the marks.
    """

    rows: int
    marked: int
    scores: Mapping[str, tuple[Score, ...]]
    comparisons: tuple[Comparison, ...]
    verdict: str
    wording: Wording


def next_question(
    outputs: Mapping[str, Sequence[Hashable]], marks: Sequence[Mark], size: int, seed: int = 0
) -> tuple[int, tuple[str, ...]] | None:
    """The next output to mark: its row, and the models that wrote it. None when all are marked.

    Rows come in random order, and within a row the outputs do, so that neither tells the model.
    Equal outputs of a row are asked about once.

    Args:
        outputs: of each model, one a row.
        marks: given so far.
        size: rows of the sample.
        seed: of both orders.
    """
    done = {(mark.row, model) for mark in marks for model in mark.models}
    rows = len(next(iter(outputs.values()), ()))
    for row in map(int, choose_sample(rows, size, seed)) if rows else ():
        groups: dict[Hashable, list[str]] = {}
        for model, texts in outputs.items():
            if (row, model) not in done:
                groups.setdefault(texts[row], []).append(model)
        if groups:
            found = list(groups.values())
            # Not by the models still open: the order stays when the first of them is marked.
            names = sorted(outputs)
            order = np.random.default_rng([seed, row]).permutation(len(names))
            place = {names[at]: position for position, at in enumerate(order)}
            return row, tuple(min(found, key=lambda group: min(place[each] for each in group)))
    return None


def marked(
    marks: Sequence[Mark], n_rows: int, titles: Mapping[str, str],
    wording: Wording | None = None,
) -> Marked | None:
    """Estimates the share of good outputs of every marked model; None without a mark.

    Args:
        marks: on rows that `choose_sample` drew, in its order.
        n_rows: rows that were drawn from.
        titles: what models are called in the verdict, by id.
        wording: of the marks.
    """
    words = wording or Wording()
    given: dict[str, dict[int, bool]] = {}
    for mark in marks:
        for model in mark.models:
            given.setdefault(model, {})[mark.row] = mark.good
    if not given:
        return None
    estimates = {
        model: estimate_accuracy(
            np.array(list(rows.values())), n_rows, name=words.score, word=words.good, done="marked"
        )
        for model, rows in given.items()
    }
    scores = {model: (each.score,) for model, each in estimates.items()}
    ranked = sorted(
        given, key=lambda model: (-estimates[model].score.value, -len(given[model]))
    )
    comparisons = _compared({model: given[model] for model in ranked}, words.score)
    best = ranked[0]
    opening = estimates[best].sentence
    sentences = [f"{called(best, titles)} is {opening[0].lower()}{opening[1:]}"]
    if len(given[best]) < min(TOO_FEW_ROWS, n_rows):
        wanted = f"all {n_rows}" if n_rows <= ENOUGH else f"{ENOUGH} or more"
        sentences.append(f"That is too little to rely on: mark {wanted}.")
    elif len(given) > 1:
        sentences += _against_next(best, scores, comparisons, titles)
    return Marked(
        n_rows, len({mark.row for mark in marks}), scores, comparisons, " ".join(sentences), words
    )


def _compared(given: Mapping[str, Mapping[int, bool]], name: str) -> tuple[Comparison, ...]:
    found = []
    for first, second in combinations(given, 2):
        shared = [row for row in given[first] if row in given[second]]
        if not shared:
            continue
        only = sum(given[first][row] and not given[second][row] for row in shared)
        other = sum(given[second][row] and not given[first][row] for row in shared)
        p, test = mcnemar(only, other)
        delta = (only - other) / len(shared)
        found.append(Comparison(name, first, second, delta, None, None, p, f"{test}|n:{len(shared)}"))
    return tuple(corrected(found))


def _against_next(
    best: str, scores: Mapping[str, tuple[Score, ...]], comparisons: Sequence[Comparison],
    titles: Mapping[str, str],
) -> list[str]:
    others = sorted((each for each in scores if each != best), key=lambda m: -scores[m][0].value)
    name = called(others[0], titles)
    found = next((each for each in comparisons if {each.model, each.against} == {best, others[0]}),
                 None)
    if found is None:
        return []
    points = f"{abs(100 * found.delta):.1f} points"
    if found.delta == 0:
        return [f"On the rows where both were marked {name} is as good."]
    ahead = (found.delta > 0) == (found.model == best)
    side = f"{points} {'ahead of' if ahead else 'behind'} {name} on the rows where both were marked"
    if is_shown(found):
        return [f"It is {side}; that is not chance ({p_words(found.p)})."]
    return [f"It is {side}, which can be chance ({p_words(found.p)})."]
