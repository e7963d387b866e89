"""Judges tasks that rank items for users."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.interactions.words import ITEMS, USERS, words_of_name
from data.roles import Role
from pipelines.arrangement import Arrangement
from pipelines.evaluation.claims import resamples_for
from pipelines.evaluation.ranked_candidates import Candidates, Ranked
from pipelines.evaluation.ranking_judgement import PLACES, judge_rankings
from pipelines.evaluation.ranking_results import MAIN, Ground, KnowsGround, RankingJudgement
from pipelines.evaluation.ranking_verdict import BASELINE_WORDS, ranking_verdict
from pipelines.evaluation.ranking_warnings import ranking_warnings
from pipelines.judging import Judged
from pipelines.judging.base.columns import slices
from pipelines.judging.base.copied_truth import copies, copy_doubt
from pipelines.judging.base.ranked_columns import (
    Direction,
    direction,
    direction_notes,
    relevance,
    relevance_notes,
)
from pipelines.judging.base.ranked_systems import comes_again, systems_in
from pipelines.options import Options
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose
from pipelines.request import Request
from pipelines.task import Task

BASELINE = "random-order"
ANY_ORDER = "putting them in any order"
# Equal scores leave the order open; from this share of the pairs on that is said.
NOTABLE_TIES = 0.05
# What a cell may say of an item that a system did not list, besides nothing.
_NOT_LISTED = frozenset({"", "-", "–", "—", "na", "n/a", "nan", "none", "null"})
# Of searches, queries ask and documents are ranked.
_USER = (*USERS, "query", "query_id", "qid")
_ITEM = (*ITEMS, "document", "doc_id", "docid", "iid")


class Ranking:
    """Items in an order, best first, against what users did take."""

    name = "ranking"
    roles = (
        Role("user", "User", "any", required=True, hints=_USER,
             description="for whom items were ranked"),
        Role("item", "Item", "any", required=True, hints=_ITEM, description="what was ranked"),
        Role("truth", "Relevant", "any", required=True,
             description="whether the user took the item: yes or no, or a number above 0",
             hints=("truth", "relevant", "relevance", "label", "clicked", "bought", "taken", "target",
                    "rating", "actual", "gold")),
        Role("prediction", "Score or rank", "number", required=True,
             description="a score, higher is better, or the place in the list; several columns are "
                         "several systems",
             hints=("prediction", "score", "rank", "position", "place", "predicted", "pred", "output",
                    "model", "system")),
        slices(
            "group", "segment", "country", "plan", "channel",
            by="any column to compare groups of users by",
        ),
    )

    def outputs(
        self, task: Task, datasets: Sequence[Dataset], options: Options
    ) -> tuple[str, ...]:
        """Nothing to choose from: items are those of the data."""
        return ()

    def truth(self, dataset: Dataset, outputs: tuple[str, ...]) -> pd.Series | None:
        """None: what is to be found is held out of the interactions by the run itself."""
        return None

    def arrange(
        self, request: Request, outputs: tuple[str, ...], progress: Progress
    ) -> Arrangement:
        """Every user asks, as the task arranges it."""
        arranged: Arrangement = _named_function(request.task.arranged)(request, progress)
        return arranged

    def lessons(
        self, task: Task, dataset: Dataset, outputs: tuple[str, ...], options: Options
    ) -> Any:
        """Every interaction, as the task gives them."""
        return _named_function(task.taught)(dataset, options)

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
    ) -> Judged:
        """Scores, paired tests and a verdict.

        Args:
            truth: (users,) arrays of item positions to be found.
            predictions: with `lists`, (users, K) item positions, best first; `ground`, what judges
                them; and, where all of them have it, `ranks`, for AUC.
            batch: a column `group`, if there is one, slices the users.
        """
        first: KnowsGround = next(iter(predictions.values()))
        ground = first.ground(truth, batch)
        lists = {name: np.asarray(each.lists) for name, each in predictions.items()}
        ranks = {name: getattr(each, "ranks", None) for name, each in predictions.items()}
        known = {name: each for name, each in ranks.items() if each is not None}
        judgement = judge_rankings(
            lists, ground, baseline=baseline, favourite=favourite, seed=seed,
            main=_places_of(purpose),
            resamples=resamples_for(len(lists)),
            ranks=known if len(known) == len(lists) else None, progress=progress,
        )
        return _judged(judgement, favourite, BASELINE_WORDS)

    def right(self, truth: pd.Series, predictions: Any) -> np.ndarray:
        """Whether each user is shown something that was to be found, shape (users,)."""
        return np.array([
            bool(np.isin(shown[:10], held).any())
            for shown, held in zip(np.asarray(predictions.lists), truth, strict=True)
        ])

    def suggest(self, frame: pd.DataFrame) -> dict[str, list[str]]:
        """Columns by their names; other columns of numbers are systems."""
        names = [str(name) for name in frame.columns]
        found: dict[str, list[str]] = {}
        for test in (_called, _worded, _named):
            for role in self.roles[:3]:
                free = [name for name in names if [name] not in found.values()]
                named = [
                    name for name in free if test(name, role.hints)
                    and (role.name == "truth" or comes_again(frame[name]))
                ]
                if named and role.name not in found:
                    found[role.name] = named[:1]
        used = {name for each in found.values() for name in each}
        free, hints = [name for name in names if name not in used], self.roles[3].hints
        said = [name for name in free if _called(name, hints) or _named(name, hints)]
        systems = systems_in(frame, free, next(iter(found.get("user", [])), None), said)
        if systems:
            found["prediction"] = systems
        return found

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a user, an item and a known relevance."""
        known = relevance(frame[mapping["truth"][0]]).notna()
        for role in ("user", "item"):
            known &= frame[mapping[role][0]].notna()
        return np.flatnonzero(known)

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge rankings made anywhere else, against any order of the same items.

        Only the items that the file has for a user are ranked, those without a number behind the rest.

        Args:
            frame: one row for each pair of a user and an item that was scored.
            mapping: role to columns: one `user`, `item`, `truth`, one or more `prediction`.

        Raises:
            OptionError: a column plays two parts.
            DataError: nothing relevant, nothing else, a pair twice, or a pair without a score.
        """
        columns = mapping["prediction"]
        _apart(mapping)
        rows = self.judged_rows(frame, mapping)
        if not len(rows):
            raise DataError(
                f"The column “{mapping['truth'][0]}” says of no row whether it is relevant; it needs "
                "yes or no, or numbers."
            )
        part = frame.iloc[rows]
        user, users = pd.factorize(part[mapping["user"][0]], sort=True)
        item, items = pd.factorize(part[mapping["item"][0]], sort=True)
        _once(user, item, users, items)
        relevant = relevance(part[mapping["truth"][0]]).to_numpy(dtype=bool)
        candidates = _candidates(user, item, relevant, mapping["truth"][0])
        # Told by all rows: one that is not judged would be a gap in a column of places.
        read = [direction(frame[name], frame[mapping["user"][0]]) for name in columns]
        scores = {each.column: _scores(part[each.column], each) for each in read}
        baseline = BASELINE if BASELINE not in scores else f"{BASELINE} (baseline)"
        ranked = {
            name: candidates.ranked(each[candidates.rows], PLACES, seed)
            for name, each in {baseline: np.zeros(len(part)), **scores}.items()
        }
        group = mapping.get("group")
        ground = Ground(
            held=candidates.held, items=candidates.items, candidates=True,
            groups=_groups(part[group[0]], candidates) if group else None,
        )
        judgement = judge_rankings(
            {name: each.lists for name, each in ranked.items()}, ground, baseline=baseline,
            favourite=columns[0], expected={name: each.expected for name, each in ranked.items()},
            seed=seed, resamples=resamples_for(len(ranked)), progress=progress,
        )
        judged = _judged(judgement, columns[0], ANY_ORDER)
        copied = copies(part, columns, mapping["truth"][0])
        notes = [
            *relevance_notes(frame[mapping["truth"][0]]),
            *_candidate_notes(
                candidates, {name: ranked[name] for name in columns if name not in copied}
            ),
            *direction_notes(read),
        ]
        return Judged(
            rows=len(rows), baseline=judged.baseline, scores=judged.scores,
            comparisons=judged.comparisons, warnings=(*notes, *judged.warnings),
            verdict=judged.verdict + _among(candidates), detail=judged.detail,
        ).doubted(copy_doubt(copied, mapping["truth"][0]))


def _judged(judgement: RankingJudgement, favourite: str, words: str) -> Judged:
    def say(titles: Mapping[str, str]) -> str:
        return ranking_verdict(judgement, favourite, baseline_words=words, titles=titles)

    return Judged(
        rows=judgement.users, baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=say({}),
        detail=judgement, say=say, warn=lambda titles: ranking_warnings(judgement, titles),
    )


def _places_of(purpose: Purpose | None) -> int:
    """How many places of a list matter for what a run is for."""
    first = purpose.template.first if purpose is not None else ()
    places = next((name.partition("@")[2] for name in first if "@" in name), "")
    return int(places) if places else MAIN


def _named_function(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _apart(mapping: Mapping[str, list[str]]) -> None:
    parts = [(role, column) for role, columns in mapping.items() for column in columns]
    for place, (role, column) in enumerate(parts):
        for other, same in parts[:place]:
            if same == column and {role, other} != {"group", "user"}:
                raise OptionError(
                    f"The column “{column}” is given both as {other} and as {role}; give another for "
                    "one of them."
                )


def _once(user: np.ndarray, item: np.ndarray, users: Any, items: Any) -> None:
    twice = np.flatnonzero(pd.DataFrame({"user": user, "item": item}).duplicated())
    if len(twice):
        first = twice[0]
        raise DataError(
            f"User “{users[user[first]]}” and item “{items[item[first]]}” stand in more than one row, "
            f"as {len(twice):,} rows in all do; give each pair once."
        )


def _candidates(
    user: np.ndarray, item: np.ndarray, relevant: np.ndarray, column: str
) -> Candidates:
    if not relevant.any():
        raise DataError(
            f"By the column “{column}” no item is relevant for anybody; it needs yes, or a number "
            "above 0, where a user took the item."
        )
    if relevant.all():
        raise DataError(
            f"By the column “{column}” every row is relevant, as yes and numbers above 0 count, so any "
            "order is right; write no or 0 for the items that were ranked but not taken."
        )
    return Candidates.of(user, item, relevant)


def _scores(cells: pd.Series, read: Direction) -> np.ndarray:
    found = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    unread = cells[np.isnan(found)].dropna()
    unread = unread[~unread.astype(str).str.strip().str.casefold().isin(_NOT_LISTED)]
    if len(unread):
        raise DataError(
            f"The column “{cells.name}” says “{str(unread.iloc[0])[:40]}” where a number belongs, in "
            f"{len(unread):,} judged rows; write a score or a rank, or leave the cell empty where the "
            "system did not list the item."
        )
    if np.isnan(found).all():
        raise DataError(
            f"The column “{cells.name}” has no number in any judged row; give a score or a rank for "
            "what the system listed."
        )
    listed = -found if read.places else found
    # An empty cell is an item that the system did not list: it stands behind all that it did.
    return np.where(np.isnan(found), -np.inf, listed)


def _groups(cells: pd.Series, candidates: Candidates) -> pd.Series:
    """The first known group of each judged user."""
    rows = cells.iloc[candidates.rows].reset_index(drop=True)
    return rows.groupby(candidates.user).first().reset_index(drop=True)


def _among(candidates: Candidates) -> str:
    """What the share of the items that were ranked does to every number, in a sentence."""
    middle = int(np.median(candidates.sizes))
    if middle >= candidates.items:
        return ""
    return (
        f" Only {middle:,} of {candidates.items:,} items were ranked for the middle user: among all of "
        "them every score is likely lower."
    )


def _candidate_notes(candidates: Candidates, ranked: Mapping[str, Ranked]) -> list[str]:
    middle = int(np.median(candidates.sizes))
    found = []
    if middle < candidates.items:
        found.append(
            f"Only the items in the file were ranked, {middle:,} of {candidates.items:,} for the "
            "middle user: if the others were drawn at random, every score is higher than over all "
            "items, and the order of the systems can differ (Krichene and Rendle 2020)."
        )
    if candidates.left_out:
        count = candidates.left_out
        found.append(
            f"{count:,} {'user has' if count == 1 else 'users have'} no relevant item and cannot be "
            "judged."
        )
    if candidates.easy:
        found.append(
            f"For {candidates.easy:,} of {candidates.users:,} users every item is relevant, so any "
            "order is right."
        )
    found += [
        f"“{name}” does not list {each.unlisted:,} of {len(candidates.rows):,} pairs: they stand "
        "behind all that it lists for the user, and every order of them counts alike."
        for name, each in ranked.items() if each.unlisted
    ]
    found += [
        f"{100 * each.ties:.0f} % of the pairs have a score in “{name}” that another item of the user "
        "has too; every order of these counts alike."
        for name, each in ranked.items() if each.ties > NOTABLE_TIES
    ]
    return found


def _called(name: str, hints: Sequence[str]) -> bool:
    return name.strip().casefold().replace(" ", "_") in hints


def _worded(name: str, hints: Sequence[str]) -> bool:
    return not words_of_name(name).isdisjoint(hints)


def _named(name: str, hints: Sequence[str]) -> bool:
    return any(len(hint) > 3 and hint in name.casefold() for hint in hints)


KIND = Ranking()
