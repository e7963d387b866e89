"""What a careful person would check before believing a run, in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from data import language
from data.dataset import Dataset
from data.labels import key_of
from pipelines.evaluation import leakage
from pipelines.split import Split
from pipelines.task import ModelCard, Task

FOREIGN_SHARE = 0.01
COPIES_SHARE = 0.1
# With more of the rows that judge learnt from, the others cannot carry the claim.
LEARNT_SHARE = 0.1
# Readers take in 64 tokens of a question, which is about as many words, marks and Chinese or
# Japanese characters together; rarer words are several tokens.
LONG_QUESTION = 50
_PIECES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\w\s]")


def duplicate_groups(task: Task, batch: pd.DataFrame) -> pd.Series:
    """A key for each row that is equal for rows that are the same, so a split keeps them together.

    Texts are the same but for case and blanks; images by their bytes or their looks.

    Args:
        task: names the role of the text or the image; without one every row is its own group.
        batch: frame of role-named columns.
    """
    role = task.subject_role
    if role is None or role not in batch:
        return pd.Series(np.arange(len(batch)))
    cells = batch[role]
    if task.role(role).kind == "image":
        from data.images.duplicates import find_duplicates

        return pd.Series(find_duplicates(cells.tolist()).groups, index=batch.index)
    return cells.str.casefold().str.split().str.join(" ")


def language_warnings(task: Task, dataset: Dataset, models: Sequence[ModelCard]) -> list[str]:
    """Which chosen models were not made for the language of the texts; empty when all were."""
    if task.text_role is None:
        return []
    batch = dataset.batch()
    required = next(role.name for role in task.roles if role.required)
    found: list[str] = []
    if task.documents:
        cells = batch[required]
        documents = cells[cells.str.strip() != ""].drop_duplicates().tolist()
        found += _narrow_models("documents", language.detect(documents), models)
        if task.text_role not in dataset.roles:
            return found
    texts = batch[task.text_role if task.text_role in dataset.roles else required]
    texts = texts[texts.str.strip() != ""].tolist()
    what = f"{task.text_role}s" if task.documents else "texts"
    return found + _languages_of(what, texts, models)


def _languages_of(what: str, texts: Sequence[str], models: Sequence[ModelCard]) -> list[str]:
    guess = language.detect(texts)
    narrow = _narrow_models(what, guess, models)
    if guess is None or narrow:
        return narrow
    covered = {code for card in models for code in card.languages}
    if not covered:
        return []
    foreign = int(language.other_language_rows(texts, covered).sum())
    if foreign < FOREIGN_SHARE * len(texts):
        return []
    return [
        f"{foreign} of {len(texts)} {what} look like another language than {guess.name}; "
        "the models were not made for them."
    ]


def _narrow_models(
    what: str, guess: language.LanguageGuess | None, models: Sequence[ModelCard]
) -> list[str]:
    if guess is None:
        return []
    narrow = [card for card in models if card.languages and guess.code not in card.languages]
    if not narrow:
        return []
    names = ", ".join(card.title for card in narrow)
    advice = "Fit a model to your labels, or use" if what == "texts" else "Use"
    return [
        f"The {what} look {guess.name}, and {names} {'was' if len(narrow) == 1 else 'were'} "
        f"not made for it: expect wrong answers. {advice} a Hub model for {guess.name}."
    ]


def is_long_question(question: str) -> bool:
    """Whether readers may take in no more than the beginning of a question."""
    return sum(1 for _ in _PIECES.finditer(question)) > LONG_QUESTION


def _long_questions(questions: pd.Series) -> list[str]:
    long = sum(map(is_long_question, questions))
    if not long:
        return []
    subject = "1 question is" if long == 1 else f"{long:,} questions are"
    return [
        f"{subject} longer than about {LONG_QUESTION} words; readers may take in only the beginning."
    ]


def warnings_of(
    task: Task,
    dataset: Dataset,
    rows: np.ndarray,
    truth: pd.Series | None,
    split: Split,
    models: Sequence[ModelCard],
    training: Dataset | None = None,
    *,
    groups: pd.Series | None = None,
    learnt: pd.Series | None = None,
) -> list[str]:
    """Sentences on blank rows, unknown labels, duplicates, leaks and languages.

    Args:
        rows: positions of the usable rows in the frame.
        truth: classes of the usable rows, missing where unlabelled.
        training: the data set fitted to, when it is one of its own.
        groups: of the usable rows, where it was asked already which of them are the same.
        learnt: of the rows of `training`, told together with `groups`.
    """
    found: list[str] = []
    blank = dataset.rows - len(rows)
    if blank and not task.asks:
        found.append(f"{blank} rows lack a value that is needed and were left out.")
    found += _unread_labels(dataset)
    batch = dataset.batch().iloc[rows].reset_index(drop=True)
    if task.documents and task.text_role in batch:
        found += _long_questions(batch[task.text_role])
    if task.subject_role in batch:
        if groups is None:
            groups = duplicate_groups(task, batch)
        repeated = int(groups.duplicated(keep=False).sum())
        copies = int(groups.duplicated().sum())
        if truth is not None and copies > COPIES_SHARE * len(groups):
            found.append(
                f"The {len(groups):,} rows hold only {len(groups) - copies:,} different "
                f"{task.subject}s. Copies count as rows of their own here, so every interval is too "
                "narrow and every p too small: remove them and run again."
            )
        if repeated:
            side = (
                "; duplicates were kept on one side of the split"
                if split.kind in ("random", "cross-validation", "temporal") else ""
            )
            found.append(_repeated(repeated, task.subject) + side + ".")
        if training is not None:
            if learnt is None:
                lessons = training.batch().iloc[np.flatnonzero(training.usable(*task.needs))]
                together = duplicate_groups(task, pd.concat([batch, lessons], ignore_index=True))
                groups, learnt = together.iloc[: len(batch)], together.iloc[len(batch) :]
            found += _taught(groups.iloc[split.test], learnt, "the training file")
        elif split.kind == "given":
            found += _taught(groups.iloc[split.test], groups.iloc[split.train], "the training part")
    if task.scheme is not None and truth is not None and truth.notna().any():
        labelled = truth.notna().to_numpy()
        frame = dataset.table.frame.iloc[rows].reset_index(drop=True)[labelled]
        used = {dataset.roles[name] for name in ("text", "label") if name in dataset.roles}
        leaks = leakage.leak_columns(frame, truth[labelled], exclude=used)
        found += [
            f"The column “{name}” alone tells the label: if it is filled in after the fact, a "
            "model that sees it cheats." for name in leaks
        ]
    return found + language_warnings(task, dataset, models)


def doubt_of(
    task: Task, groups: pd.Series, split: Split, taught: pd.Series | None, *, learns: bool
) -> str:
    """What a verdict must say first of rows that judge: learnt from as well, or copies.

    Args:
        groups: of all rows, equal for those that are the same.
        taught: groups of what is learnt from, in another file or as the file says; None where a
            split of ours kept the same rows on one side.
        learns: whether any model learns.

    Returns:
        A sentence; empty without a reason.
    """
    if task.subject_role is None or not len(split.test):
        return ""
    judged = groups.iloc[split.test]
    n, unit = len(judged), "image" if task.reads == "images" else "row"
    both = int(judged.isin(set(taught) - {""}).sum()) if taught is not None and learns else 0
    if both:
        which = f"all {n:,}" if both == n else f"{both:,} of the {n:,}"
        if both > LEARNT_SHARE * n:
            return (
                f"Nothing is proven here: {which} test {unit}s are among what models learnt from, or "
                "copies of it."
            )
        was = "is" if both == 1 else "are"
        return (
            f"{both:,} of the {n:,} test {unit}s {was} among what models learnt from, or "
            f"{'a copy' if both == 1 else 'copies'} of it, which flatters every model that learns."
        )
    copies = int(judged.duplicated().sum())
    if copies > COPIES_SHARE * n:
        return (
            f"The {n:,} test {unit}s hold only {n - copies:,} different ones, so the intervals below "
            "are too narrow and every p too small."
        )
    return ""


def _repeated(rows: int, subject: str) -> str:
    if subject == "image":
        return f"{rows} images are copies of another one or look like it"
    return f"{rows} rows share their {subject} with another row"


def _taught(judged: pd.Series, learnt: pd.Series, where: str) -> list[str]:
    """A warning of rows that judge and were learnt from, if there are any."""
    both = int(judged.isin(set(learnt) - {""}).sum())
    if not both:
        return []
    return [
        f"{both} test rows stand in {where} as well, which flatters every model fitted to it."
    ]


def _unread_labels(dataset: Dataset) -> list[str]:
    labels = dataset.column("label")
    if labels is None or not dataset.labels:
        return []
    keys = labels.dropna().map(key_of)
    keys = keys[keys != ""]
    unread = keys[~keys.isin(set(dataset.labels))]
    if unread.empty:
        return []
    names = ", ".join(f"“{name}”" for name in unread.unique()[:5])
    return [
        f"{len(unread)} rows have a label that was not understood ({names}) and are not judged."
    ]
