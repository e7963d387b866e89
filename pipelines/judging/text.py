"""Judges tasks whose answer is a text that references say what it could have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.references import column_of_texts, plain_text, reference_texts
from data.roles import Role
from pipelines.evaluation.answers import exact_match
from pipelines.evaluation.perplexity import perplexity_measures
from pipelines.evaluation.sums import Measure
from pipelines.evaluation.text_columns import PREDICTION, SOURCE, TRUTH, text_columns
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_verdict import called, text_verdict
from pipelines.evaluation.texts import judge_texts
from pipelines.judging import Judged
from pipelines.judging.base.columns import slices
from pipelines.judging.base.row_by_row import RowByRow
from pipelines.pipeline import Predictions, TextPredictions
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose

COPY = "copy"
COPY_WORDS = "copying the source"


class Text(RowByRow):
    """Texts against one or more references each."""

    name = "text"
    roles = (
        Role("truth", "Reference", "text", required=True, hints=TRUTH,
             description="what a person wrote; several columns are several references"),
        Role("prediction", "Output", "text", required=True, hints=PREDICTION,
             description="what the system wrote; several columns are several systems"),
        Role("source", "Source", "text", hints=SOURCE,
             description="what the outputs were made from; a copy of it is then the baseline"),
        slices("group", "segment", "channel", "category", "domain", "topic"),
    )

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """The references of each row as a tuple, missing where it has none."""
        cells = dataset.column("reference")
        return None if cells is None else column_of_texts(map(reference_texts, cells), cells.index)

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
        """Scores, paired tests and a verdict.

        Args:
            metrics: the verdict speaks of the first; without any, of BLEU, or of token F1 where
                references are short.
            source: the role of the texts that outputs were made from.
        """
        found = cast("dict[str, TextPredictions]", dict(predictions))
        sources = None if source is None else [plain_text(cell) for cell in batch[source]]
        judgement = judge_texts(
            list(truth),
            {name: [plain_text(cell) for cell in each.texts] for name, each in found.items()},
            sources=sources,
            baseline=baseline, favourite=favourite, primary=next(iter(metrics), None),
            further={name: _foreseen(each) for name, each in found.items()}, seed=seed,
            progress=progress,
        )
        copied = [plain_text(cell).strip() for cell in found[baseline].texts]
        copies = sources is not None and copied == [each.strip() for each in sources]

        def say(titles: Mapping[str, str]) -> str:
            words = COPY_WORDS if copies else f"the baseline, {called(baseline, titles)}"
            return text_verdict(judgement, favourite, baseline_words=words, titles=titles)

        return replace(_judged(judgement, say({})), say=say)

    def right(self, truth: pd.Series, predictions: Predictions) -> np.ndarray:
        """Whether each text is one of its references but for case, punctuation and articles."""
        texts = cast(TextPredictions, predictions).texts
        return np.array([
            exact_match(plain_text(text), references) == 1
            for text, references in zip(texts, truth, strict=True)
        ], dtype=bool)

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns for references, outputs and the source, by their names and lengths."""
        return text_columns(frame)

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with at least one reference."""
        return np.flatnonzero([bool(each) for each in _references(frame, mapping)])

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge outputs made anywhere else, against a copy of the source where there is one.

        Args:
            frame: one row a segment.
            mapping: role to columns: one or more `truth`, one or more `prediction`, one `source` or
                none.

        Raises:
            OptionError: a column plays two parts.
            DataError: no references.
        """
        _refuse_repeated(mapping)
        references = _references(frame, mapping)
        judged = {position: each for position, each in enumerate(references) if each}
        rows = list(judged)
        if not rows:
            names = ", ".join(f"“{name}”" for name in mapping["truth"])
            raise DataError(f"There is no reference in {names}; each row needs at least one.")
        cells = {
            name: [plain_text(cell) for cell in frame[name].iloc[rows]]
            for role in ("prediction", "source") for name in mapping.get(role, [])
        }
        systems = {name: cells[name] for name in mapping["prediction"]}
        source = mapping.get("source")
        baseline = None
        if source:
            baseline = COPY if COPY not in systems else f"{COPY} (baseline)"
            systems = {baseline: cells[source[0]], **systems}
        judgement = judge_texts(
            list(judged.values()), systems,
            sources=cells[source[0]] if source else None, baseline=baseline,
            left_out=len(frame) - len(rows), seed=seed, progress=progress,
        )
        return _judged(judgement, text_verdict(judgement, baseline_words=COPY_WORDS))


def _foreseen(predictions: TextPredictions) -> list[Measure]:
    """Perplexity of the references, where the model was asked for it."""
    names = ("reference_nll", "reference_tokens", "reference_bytes")
    if any(name not in predictions.columns for name in names):
        return []
    nll, tokens, size = (predictions.columns[name].astype(float) for name in names)
    return perplexity_measures(nll, tokens, size)


def _judged(judgement: TextJudgement, verdict: str) -> Judged:
    return Judged(
        rows=len(judgement.references), baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=verdict,
        detail=judgement,
    )


def _references(
    frame: pd.DataFrame, mapping: Mapping[str, list[str]]
) -> list[tuple[str, ...] | None]:
    columns = [list(map(reference_texts, frame[name])) for name in mapping["truth"]]
    found = []
    for cells in zip(*columns, strict=True):
        texts = tuple(dict.fromkeys(text for cell in cells for text in cell or ()))
        found.append(texts or None)
    return found


def _refuse_repeated(mapping: Mapping[str, list[str]]) -> None:
    taken: dict[str, str] = {}
    titles = {role.name: role.title.lower() for role in KIND.roles}
    for role, columns in mapping.items():
        if role == "group":
            continue
        for column in columns:
            if column in taken:
                twice = f"twice as {titles[role]}"
                both = f"both as {titles[taken[column]]} and as {titles[role]}"
                raise OptionError(
                    f"The column “{column}” is given {twice if taken[column] == role else both}; "
                    "give each column once."
                )
            taken[column] = role
    if len(mapping.get("source", [])) > 1:
        raise OptionError("Several columns are given as source; give one.")


KIND = Text()
