"""A small task with templates: which tickets are about a broken machine?"""

from __future__ import annotations

from functools import cache

import numpy as np

from data.readers import read_table
from data.roles import Role
from pipelines.experiment import Experiment, run_experiment
from pipelines.options import SPLIT_OPTIONS, Options
from pipelines.prepare import prepare
from pipelines.request import Request
from pipelines.task import ModelCard, Option, Task, Template

CAUTION = "This is no safety device: look at every machine that stands still."
TASK = Task(
    slug="triage",
    title="Triage",
    question="Which tickets are about a broken machine?",
    icon=":material/build:",
    kind="classification",
    roles=(
        Role("text", "Text", "text", required=True, description="the ticket", hints=("text",)),
        Role("label", "Label", "category", description="what it is about", hints=("label",)),
    ),
    models=(
        ModelCard(id="majority", title="Most frequent class", summary="Always answers the same.",
                  factory="pipelines.classifiers.majority:MajorityPipeline", source="fitted",
                  license="Apache-2.0", size_mb=0, baseline=True),
        ModelCard(id="words", title="Words", summary="Learns from your labels.",
                  factory="pipelines.classifiers.tfidf:TfidfPipeline", source="fitted",
                  license="Apache-2.0", size_mb=0, needs_labels=True, default=True),
    ),
    metrics=("accuracy", "f1_macro", "sensitivity", "specificity"),
    options=(
        *SPLIT_OPTIONS,
        Option(name="candidates", default="broken, fine", summary="classes where no label is"),
    ),
    text_role="text",
    templates=(
        Template(id="general", title="General", summary="Every class counts the same."),
        Template(
            id="breakdowns", title="Breakdowns", summary="Finding what is broken.",
            first=("sensitivity", "specificity"), positive=("broken",), absent=("fine",),
            caution=CAUTION, wanted=0.9,
        ),
    ),
)


def csv(classes: tuple[str, ...], rows: int = 480, labelled: bool = True) -> bytes:
    """Tickets whose words tell the class, but for every sixth row."""
    rng = np.random.default_rng(0)
    lines = ["text,label" if labelled else "text"]
    for row in range(rows):
        truth = row % len(classes)
        hint = int(rng.integers(len(classes))) if row % 6 == 0 else truth
        text = f"ticket {row} machine says {' '.join([f'sound{hint}'] * 2)} again"
        lines.append(f"{text},{classes[truth]}" if labelled else text)
    return "\n".join(lines).encode()


@cache
def triaged(
    *classes: str, template: str = "breakdowns", labelled: bool = True, positive: str = ""
) -> Experiment:
    """A finished run on tickets of these classes."""
    table = read_table(csv(classes, labelled=labelled), "tickets.csv")
    given = {"template": template, "positive": positive, "split": "random", "test": "0.5"}
    options = Options(TASK, given)
    models = TASK.models if labelled else TASK.models[:1]
    return run_experiment(
        Request(task=TASK, dataset=prepare(TASK, table), models=models, options=options)
    )
