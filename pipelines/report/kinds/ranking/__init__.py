"""The report of recommenders: models side by side, beyond being right, and for whom they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd

from pipelines.evaluation.ranking_results import RankingJudgement
from pipelines.judging import Judged
from pipelines.pipeline import Predictions
from pipelines.report.kinds import CardParts
from pipelines.report.kinds.ranking import scores
from pipelines.report.sections import Evidence, Metric, Section

if TYPE_CHECKING:
    from pipelines.experiment import Experiment, ModelRun

ELSEWHERE = ("Rankings made elsewhere", "with a known relevance")

DOWNLOADED = (
    "A list for every user, one item a row, from everything that the user took: user, rank, item, "
    "title and score, which is blank where the method did not make the list; “rule” then says how it "
    "came about. Cells that a spreadsheet would run as a formula are made harmless."
)

_MEANINGS = {
    "ndcg": ("NDCG", "how near the top of the list what users took stands; 1 is perfect"),
    "recall": ("Recall", "share of what users took that is in the list"),
    "precision": ("Precision", "share of the list that users took"),
    "map": ("MAP", "mean of the precision at each item that users took"),
    "mrr": ("MRR", "1 divided by the place of the first item that the user took"),
    "hit_rate": ("Hit rate", "share of users with at least one item that they took"),
    "coverage": ("Coverage", "share of all items that stand in anybody's list"),
    "diversity": ("Diversity", "how unlike each other the items of a list are"),
    "novelty": ("Novelty", "how little known the items of a list are, in bits"),
    "popularity_bias": ("Popularity bias",
                        "how much more popular the lists are than what users took before; 1 is even"),
}
# What judges, by the rule of the split; `held` is how many interactions.
_HELD = {
    "temporal": "the latest interactions of each user, {held} in all",
    "last": "what each user took last, {held} interactions in all",
    "random": "interactions of each user drawn at random, {held} in all",
    "global": "the {held} interactions after one moment of users known before it",
    "given": "the {held} interactions that only the file for testing has",
}
_SHARES = ("recall", "precision", "hit_rate", "coverage")


def metric(name: str) -> Metric:
    """What a score of lists is called and means."""
    if name == "auc":
        return Metric("AUC", "chance that an item which was taken ranks above one that was not")
    stem, _, places = name.partition("@")
    title, meaning = _MEANINGS.get(stem, (stem.replace("_", " "), ""))
    return Metric(
        f"{title} at {places}" if places else title, meaning, stem in _SHARES,
        digits=2 if stem in ("novelty", "popularity_bias") else 3,
    )


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """How many users judge, among how many items."""
    if evidence.judged is None:
        return []
    judgement = cast(RankingJudgement, evidence.judged.detail)
    among = "the candidates of the file" if judgement.ground.candidates else "all items not taken yet"
    return [
        ("Judged by", f"{judgement.users:,} users"),
        ("Ranked", f"{among}, of {judgement.ground.items:,} items"),
    ]


def tested(experiment: Experiment) -> str:
    """Which interactions judge, of how many users, and what models learnt from."""
    split, judged = experiment.split, experiment.judged
    held = len(experiment.rows) if split.test_rows is None else split.test_rows
    words = _HELD.get(split.rule, "interactions held back").format(held=f"{held:,}")
    users = judged.rows if judged is not None else 0
    learnt = split.training_rows + split.validation_rows
    chosen = f", {split.validation_rows:,} of them also to choose settings by"
    return (
        f"{words}; {users:,} {'user judges' if users == 1 else 'users judge'}, and models learnt from "
        f"{learnt:,} other interactions{chosen if split.validation_rows else ''}"
    )


def table(predictions: Predictions, judged: Judged | None) -> pd.DataFrame:
    """The lists as they are."""
    return predictions.frame()


def download(experiment: Experiment, run: ModelRun) -> pd.DataFrame:
    """One row an item of the list of each user, made from everything that the user took."""
    from pipelines.recommendation.export import lists_for_everyone
    from pipelines.recommendation.pipeline import ListPipeline

    pipeline = cast(ListPipeline, run.pipeline)
    return lists_for_everyone(pipeline, pipeline.length)


def served(experiment: Experiment) -> str:
    """The rules that hold for all lists that are given out, and those that cannot."""
    from pipelines.recommendation.pipeline import ListPipeline
    from pipelines.recommendation.rule_options import counted, fitting, in_words, rules_of

    pipeline = cast(ListPipeline, experiment.runs[0].pipeline)
    known = pipeline.lessons.all, pipeline.lessons.catalogue
    rules, unserved = fitting(rules_of(pipeline.config.settings), *known)
    words = counted(in_words(rules, *known))
    return " ".join([*([f"With {words}."] if words else []), *unserved])


def card(experiment: Experiment, run: ModelRun, evidence: Evidence) -> CardParts:
    """What the card of a fitted model says of its rules."""
    words = served(experiment)
    if not words:
        return CardParts()
    return CardParts(facts=(("Rules for its lists", words.removeprefix("With ")),))


def run_sections(experiment: Experiment, evidence: Evidence) -> list[Section]:
    """Lists with reasons, whom they serve worst, the rules, and the settings."""
    from pipelines.report.kinds.ranking import lists

    if evidence.judged is None:
        return []
    judgement = cast(RankingJudgement, evidence.judged.detail)
    run = experiment.favourite
    found = [
        lists.examples(experiment, run), lists.worst(experiment, run, judgement),
        lists.rules(experiment, run), lists.settings(experiment),
    ]
    return [section for section in found if section is not None]


def sections(evidence: Evidence) -> list[Section]:
    """The parts of the page that the evidence suffices for."""
    if evidence.judged is None:
        return []
    judgement = cast(RankingJudgement, evidence.judged.detail)
    found = [
        scores.leaderboard(judgement, evidence.favourite),
        scores.beyond(judgement),
        scores.parts(judgement, evidence.favourite),
    ]
    return [section for section in found if section is not None]
