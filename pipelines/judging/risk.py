"""Judges tasks whose answer is the probability of a yes/no outcome, or an amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.roles import Role
from pipelines.arrangement import Arrangement
from pipelines.evaluation.decisions import BY_PROFIT
from pipelines.evaluation.profit_terms import ProfitTerms
from pipelines.evaluation.risk_judgement import USUAL, RiskJudgement, judge_risk
from pipelines.evaluation.risk_verdict import risk_verdict
from pipelines.evaluation.risk_warnings import risk_warnings
from pipelines.judging import Judged
from pipelines.judging.base.columns import amounts, holds_numbers, named
from pipelines.judging.base.over_folds import over_folds
from pipelines.judging.base.own_export import outcomes_of_export
from pipelines.judging.base.saying import Saying
from pipelines.judging.regression import KIND as AMOUNTS
from pipelines.judging.regression import TARGET
from pipelines.options import Options
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose
from pipelines.request import Request
from pipelines.tabular.arranging import arrange_applicants, prepared, target_kind
from pipelines.tabular.models.lessons import TabularLessons
from pipelines.tabular.protected import groups_of
from pipelines.tabular.target import Target, check_enough, read_money, read_target
from pipelines.tabular.terms import MARGIN, USUAL_TERMS, margins_of
from pipelines.task import Task

BASELINE = "base-rate"
CLASSES = ("no", "yes")
_BARE = frozenset({"1", "1.0", "yes", "y", "true", "t"})


class Risk:
    """Probabilities against what came; amounts where the target is one."""

    name = "risk"
    roles = (
        Role("truth", "Outcome", "any", required=True,
             description="whether it came: yes or no, 1 or 0, default or paid",
             hints=("truth", "default", "target", "outcome", "label", "actual", "bad", "bad_flag",
                    "y_true", "status", "churn", "fraud", "gold")),
        Role("prediction", "Probability", "number", required=True,
             description="of the outcome, 0 to 1; several columns are several systems",
             hints=("prediction", "probability", "proba", "score", "predicted", "pred", "y_score", "pd",
                    "risk", "model", "system", "output")),
        Role("group", "Compare by", "category",
             description="any column to compare how groups are treated",
             hints=("group", "sex", "gender", "age", "age_band", "age_group", "race", "ethnicity",
                    "segment", "region", "country")),
        Role("exposure", "Amount at stake", "number",
             description="what each row is about in money, for profit",
             hints=("exposure", "amount", "loan_amount", "credit_amount", "ead", "balance", "limit")),
        Role("margin", "Margin", "number",
             description="gain on a row that ends well, as a share of that amount; with it, profit",
             hints=("margin", "interest_rate", "int_rate", "apr")),
    )

    def outputs(
        self, task: Task, datasets: Sequence[Dataset], options: Options
    ) -> tuple[str, ...]:
        """The other outcome and the one whose probability is wanted; none for amounts."""
        cells = next(
            (each for data in datasets if (each := data.column(TARGET)) is not None), None
        )
        if cells is None:
            return CLASSES
        target = _target(cells, options.get("positive", ""), target_kind(options))
        return (target.negative, target.positive) if target.kind == "default" else ()

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """The outcome of each row as its name, or its amount; missing where unknown."""
        cells = dataset.column(TARGET)
        if cells is None:
            return None
        if not outputs:
            return AMOUNTS.truth(dataset, outputs)
        known = "" if outputs == CLASSES else outputs[1]
        values = _values(_target(cells, known), cells)
        found = pd.Series(outputs[0], index=cells.index, dtype="object")
        return found.mask(values == 1, outputs[1]).where(values.notna())

    def arrange(
        self, request: Request, outputs: tuple[str, ...], progress: Progress
    ) -> Arrangement:
        """Every row asks; those with a known outcome teach or judge."""
        return arrange_applicants(request, outputs, progress)

    def lessons(
        self, task: Task, dataset: Dataset, outputs: tuple[str, ...], options: Options
    ) -> TabularLessons:
        """Every row with a known outcome."""
        found = prepared(dataset, options, 0)
        check_enough(found.target)
        return found.lessons(np.flatnonzero(~np.isnan(found.target.values)), options)

    def judge(
        self,
        truth: pd.Series,
        predictions: Mapping[str, Any],
        *,
        batch: pd.DataFrame,
        metrics: Sequence[str] = (),
        source: str | None = None,
        baseline: str,
        favourite: str,
        seed: int,
        progress: Progress = SILENT,
        purpose: Purpose | None = None,
        folds: np.ndarray | None = None,
    ) -> Judged:
        """Scores, paired tests and a verdict.

        Args:
            truth: (n,) names of the two classes; numbers are amounts.
            predictions: `ClassPredictions` of two classes, the second being the outcome; those of
                tables with the threshold of each row, and how it was chosen on other rows. Amounts as
                `Regression.judge` takes them.
            batch: columns `exposure`, `margin` and those of `with_groups` are
                kept on the detail, for profit and fairness.
            folds: (n,) the fold that judged each row, where models of folds did.
        """
        first = next(iter(predictions.values()))
        if pd.api.types.is_numeric_dtype(truth) and not hasattr(first, "classes"):
            return AMOUNTS.judge(
                truth, predictions, batch=batch, metrics=metrics, source=source, baseline=baseline,
                favourite=favourite, seed=seed, progress=progress, purpose=purpose,
            )
        classes = first.classes
        judgement = judge_risk(
            (truth == classes[1]).to_numpy(dtype=bool),
            {name: each.probabilities[:, 1] for name, each in predictions.items()},
            baseline=baseline, favourite=favourite, positive=str(classes[1]), seed=seed,
            progress=progress,
            thresholds={
                name: float(getattr(each, "threshold", USUAL)) for name, each in predictions.items()
            },
            cuts=_each(predictions, "cuts"), decision=getattr(first, "decision", BY_PROFIT),
            folds=folds,
        )
        judgement = replace(
            judgement, groups=groups_of(batch), exposure=_exposure(batch, "exposure"),
            margin=_margins(batch), choosers=_each(predictions, "choosers"),
        )
        judged = judged_risk(replace(judgement, terms=_terms(judgement, batch)), favourite)
        labels = _of_labels(judgement)
        return replace(
            judged, warnings=(*judged.warnings, *labels),
            warn=lambda titles: (*risk_warnings(judgement, titles), *labels),
        )

    def over_folds(
        self,
        judged: Judged,
        truth: pd.Series,
        folds: Mapping[str, Sequence[tuple[np.ndarray, Any]]],
        *,
        training_rows: float,
        favourite: str,
    ) -> Judged:
        """Means and corrected tests over folds; see `over_folds.over_folds`."""
        return over_folds(
            judged, truth, folds, training_rows=training_rows, favourite=favourite
        )

    def right(self, truth: pd.Series, predictions: Any) -> np.ndarray:
        """Whether each row is on the right side of the threshold, shape (rows,)."""
        if not hasattr(predictions, "classes"):
            return AMOUNTS.right(truth, predictions)
        cuts = getattr(predictions, "cuts", None)
        cuts = getattr(predictions, "threshold", USUAL) if cuts is None else cuts
        said = predictions.probabilities[:, 1] >= cuts
        return np.asarray(said == (truth == predictions.classes[1]).to_numpy(dtype=bool), dtype=bool)

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """The outcome: a column of two values by its name; probabilities: numbers from 0 to 1."""
        names = [str(name) for name in frame.columns]
        two = [name for name in names if frame[name].nunique() == 2]
        chances = [name for name in names if name not in two and _from_0_to_1(frame[name])]
        found: dict[str, list[str]] = {}
        # A file that was written here says by its predictions which values the outcome has.
        own = outcomes_of_export(frame)
        two = own or two
        called = [name for name in two if named(name, self.roles[0].hints)]
        if called or len(two) == 1:
            found["truth"] = (called or two)[:1]
        said = [name for name in chances if named(name, self.roles[1].hints)]
        if said or chances:
            found["prediction"] = said or chances
        for role in self.roles[2:]:
            used = {name for each in found.values() for name in each}
            known = [name for name in names if name.casefold() in role.hints and name not in used]
            if known:
                found[role.name] = known[:1]
        return found

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a known outcome."""
        cells = frame[mapping["truth"][0]]
        return np.flatnonzero(_values(_target(cells), cells).notna())

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge probabilities made anywhere else, against giving every row the same one.

        An outcome that is an amount is judged as one.

        Args:
            frame: one row an applicant.
            mapping: role to columns: one `truth`, one or more `prediction`; `group`, `exposure` and
                `margin`.

        Raises:
            OptionError: a column plays two parts.
            DataError: no outcome of both kinds, or values that are no probabilities.
        """
        column, columns = mapping["truth"][0], mapping["prediction"]
        if column in columns or len(set(columns)) < len(columns):
            name = column if column in columns else next(
                each for each in columns if columns.count(each) > 1
            )
            raise OptionError(f"The column “{name}” is given twice; give another for one of its parts.")
        target = _target(frame[column])
        if target.kind != "default":
            return AMOUNTS.evaluate(frame, mapping, seed, progress)
        outcome = _values(target, frame[column])
        rows = np.flatnonzero(outcome.notna())
        truth = outcome.iloc[rows].to_numpy(dtype=float) == 1
        systems = {name: _chances(frame[name].iloc[rows]) for name in columns}
        baseline = BASELINE if BASELINE not in systems else f"{BASELINE} (baseline)"
        judgement = judge_risk(
            truth, {baseline: np.full(len(truth), truth.mean()), **systems}, baseline=baseline,
            favourite=columns[0], positive=_called(column, target.positive), seed=seed,
            progress=progress,
        )
        part = frame.iloc[rows].reset_index(drop=True)
        exposure = mapping.get("exposure", [])
        margin = margins_of(part[mapping["margin"][0]]) if mapping.get("margin") else None
        judgement = replace(
            judgement, groups={name: part[name] for name in mapping.get("group", [])},
            exposure=_exposure(part, exposure[0]) if exposure else None,
            margin=None if margin is None else margin.values,
        )
        if margin is not None:
            at_stake = 1.0 if judgement.exposure is None else judgement.exposure
            judgement = replace(judgement, terms=ProfitTerms(margin.values, exposure=at_stake))
        judged = judged_risk(judgement, columns[0])
        notes = () if margin is None else margin.notes
        naming = _naming(column, target.positive)
        return replace(judged, warnings=(*target.notes, *naming, *notes, *judged.warnings))


def _of_labels(judgement: RiskJudgement) -> list[str]:
    """By which threshold rows are labelled, where models of folds have their own."""
    if not any(len(np.unique(each)) > 1 for each in judgement.cuts.values()):
        return []
    return [
        "The label of a judged row follows the threshold of the fold that judged it, as the scores "
        "do; rows without a known outcome, and new ones, follow the threshold of the final model."
    ]


def _each(predictions: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What predictions of tables hold by that name; those that hold none are left out."""
    found = {model: getattr(each, name, None) for model, each in predictions.items()}
    return {model: each for model, each in found.items() if each is not None}


