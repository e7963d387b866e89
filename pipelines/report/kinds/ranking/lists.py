"""Lists as people get them, with reasons; whom they serve worst; and the rules they obey."""

from __future__ import annotations

from typing import cast

import numpy as np

from pipelines.evaluation.ranking_results import RankingJudgement
from pipelines.experiment import Experiment, ModelRun
from pipelines.recommendation.lists import ListPredictions
from pipelines.recommendation.pipeline import ListPipeline
from pipelines.recommendation.reasons import because, explained
from pipelines.recommendation.rule_cost import cost_in_words, cost_of
from pipelines.recommendation.rule_options import in_words
from pipelines.recommendation.setting_words import setting_words
from pipelines.recommendation.worst import Missed, worst_served
from pipelines.report.sections import Cell, Section, Table
from pipelines.report.wording import cut

EXAMPLES = 4
SHOWN = 5
MOST_HISTORY = 4
MOST_WORST = 8
MOST_MISSED = 3


def rules(experiment: Experiment, run: ModelRun) -> Section | None:
    """The rules that hold for what is given out, and what they cost; None without rules."""
    pipeline = cast(ListPipeline, run.pipeline)
    lessons, held = pipeline.lessons, pipeline.rules
    words = in_words(held, lessons.all, lessons.catalogue)
    if not words:
        return None
    note = (
        "They hold for every list that is shown, downloaded or asked of a bundle. The scores above are "
        "those of the methods without them."
    )
    if len(experiment.tested) and experiment.truth is not None:
        predictions = cast(ListPredictions, run.predictions).take(experiment.tested)
        users = np.array([lessons.user_at[user] for user in predictions.users], dtype=np.int64)
        cost = cost_of(
            held, pipeline.recommender, lessons, users,
            experiment.truth.iloc[experiment.tested].tolist(), seed=experiment.request.seed,
        )
        note = f"{note} {cost_in_words(cost)}"
    table = Table(
        "Rules of these lists", ("Rule",), tuple((each[0].upper() + each[1:],) for each in words)
    )
    return Section("rules", "Rules", note, tables=(table,))


def examples(experiment: Experiment, run: ModelRun) -> Section | None:
    """What a few judged users, drawn at random, are offered next, and why."""
    if not len(experiment.tested):
        return None
    pipeline = cast(ListPipeline, run.pipeline)
    predictions = cast(ListPredictions, run.predictions)
    chance = np.random.default_rng([experiment.request.seed, 3])
    some = np.sort(chance.choice(
        experiment.tested, min(EXAMPLES, len(experiment.tested)), replace=False
    ))
    return Section(
        "lists", f"What {cut(run.card.title, 60)} offers",
        f"{len(some)} judged users drawn at random, each with the first {SHOWN} items of the list made "
        "from everything that the user took.",
        tables=tuple(_list(pipeline, str(predictions.users[at])) for at in some),
    )


def _list(pipeline: ListPipeline, user: str) -> Table:
    lessons, history = pipeline.lessons, pipeline.history_of(user)
    names = lessons.catalogue.titles
    items, _, rule = pipeline.serve(history, min(SHOWN, pipeline.length, history.shape[1]))
    listed = explained(
        pipeline.recommender, history, [int(item) for item in items[0] if item >= 0],
        liked_from=lessons.liked_from,
    )
    taken = history.indices[np.argsort(-history.data, kind="stable")][:MOST_HISTORY]
    had = ", ".join(cut(str(names[item]), 40) for item in taken)
    more = f" and {history.nnz - len(taken):,} more" if history.nnz > len(taken) else ""
    return Table(
        f"{cut(user, 40)}, who took {had}{more}", ("Is offered", "Why"),
        tuple(
            (
                cut(str(names[each.item]), 60),
                because([cut(str(names[item]), 40) for item in each.reasons]) or str(rule[0])
                or f"{lessons.popularity[each.item]:,} users took it",
            )
            for each in listed
        ),
        texts=(1,),
    )


def worst(experiment: Experiment, run: ModelRun, judgement: RankingJudgement) -> Section | None:
    """The users with the lowest scores, and where what they wanted stood."""
    if not len(experiment.tested) or experiment.truth is None:
        return None
    predictions = cast(ListPredictions, run.predictions).take(experiment.tested)
    scores = judgement.values[run.card.title if run.card.title in judgement.values else run.card.id]
    values = scores[judgement.primary]
    names = predictions.lessons.catalogue.titles
    found = worst_served(
        predictions, experiment.truth.iloc[experiment.tested].tolist(), values, judgement.k,
        MOST_WORST,
    )
    found = [each for each in found if each.missed]
    if not found:
        return None
    body = tuple(
        (
            Cell(cut(each.user, 40), f"had taken {each.had:,}"), f"{each.score:.3f}",
            "; ".join(missed_words(one, str(names[one.item])) for one in each.missed[:MOST_MISSED])
            + (f" and {len(each.missed) - MOST_MISSED:,} more"
               if len(each.missed) > MOST_MISSED else ""),
            ", ".join(cut(str(names[item]), 40) for item in each.offered[:MOST_MISSED]),
        )
        for each in found
    )
    none = 100 * float((values == 0).mean())
    table = Table(
        "Users served worst",
        ("User", f"NDCG at {judgement.k}", "Missed, with its place", "Was offered"), body, texts=(2, 3),
    )
    return Section(
        "worst", "Users served worst",
        f"For {none:.0f} % of the judged users nothing of what was held back is among the first "
        f"{judgement.k}. Below are those with the most missed, the furthest away.", tables=(table,),
    )


def missed_words(missed: Missed, name: str) -> str:
    """What was missed, where it stood, and whether anybody could have known it."""
    parts = [f"place {missed.place:,}"] if missed.place is not None else []
    parts += ["nobody took it before"] if not missed.takers else []
    return cut(name, 50) + (f" ({', '.join(parts)})" if parts else "")


def settings(experiment: Experiment) -> Section | None:
    """Which settings each model was given, and how many were compared."""
    body = []
    for run in experiment.runs:
        pipeline = cast(ListPipeline, run.pipeline)
        words = setting_words(pipeline.recommender.settings)
        tried = pipeline.tried.tried if pipeline.tried is not None else ()
        if words and not run.card.baseline:
            best = max((trial.ndcg for trial in tried), default=None)
            body.append((
                cut(run.card.title, 60), cut(words, 200), f"{max(1, len(tried)):,}",
                "–" if best is None else f"{best:.3f}",
            ))
    if not body:
        return None
    table = Table(
        "Settings of each model", ("Model", "Settings", "Compared", "NDCG at 10 on validation"),
        tuple(body), texts=(1,), folded=True,
    )
    return Section(
        "settings", "Settings",
        "Chosen on validation interactions alone; what judges was not looked at.", tables=(table,),
    )
