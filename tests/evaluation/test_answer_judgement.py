from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from sacrebleu import corpus_bleu
from statsmodels.stats.proportion import proportion_confint

from pipelines.evaluation.answer_judgement import Answered, ReaderResult, judge_answers
from pipelines.evaluation.answer_verdict import answer_notes, answer_verdict

QUESTIONS = ["who", "when", "where", "why"]
GOLD = [("Ann Lee", "Ann"), ("in 1999",), ("Leeds",), ()]


def reader(
    name: str, guesses: list[str], confidence: list[float], ranks: list[float] | None = None,
    found: list[str] | None = None,
) -> ReaderResult:
    sure = np.array(confidence)
    return ReaderResult(
        name, Answered(tuple(guesses), sure),
        None if found is None else Answered(tuple(found), sure),
        np.array(ranks if ranks is not None else [np.nan] * len(guesses)), 0.5,
    )


def value(judgement, name: str, metric: str) -> float:
    found = judgement.score(name, metric)
    assert found is not None
    return found.value


READERS = [
    reader("base", ["Ann Lee said so", "in May", "York", "because"], [0.9, 0.9, 0.9, 0.9]),
    reader("own", ["Ann", "1999", "Leeds", "money"], [0.9, 0.9, 0.3, 0.2],
           [1, 2, 0, np.nan], ["Ann", "May", "", ""]),
]


def test_scores_by_hand_when_every_answer_counts() -> None:
    judgement = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=False)
    # Right: Ann and Leeds; “money” is an answer to a question without one.
    assert value(judgement, "own", "exact_match") == pytest.approx(2 / 4)
    # 1, 2/3 (one of one and two words), 1, 0.
    assert value(judgement, "own", "f1_token") == pytest.approx((1 + 2 / 3 + 1 + 0) / 4)
    # 2 of 4 and 2 words: 2/3; 1 of 2 and 2: 1/2; 0; 0.
    assert value(judgement, "base", "f1_token") == pytest.approx((2 / 3 + 1 / 2) / 4)


def test_answers_below_the_threshold_count_as_none_when_withheld() -> None:
    judgement = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=True)
    # Leeds is withheld and wrong, the question without an answer is refused and right.
    assert value(judgement, "own", "exact_match") == pytest.approx(2 / 4)
    assert value(judgement, "own", "f1_token") == pytest.approx((1 + 2 / 3 + 0 + 1) / 4)


def test_retrieval_counts_only_questions_whose_passage_is_known() -> None:
    judgement = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=False)
    assert value(judgement, "own", "retrieval_recall@1") == pytest.approx(1 / 3)
    assert value(judgement, "own", "retrieval_recall@5") == pytest.approx(2 / 3)
    assert value(judgement, "own", "mrr") == pytest.approx((1 + 1 / 2 + 0) / 3)
    score = judgement.score("own", "mrr")
    assert score is not None and score.n == 3
    assert judgement.score("base", "mrr") is None


def test_answers_from_the_documents_are_scored_beside_those_from_the_passage() -> None:
    judgement = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=False)
    assert value(judgement, "own", "exact_match_found") == pytest.approx(2 / 4)
    assert judgement.score("base", "exact_match_found") is None


def test_bleu_is_sacrebleus_over_the_answerable_questions() -> None:
    gold = [("the head of finance in Leeds", "head of finance"), ("after ten working days",), ()]
    guesses = ["the head of finance", "after ten days of work", "nothing at all"]
    judgement = judge_answers(
        ["a", "b", "c"], gold, [reader("own", guesses, [1, 1, 1])], baseline="own", withheld=False
    )
    references = [[gold[0][0], gold[1][0]], [gold[0][1], None]]
    expected = corpus_bleu(guesses[:2], references).score
    assert value(judgement, "own", "bleu") == pytest.approx(expected, abs=1e-9)