def _terms(judgement: RiskJudgement, batch: pd.DataFrame) -> ProfitTerms | None:
    """What decisions gain and cost, from columns or from the options that stand in for them.

    None where no profit decides.
    """
    if judgement.decision.rule != "profit":
        return None
    if not len(batch) or any(name not in batch for name in USUAL_TERMS):
        return None
    margin, loss, review = (float(batch[name].iloc[0]) for name in USUAL_TERMS)
    return ProfitTerms(
        margin if judgement.margin is None else judgement.margin, loss, review or None,
        1.0 if judgement.exposure is None else judgement.exposure,
    )


def judged_risk(judgement: RiskJudgement, favourite: str) -> Judged:
    """What was found out, with a verdict about the favourite."""
    def words(detail: RiskJudgement, titles: Mapping[str, str]) -> str:
        return risk_verdict(detail, favourite, titles=titles)

    say = Saying(words, judgement)
    return Judged(
        rows=len(judgement.truth), baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=say({}),
        detail=judgement, say=say, warn=lambda titles: risk_warnings(judgement, titles),
    )


def _target(cells: pd.Series, positive: str = "", kind: str = "") -> Target:
    return read_target(cells, positive, kind)


def _values(target: Target, cells: pd.Series) -> pd.Series:
    return pd.Series(target.values, index=cells.index)


