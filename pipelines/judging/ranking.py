"""Judges tasks that rank items for users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.dataset import Dataset
from data.errors import DataError, OptionError
from data.roles import Role
from pipelines.arrangement import Arrangement
from pipelines.evaluation.ranked_candidates import Candidates, are_ranks
from pipelines.evaluation.ranking_judgement import PLACES, judge_rankings
from pipelines.evaluation.ranking_results import Ground, RankingJudgement
from pipelines.evaluation.ranking_verdict import BASELINE_WORDS, ranking_verdict
from pipelines.judging import Judged
from pipelines.judging.base.columns import holds_numbers, slices
from pipelines.options import Options
from pipelines.progress import SILENT, Progress
from pipelines.purpose import Purpose
from pipelines.recommendation.arranging import all_lessons, arrange_users
from pipelines.recommendation.ground import ground_of
from pipelines.recommendation.lessons import ListLessons
from pipelines.request import Request
from pipelines.task import Task

BASELINE = "random-order"
ANY_ORDER = "putting them in any order"
# Equal scores leave the order to chance; from this share of the pairs on that is said.
NOTABLE_TIES = 0.05
_YES = frozenset({"yes", "y", "true", "t", "relevant", "1", "ja", "oui", "sí", "si", "sim", "是"})
_NO = frozenset({"no", "n", "false", "f", "irrelevant", "0", "nein", "non", "não", "nao", "否"})
_USER = ("user", "user_id", "userid", "customer", "customer_id", "visitor", "visitorid", "client",
         "query", "query_id", "qid", "session", "uid")
# A column of one of these names holds places, the first being the best, also with gaps in them.
_PLACES = ("rank", "position", "place", "rang", "posición", "posição")
_ITEM = ("item", "item_id", "itemid", "product", "product_id", "movie", "movieid", "article", "sku",
         "document", "doc_id", "docid", "iid")


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
        """Every user asks."""
        return arrange_users(request, progress)

    def lessons(
        self, task: Task, dataset: Dataset, outputs: tuple[str, ...], options: Options
    ) -> ListLessons:
        """Every interaction."""
        return all_lessons(dataset, options)

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
            predictions: with `lists`, (users, K) item positions, best first; and, where all of them
                have it, `ranks`, for AUC.
            batch: a column `group`, if there is one, slices the users.
        """
        lessons = getattr(next(iter(predictions.values())), "lessons", None)
        ground = (
            _plain_ground(truth, predictions, batch) if lessons is None
            else ground_of(truth, batch, lessons)
        )
        lists = {name: np.asarray(each.lists) for name, each in predictions.items()}
        ranks = {name: getattr(each, "ranks", None) for name, each in predictions.items()}
        known = {name: each for name, each in ranks.items() if each is not None}
        judgement = judge_rankings(
            lists, ground, baseline=baseline, seed=seed,
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
        for test in (_called, _named):
            for role in self.roles[:3]:
                free = [name for name in names if [name] not in found.values()]
                named = [name for name in free if test(name, role.hints)]
                if named and role.name not in found:
                    found[role.name] = named[:1]
        used = {name for each in found.values() for name in each}
        numbers = [name for name in names if name not in used and holds_numbers(frame[name])]
        hints = self.roles[3].hints
        said = [name for name in numbers if _called(name, hints) or _named(name, hints)]
        if said or numbers:
            found["prediction"] = said or numbers
        return found

    def judged_rows(self, frame: pd.DataFrame, mapping: Mapping[str, list[str]]) -> np.ndarray:
        """Positions of the rows with a user, an item and a known relevance."""
        known = _relevance(frame[mapping["truth"][0]]).notna()
        for role in ("user", "item"):
            known &= frame[mapping[role][0]].notna()
        return np.flatnonzero(known)

    def evaluate(
        self, frame: pd.DataFrame, mapping: Mapping[str, list[str]], seed: int,
        progress: Progress = SILENT,
    ) -> Judged:
        """Judge rankings made anywhere else, against any order of the same items.

        Only the items that the file has for a user are ranked.

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
        relevant = _relevance(part[mapping["truth"][0]]).to_numpy(dtype=bool)
        candidates = _candidates(user, item, relevant, mapping["truth"][0])
        scores = {name: _scores(part[name], user) for name in columns}
        baseline = BASELINE if BASELINE not in scores else f"{BASELINE} (baseline)"
        chance = np.random.default_rng([seed, 1]).permutation(len(part)).astype(float)
        ranked = {
            name: candidates.ranked(each[candidates.rows], max(PLACES), seed)
            for name, each in {baseline: chance, **scores}.items()
        }
        group = mapping.get("group")
        ground = Ground(
            held=candidates.held, items=candidates.items, candidates=True,
            groups=_groups(part[group[0]], candidates) if group else None,
        )
        judgement = judge_rankings(
            {name: each.lists for name, each in ranked.items()}, ground, baseline=baseline,
            ranks={name: each.ranks for name, each in ranked.items()},
            candidates=candidates.sizes, seed=seed, progress=progress,
        )
        judged = _judged(judgement, columns[0], ANY_ORDER)
        notes = _candidate_notes(candidates, {name: ranked[name].ties for name in columns})
        notes += [
            f"“{name}” was read as places in a list, the lowest being the best."
            for name, each in scores.items() if (each <= 0).all() and (each < 0).any()
            and pd.to_numeric(part[name]).max() > 0
        ]
        return Judged(
            rows=len(rows), baseline=judged.baseline, scores=judged.scores,
            comparisons=judged.comparisons, warnings=(*notes, *judged.warnings),
            verdict=judged.verdict, detail=judged.detail,
        )


def _judged(judgement: RankingJudgement, favourite: str, words: str) -> Judged:
    def say(titles: Mapping[str, str]) -> str:
        return ranking_verdict(judgement, favourite, baseline_words=words, titles=titles)

    return Judged(
        rows=judgement.users, baseline=judgement.baseline, scores=judgement.scores,
        comparisons=judgement.comparisons, warnings=judgement.warnings, verdict=say({}),
        detail=judgement, say=say,
    )


def _plain_ground(
    truth: pd.Series, predictions: Mapping[str, Any], batch: pd.DataFrame
) -> Ground:
    held = [np.asarray(each) for each in truth]
    every = [*held, *(np.asarray(each.lists) for each in predictions.values())]
    largest = max([int(each.max()) for each in every if each.size], default=0)
    return Ground(held=held, items=largest + 1, groups=batch.get("group"))


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
            f"By the column “{column}” every row is relevant, so any order is right; add the items "
            "that were ranked but not taken, with no or 0."
        )
    return Candidates.of(user, item, relevant)


def _scores(cells: pd.Series, user: np.ndarray) -> np.ndarray:
    found = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    blank = int(np.isnan(found).sum())
    if blank:
        raise DataError(
            f"The column “{cells.name}” has no number in {blank:,} judged rows; each pair needs a "
            "score or a rank."
        )
    return -found if _called(str(cells.name), _PLACES) or are_ranks(user, found) else found


def _relevance(cells: pd.Series) -> pd.Series:
    """1 for relevant, 0 for not, missing where it cannot be told."""
    if pd.api.types.is_bool_dtype(cells):
        return cells.astype(float)
    numbers = pd.to_numeric(cells, errors="coerce").astype(float)
    found = (numbers > 0).astype(float).where(numbers.notna())
    if not pd.api.types.is_numeric_dtype(cells):
        text = cells.astype("str").str.strip().str.casefold()
        found = found.mask(text.isin(_YES), 1.0).mask(text.isin(_NO), 0.0)
    return found


def _groups(cells: pd.Series, candidates: Candidates) -> pd.Series:
    """The first known group of each judged user."""
    rows = cells.iloc[candidates.rows].reset_index(drop=True)
    return rows.groupby(candidates.user).first().reset_index(drop=True)


def _candidate_notes(candidates: Candidates, ties: Mapping[str, float]) -> list[str]:
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
        f"{100 * share:.0f} % of the pairs have a score in “{name}” that another item of the user has "
        "too; their order is left to chance."
        for name, share in ties.items() if share > NOTABLE_TIES
    ]
    return found


def _called(name: str, hints: Sequence[str]) -> bool:
    return name.strip().casefold().replace(" ", "_") in hints


def _named(name: str, hints: Sequence[str]) -> bool:
    return any(len(hint) > 3 and hint in name.casefold() for hint in hints)


KIND = Ranking()