def test_paired_test_finds_a_clear_difference_and_none_between_equals() -> None:
    gold = [(f"answer {number}",) for number in range(60)]
    good = [accepted[0] for accepted in gold]
    bad = [accepted[0] if number % 3 == 0 else "nothing" for number, accepted in enumerate(gold)]
    judgement = judge_answers(
        ["q"] * 60, gold,
        [reader("base", bad, [1.0] * 60), reader("own", good, [1.0] * 60),
         reader("twin", good, [1.0] * 60)],
        baseline="base", withheld=False,
    )
    clear = judgement.comparison("f1_token", "own", "base")
    assert clear is not None and clear.delta == pytest.approx(40 / 60) and clear.p < 0.01
    same = judgement.comparison("f1_token", "own", "twin")
    assert same is not None and same.p == 1.0


def test_verdict_says_few_questions_prove_little_and_more_say_by_how_much() -> None:
    few = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=False)
    assert "too few questions" in answer_verdict(few, "own", "base", "the closest sentence")
    gold = [(f"answer {number}",) if number % 4 else () for number in range(80)]
    own = [accepted[0] if accepted else "made up" for accepted in gold]
    sure = [0.9 if accepted else 0.1 for accepted in gold]
    judgement = judge_answers(
        ["q"] * 80, gold,
        [reader("base", ["nothing"] * 80, [0.9] * 80),
         reader("own", own, sure, [9.0] * 80, ["nothing"] * 80)],
        baseline="base", withheld=True,
    )
    said = answer_verdict(judgement, "own", "base", "the closest sentence")
    assert "100 points of F1 above the closest sentence" in said
    assert "a right refusal counting as 1" in said
    assert len(re.findall(r"[.!?](?:\s|$)", said)) == 1
    noted = " ".join(answer_notes(judgement, "own"))
    assert "On the 60 questions that have an answer the F1 of own is 100 %" in noted
    assert "refused 20; of the 60 others it answered 60" in noted
    assert "finding it is what holds the answers back" in noted


def test_retrieval_is_not_blamed_where_nothing_is_lost_by_it() -> None:
    gold = [(f"answer {number}",) for number in range(40)]
    own = [accepted[0] for accepted in gold]
    judgement = judge_answers(
        ["q"] * 40, gold, [reader("own", own, [0.9] * 40, [9.0] * 40, own)], baseline="own",
        withheld=False,
    )
    said = " ".join(answer_notes(judgement, "own"))
    assert "among the first five for 0 %" in said and "holds the answers back" not in said


def test_without_any_answerable_question_nothing_is_claimed() -> None:
    judgement = judge_answers(
        ["q"] * 30, [()] * 30, [reader("own", [""] * 30, [0.0] * 30)], baseline="own",
        withheld=True,
    )
    assert "nothing is shown about answering" in answer_verdict(judgement, "own", "own", "itself")


def test_an_answer_as_confident_as_the_threshold_counts() -> None:
    answered = Answered(("a", "b", "c"), np.array([0.49, 0.5, 0.51]))
    assert answered.given(0.5) == ("", "b", "c")
    assert answered.given(0.0) == ("a", "b", "c")
    judgement = judge_answers(
        ["q"] * 3, [("x",), ("y",), ("z",)], [reader("own", ["x", "y", "z"], [0.49, 0.5, 0.51])],
        baseline="own", withheld=True,
    )
    assert judgement.match["own"].tolist() == [0, 1, 1]


def test_answers_from_the_documents_are_withheld_by_a_confidence_of_their_own() -> None:
    passage = Answered(("Ann", "in 1999", "York", "money"), np.array([0.9, 0.2, 0.9, 0.9]))
    documents = Answered(("Ann Lee", "1999", "Leeds", "money"), np.array([0.2, 0.9, 0.9, 0.2]))
    own = ReaderResult("own", passage, documents, np.full(4, np.nan), 0.5)
    every = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=False)
    # Right from the passage: Ann, in 1999; from the documents: Ann Lee, Leeds and two thirds of 1999.
    assert value(every, "own", "exact_match") == pytest.approx(2 / 4)
    assert value(every, "own", "f1_token") == pytest.approx(2 / 4)
    assert value(every, "own", "exact_match_found") == pytest.approx(2 / 4)
    assert value(every, "own", "f1_token_found") == pytest.approx((1 + 2 / 3 + 1) / 4)
    sure = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=True)
    # Left from the passage: Ann, York, money; from the documents: 1999, Leeds and a right refusal.
    assert value(sure, "own", "exact_match") == pytest.approx(1 / 4)
    assert value(sure, "own", "exact_match_found") == pytest.approx(2 / 4)
    assert value(sure, "own", "f1_token_found") == pytest.approx((2 / 3 + 1 + 1) / 4)