def _naming(column: str, positive: str) -> tuple[str, ...]:
    """A sentence where rows are called by their column and not by what stands in it."""
    if _called(column, positive) == positive:
        return ()
    return (f"Rows with “{positive}” in “{column}” are called “{column}” from here on.",)


def _called(column: str, positive: str) -> str:
    """What the outcome is called: by its column where its value alone says nothing."""
    return column if positive.casefold() in _BARE else positive


def _exposure(frame: pd.DataFrame, name: str) -> np.ndarray | None:
    if name not in frame.columns:
        return None
    # A row without an amount neither gains nor costs.
    return np.nan_to_num(read_money(frame[name], "exposure"), nan=0.0)


def _margins(batch: pd.DataFrame) -> np.ndarray | None:
    if MARGIN not in batch:
        return None
    option = next(iter(USUAL_TERMS))
    usual = float(batch[option].iloc[0]) if option in batch and len(batch) else None
    return margins_of(batch[MARGIN], percent=False, usual=usual).values


def _chances(cells: pd.Series) -> np.ndarray:
    found = amounts(cells)
    blank = int(found.isna().sum())
    if blank:
        cell = cells[found.isna()].iloc[0]
        shown = "an empty cell" if pd.isna(cell) else f"“{str(cell)[:40]}”"
        raise DataError(
            f"The column “{cells.name}” has no probability in {blank:,} judged rows (the first is row "
            f"{cells.index[found.isna()][0] + 1:,}, with {shown}); each needs one from 0 to 1."
        )
    wrong = found[(found < 0) | (found > 1)]
    if len(wrong):
        raise DataError(
            f"The column “{cells.name}” holds {wrong.iloc[0]:g}, which is no probability from 0 to 1; "
            "divide percentages by 100, and turn points of a scorecard into probabilities."
        )
    values: np.ndarray = found.to_numpy(dtype=float)
    return values


def _from_0_to_1(cells: pd.Series) -> bool:
    if not holds_numbers(cells):
        return False
    known = amounts(cells).dropna()
    return bool(((known >= 0) & (known <= 1)).all())


KIND = Risk()
