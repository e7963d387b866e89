"""Rules as options of a run: read, held against what the data can serve, and said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipelines.options import column_names
from pipelines.recommendation.interactions import Catalogue, Interactions
from pipelines.recommendation.rules import Rules

MOST_NAMED = 5
LONGEST_NAME = 60


def rules_of(options: Mapping[str, str]) -> Rules:
    """The rules that options hold; those that are not among them change nothing."""
    days = int(options.get("new_days", 0))
    return Rules(
        never_items=frozenset(column_names(options.get("never", ""))),
        never_categories=frozenset(column_names(options.get("never_categories", ""))),
        most_of_category=int(options.get("at_most", 0)), new_days=days,
        boost=float(options.get("boost_new", 1)) if days else 1.0,
    )


def fitting(
    rules: Rules, interactions: Interactions, catalogue: Catalogue
) -> tuple[Rules, tuple[str, ...]]:
    """What of some rules can hold on some data, and a sentence for each part that cannot.

    Rules outlive the data that they were made on: an item that is gone cannot be listed anyway, and
    what is left of the rules has to hold all the same.
    """
    told: list[str] = []
    items = rules.never_items & set(interactions.items.astype(str).tolist())
    told += _gone(rules.never_items - items, "item")
    categories = catalogue.categories
    if categories is None and (rules.never_categories or rules.most_of_category):
        told.append("The rules on categories have no effect: the items of these data have none.")
        rules = replace(rules, never_categories=frozenset(), most_of_category=0)
    known = frozenset() if categories is None else (
        rules.never_categories & set(np.unique(categories.astype(str)).tolist())
    )
    told += _gone(rules.never_categories - known, "category")
    if rules.new_days and rules.boost != 1 and interactions.time is None:
        told.append("The rule on new items has no effect: these data have no times.")
        rules = replace(rules, new_days=0, boost=1.0)
    return replace(rules, never_items=items, never_categories=known), tuple(told)


def _gone(missing: frozenset[str], what: str) -> list[str]:
    if not missing:
        return []
    named = _named([f"“{each}”" for each in sorted(missing)])
    return [f"The rules name the {what} {named}, which these data do not have."]


def in_words(rules: Rules, interactions: Interactions, catalogue: Catalogue) -> tuple[str, ...]:
    """Each rule as part of a sentence, items by their titles."""
    found = []
    if rules.never_items:
        titles = dict(zip(interactions.items.tolist(), catalogue.titles.tolist(), strict=True))
        found.append("never " + _named([
            f"“{_cut(titles.get(each, each))}”" for each in sorted(rules.never_items)
        ]))
    if rules.never_categories:
        found.append("nothing of " + _named([
            f"“{_cut(each)}”" for each in sorted(rules.never_categories)
        ]))
    if rules.most_of_category:
        found.append(f"at most {rules.most_of_category:,} of a category")
    if rules.new_days and rules.boost != 1:
        days = "day" if rules.new_days == 1 else f"{rules.new_days:,} days"
        found.append(f"items new in the last {days} boosted by {rules.boost:g}")
    return tuple(found)


def counted(words: tuple[str, ...]) -> str:
    """Rules in a few words: how many, and what they are; nothing without rules."""
    if not words:
        return ""
    return f"{'1 rule' if len(words) == 1 else f'{len(words)} rules'} ({'; '.join(words)})"


def _named(names: list[str]) -> str:
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED:,} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
