"""Examples of the reader: splits that share no text, distractors, answers at their places."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipelines.training.reader_data import Distractors, Question, load, passages, window
from tests.training.reader_lines import line, lines, policy, questions, sentence, write_lines

SEEDS = range(12)


def test_every_line_lands_in_one_split_and_texts_are_never_shared(tmp_path: Path) -> None:
    rows = lines(400, 100)
    splits = load(write_lines(tmp_path, rows))
    assert set(splits) == {"train", "calibration", "test"}
    found = [each.text for split in splits.values() for each in split]
    assert sorted(found) == sorted(row["question"] for row in rows)
    contexts = {name: {each.context for each in split} for name, split in splits.items()}
    assert not contexts["train"] & contexts["test"]
    assert not contexts["train"] & contexts["calibration"]
    assert not contexts["calibration"] & contexts["test"]
    shares = {name: len(held) / 500 for name, held in contexts.items()}
    assert shares == pytest.approx({"train": 0.85, "calibration": 0.05, "test": 0.10}, abs=0.04)


def test_a_text_stays_in_its_split_whatever_else_there_is(tmp_path: Path) -> None:
    few = load(write_lines(tmp_path / "few", lines(30, 0)))
    many = load(write_lines(tmp_path / "many", lines(60, 20)[::-1]))
    for name, split in few.items():
        assert {each.context for each in split} <= {each.context for each in many[name]}


@pytest.mark.parametrize("unanswerable", [0.0, 0.5, 1.0])
def test_no_sentence_of_a_held_out_split_stands_in_a_training_passage(
    tmp_path: Path, unanswerable: float
) -> None:
    splits = load(write_lines(tmp_path, lines(300, 0)))
    held = {each.context for name in ("calibration", "test") for each in splits[name]}
    assert len(held) > 20
    for longest in (1, 300, 800):
        made = passages(splits["train"], longest, random.Random(1), unanswerable)
        assert not [text for _, text, _ in made for other in held if other in text]


def test_a_line_whose_answer_is_not_where_it_says_is_left_out(tmp_path: Path) -> None:
    good = line("It opens at nine.", "nine", "When?", "covid_qa")
    moved = {**good, "question": "Moved?", "answer_start": 3}
    splits = load(write_lines(tmp_path, [good, moved]))
    (found,) = [each for split in splits.values() for each in split]
    assert (found.text, found.source, found.spans) == ("When?", "covid", ((12, 16),))


def test_other_accepted_answers_count_where_they_stand_by_the_first(tmp_path: Path) -> None:
    text = "Ann Lee left early. The lamp was sold by Ann Lee in May. Nobody saw Ann."
    row = line(text, "Ann Lee", "Who?", "qamr", answer_start=41,
               answers=["Ann Lee", "Lee", "by Ann Lee", "in May", "Nobody", ""])
    splits = load(write_lines(tmp_path, [row]))
    (found,) = [each for split in splits.values() for each in split]
    # "in May" begins right behind the answer, which still counts; "Nobody" is further off, and the
    # first Ann Lee is another place.
    assert [text[start:end] for start, end in found.spans] == ["by Ann Lee", "Ann Lee", "Lee"]
    assert found.spans == ((38, 48), (41, 48), (45, 48))


@pytest.mark.parametrize("longest", [1, 120, 800])
def test_answers_are_at_their_places_among_distractors_and_in_windows(longest: int) -> None:
    asked = questions(60, 20)
    moved = 0
    for seed in SEEDS:
        made = passages(asked, longest, random.Random(seed), 0.0)
        assert [text for text, _, _ in made] == [each.text for each in asked]
        for question, (_, passage, spans) in zip(asked, made, strict=True):
            assert [passage[start:end] for start, end in spans] == list(question.answers)
            moved += spans != question.spans
            if question.source == "qamr":
                assert passage.count(question.context) == 1
                # Also among distractors it is its own sentence that the span lies in.
                at = passage.index(question.context)
                assert spans == tuple((at + start, at + end) for start, end in question.spans)
    assert moved > (0 if longest == 1 else 100)


@pytest.mark.parametrize("longest", [1, 120, 800])
def test_a_question_without_an_answer_never_has_it_in_its_passage(longest: int) -> None:
    asked = questions(60, 20)
    by_text = {each.text: each for each in asked}
    for seed in SEEDS:
        made = passages(asked, longest, random.Random(seed), 1.0)
        assert len(made) >= 0.9 * len(asked)
        for text, passage, spans in made:
            question = by_text[text]
            assert spans == () and passage
            assert question.context not in passage
            # Each answer stands in one text only; the blank tells "house 7" from "house 70".
            assert f"{question.answers[0]} " not in f"{passage} "


def test_about_the_given_share_has_no_answer() -> None:
    asked = questions(400, 40)
    made = passages(asked, 300, random.Random(2), 0.25)
    assert sum(not spans for _, _, spans in made) / len(made) == pytest.approx(0.25, abs=0.04)


def test_distractors_fill_a_passage_and_none_comes_twice() -> None:
    asked = questions(50)
    distractors = Distractors(asked)
    longest = max(len(each) for each in distractors.sentences)
    assert len(distractors.sentences) == 50
    for seed in SEEDS:
        for answerable in (True, False):
            rng = random.Random(seed)
            passage = distractors.around(sentence(7), 500, rng, answerable)
            held = [each for each in distractors.sentences if passage.text.count(each)]
            assert all(passage.text.count(each) == 1 for each in held)
            assert (sentence(7) in held) == answerable
            assert 500 - 1 <= len(passage.text) <= 500 + longest + 1
            # Nothing but whole sentences and the blanks between them.
            assert len(passage.text) == sum(map(len, held)) + len(held) - 1
            if answerable:
                assert passage.text[passage.start :].startswith(sentence(7))
            else:
                assert passage.start == -1


def test_half_of_the_distractors_stand_near_in_the_data() -> None:
    distractors = Distractors(questions(1000))
    near = other = 0
    for seed in range(60):
        passage = distractors.around(sentence(500), 400, random.Random(seed), False)
        held = [n for n in range(1000) if sentence(n) in passage.text]
        near += sum(abs(n - 500) <= 6 for n in held)
        other += sum(abs(n - 500) > 6 for n in held)
    assert near / (near + other) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("length", "fewest", "most"), [
    (1, 1, 1), (60, 4, 40), (200, 10, 40), (10_000, 1, 1),
])
def test_a_window_is_a_stretch_of_whole_words_that_holds_the_answers(
    length: int, fewest: int, most: int
) -> None:
    context = policy(3)
    first, last = context.index("The code"), context.index("k3 today") + 2
    question = Question("policyqa", "?", context, ((first, first + 8), (last - 2, last)), ())
    starts = set()
    for seed in range(40):
        found = window(question, length, random.Random(seed))
        start = -found.start
        starts.add(start)
        stop = start + len(found.text)
        assert context[start:stop] == found.text
        assert start <= first and last <= stop
        assert start == 0 or context[start - 1].isspace()
        assert stop == len(context) or context[stop].isspace()
        assert len(found.text) <= min(len(context), max(length, last - first) + 12)
    # Where the answer stands in the window is drawn.
    assert fewest <= len(starts) <= most