def test_a_refusal_is_an_answer_less_sure_than_the_threshold() -> None:
    gold = [(f"answer {number}",) if number < 30 else () for number in range(40)]
    sure = [0.5] * 25 + [0.49] * 5 + [0.5] * 4 + [0.49] * 6
    judgement = judge_answers(
        ["q"] * 40, gold, [reader("own", ["answer"] * 40, sure)], baseline="own", withheld=True
    )
    said = " ".join(answer_notes(judgement, "own", {"own": "Own reader"}))
    assert "Of 10 questions that the documents do not answer “Own reader” refused 6" in said
    assert "of the 30 others it answered 25" in said


def test_recall_of_the_document_is_scored_under_a_name_of_its_own() -> None:
    own = replace(READERS[1], document_ranks=np.array([1, 3, 0, np.nan]))
    judgement = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=False)
    assert value(judgement, "own", "document_recall@1") == pytest.approx(1 / 3)
    assert value(judgement, "own", "document_recall@5") == pytest.approx(2 / 3)
    assert value(judgement, "own", "document_mrr") == pytest.approx((1 + 1 / 3 + 0) / 3)
    score = judgement.score("own", "document_recall@5")
    assert score is not None and score.n == 3 and "document" in score.signature
    without = judge_answers(QUESTIONS, GOLD, READERS, baseline="base", withheld=False)
    assert without.score("own", "document_recall@5") is None


def test_readers_that_share_a_retriever_are_not_compared_by_it() -> None:
    ranks = np.array([1, 2, 0, np.nan])
    shared = [replace(each, ranks=ranks, document_ranks=ranks) for each in READERS]
    judgement = judge_answers(QUESTIONS, GOLD, shared, baseline="base", withheld=False)
    compared = {each.metric for each in judgement.comparisons}
    assert {"exact_match", "f1_token"} <= compared
    assert not [name for name in compared if "recall" in name or "mrr" in name]
    assert value(judgement, "base", "mrr") == value(judgement, "own", "mrr")
    other = [shared[0], replace(shared[1], ranks=np.array([1, 1, 1, np.nan]))]
    judgement = judge_answers(QUESTIONS, GOLD, other, baseline="base", withheld=False)
    assert judgement.comparison("mrr", "own", "base") is not None
    assert judgement.comparison("document_mrr", "own", "base") is None


def test_what_never_answering_would_score_is_said() -> None:
    gold = [(f"answer {number}",) if number % 4 else () for number in range(80)]
    silent = reader("silent", ["x"] * 80, [0.0] * 80)
    sure = [0.9 if each else 0.1 for each in gold]
    own = reader("own", [each[0] if each else "x" for each in gold], sure)
    judgement = judge_answers(["q"] * 80, gold, [silent, own], baseline="silent", withheld=True)
    assert judgement.always_refusing == pytest.approx(20 / 80)
    # A reader that withholds every answer is that baseline.
    assert value(judgement, "silent", "exact_match") == pytest.approx(20 / 80)
    assert value(judgement, "silent", "f1_token") == pytest.approx(20 / 80)
    assert "Always answering" not in answer_verdict(judgement, "own", "silent", "silence")
    said = " ".join(answer_notes(judgement, "own"))
    assert "Always answering “not in these documents” would score 25 %, in F1" in said
    # One that gains nothing by reading has to hear of it at once.
    assert "would score 25 %, no less than this reader" in answer_verdict(
        judgement, "silent", "own", "the reader"
    )
    assert "Always answering" not in " ".join(answer_notes(judgement, "silent"))
    every = judge_answers(QUESTIONS[:3] * 10, GOLD[:3] * 10, [
        reader("own", ["Ann"] * 30, [1.0] * 30)
    ], baseline="own", withheld=False)
    assert every.always_refusing == 0
    assert "Always answering" not in answer_verdict(every, "own", "own", "itself")
    assert "Always answering" not in " ".join(answer_notes(every, "own"))


