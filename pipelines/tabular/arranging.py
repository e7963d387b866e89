"""A run on a table: which columns teach, which rows, and which rows judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.dataset import FEATURE, Dataset
from data.errors import DataError, OptionError
from pipelines.arrangement import Arrangement
from pipelines.options import Options, column_names
from pipelines.progress import SILENT, Progress
from pipelines.request import Request
from pipelines.split import Split, make_split
from pipelines.tabular.batch import features_of
from pipelines.tabular.leaks import Leak, find_leaks
from pipelines.tabular.models.lessons import DEFAULT, TabularLessons
from pipelines.tabular.target import Target, check_enough, read_target

TARGET = "target"
# Columns of a batch that hold groups of people to be treated alike begin so.
PROTECTED = "protected:"
# Columns of a batch that hold what decisions gain and cost where the file does not say it, by option.
USUAL_TERMS = {
    "usual margin": "margin", "loss given default": "loss_given_default",
    "cost of a review": "review_cost",
}
# Up to so many rows, every row judges by cross-validation; above, a part of them is enough.
CROSS_VALIDATED_ROWS = 2_000


@dataclass(frozen=True)
class Prepared:
    """A data set as models take it.

    Attributes:
        batch: every row: features, roles, and groups to be treated alike.
        target: of every row.
        notes: which columns were left out and why, and how the target was read.
    """

    batch: pd.DataFrame
    target: Target
    notes: tuple[str, ...]

    def lessons(self, rows: np.ndarray, options: Options) -> TabularLessons:
        """What models learn from some rows."""
        part = self.batch.iloc[rows]
        features = features_of(part)
        return TabularLessons(
            features=features.reset_index(drop=True), y=self.target.values[rows],
            kind=self.target.kind, budget=options.number("budget"),
            monotone=monotone_of(options, list(features.columns)),
            groups=same_rows(features), plan_settings={
                name: options[name] for name in ("types", "missing_codes", "texts")
            },
        )


def arrange_applicants(
    request: Request, outputs: tuple[str, ...], progress: Progress = SILENT
) -> Arrangement:
    """Every row asks; those with a known outcome teach or judge.

    Raises:
        DataError: the target cannot be learnt, or too few rows are known.
        OptionError: an option names a column that is not there.
    """
    options = request.options
    progress.stage("Looking for leaks", 0)
    given = request.training
    taught = prepared(request.dataset if given is None else given, options, request.seed)
    asked = taught if given is None else like(taught, request.dataset, options)
    check_enough(taught.target)
    truth = _truth(asked.target, outputs)
    known = np.flatnonzero(truth.notna().to_numpy())
    if given is not None:
        rows = np.flatnonzero(~np.isnan(taught.target.values))
        split = Split("given", np.zeros(0, dtype=int), known, training_rows=len(rows))
        lessons = taught.lessons(rows, options)
    else:
        split = _split(request, asked, truth, known)
        lessons = asked.lessons(split.train if len(split.train) else known, options)
    return Arrangement(
        rows=np.arange(len(asked.batch)), batch=asked.batch, material=asked.batch, truth=truth,
        split=split, lessons=lessons,
        fold_lessons=tuple(asked.lessons(train, options) for train, _ in split.folds),
        warnings=(*taught.notes, *_shared(asked, taught, split)),
    )


def prepared(dataset: Dataset, options: Options, seed: int) -> Prepared:
    """A data set with its features chosen: none that is excluded, protected or a leak.

    Raises:
        DataError: there is no target, or no feature is left.
        OptionError: an option names a column that is not there.
    """
    cells = dataset.column(TARGET)
    if cells is None:
        raise DataError("No column holds the target; map the column with the outcome to learn.")
    target = read_target(cells, options["positive"], _kind(options))
    named = {name: _columns(dataset, options, name) for name in ("exclude", "protected")}
    left_out = set(named["exclude"])
    if options["use_protected"] == "no":
        left_out |= set(named["protected"])
    batch = dataset.batch()
    kept = [name for name in features_of(batch).columns if name not in left_out]
    notes = list(target.notes)
    known = ~np.isnan(target.values)
    leaks: tuple[Leak, ...] = ()
    if options["leaks"] == "drop" and known.any():
        features = features_of(batch).loc[known, kept].reset_index(drop=True)
        leaks = find_leaks(features, target.values[known], seed)
        notes += [f"{leak.why} It was left out; the option leaks=keep has it back." for leak in leaks]
    kept = [name for name in kept if name not in {leak.column for leak in leaks}]
    batch = batch.assign(**{name: options.number(option) for name, option in USUAL_TERMS.items()})
    if not kept:
        raise DataError("No column is left to learn from; exclude fewer, or bring more.")
    return Prepared(_chosen(batch, kept, named["protected"]), target, tuple(notes))


def like(taught: Prepared, dataset: Dataset, options: Options) -> Prepared:
    """Another data set with the features of the one that taught.

    Raises:
        DataError: a column that was learnt from is missing.
    """
    batch = dataset.batch()
    kept = list(features_of(taught.batch).columns)
    missing = [name for name in kept if FEATURE + name not in batch]
    if missing:
        raise DataError(
            f"{dataset.name} lacks “{missing[0]}”, which the training file has; add the column."
        )
    cells = dataset.column(TARGET)
    target = taught.target
    values = np.full(len(batch), np.nan)
    if cells is not None:
        positive = target.positive if target.kind == DEFAULT else ""
        values = read_target(cells, positive, target.kind).values
    protected = [name for name in column_names(options["protected"]) if name in dataset.table.frame]
    found = _chosen(_with(batch, dataset, protected), kept, protected)
    return Prepared(found, Target(values, target.kind, target.positive, target.negative), ())


def monotone_of(options: Options, features: Sequence[str]) -> dict[str, int]:
    """Columns whose effect may only rise (1) or only fall (-1).

    Raises:
        OptionError: one is named both ways.
    """
    rising, falling = (column_names(options[name]) for name in ("rising", "falling"))
    both = set(rising) & set(falling)
    if both:
        raise OptionError(f"“{min(both)}” is named both as rising and as falling; name it once.")
    found = {**dict.fromkeys(rising, 1), **dict.fromkeys(falling, -1)}
    return {name: sign for name, sign in found.items() if name in features}


def same_rows(features: pd.DataFrame) -> np.ndarray:
    """(n,) a key that is equal for rows whose features are all the same."""
    return np.asarray(pd.util.hash_pandas_object(features.astype("str"), index=False))


def _chosen(batch: pd.DataFrame, kept: Sequence[str], protected: Sequence[str]) -> pd.DataFrame:
    """Roles, kept features, and protected columns under names of their own."""
    roles = [name for name in batch.columns if not str(name).startswith(FEATURE) and name != TARGET]
    found = batch[[*roles, *(FEATURE + name for name in kept)]].copy()
    for name in protected:
        if FEATURE + name in batch:
            found[PROTECTED + name] = batch[FEATURE + name]
    return found


def _with(batch: pd.DataFrame, dataset: Dataset, names: Sequence[str]) -> pd.DataFrame:
    return batch.assign(**{
        FEATURE + name: dataset.table.frame[name] for name in names if FEATURE + name not in batch
    })


def _columns(dataset: Dataset, options: Options, option: str) -> tuple[str, ...]:
    names = column_names(options[option])
    for name in names:
        if name not in dataset.table.frame.columns:
            raise OptionError(f"The option {option} names “{name}”, which is no column here.")
    return names


def _kind(options: Options) -> str:
    return {"auto": "", "yes-no": "default", "amount": "amount"}[options["predict"]]


def _truth(target: Target, outputs: tuple[str, ...]) -> pd.Series:
    values = pd.Series(target.values)
    if not outputs:
        return values
    names = pd.Series(np.where(values == 1, outputs[1], outputs[0]), dtype=object)
    return names.where(values.notna())


def _split(request: Request, asked: Prepared, truth: pd.Series, known: np.ndarray) -> Split:
    options = request.options
    times = asked.batch.get("time", None)
    kind = options["split"]
    if kind == "auto":
        few = len(known) <= CROSS_VALIDATED_ROWS
        kind = "temporal" if times is not None else "cross-validation" if few else "random"
    chosen = Options(request.task, {**options, "split": kind})
    strata = truth if asked.target.kind == DEFAULT else pd.Series("", index=truth.index)
    groups = pd.Series(same_rows(features_of(asked.batch)))
    splits = [
        make_split(known, strata, groups, times, chosen, request.seed + repeat)
        for repeat in range(int(options.number("repeats")) if kind == "cross-validation" else 1)
    ]
    folds = tuple(fold for split in splits for fold in split.folds)
    rule = f"{len(splits)} times" if len(splits) > 1 else ""
    return replace(splits[0], folds=folds, rule=rule)


def _shared(asked: Prepared, taught: Prepared, split: Split) -> list[str]:
    """A sentence on rows that stand in the training file as well."""
    if split.kind != "given":
        return []
    mine, theirs = (same_rows(features_of(each.batch)) for each in (asked, taught))
    both = int(np.isin(mine[split.test], theirs).sum())
    if not both:
        return []
    return [f"{both:,} test rows stand in the training file as well, which flatters every model."]
