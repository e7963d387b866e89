"""Confidence of the reader: fitted on one split, judged on another, with figures by hand."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.reading.confidence import Confidence
from pipelines.runtime.span_model import Span
from pipelines.training import reader_confidence
from pipelines.training.reader_confidence import (
    best_threshold,
    fit,
    judge,
    read_found,
    read_given,
)
from pipelines.training.reader_data import Question
from tests.training.reader_lines import lines, questions, write_lines

SUBJECTS = ("piano", "harbour", "volcano", "bakery", "glacier", "library", "tractor", "violin",
            "castle", "museum", "airport", "orchard", "railway", "cathedral", "dolphin", "comet")


@dataclass
class Knowing:
    """A reader that finds each answer where it stands, else the first word; remembers its pairs."""

    answers: dict[str, str]
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def read(self, pairs: Sequence[tuple[str, str]], count: int) -> list[list[Span]]:
        self.pairs += pairs
        found = []
        for question, passage in pairs:
            at = passage.find(self.answers[question])
            stop = at + len(self.answers[question])
            found.append([Span(at, stop, 5.0, 0.9) if at >= 0
                          else Span(0, passage.index(" "), -5.0, 0.1)])
        return found


def knowing(asked: Sequence[Question]) -> Any:
    return Knowing({each.text: each.answers[0] for each in asked})


def searchable() -> list[Question]:
    """Two questions on each of sixteen sentences of their own words; three are too short to search."""
    found = []
    for number, subject in enumerate(SUBJECTS):
        context = f"The old {subject} was bought by Ann{number} in May."
        for text, answer in ((f"Who once bought the old {subject} here?", f"Ann{number}"),
                             (f"When was the old {subject} bought then?", "in May")):
            start = context.index(answer)
            found.append(Question("qamr", text, context, ((start, start + len(answer)),), (answer,)))
    short = [Question("qamr", "Who bought it?", each.context, each.spans, each.answers)
             for each in found[:2]]
    policy = Question("policyqa", "Who may see all of my data?", "Anybody sees all of it.",
                      ((0, 7),), ("Anybody",))
    return [*found, *short, policy]


def frame(**columns: list[float]) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    zeros = {name: [0.0] * rows for name in ("score", "place", "closeness")}
    return pd.DataFrame({**zeros, **columns})


PLAIN = Confidence(score=1.0, place=0.0, closeness=0.0, bias=0.0)


def test_fit_finds_the_weights_that_made_the_rows() -> None:
    rng = np.random.default_rng(0)
    rows = 20_000
    true = Confidence(score=0.8, place=2.0, closeness=-1.5, bias=-1.0)
    score, closeness = rng.normal(0, 2, rows), rng.uniform(0, 1, rows)
    place = rng.integers(0, 5, rows)
    right = rng.random(rows) < true.chances(score, place, closeness)
    data = pd.DataFrame({
        "score": score, "place": place, "closeness": closeness, "f1": np.where(right, 0.5, 0.49),
    })
    found = fit(data, found=True)
    assert found.score == pytest.approx(true.score, abs=0.05)
    assert found.place == pytest.approx(true.place, abs=0.2)
    assert found.closeness == pytest.approx(true.closeness, abs=0.2)
    assert found.bias == pytest.approx(true.bias, abs=0.15)


def test_a_given_passage_has_neither_place_nor_closeness() -> None:
    rng = np.random.default_rng(0)
    score = rng.normal(0, 2, 5_000)
    right = rng.random(5_000) < PLAIN.chances(score, np.zeros(5_000), np.zeros(5_000))
    found = fit(frame(score=list(score), f1=list(right.astype(float)),
                      closeness=list(right.astype(float))), found=False)
    assert (found.place, found.closeness) == (0, 0)
    assert found.score == pytest.approx(1, abs=0.1)
    assert found.bias == pytest.approx(0, abs=0.1)


def logit(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def test_threshold_is_the_best_mix_of_answers_and_refusals() -> None:
    # The surest span of each of four questions: two right answers, one wrong, one of a question
    # without any. Up to 0.3 the last is answered, from 0.6 on right answers are withheld.
    sure = [0.9, 0.62, 0.42, 0.33]
    rows = frame(score=[logit(each) for each in (*sure, 0.2)], question=[0, 1, 2, 3, 0],
                 f1=[1.0, 0.8, 0.0, 0.0, 0.4], answerable=[1.0, 1.0, 1.0, 0.0, 1.0])
    # 0.35 refuses the last alone: (1 + 0.8 + 0 + 1) / 4; up to 0.6 nothing changes, and the first
    # of equal ones counts.
    assert best_threshold(rows, PLAIN) == pytest.approx(0.35)
    # Where every question has an answer, refusing never helps.
    assert best_threshold(rows.assign(answerable=1.0), PLAIN) == pytest.approx(0.05)
    # Where none has, refusing always does.
    assert best_threshold(rows.assign(answerable=0.0, f1=0.0), PLAIN) == pytest.approx(0.95, abs=0.06)


def test_figures_are_of_the_surest_span_of_each_question() -> None:
    rows = frame(score=[logit(each) for each in (0.9, 0.6, 0.8, 0.2)], question=[0, 0, 1, 2],
                 f1=[0.5, 1.0, 0.4, 0.0], exact=[0.0, 1.0, 0.0, 0.0],
                 answerable=[1.0, 1.0, 1.0, 0.0])
    found = judge(rows, PLAIN)
    assert found["questions"] == 3
    assert found["f1_of_answerable"] == pytest.approx(0.45)
    assert found["exact_match_of_answerable"] == 0
    # An F1 of a half is right; a question without an answer never is.
    assert found["right"] == pytest.approx(1 / 3, abs=1e-4)
    # Each span is in a bin of its own: |0.9 - 1|, |0.8 - 0|, |0.2 - 0|.
    assert found["ece"] == pytest.approx((0.1 + 0.8 + 0.2) / 3, abs=1e-4)
    alone = judge(rows.drop(columns="question"), PLAIN)
    assert alone["questions"] == 4
    assert alone["f1_of_answerable"] == pytest.approx(1.9 / 3, abs=1e-4)


def test_given_passages_lack_the_answer_for_a_quarter_of_the_questions() -> None:
    asked = questions(300)
    reader = knowing(asked)
    rows = read_given(reader, asked, random.Random(0))
    assert len(rows) == len(reader.pairs) == 600
    answerable = rows["answerable"] == 1
    assert answerable.mean() == pytest.approx(0.75, abs=0.05)
    assert (rows["exact"][answerable] == 1).all() and (rows["f1"][answerable] == 1).all()
    assert (rows["f1"][~answerable] == 0).all()
    assert (rows["place"] == 0).all() and (rows["closeness"] == 0).all()
    assert (rows["score"][answerable] == 5).all()


def test_found_passages_are_those_that_retrieval_brings_of_an_index_with_holes() -> None:
    asked = searchable()
    reader = knowing(asked)
    rows = read_found(reader, asked, random.Random(4))
    said = {question for question, _ in reader.pairs}
    assert said == {each.text for each in asked[:32]}
    assert rows["question"].nunique() == 32
    # Sentences stand five by five in a passage; of the four passages some are not in the index.
    read = {passage for _, passage in reader.pairs}
    contexts = {each.context for each in asked[:32]}
    held = {each for each in contexts if any(each in passage for passage in read)}
    assert 1 <= len(read) < 4
    assert all(passage.count("was bought by") in (1, 5) for passage in read)
    for (question, passage), (_, row) in zip(reader.pairs, rows.iterrows(), strict=True):
        own = next(each for each in asked if each.text == question)
        assert row["answerable"] == (own.context in held)
        if own.context not in held:
            assert row["f1"] == row["exact"] == 0
        elif own.answers[0].startswith("Ann"):
            assert row["exact"] == (f"{own.answers[0]} " in passage)
    # Each question reads the passages in the order of retrieval.
    places = rows.groupby("question")["place"].apply(list)
    assert all(each == list(range(len(read))) for each in places)
    assert rows["closeness"].between(-1, 1).all() and rows["closeness"].nunique() > 10
    first = rows[(rows["place"] == 0) & (rows["answerable"] == 1)]
    assert (first["closeness"] > 0).all()


def test_the_card_is_fitted_on_one_split_and_judged_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_lines(tmp_path / "data", lines(120, 0))
    out = tmp_path / "out"
    out.mkdir()
    (out / "card.json").write_text('{"base_sha256": "kept"}')
    splits = reader_confidence.load(data)
    names = {tuple(each): name for name, each in splits.items()}
    asked: list[tuple[str, str]] = []

    def reading(kind: str) -> Any:
        def read(reader: object, some: Sequence[Question], rng: random.Random) -> pd.DataFrame:
            asked.append((kind, names[tuple(some)]))
            wins = [1.0, 1.0, 1.0, 0.0] if names[tuple(some)] == "test" else [1.0, 0.0, 1.0, 0.0]
            return frame(score=[2.0, 1.0, -1.0, -2.0], question=[0, 1, 2, 3], f1=wins, exact=wins,
                         answerable=[1.0] * 4)
        return read

    monkeypatch.setattr(reader_confidence, "tuned_reader", lambda folder: None)
    monkeypatch.setattr(reader_confidence, "read_given", reading("given"))
    monkeypatch.setattr(reader_confidence, "read_found", reading("found"))
    monkeypatch.setattr("sys.argv", ["reader_confidence", str(data), "--out", str(out)])
    reader_confidence.main()
    assert asked == [("given", "calibration"), ("found", "calibration"), ("found", "calibration"),
                     ("given", "test"), ("found", "test")]
    card = json.loads((out / "card.json").read_text())
    assert card["base_sha256"] == "kept"
    assert card["test"]["given"]["right"] == card["test"]["found"]["right"] == 0.75
    assert card["threshold"] == {"found": 0.05}
    assert card["confidence"]["given"]["place"] == 0
    # What is written is what a pipeline reads.
    assert Confidence(**card["confidence"]["found"]).score > 0