def test_the_verdict_calls_a_document_a_document() -> None:
    gold = [(f"answer {number}",) for number in range(40)]
    own = replace(
        reader("own", [each[0] for each in gold], [0.9] * 40),
        document_ranks=np.array([1.0] * 38 + [0, 0]),
    )
    judgement = judge_answers(["q"] * 40, gold, [own], baseline="own", withheld=False)
    said = " ".join(answer_notes(judgement, "own"))
    assert "A passage of the right document is among the first five for 95 %" in said
    assert "right passage" not in said


def test_answers_from_the_documents_that_are_withheld_are_none() -> None:
    passage = Answered(("Ann", "in 1999", "Leeds", ""), np.array([0.9, 0.9, 0.9, 0.0]))
    documents = Answered(("Ann Lee", "1999", "Leeds", "money"), np.array([0.2, 0.9, 0.9, 0.1]))
    own = ReaderResult("own", passage, documents, np.full(4, np.nan), 0.5)
    judgement = judge_answers(QUESTIONS[:3], GOLD[:3], [
        replace(own, primary=Answered(passage.guesses[:3], passage.confidence[:3]),
                found=Answered(documents.guesses[:3], documents.confidence[:3]), ranks=own.ranks[:3])
    ], baseline="own", withheld=True)
    # Ann Lee is withheld; 1999 is two thirds of "in 1999"; Leeds is right.
    assert value(judgement, "own", "exact_match_found") == pytest.approx(1 / 3)
    assert value(judgement, "own", "f1_token_found") == pytest.approx((0 + 2 / 3 + 1) / 3)
    every = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=False)
    assert value(every, "own", "exact_match_found") == pytest.approx(2 / 4)
    assert value(every, "own", "f1_token_found") == pytest.approx((1 + 2 / 3 + 1 + 0) / 4)


def test_recall_has_the_interval_of_the_questions_whose_passage_is_known() -> None:
    own = reader("own", ["x"] * 5, [1.0] * 5, [1, 7, np.nan, 2, np.nan])
    judgement = judge_answers(["q"] * 5, [("x",)] * 5, [own], baseline="own", withheld=False)
    score = judgement.score("own", "retrieval_recall@5")
    assert score is not None and score.n == 3
    assert (score.low, score.high) == pytest.approx(proportion_confint(2, 3, method="wilson"))


def test_right_answers_are_told_from_those_that_were_given() -> None:
    own = reader("own", ["Ann", "1999", "Leeds", "money"], [0.9, 0.5, 0.3, 0.2])
    sure = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=True)
    assert sure.given("own") == ("Ann", "1999", "", "")
    assert sure.right("own").tolist() == [True, True, True, False]
    assert sure.answered_right("own").tolist() == [True, True, False, False]
    every = judge_answers(QUESTIONS, GOLD, [own], baseline="own", withheld=False)
    assert every.given("own") == own.primary.guesses
    assert every.answered_right("own").tolist() == [True, True, True, False]


def test_recall_in_the_verdict_names_the_questions_it_is_of() -> None:
    gold = [(f"answer {number}",) if number < 30 else () for number in range(40)]
    own = reader("own", ["answer"] * 40, [0.9] * 40, [1.0] * 30 + [np.nan] * 10)
    judgement = judge_answers(["q"] * 40, gold, [own], baseline="own", withheld=False)
    said = " ".join(answer_notes(judgement, "own"))
    assert "of the 30 questions whose passage is known" in said


def test_a_reader_with_the_f1_of_the_baseline_is_not_said_to_be_below_it() -> None:
    gold = [(f"answer {number}",) for number in range(40)]
    half = [each[0] if row % 2 else "x" for row, each in enumerate(gold)]
    other = [each[0] if not row % 2 else "x" for row, each in enumerate(gold)]
    judgement = judge_answers(
        ["q"] * 40, gold, [reader("base", half, [1.0] * 40), reader("own", other, [1.0] * 40)],
        baseline="base", withheld=False,
    )
    said = answer_verdict(judgement, "own", "base", "the closest sentence")
    assert "exactly the F1 of the closest sentence: no gain is shown" in said
    assert "below" not in said and "above" not in said
    assert "own has an F1 of 50 %" in said
