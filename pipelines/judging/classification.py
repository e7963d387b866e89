"""Judges tasks whose answer is one of a few classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.labels import keys
from data.roles import Role
from pipelines.evaluation.classification import System, judge
from pipelines.evaluation.finding import threshold_note
from pipelines.evaluation.verdict import verdict
from pipelines.evaluation.warnings_in_words import judgement_warnings
from pipelines.judging import Judged
from pipelines.judging.base.columns import slices
from pipelines.judging.base.row_by_row import RowByRow
from pipelines.options import Options
from pipelines.pipeline import ClassPredictions, Predictions
from pipelines.progress import SILENT, Progress, running_count
from pipelines.purpose import Purpose
from pipelines.task import Task
from pipelines.vocabulary import vocabulary

BASELINE = "majority"
MOST_CLASSES = 50
SHARED_VALUES = 0.6
LEAST_TO_LEARN = 5
RESAMPLES = 2000


class Classification(RowByRow):
    """Classes and their probabilities against labels."""

    name = "classification"
    roles = (
        Role("truth", "Truth", "category", required=True, description="what a person says it is",
             hints=("truth", "label", "actual", "expected", "gold", "true", "target", "human",
                    "manual", "annotat")),
        Role("prediction", "Prediction", "category", required=True,
             description="what the system says",
             hints=("prediction", "predicted", "pred", "y_pred", "output")),
        Role("score", "Score", "number",
             description="the probability of the second of two classes",
             hints=("score", "probability", "proba", "y_score", "confidence")),
        slices("group", "segment", "channel", "category", "country"),
    )

    def outputs(
        self, task: Task, datasets: Sequence[Dataset], options: Options
    ) -> tuple[str, ...]:
        """The classes of the task; just the two ends when the labels have no middle."""
        if task.scheme is None:
            return _open_classes(task, datasets, options)
        names = tuple(entry.name for entry in task.scheme.classes)
        meanings = {name for dataset in datasets for name in dataset.labels.values()}
        used = {names.index(name) for name in meanings if name in names}
        ends_only = used == {0, len(names) - 1}
        if options.get("classes") == "auto" and ends_only:
            return (names[0], names[-1])
        return names

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """Class names aligned with the frame, missing where a row has no label of `outputs`."""
        found = dataset.truth()
        if found is None or not outputs:
            return found
        return found.where(found.isin(outputs))

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Predictions],
        *,
        batch: pd.DataFrame,
        metrics: Sequence[str] = (),
        source: str | None = None,
        baseline: str,
        favourite: str,
        seed: int,
        progress: Progress = SILENT,
        purpose: Purpose | None = None,
    ) -> Judged:
        """Scores, paired tests and a verdict; probabilities must come from rows not trained on."""
        found = cast("dict[str, ClassPredictions]", dict(predictions))
        classes = next(iter(found.values())).classes
        codes = pd.Categorical(truth, categories=list(classes)).codes.astype(np.int64)
        systems = [
            System(name, each.probabilities, each.codes) for name, each in found.items()
        ]
        unit = "image" if "image" in batch else "row"
        return self._judged(
            codes, systems, classes, baseline, favourite, seed, progress, purpose, unit
        )

    def right(self, truth: pd.Series, predictions: Predictions) -> np.ndarray:
        """Whether the most probable class is the true one, shape (rows,)."""
        return cast(ClassPredictions, predictions).labels == truth.to_numpy(dtype=object)

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns for truth and predictions: few values each, and the same values.

        Returns:
            `truth` and `prediction` of the largest group of columns that share their values, the
            truth by its name if one says so; empty when no two columns do.
        """
        values = {
            str(name): set(keys(frame[name]).dropna().unique())
            for name in frame.columns if 2 <= frame[name].nunique() <= MOST_CLASSES
        }
        groups = [
            [other for other, theirs in values.items()
             if len(own & theirs) >= SHARED_VALUES * max(len(own), len(theirs))]
            for own in values.values()
        ]
        best = max(groups, key=len, default=[])
        if len(best) < 2:
            return {}
        hints = next(role.hints for role in self.roles if role.name == "truth")
        named = [name for name in best if any(hint in name.casefold() for hint in hints)]
        truth = (named or best)[0]
        return {"truth": [truth], "prediction": [name for name in best if name != truth]}

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a label."""
        return np.flatnonzero(keys(frame[mapping["truth"][0]]).notna())

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge predictions made anywhere else, against always answering the most frequent class.

        Args:
            frame: one row an item.
            mapping: role to columns: one `truth`, one or more `prediction`, as many `score` or
                none.

        Raises:
            DataError: blank truth everywhere, too many classes, or scores that are no
                probabilities.
        """
        truth_column = mapping["truth"][0]
        truth = keys(frame[truth_column])
        labelled = truth.notna().to_numpy()
        if not labelled.any():
            raise DataError(f"The column “{truth_column}” has no labels in it.")
        truth = truth[labelled].reset_index(drop=True)
        columns = mapping["prediction"]
        said = {}
        for column in columns:
            series = keys(frame.loc[labelled, column])
            blank = int(series.isna().sum())
            if blank:
                raise DataError(
                    f"The column “{column}” has no prediction in {blank} labelled rows; each "
                    "needs one."
                )
            said[column] = series.reset_index(drop=True)
        classes = tuple(sorted(set(truth).union(*(set(series) for series in said.values()))))
        if len(classes) > MOST_CLASSES:
            raise DataError(
                f"“{truth_column}” and the predictions have {len(classes)} different values; "
                f"classification takes up to {MOST_CLASSES} classes."
            )
        codes = pd.Categorical(truth, categories=list(classes)).codes.astype(np.int64)
        scores = mapping.get("score", [])
        if scores and len(scores) != len(columns):
            raise OptionError(
                f"There are {len(columns)} prediction columns and {len(scores)} score columns; "
                "give one score for each prediction, in the same order, or none."
            )
        systems = []
        for position, (column, series) in enumerate(said.items()):
            labels = pd.Categorical(series, categories=list(classes)).codes.astype(np.int64)
            chances = (
                _binary_chances(frame.loc[labelled, scores[position]], classes) if scores else None
            )
            if chances is not None and (chances.argmax(axis=1) == labels).mean() < 0.5:
                raise DataError(
                    f"The scores in “{scores[position]}” say the opposite of “{column}” in most rows; "
                    f"a score has to be the probability of “{classes[1]}”. Give one minus the score."
                )
            systems.append(System(column, chances, labels))
        shares = np.bincount(codes, minlength=len(classes)) / len(codes)
        baseline = BASELINE if BASELINE not in columns else f"{BASELINE} (baseline)"
        constant = System(
            baseline, np.tile(shares, (len(codes), 1)),
            np.full(len(codes), int(shares.argmax()), dtype=np.int64),
        )
        return self._judged(
            codes, [constant, *systems], classes, baseline, columns[0], seed, progress
        )

    def _judged(
        self, codes: np.ndarray, systems: list[System], classes: tuple[str, ...], baseline: str,
        favourite: str, seed: int, progress: Progress, purpose: Purpose | None = None,
        unit: str = "row",
    ) -> Judged:
        progress.stage("Intervals and tests, resamples", RESAMPLES)
        judgement = judge(
            codes, systems, classes, baseline=baseline, favourite=favourite, seed=seed,
            resamples=RESAMPLES, progress=running_count(progress),
            positive=purpose.positives if purpose else None, unit=unit,
        )
        wanted = purpose.wanted if purpose else None
        first = purpose.template.first if purpose else ()

        def say(titles: Mapping[str, str]) -> str:
            return verdict(
                judgement.called(titles), titles.get(favourite, favourite), first=first, wanted=wanted
            )

        def warn(titles: Mapping[str, str]) -> tuple[str, ...]:
            called, name = judgement.called(titles), titles.get(favourite, favourite)
            found = judgement_warnings(codes, classes, called.scores, unit)
            note = threshold_note(called, name, wanted, seed) if wanted else ""
            return (note, *found) if note else found

        return Judged(
            rows=len(codes), baseline=baseline, scores=judgement.scores,
            comparisons=judgement.comparisons, warnings=warn({}), verdict=say({}),
            detail=judgement, say=say, warn=warn,
        )


