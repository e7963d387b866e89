"""What the report says of answers that were withheld, and of those that were not, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd

from pipelines.evaluation.answer_judgement import (
    Answered,
    AnswerJudgement,
    ReaderResult,
    judge_answers,
)
from pipelines.reading.answers import Answer, AnswerPredictions, Reading
from pipelines.reading.sources import Source
from pipelines.report.kinds.answers import scores, sections
from pipelines.report.sections import Evidence, Section
from pipelines.retrieval.passages import Passage

# Right and given, right and exactly as sure as the threshold, right but withheld, wrong and given.
GUESSES = ["Ann Lee", "in May", "Leeds", "Bob", "money"]
SURE = [0.9, 0.335, 0.2, 0.8, 0.1]
GOLD: list[tuple[str, ...]] = [("Ann Lee",), ("in May",), ("Leeds",), ("Ann",), ()]
QUESTIONS = ["Who was it?", "When was it?", "Who ran it?", "Who paid?", "Why not?"]


def judged(withheld: bool = True) -> AnswerJudgement:
    own = ReaderResult(
        "own", Answered(tuple(GUESSES), np.array(SURE)), None, np.full(5, np.nan), 0.335
    )
    return judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=withheld, resamples=100)


def evidence(judgement: AnswerJudgement) -> Evidence:
    detail = SimpleNamespace(detail=judgement, baseline="own")
    return Evidence(
        judged=detail, favourite="own", outputs=(), predictions={},  # type: ignore[arg-type]
        tested=np.arange(5), numbers=np.arange(2, 7),
        group=pd.Series(["a", "a", "b", "b", "b"]), group_name="team",
    )


def section(judgement: AnswerJudgement, slug: str) -> Section:
    return next(each for each in sections(evidence(judgement)) if each.slug == slug)


def test_what_was_withheld_is_not_said_to_be_answered() -> None:
    facts = {each.row: dict(each.facts) for each in section(judged(), "worst").examples}
    # Row 6 has no answer and was refused, which is right; rows 2 and 3 are right.
    assert set(facts) == {4, 5}
    assert facts[4]["answered"] == "nothing; its guess was Leeds"
    assert facts[5]["answered"] == "Bob"


def test_where_nothing_is_withheld_every_guess_is_an_answer() -> None:
    facts = {each.row: dict(each.facts) for each in section(judged(False), "worst").examples}
    assert {row: each["answered"] for row, each in facts.items()} == {5: "Bob", 6: "money"}


def test_coverage_counts_answers_as_sure_as_the_threshold() -> None:
    # Given: 0.9, 0.8 and 0.335 of five; two of these three are right.
    found = scores.coverage(judged(), "own")
    assert found is not None
    assert found.charts[0].title == (
        "Answering the surest 60 % of the questions, it is right in 67 % of them"
    )
    assert "withholds an answer is 33.5 % here" in found.note


def test_slices_are_of_the_answers_that_were_given() -> None:
    judgement = judged()
    assert judgement.answered_right("own").tolist() == [True, True, False, False, False]
    # Who: one of three, as Leeds was withheld; when: one of one; "why" has no answer.
    found = section(judgement, "question-words")
    assert "33.3 % of 3" in found.charts[0].svg and "100.0 % of 1" in found.charts[0].svg
    assert "what was withheld is not answered" in found.note
    groups = section(judgement, "groups")
    assert "100.0 % of 2" in groups.charts[0].svg and "0.0 % of 2" in groups.charts[0].svg


def test_without_withholding_slices_are_of_every_guess() -> None:
    found = section(judged(False), "question-words")
    assert "66.7 % of 3" in found.charts[0].svg and "withheld" not in found.note


def test_answers_that_nobody_judged_are_withheld_as_in_the_download() -> None:
    passage = Passage("Ann Lee founded it.", 0, 0)
    readings = tuple(
        Reading(given=(Answer(Source(passage, 0), 0, 7, sure),)) for sure in (0.9, 0.2)
    )
    for abstain, second in (("auto", "nothing; its guess was Ann Lee"), ("never", "Ann Lee")):
        predictions = AnswerPredictions(readings, 0.5, abstain)  # type: ignore[arg-type]
        (found,) = sections(Evidence(
            judged=None, favourite="own", outputs=(), predictions={"own": predictions},
            tested=np.zeros(0, dtype=int), numbers=np.array([2, 3]),
            texts=pd.Series(["Who?", "Who else?"]),
        ))
        assert [dict(each.facts)["answered"] for each in found.examples] == ["Ann Lee", second]
        assert [dict(each.facts)["confidence"] for each in found.examples] == ["90.0 %", "20.0 %"]


def test_titles_are_those_of_the_page() -> None:
    from dashboard.components.answers.evaluation import METRIC_NAMES as OF_ANSWERS
    from dashboard.components.texts.evaluation import METRIC_NAMES as OF_TEXTS
    from pipelines.report.kinds import answers, text

    assert {name: answers.metric(name).title for name in OF_ANSWERS} == OF_ANSWERS
    assert {name: text.metric(name).title for name in OF_TEXTS} == OF_TEXTS
    assert cast(str, answers.metric("unheard_of").title) == "unheard of"
