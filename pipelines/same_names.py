"""A file to learn from and one to judge by name their classes in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from data.dataset import Dataset
from data.labels import keys
from pipelines.prepare import suggest_labels
from pipelines.task import Task


def same_names(
    task: Task, dataset: Dataset, training: Dataset, given: Mapping[str, str]
) -> tuple[Dataset, Dataset]:
    """Both data sets with classes of the user's own read together.

    Labels are read as names that pretrained models know only where all of them are. Looked at alone,
    one file might have only such names and the other not, and “cellphone” of one would be “cellular
    telephone” in the other: a class that was never learnt.

    Args:
        given: the user's label values to classes, as far as given.
    """
    if task.scheme is not None or "label" not in dataset.roles or "label" not in training.roles:
        return dataset, training
    cells = [each.table.frame[each.roles["label"]].astype(object) for each in (dataset, training)]
    frame = pd.DataFrame({"label": pd.concat(cells, ignore_index=True)})
    meaning = suggest_labels(task, replace(dataset.table, frame=frame), {"label": "label"}, given)
    return _named(dataset, meaning), _named(training, meaning)


def _named(dataset: Dataset, meaning: Mapping[str, str]) -> Dataset:
    values = list(dict.fromkeys(keys(dataset.table.frame[dataset.roles["label"]]).dropna()))
    if not meaning:
        # Said in full where alone it would be read as something else, so that it can be repeated.
        labels = {value: value for value in values} if dataset.labels else {}
    else:
        labels = {value: meaning[value] for value in values if value in meaning}
    return dataset if labels == dict(dataset.labels) else replace(dataset, labels=labels)