def _open_classes(
    task: Task, datasets: Sequence[Dataset], options: Options
) -> tuple[str, ...]:
    """The classes of a task that fixes none: those of the labels, those typed, or those known.

    Labels that all are names which pretrained models know, with too few rows a class to learn from,
    are judged among all the names known: choosing among the user's alone would be easier.
    """
    scheme = vocabulary(task)
    known = tuple(entry.name for entry in scheme.classes) if scheme is not None else ()
    truths = [dataset.truth() for dataset in datasets]
    labels = [str(name) for truth in truths if truth is not None for name in truth.dropna()]
    own = tuple(sorted(set(labels)))
    if not own:
        typed = [name.strip() for name in options.get("candidates", "").split(",")]
        return tuple(dict.fromkeys(name for name in typed if name)) or known
    few = len(labels) < LEAST_TO_LEARN * len(own)
    wanted = options.get("classes", "own")
    if set(own) <= set(known) and (wanted == "known" or (wanted == "auto" and few)):
        return known
    return own


def _binary_chances(column: pd.Series, classes: tuple[str, ...]) -> np.ndarray:
    if len(classes) != 2:
        raise OptionError(
            f"A score column is the probability of one of two classes; there are {len(classes)} "
            f"({', '.join(classes[:5])}). Leave the score out."
        )
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise DataError(
            f"The score column “{column.name}” has values that are not probabilities from 0 to 1."
        )
    return np.stack([1 - values, values], axis=1)


KIND = Classification()
