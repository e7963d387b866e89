"""Finds tasks and makes their pipelines; a new task is found without being listed anywhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import replace
from functools import cache

from data.errors import OptionError
from pipelines import tasks as tasks_package
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.task import ModelCard, Task

HUB_NAME = re.compile(
    r"hub:(?P<name>(?!.*(--|\.\.|\.git(@|$)))[A-Za-z0-9][\w.-]{0,94}/[A-Za-z0-9][\w.-]{0,94})"
    r"(@(?P<revision>\w[\w.-]{0,99}))?",
    re.ASCII,
)


@cache
def all_tasks() -> tuple[Task, ...]:
    """Every task, in the order of the sidebar."""
    found = []
    for module in pkgutil.iter_modules(tasks_package.__path__):
        task = getattr(importlib.import_module(f"pipelines.tasks.{module.name}"), "TASK", None)
        if isinstance(task, Task):
            found.append(task)
    return tuple(sorted(found, key=lambda task: task.title))


def find_task(slug: str) -> Task:
    """The task of that name.

    Raises:
        OptionError: there is none.
    """
    for task in all_tasks():
        if task.slug == slug:
            return task
    known = ", ".join(task.slug for task in all_tasks())
    raise OptionError(f"There is no task “{slug}”; the tasks are {known}.")


def hub_card(task: Task, model: str) -> ModelCard:
    """The card of a Hub model named `hub:OWNER/NAME@REVISION`.

    Raises:
        OptionError: the name is malformed, or the task takes no Hub model.
    """
    if task.hub_factory is None:
        raise OptionError(f"{task.title} takes no models from the Hugging Face Hub.")
    if HUB_NAME.fullmatch(model) is None:
        raise OptionError(
            f"“{model}” is not the name of a Hub model; it looks like hub:OWNER/NAME@REVISION."
        )
    return ModelCard(
        id=model,
        title=model.removeprefix("hub:"),
        summary="A model from the Hugging Face Hub, pinned by revision, safetensors only.",
        factory=task.hub_factory,
        source="hub",
        license="see its model card",
        size_mb=0,
    )


def find_model(task: Task, model: str) -> ModelCard:
    """The card of a model: an id, `default`, `baseline`, or `hub:OWNER/NAME@REVISION`.

    Raises:
        OptionError: the task has no such model.
    """
    if model.startswith("hub:"):
        return hub_card(task, model)
    if model == "default":
        return task.default_model
    if model == "baseline":
        return task.baseline
    for card in task.models:
        if card.id == model:
            return card
    known = ", ".join(card.id for card in task.models)
    raise OptionError(f"{task.title} has no model “{model}”; its models are {known}.")


def find_models(
    task: Task, names: list[str], *, own_classes: bool = False
) -> tuple[ModelCard, ...]:
    """The cards of several models, the baseline first, each once; `all` stands for every one.

    Args:
        own_classes: whether the data have classes of the user's own, so that `default` is the
            task's learner.
    """
    default = task.learner if task.learner and own_classes else "default"
    cards = [task.baseline]
    for name in names or ["default"]:
        if name == "all":
            cards += task.models
        else:
            cards.append(find_model(task, default if name == "default" else name))
    return tuple({card.id: card for card in cards}.values())


def make_pipeline(card: ModelCard, config: LoadConfig) -> Pipeline:
    """A pipeline of that card, not loaded yet."""
    if card.source == "hub":
        found = HUB_NAME.fullmatch(card.id)
        assert found is not None, "hub_card checked the name"
        config = replace(config, hub_model=found["name"], revision=found["revision"] or "")
    module, _, name = card.factory.partition(":")
    factory: type[Pipeline] = getattr(importlib.import_module(module), name)
    return factory(card, config)
