"""What was judged, with models called by their titles as people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol, runtime_checkable

from pipelines.evaluation.score import Comparison
from pipelines.experiment import Experiment
from pipelines.judging import Judged


@runtime_checkable
class Called(Protocol):
    """A judgement that knows how to call its systems otherwise."""

    def called(self, titles: Mapping[str, str]) -> Any:
        """The same with systems called as given."""
        ...


def titles_of(experiment: Experiment) -> dict[str, str]:
    """The title of each model of a run by its id; with the id beside it where titles are the same."""
    cards = [run.card for run in experiment.runs]
    times = Counter(card.title for card in cards)
    return {
        card.id: card.title if times[card.title] == 1 else f"{card.title} ({card.id})"
        for card in cards
    }


def titled(judged: Judged, titles: Mapping[str, str]) -> Judged:
    """The same with models called by their titles in its words, scores, tests and evidence.

    Args:
        judged: by any kind.
        titles: by id; different from each other.
    """
    def new(name: str) -> str:
        return titles.get(name, name)

    return replace(
        judged.named(titles),
        baseline=new(judged.baseline),
        scores={new(name): found for name, found in judged.scores.items()},
        comparisons=_comparisons(judged.comparisons, titles),
        detail=_detail(judged.detail, titles),
    )


# Fields of evidence that hold paired tests between models.
COMPARISONS = ("comparisons", "over_folds")


def _detail(detail: Any, titles: Mapping[str, str]) -> Any:
    """Evidence of any kind: what it keeps by model is found by the model's id."""
    if isinstance(detail, Called):
        return detail.called(titles)
    if not is_dataclass(detail) or isinstance(detail, type):
        return detail
    changed: dict[str, Any] = {}
    for each in fields(detail):
        value = getattr(detail, each.name)
        if isinstance(value, Mapping) and value and set(value) <= set(titles):
            changed[each.name] = {titles[name]: held for name, held in value.items()}
        elif each.name in COMPARISONS:
            changed[each.name] = _comparisons(value, titles)
        elif each.name == "baseline" and isinstance(value, str):
            changed[each.name] = titles.get(value, value)
    return replace(detail, **changed)


def _comparisons(
    found: tuple[Comparison, ...], titles: Mapping[str, str]
) -> tuple[Comparison, ...]:
    return tuple(
        replace(
            each, model=titles.get(each.model, each.model),
            against=titles.get(each.against, each.against),
        )
        for each in found
    )
