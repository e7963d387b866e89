"""Models of tables: each in a file of its own, found here by name, imported when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import OptionError
from pipelines.progress import SILENT, Progress

if TYPE_CHECKING:
    from pipelines.tabular.models.base import TabularModel
    from pipelines.tabular.models.lessons import TabularLessons
    from pipelines.tabular.tuning import Setting

MODELS: Mapping[str, str] = {
    "base-rate": "constant:BaseRate",
    "logistic": "linear:Linear",
    "scorecard": "scorecard:Scorecard",
    "boosting": "boosting:Boosting",
    "network": "network:ArticleNetwork",
    "deep-network": "deep_network:DeepNetwork",
    "blend": "blend:Blend",
}
"""Name to module and class; for an amount `base-rate` is the mean and `logistic` a linear model."""


def model_class(name: str) -> type[TabularModel]:
    """The class of a model.

    Raises:
        OptionError: there is no such model.
    """
    if name not in MODELS:
        raise OptionError(f"There is no model “{name}”; choose one of {', '.join(MODELS)}.")
    module, _, kind = MODELS[name].partition(":")
    return getattr(import_module(f"{__name__}.{module}"), kind)


def make_model(
    name: str, settings: Mapping[str, Setting] | None = None, device: str = "auto", seed: int = 0
) -> TabularModel:
    """A model of that name, to be fitted or restored.

    Raises:
        OptionError: there is no such model or setting.
    """
    return model_class(name)(settings, device, seed)


def fitted(
    name: str, settings: Mapping[str, Setting], lessons: TabularLessons, device: str = "auto",
    seed: int = 0, progress: Progress = SILENT,
) -> TabularModel:
    """A model fitted to lessons; the same one where it was asked for before on these lessons.

    A blend is made of such models, so that those which are also compared alone are fitted once.

    Raises:
        OptionError: there is no such model or setting.
        DataError: there is too little to learn from.
    """
    model = make_model(name, settings, device, seed)
    return lessons.once(model.key, lambda: model.fit(lessons, progress))


def restored(name: str, folder: Path, device: str = "auto") -> TabularModel:
    """The model that `save` wrote to a folder.

    Raises:
        OptionError: there is no such model.
        DataError: the files are damaged, or of another model.
    """
    return make_model(name, None, device).restore(folder)
