"""The part of a report on outputs that a person marked in the page."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.evaluation.marked import Marked
from pipelines.evaluation.verdict import p_words
from pipelines.report.sections import Cell, Section, Table, stacked
from pipelines.report.wording import cut, gain, interval, rows


def marked_words(marked: Marked) -> str:
    """What was tested, for a run that nothing else judged."""
    return f"{rows(marked.marked)} drawn at random, whose outputs a person marked"


def marked_section(marked: Marked, titles: Mapping[str, str]) -> Section:
    """Shares with their intervals, and the paired tests where several models were marked."""
    words = marked.wording
    ranked = sorted(marked.scores.items(), key=lambda each: -each[1][0].value)
    shares = tuple(
        (Cell(cut(titles.get(model, model), 60), cut(model, 60)),
         stacked(interval(scores[0])), f"{scores[0].n:,}")
        for model, scores in ranked
    )
    tables = [Table(
        f"Models, the most often {words.good.lower()} first",
        ("Model", words.good, "Marked"), shares,
    )]
    if marked.comparisons:
        tables.append(Table(
            "Paired tests on rows where both were marked", ("Model", "Against", "Difference", "p"),
            tuple(
                (cut(titles.get(each.model, each.model), 60),
                 cut(titles.get(each.against, each.against), 60), gain(each), p_words(each.p))
                for each in marked.comparisons
            ),
            texts=(1,),
        ))
    return Section(
        "marked", "Marked by hand",
        f"A person read outputs of rows drawn at random from all {marked.rows:,} and marked each as "
        f"“{words.good.lower()}” or “{words.bad.lower()}”, with no model's name beside it. "
        "Intervals are Wilson's at 95 %, corrected for the share of rows that was read. The command "
        "below repeats the outputs and not the marks.",
        tables=tuple(tables),
    )
