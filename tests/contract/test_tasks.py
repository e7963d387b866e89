"""What every task says about itself, before anything is loaded."""

from __future__ import annotations

import importlib
import json

import pytest

from data import samples
from data.errors import OptionError
from data.roles import check
from pipelines.judging import find_kind
from pipelines.listing import listing, listing_text
from pipelines.options import Options
from pipelines.pipeline import Pipeline
from pipelines.prepare import prepare
from pipelines.registry import all_tasks, find_model, find_models, find_task
from pipelines.task import ModelCard, Task

SLUGS = {"sentiment", "question-answering", "generation", "translation", "summarization",
         "keywords", "images", "detection", "recommendation", "loan-risk"}
TASKS = all_tasks()
CARDS = [(task, card) for task in TASKS for card in task.models]
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.slug)
every_card = pytest.mark.parametrize(
    ("task", "card"), CARDS, ids=[f"{task.slug}-{card.id}" for task, card in CARDS]
)


def test_there_are_tasks_and_their_names_are_those_of_the_contract() -> None:
    assert TASKS
    assert {task.slug for task in TASKS} <= SLUGS
    assert len({task.slug for task in TASKS}) == len(TASKS)


@every_task
def test_one_default_one_baseline_and_no_name_twice(task: Task) -> None:
    assert sum(card.default for card in task.models) == 1
    assert sum(card.baseline for card in task.models) == 1
    assert len({card.id for card in task.models}) == len(task.models)
    assert not {card.id for card in task.models} & {"default", "baseline", "all"}
    assert not task.default_model.needs_labels, "the default works on a file without labels"
    assert not task.default_model.baseline


@every_card
def test_cards_say_what_a_person_needs(task: Task, card: ModelCard) -> None:
    assert card.title and card.summary.endswith(".")
    assert card.license
    assert card.size_mb >= 0
    assert card.source in ("packaged", "trained", "hub", "fitted")
    assert all(len(code) == 2 and code.islower() for code in card.languages)


@every_card
def test_factories_can_be_imported(task: Task, card: ModelCard) -> None:
    module, _, name = card.factory.partition(":")
    assert issubclass(getattr(importlib.import_module(module), name), Pipeline)


@every_task
def test_roles_have_a_required_one_and_hints(task: Task) -> None:
    assert any(role.required for role in task.roles)
    assert len({role.name for role in task.roles}) == len(task.roles)
    for role in task.roles:
        assert role.description
        assert role.name in role.hints
        assert [hint for hint in role.hints if hint != hint.casefold()] == []
    if task.text_role is not None:
        assert task.role(task.text_role).kind == "text"
    with pytest.raises(OptionError, match="has no role"):
        task.role("no such role")


@every_task
def test_options_take_their_defaults_and_refuse_nonsense(task: Task) -> None:
    options = Options(task)
    assert set(options) == {option.name for option in task.options}
    for option in task.options:
        assert option.parse(option.default) == option.default
        if option.choices or option.low is not None:
            with pytest.raises(OptionError, match=option.name):
                option.parse("no such value")


@every_task
def test_the_kind_judges_the_metrics_that_are_promised(task: Task) -> None:
    assert find_kind(task.kind).name == task.kind
    assert task.metrics


@every_task
def test_the_sample_fits_without_a_word_from_the_user(task: Task) -> None:
    assert task.sample is not None
    sample = samples.find(task.sample)
    assert sample.task == task.slug
    assert sample.written
    table = samples.load(sample.id)
    check(table.frame, task.roles, sample.mapping)
    suggested = prepare(task, table)
    assert dict(suggested.roles) == dict(sample.mapping)


def test_listing_is_one_json_document_with_every_card() -> None:
    document = json.loads(json.dumps(listing()))
    names = {(task["task"], card["id"]) for task in document["tasks"] for card in task["models"]}
    assert names == {(task.slug, card.id) for task, card in CARDS}
    assert all(card.id in listing_text() for _, card in CARDS)


@every_task
def test_aliases_name_the_models_of_the_task(task: Task) -> None:
    assert find_model(task, "default") == task.default_model
    assert find_model(task, "baseline") == task.baseline
    assert set(find_models(task, ["all"])) == set(task.models)
    assert find_models(task, [])[0] == task.baseline
    assert find_models(task, ["default", "default"]) == (task.baseline, task.default_model)


@every_task
@pytest.mark.parametrize("name", ["hub:", "hub:one", "hub:a/b@", "hub:../b", "hub:a/b c", "nothing"])
def test_names_of_no_model_are_refused_in_a_sentence(task: Task, name: str) -> None:
    with pytest.raises(OptionError):
        find_model(task, name)


def test_an_unknown_task_is_refused_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match=TASKS[0].slug):
        find_task("no such task")
