"""How good the lists are: side by side, beyond being right, and for whom."""

from __future__ import annotations

from pipelines.evaluation.claims import family_of
from pipelines.evaluation.ranking_results import RankingJudgement
from pipelines.evaluation.ranking_slices import slices_of
from pipelines.evaluation.verdict import chance_words, is_shown, p_words
from pipelines.report import svg
from pipelines.report.sections import Cell, Chart, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MOST_MODELS = 40
MOST_BARS = 15
_PARTS = {"activity": "users by how much they took", "popularity": "items by how popular they are",
          "group": "groups of users"}


def leaderboard(judgement: RankingJudgement, chosen: str) -> Section:
    """All models, the best first, with the paired test against the baseline."""
    metric, k = judgement.primary, judgement.k
    names = judgement.order[:MOST_MODELS]
    rows = []
    for name in names:
        against = (
            judgement.comparison(metric, name, judgement.baseline)
            if name != judgement.baseline else None
        )
        rows.append((
            Cell(cut(name, 60), "baseline" if name == judgement.baseline else ""),
            stacked(interval(judgement.score(name, metric), as_percent=False, digits=3)),
            stacked(gain(against, as_percent=False, digits=3)),
            p_words(against.p) if against else "–",
            stacked(interval(judgement.score(name, f"recall@{k}"))),
            stacked(interval(judgement.score(name, f"hit_rate@{k}"))),
        ))
    bars = [
        svg.Bar(name, score.value, score.low, score.high,
                interval(score, as_percent=False, digits=3), name == chosen)
        for name in names[:MOST_BARS]
        if (score := judgement.score(name, metric)) is not None
    ]
    title = _finding(judgement, chosen)
    drawing = svg.bars(bars, f"NDCG at {k} of each model. {title}.")
    table = Table(
        "Models, the best first",
        ("Model", f"NDCG at {k}", "Against the baseline", "p", f"Recall at {k}", f"Hit rate at {k}"),
        tuple(rows), strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )
    among = (
        "the items that the file has for each" if judgement.ground.candidates
        else "all items that a user had not taken"
    )
    return Section(
        "models", "Models side by side",
        f"All for the same {judgement.users:,} users, over {among}, each number with its "
        f"{percent(judgement.level, 0)} interval over users. p is the chance of a difference this "
        f"large if the model were no better than the baseline{_corrected(judgement)}.",
        (Chart(title, drawing, f"Bars: NDCG at {k}. Whiskers are the intervals."),), (table,),
    )


def _corrected(judgement: RankingJudgement) -> str:
    families = [
        family_of(each) for each in judgement.comparisons if each.metric == judgement.primary
    ]
    most = min(families, default=1)
    return f", corrected for {most:,} comparisons, which intervals are not" if most > 1 else ""


def beyond(judgement: RankingJudgement) -> Section | None:
    """What lists are beside being right: wide, varied, new."""
    k = judgement.k
    columns = [
        (f"coverage@{k}", "Coverage", True, 3, "share of all items in anybody's list"),
        (f"diversity@{k}", "Diversity", False, 3, "how unlike the items of a list are"),
        (f"novelty@{k}", "Novelty, bits", False, 2, "how few took them"),
        (f"popularity_bias@{k}", "Popularity bias", False, 2,
         "popularity of the lists over that of what users took; 1 is even"),
        ("auc", "AUC", False, 3,
         "chance that an item that was taken ranks above one that was not"),
    ]
    there = [
        each for each in columns
        if any(judgement.score(name, each[0]) is not None for name in judgement.scores)
    ]
    if not there:
        return None
    rows: tuple[tuple[Cell | str, ...], ...] = tuple(
        (cut(name, 60), *(
            stacked(interval(judgement.score(name, metric), as_percent=share, digits=digits))
            for metric, _, share, digits, _ in there
        ))
        for name in judgement.order[:MOST_MODELS]
    )
    header = ("Model", *(f"{title} at {k}" if "@" in metric else title
                         for metric, title, *_ in there))
    return Section(
        "beyond", "Beyond being right",
        " ".join(f"{title.partition(',')[0]}: {means}." for _, title, _, _, means in there),
        tables=(Table("Lists of each model", header, rows),),
    )


def parts(judgement: RankingJudgement, chosen: str) -> Section | None:
    """For whom and for what the model works."""
    found = slices_of(judgement, chosen)
    if len(found) < 2:
        return None
    tables = []
    for kind, words in _PARTS.items():
        rows = tuple(
            (Cell(cut(each.value, 60), "few: says little" if each.small else ""), f"{each.n:,}",
             Cell(f"{each.mean:.3f}", "no interval" if each.low is None or each.high is None
                  else f"{each.low:.3f} to {each.high:.3f}"),
             "–" if each.p is None else p_words(each.p))
            for each in found if each.by == kind
        )
        if rows:
            unit = next(each.unit for each in found if each.by == kind)
            name = next(each.metric for each in found if each.by == kind)
            stem, _, places = name.partition("@")
            score = stem.upper() if stem == "ndcg" else "Share of them all found"
            tables.append(Table(
                f"{words[0].upper()}{words[1:]}",
                ("Part", unit[0].upper() + unit[1:], f"{score} at {places}", "p"), rows,
            ))
    return Section(
        "parts", f"For whom {cut(chosen, 60)} works",
        "p tests the mean of a part against that of all other users (permutation), corrected for the "
        "number of parts.",
        tables=tuple(tables),
    )


def _finding(judgement: RankingJudgement, chosen: str) -> str:
    name = cut(chosen, 60)
    found = judgement.comparison(judgement.primary, chosen, judgement.baseline)
    if found is None or chosen == judgement.baseline or not is_shown(found):
        chance = f" ({chance_words(found)})" if found and chosen != judgement.baseline else ""
        return f"{name} is not shown to be better than the baseline{chance}"
    side = "better" if found.delta > 0 else "worse"
    return f"{name} is {abs(found.delta):.3f} {side} than the baseline ({p_words(found.p)})"
