"""A run on a table: which columns teach, which rows, and which rows judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from pipelines.tabular.copies import copies, repeated
from pipelines.tabular.leaks import find_leaks
from pipelines.tabular.models.lessons import DEFAULT, TabularLessons
from pipelines.tabular.protected import kept_out, seen_by_models, with_groups
from pipelines.tabular.run_notes import alike, never_seen, priced_by_risk, rate_moved
from pipelines.tabular.target import Target, check_enough, read_money, read_target
from pipelines.tabular.terms import MARGIN, with_terms

TARGET, EXPOSURE = "target", "exposure"
NAMING = ("exclude", "protected", "rising", "falling")
NOTHING_LEFT = "No column is left to learn from; exclude fewer, or bring more."
# Up to so many rows, every row judges by cross-validation; above, a part of them is enough.
CROSS_VALIDATED_ROWS = 2_000
# Copies of so large a share of the rows are said.
NOTABLE_COPIES = 0.01


@dataclass(frozen=True)
class Prepared:
    """A data set as models take it.

    Attributes:
        batch: every row: features, roles, and groups to be treated alike.
        target: of every row.
        notes: which columns were left out and why, and how target and margins were read.
        percent: whether the file has margins in percent; None where it has none.
    """

    batch: pd.DataFrame
    target: Target
    notes: tuple[str, ...]
    percent: bool | None = None

    @property
    def copies(self) -> np.ndarray:
        """(n,) a number that copies of one record share."""
        return copies(features_of(self.batch))

    def lessons(self, rows: np.ndarray, options: Options) -> TabularLessons:
        """What models learn from some rows."""
        part = self.batch.iloc[rows]
        features = features_of(part)
        return TabularLessons(
            features=features.reset_index(drop=True), y=self.target.values[rows],
            kind=self.target.kind, budget=options.number("budget"),
            monotone=monotone_of(options, list(features.columns)),
            groups=copies(features), plan_settings={
                name: options[name] for name in ("types", "missing_codes", "texts")
            }, margin=self._margin(part), read=self.notes,
        )

    def _margin(self, part: pd.DataFrame) -> float | None:
        if self.target.kind != DEFAULT or MARGIN not in part:
            return None
        known = part[MARGIN].dropna()
        return float(known.mean()) if len(known) else None


def arrange_applicants(
    request: Request, outputs: tuple[str, ...], progress: Progress = SILENT
) -> Arrangement:
    """Every row asks; those with a known outcome teach or judge.

    Raises:
        DataError: the target cannot be learnt, or too few rows are known.
        OptionError: an option names a column that is not there.
    """
    options, given = request.options, request.training
    if given is not None:
        progress.stage("Looking for leaks", 0)
        taught = prepared(given, options, request.seed)
        check_enough(taught.target)
        asked = like(taught, request.dataset, options)
        truth = _truth(asked.target, outputs)
        known = np.flatnonzero(truth.notna().to_numpy())
        rows = np.flatnonzero(~np.isnan(taught.target.values))
        split = Split("given", np.zeros(0, dtype=int), known, training_rows=len(rows))
        lessons = taught.lessons(rows, options)
        notes = (
            *taught.notes, *asked.notes, *_shared_files(asked, taught, known),
            *never_seen(features_of(taught.batch), features_of(asked.batch)),
        )
    else:
        found = _read(request.dataset, options)
        check_enough(found.target)
        truth = _truth(found.target, outputs)
        known = np.flatnonzero(truth.notna().to_numpy())
        split = _split(request, found, truth, known)
        progress.stage("Looking for leaks", 0)
        asked = _without_leaks(found, _teaching(split), options, request.seed, bool(split.folds))
        lessons = asked.lessons(split.train if len(split.train) else known, options)
        notes = (
            *rate_moved(asked.target, split), *asked.notes, *_repeated(asked, split), *_often(split),
            *alike(features_of(asked.batch), asked.copies, split),
            *priced_by_risk(request.dataset, list(features_of(asked.batch).columns)),
        )
    return Arrangement(
        rows=np.arange(len(asked.batch)), batch=asked.batch, material=asked.batch, truth=truth,
        split=split, lessons=lessons,
        fold_lessons=tuple(asked.lessons(train, options) for train, _ in split.folds),
        warnings=(*notes, *lessons.plan_notes),
    )


def prepared(dataset: Dataset, options: Options, seed: int) -> Prepared:
    """A data set of which all rows teach, with its features chosen: none that is excluded, protected
    or a leak.

    Raises:
        DataError: there is no target, or no feature is left.
        OptionError: an option names a column that is not there.
    """
    found = _read(dataset, options)
    return _without_leaks(found, np.flatnonzero(~np.isnan(found.target.values)), options, seed)


def _read(dataset: Dataset, options: Options) -> Prepared:
    """A data set with the features that its user leaves in, leaks among them."""
    cells = dataset.column(TARGET)
    if cells is None:
        raise DataError("No column holds the target; map the column with the outcome to learn.")
    target = read_target(cells, options["positive"], target_kind(options))
    named = {name: _columns(dataset, options, name) for name in NAMING}
    left_out = kept_out(options)
    batch, percent, notes = _with_money(dataset, options, target)
    kept = [name for name in features_of(batch).columns if name not in left_out]
    if not kept:
        raise DataError(NOTHING_LEFT)
    chosen = with_groups(_chosen(batch, kept), dataset, named["protected"])
    return Prepared(
        chosen, target, (*target.notes, *notes, *seen_by_models(dataset, options, kept)), percent
    )


def _without_leaks(
    found: Prepared, rows: np.ndarray, options: Options, seed: int, folds: bool = False
) -> Prepared:
    """The same without the features that give the target away in some rows.

    Args:
        found: with all its features.
        rows: positions of rows that teach; outcomes of others are not looked at.
        options: leaks, rising and falling.
        seed: of the search.
        folds: whether other folds learn from the judging rows of this one.
    """
    features = features_of(found.batch)
    notes: list[str] = []
    leaks: set[str] = set()
    if options["leaks"] == "drop" and len(rows):
        part = features.iloc[rows].reset_index(drop=True)
        where = " in the rows that teach the first fold" if folds else ""
        for leak in find_leaks(part, found.target.values[rows], seed):
            leaks.add(leak.column)
            notes.append(
                f"{leak.why} It was left out{' of all folds, as seen' if where else ''}{where}; the "
                "option leaks=keep has it back."
            )
    kept = [name for name in features.columns if name not in leaks]
    if not kept:
        raise DataError(NOTHING_LEFT)
    for option in ("rising", "falling"):
        notes += [
            f"“{name}” is named as {option}, but models do not see it, so nothing is held to that."
            for name in column_names(options[option]) if name not in kept
        ]
    batch = found.batch.drop(columns=[FEATURE + name for name in leaks])
    return replace(found, batch=batch, notes=(*found.notes, *notes))


def like(taught: Prepared, dataset: Dataset, options: Options) -> Prepared:
    """Another data set with the features of the one that taught.

    Raises:
        DataError: a column that was learnt from is missing.
    """
    kept = list(features_of(taught.batch).columns)
    batch, percent, notes = _with_money(dataset, options, taught.target, taught.percent)
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
    named = column_names(options["protected"])
    protected = [name for name in named if name in dataset.table.frame]
    found = with_groups(_chosen(batch, kept), dataset, protected)
    lost = tuple(
        f"{dataset.name} lacks the protected column “{name}”, so its groups are not compared."
        for name in named if name not in protected
    )
    here = Target(values, target.kind, target.positive, target.negative)
    return Prepared(found, here, (*notes, *lost), percent)


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


def _chosen(batch: pd.DataFrame, kept: Sequence[str]) -> pd.DataFrame:
    """Roles and kept features."""
    roles = [name for name in batch.columns if not str(name).startswith(FEATURE) and name != TARGET]
    return batch[[*roles, *(FEATURE + name for name in kept)]].copy()


def _with_money(
    dataset: Dataset, options: Options, target: Target, percent: bool | None = None
) -> tuple[pd.DataFrame, bool | None, tuple[str, ...]]:
    """The batch with its terms, whether margins are in percent, and what to say about that."""
    if target.kind != DEFAULT:
        return dataset.batch(), None, ()
    found = with_terms(dataset.batch(), dataset, options, percent)
    return found.batch, found.percent, (*found.notes, *_no_money(dataset))


def _no_money(dataset: Dataset) -> tuple[str, ...]:
    """A sentence where no row has an exposure above zero.

    Raises:
        DataError: an exposure is negative or no number.
    """
    cells = dataset.column(EXPOSURE)
    if cells is None or np.nan_to_num(read_money(cells, EXPOSURE)).any():
        return ()
    return (
        f"The exposure “{cells.name}” is 0 in every row, so profit and expected loss are 0 whatever "
        "is decided; choose the column of the amounts, or none.",
    )


def _columns(dataset: Dataset, options: Options, option: str) -> tuple[str, ...]:
    names = column_names(options[option])
    for name in names:
        if name not in dataset.table.frame.columns:
            raise OptionError(f"The option {option} names “{name}”, which is no column here.")
    return names


def target_kind(options: Mapping[str, str]) -> str:
    """What the user says that the target is: `default`, `amount`, or nothing."""
    return {"yes-no": "default", "amount": "amount"}.get(options.get("predict", ""), "")


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
    # Equal features in a later row are no reason to forget the past: only copies are kept together,
    # and where time decides nothing is.
    alone = kind == "temporal"
    groups = pd.Series(np.arange(len(truth)) if alone else asked.copies)
    splits = [
        make_split(known, strata, groups, times, chosen, request.seed + repeat)
        for repeat in range(int(options.number("repeats")) if kind == "cross-validation" else 1)
    ]
    folds = tuple(fold for split in splits for fold in split.folds)
    if len(splits) == 1:
        return splits[0]
    found = replace(splits[0], folds=folds, repeats=len(splits))
    return replace(found, rule=f"{found.scheme} cross-validation")


def _teaching(split: Split) -> np.ndarray:
    """The rows that teach; of folds, those of the first."""
    return split.folds[0][0] if split.folds else split.train


def _often(split: Split) -> list[str]:
    """A sentence on what rests on every round of folds, and what on one."""
    if split.repeats < 2:
        return []
    return [
        f"Folds were drawn {split.repeats} times ({split.scheme} cross-validation): means over folds "
        "and their tests use all of them, and every other number is of the last draw."
    ]


def _repeated(asked: Prepared, split: Split) -> list[str]:
    """Sentences on rows that are copies of others, which no split makes good."""
    keys, said = asked.copies, []
    used = np.concatenate([split.train, split.test]) if not split.folds else np.unique(
        np.concatenate([np.concatenate(fold) for fold in split.folds])
    )
    more = repeated(keys[used])
    if more > NOTABLE_COPIES * len(used):
        said.append(
            f"{more:,} of {len(used):,} rows equal another one in every feature, so there are only "
            f"{len(used) - more:,} different ones: intervals, which take each row for one of its own, "
            "are too narrow."
        )
    both = int(np.isin(keys[split.test], keys[split.train]).sum()) if split.kind == "temporal" else 0
    if both:
        rows = "row equals an earlier one" if both == 1 else "rows equal earlier ones"
        said.append(f"{both:,} judged {rows} in every feature, which flatters every model.")
    return said


def _shared_files(asked: Prepared, taught: Prepared, judging: np.ndarray) -> list[str]:
    """A sentence on rows that stand in the training file as well."""
    both = pd.concat(
        [features_of(each.batch) for each in (taught, asked)], ignore_index=True
    )
    keys = copies(both)
    first = len(taught.batch)
    count = int(np.isin(keys[first:][judging], keys[:first]).sum())
    if not count:
        return []
    return [
        f"{count:,} test rows equal rows of the training file in every feature, which flatters every "
        "model."
    ]
