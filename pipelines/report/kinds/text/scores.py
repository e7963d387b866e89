"""How good the systems are side by side, what their outputs look like, and by group."""

from __future__ import annotations

from pipelines.evaluation.mean_slices import MeanSlice, mean_slices
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_metrics import OF_A_HUNDRED, TITLES
from pipelines.evaluation.text_verdict import difference_words
from pipelines.evaluation.verdict import chance_words, is_shown, p_words
from pipelines.report import svg
from pipelines.report.kinds.text.segments import segment_metric
from pipelines.report.sections import Cell, Chart, Evidence, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, percent

MOST_SYSTEMS = 40
MOST_BARS = 15
SHOWN = ("bleu", "chrf", "ter")
MOST_SHOWN = 3


def pair(evidence: Evidence, judgement: TextJudgement) -> tuple[str, str | None]:
    """The system that the page speaks about, and the one it is held against."""
    ranked = [
        name for name in judgement.ranked(judgement.primary)
        if judgement.stand_in or name != judgement.baseline
    ] or list(judgement.systems)
    # In a run the user's own choice is the favourite; in a file of strangers the best one is.
    chosen = evidence.favourite if evidence.predictions else ranked[0]
    others = [name for name in ranked if name != chosen]
    if others:
        return chosen, others[0]
    return chosen, judgement.baseline if judgement.baseline != chosen else None


def leaderboard(judgement: TextJudgement, chosen: str) -> Section:
    """All systems by the primary metric, with the paired test against the baseline."""
    metric, baseline = judgement.primary, judgement.baseline
    names = judgement.ranked(metric)[:MOST_SYSTEMS]
    shown = [metric, *(each for each in SHOWN if each in judgement.metrics and each != metric)]
    shown = shown[:MOST_SHOWN]
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        against = judgement.comparison(metric, name, baseline) if name != baseline else None
        cells = [stacked(_number(judgement.score(name, each))) for each in shown]
        rows.append((
            Cell(cut(name, 60), _part(judgement, name)), cells[0],
            stacked(gain(against, as_percent=False, digits=_digits(metric))),
            p_words(against.p) if against else "–", *cells[1:],
        ))
    bars = []
    for name in names[:MOST_BARS]:
        score = judgement.score(name, metric)
        if score is not None:
            scale = 100 if metric in OF_A_HUNDRED else 1
            ends = [None if end is None else end / scale for end in (score.low, score.high)]
            bars.append(svg.Bar(
                name, score.value / scale, ends[0], ends[1], _number(score), name == chosen
            ))
    title = _finding(judgement, chosen)
    against_words = "the first system" if judgement.stand_in else "the baseline"
    drawing = svg.bars(
        bars, f"{TITLES[metric]} of each system with its interval. {title}.",
        unit="" if metric in OF_A_HUNDRED else " %",
    )
    table = Table(
        f"Systems, the best {TITLES[metric]} first",
        ("System", TITLES[metric], f"Against {against_words}", "p",
         *(TITLES[each] for each in shown[1:])),
        tuple(rows), strong=tuple(i for i, name in enumerate(names) if name == chosen),
    )
    return Section(
        "systems", "Systems side by side",
        f"All on the same {len(judgement.references):,} segments, each number with its "
        f"{percent(judgement.level, 0)} interval. p is the chance of a difference this large if the "
        f"system were no better than {against_words}. Less TER is better.",
        (Chart(title, drawing, "Whiskers are the intervals."),), (table,),
    )


def outputs(judgement: TextJudgement) -> Section:
    """Lengths, empty outputs, copies of the source and languages."""
    n = len(judgement.references)
    rows = []
    for name, facts in judgement.facts.items():
        language = facts.language
        rows.append((
            cut(name, 60), f"{facts.length_ratio:.2f}",
            Cell(percent(facts.empty / n), f"{facts.empty:,}"),
            "–" if facts.copied is None
            else Cell(percent(facts.copied / n), f"{facts.copied:,}"),
            "–" if language is None
            else Cell(language.name, f"{100 * language.share:.0f} % of them"),
        ))
    table = Table(
        "Lengths, copies and languages",
        ("System", "Length ratio", "Empty", "Copies", "Language"), tuple(rows), texts=(4,),
    )
    return Section(
        "outputs", "What the outputs look like",
        "Length ratio: words for each word of the reference. Copies repeat the source where the "
        "reference does not.",
        tables=(table,),
    )


def groups(evidence: Evidence, judgement: TextJudgement, chosen: str) -> Section | None:
    """The mean score of segments by the values of the column that the user slices by."""
    if evidence.group is None or not len(evidence.tested):
        return None
    values = evidence.group.iloc[evidence.tested].reset_index(drop=True)
    if len(values) != len(judgement.references):
        return None
    metric = segment_metric(judgement)
    digits = _digits(metric)
    found = mean_slices(
        values, judgement.segments[chosen][metric], level=judgement.level, seed=judgement.seed
    )
    if len(found) < 2:
        return None
    column = cut(evidence.group_name, 40)
    body = tuple(
        (Cell(cut(each.value, 60), "few segments: says little" if each.small else ""),
         f"{each.n:,}", Cell(f"{each.mean:.{digits}f}", _ends(each, digits)), p_words(each.p))
        for each in found
    )
    table = Table(
        f"{TITLES[metric]} of the segments by {column}, the worst first",
        ("Value", "Segments", f"Mean {TITLES[metric]}", "p"), body,
    )
    return Section(
        "groups", f"By {column}",
        f"The mean over single segments of {cut(chosen, 60)}, with intervals. p tests the "
        "mean of each value against that of all other segments (permutation), corrected for the "
        "number of values.",
        tables=(table,),
    )


def _ends(each: MeanSlice, digits: int) -> str:
    if each.low is None or each.high is None:
        return "no interval"
    return f"{each.low:.{digits}f} to {each.high:.{digits}f}"


def _finding(judgement: TextJudgement, chosen: str) -> str:
    metric, name = judgement.primary, cut(chosen, 60)
    others = [each for each in judgement.ranked(metric) if each != chosen]
    if not others:
        return f"{name} stands alone: there is no other system to compare with"
    other = judgement.baseline if judgement.baseline != chosen else others[0]
    found = judgement.comparison(metric, chosen, other)
    if found is None or not is_shown(found):
        chance = f" ({chance_words(found)})" if found else ""
        return f"{name} is not shown to differ from {cut(other, 60)}{chance}"
    score = judgement.score(chosen, metric)
    gained = (found.delta > 0) == (score is None or score.higher_is_better)
    size = difference_words(found, flip=found.delta < 0).partition(" (")[0]
    side = "ahead of" if gained else "behind"
    return f"{name} is {size} {side} {cut(other, 60)} ({p_words(found.p)})"


def _part(judgement: TextJudgement, name: str) -> str:
    if name != judgement.baseline:
        return ""
    return "the others are held against it" if judgement.stand_in else "baseline"


def _digits(metric: str) -> int:
    return 1 if metric in OF_A_HUNDRED else 3


def _number(score: Score | None) -> str:
    digits = 3 if score is None else _digits(score.name)
    return interval(score, as_percent=False, digits=digits)
