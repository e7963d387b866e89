"""Fit how sure litmus-reader is, on questions it was not trained on, and judge it on others.

    python -m pipelines.training.reader_confidence DATA_FOLDER --out pipelines/weights/litmus_reader
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from pipelines.evaluation.answer_judgement import RIGHT_F1
from pipelines.evaluation.answers import exact_match, token_f1
from pipelines.evaluation.calibration import expected_calibration_error
from pipelines.reading.confidence import Confidence
from pipelines.reading.sources import Source
from pipelines.retrieval.index import build_index
from pipelines.retrieval.passages import Passage
from pipelines.runtime.readers import tuned_reader
from pipelines.runtime.span_model import Span, SpanModel
from pipelines.training.reader_data import SENTENCES, Question, load, passages

LONGEST = 900
UNANSWERABLE = 0.25
READ = 5
# Opinions on a product and questions on "this site" name nothing that a search could find.
SEARCHABLE = ("qamr", "fairytaleqa", "covid")
SENTENCES_A_PASSAGE = 5
MOST_OF_A_SENTENCE = 8
FEWEST_WORDS = 5
GIVEN_QUESTIONS = 1500


def read_given(
    reader: SpanModel, questions: Sequence[Question], rng: random.Random
) -> pd.DataFrame:
    """The best span of each question in a passage that may lack the answer, and whether it is right."""
    some = rng.sample(list(questions), min(GIVEN_QUESTIONS, len(questions)))
    made = passages(some, LONGEST, rng, UNANSWERABLE)
    found = reader.read([(text, passage) for text, passage, _ in made], count=1)
    rows = []
    for (_, passage, spans), best in zip(made, found, strict=True):
        gold = [passage[start:end] for start, end in spans]
        rows.append(_judged(best[0], passage, gold, Source(Passage(passage, -1, 0))))
    return pd.DataFrame(rows)


def read_found(
    reader: SpanModel, questions: Sequence[Question], rng: random.Random
) -> pd.DataFrame:
    """The best span of each passage that retrieval finds for a question, one row a passage.

    Only questions that a search can answer: of five words or more, from `SEARCHABLE` sources.

    A quarter of the passages is left out of the index, so that their questions have no answer.
    """
    questions = [
        question for question in questions
        if question.source in SEARCHABLE and len(question.text.split()) >= FEWEST_WORDS
    ]
    contexts = _contexts(questions)
    texts = sorted(set(contexts.values()))
    kept = [text for text in texts if rng.random() >= UNANSWERABLE]
    index = build_index(pd.DataFrame({"context": kept}))
    asked = _few_of_each(questions, rng)
    hits = index.search([question.text for question in asked], "hybrid", READ)
    pairs, owners = [], []
    for number, (question, some) in enumerate(zip(asked, hits, strict=True)):
        numbers = [hit.passage for hit in some]
        near = index.sentence_cosines(question.text, numbers)
        for place, (passage, cosines) in enumerate(zip(numbers, near, strict=True)):
            pairs.append((question.text, index.passages[passage].text))
            owners.append((number, Source(index.passages[passage], place, cosines)))
    rows = []
    for (number, source), (_, text), best in zip(
        owners, pairs, reader.read(pairs, count=1), strict=True
    ):
        question = asked[number]
        gold = list(question.answers) if contexts[question.context] in kept else []
        rows.append({"question": number, **_judged(best[0], text, gold, source)})
    return pd.DataFrame(rows)


def _judged(best: Span, passage: str, gold: Sequence[str], source: Source) -> dict[str, float]:
    answer = passage[best.start : best.end]
    return {
        "score": best.score, "place": source.place or 0,
        "closeness": source.closeness(best.start, best.end), "answerable": float(bool(gold)),
        "f1": token_f1(answer, gold) if gold else 0.0,
        "exact": exact_match(answer, gold) if gold else 0.0,
    }


def _contexts(questions: Sequence[Question]) -> dict[str, str]:
    """Context to the passage it stands in: sentences gathered into passages, others alone."""
    sentences = list(dict.fromkeys(q.context for q in questions if q.source == SENTENCES))
    found = {q.context: q.context for q in questions if q.source != SENTENCES}
    for start in range(0, len(sentences), SENTENCES_A_PASSAGE):
        group = sentences[start : start + SENTENCES_A_PASSAGE]
        found.update(dict.fromkeys(group, " ".join(group)))
    return found


def _few_of_each(questions: Sequence[Question], rng: random.Random) -> list[Question]:
    held: dict[str, int] = {}
    chosen = []
    for question in rng.sample(list(questions), len(questions)):
        held[question.context] = held.get(question.context, 0) + 1
        if held[question.context] <= MOST_OF_A_SENTENCE:
            chosen.append(question)
    return chosen


def fit(rows: pd.DataFrame, found: bool) -> Confidence:
    """A logistic model of whether a span is right; one that was found knows its retrieval, too."""
    features = np.stack([rows["score"], 1 / (1 + rows["place"]), rows["closeness"]], axis=1)
    used = 3 if found else 1
    model = LogisticRegression(C=1e4, max_iter=2000).fit(
        features[:, :used], rows["f1"] >= RIGHT_F1
    )
    weights = [*(round(float(weight), 4) for weight in model.coef_[0]), 0.0, 0.0]
    return Confidence(weights[0], weights[1], weights[2], round(float(model.intercept_[0]), 4))


def best_threshold(rows: pd.DataFrame, confidence: Confidence) -> float:
    """The threshold with the highest F1 when refusing a question without an answer counts as 1."""
    sure = confidence.chances(
        rows["score"].to_numpy(), rows["place"].to_numpy(), rows["closeness"].to_numpy()
    )
    best = rows.assign(sure=sure).sort_values("sure", ascending=False, kind="stable")
    best = best.drop_duplicates("question")

    def value(threshold: float) -> float:
        kept = best["sure"] >= threshold
        return float(np.where(kept, best["f1"], 1 - best["answerable"]).mean())

    return float(max(np.round(np.arange(0.05, 0.95, 0.05), 2), key=value))


def judge(rows: pd.DataFrame, confidence: Confidence) -> dict[str, float]:
    """Figures of the most confident span of each question."""
    sure = confidence.chances(
        rows["score"].to_numpy(), rows["place"].to_numpy(), rows["closeness"].to_numpy()
    )
    best = rows.assign(sure=sure).sort_values("sure", ascending=False, kind="stable")
    if "question" in best:
        best = best.drop_duplicates("question")
    answerable = best["answerable"] > 0
    right = (best["f1"] >= RIGHT_F1).to_numpy()
    return {
        "questions": len(best),
        "f1_of_answerable": round(float(best["f1"][answerable].mean()), 4),
        "exact_match_of_answerable": round(float(best["exact"][answerable].mean()), 4),
        "right": round(float(right.mean()), 4),
        "ece": round(expected_calibration_error(best["sure"].to_numpy(), right), 4),
    }


def main() -> None:
    """Fit, judge, and write both into the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    reader = tuned_reader(args.out)
    splits = load(args.data)
    rng = random.Random(args.seed)
    calibration, test = splits["calibration"], splits["test"]
    given = fit(read_given(reader, calibration, rng), found=False)
    found = fit(read_found(reader, calibration, rng), found=True)
    path = args.out / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["confidence"] = {"given": asdict(given), "found": asdict(found)}
    card["threshold"] = {"found": best_threshold(read_found(reader, calibration, rng), found)}
    card["test"] = {
        "given": judge(read_given(reader, test, rng), given),
        "found": judge(read_found(reader, test, rng), found),
    }
    path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"confidence": card["confidence"], "test": card["test"]}, indent=2))


if __name__ == "__main__":
    main()
