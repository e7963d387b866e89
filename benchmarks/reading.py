"""Question answering: quality on questions that training never saw, and speed against a plain loop."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from data import samples
from data.dataset import Dataset
from data.table import Table
from pipelines.experiment import run_experiment
from pipelines.options import Options
from pipelines.pipeline import LoadConfig
from pipelines.prepare import prepare
from pipelines.registry import find_models, find_task, make_pipeline
from pipelines.request import Request
from pipelines.runtime.readers import reader_network, tuned_reader
from pipelines.tasks.question_answering.litmus import WEIGHTS
from pipelines.training.reader_data import SENTENCES, Question, load

SEED = 0
PASSAGES = 240
SENTENCES_A_PASSAGE = 5
QUESTIONS_A_PASSAGE = 6
FEWEST_WORDS = 5
PAGES = 1_000
WORDS_A_PAGE = 450
WARM_QUESTIONS = 40
PAIRS = 300


def measure(data: Path | None) -> dict[str, Any]:
    """Scores on the sample and, with data, on held-out questions; speed of index and reader."""
    task = find_task("question-answering")
    sample = _scores(prepare(task, samples.load("handbook")))
    if data is None:
        return {"sample handbook": sample}
    held = load(data / "qa")["test"]
    table = held_out(held)
    return {
        "sample handbook": sample,
        "held-out questions": {
            "passages": int(table["context"].nunique()),
            **_scores(_dataset(table, "held-out questions")),
        },
        "reader against a plain loop": reader_speed(held),
        "1,000 pages": document_speed(held),
    }


def held_out(questions: list[Question]) -> pd.DataFrame:
    """240 passages of the test split with up to six questions each, none seen in training.

    Sentences are gathered into passages of five; tales, then papers, fill up. Questions that name
    too little to be found among other passages are left out: those of fewer than five words, and
    those on a privacy policy or a product that they do not name.
    """
    rng = random.Random(SEED)
    sentences = list(dict.fromkeys(q.context for q in questions if q.source == SENTENCES))
    passage_of: dict[str, str] = {}
    for start in range(0, len(sentences), SENTENCES_A_PASSAGE):
        group = sentences[start : start + SENTENCES_A_PASSAGE]
        passage_of.update(dict.fromkeys(group, " ".join(group)))
    tales = list(dict.fromkeys(q.context for q in questions if q.source == "fairytaleqa"))
    papers = list(dict.fromkeys(q.context for q in questions if q.source == "covid"))
    room = PASSAGES - len(set(passage_of.values()))
    for context in [*tales, *papers][:room]:
        passage_of[context] = context
    rows = []
    held: dict[str, int] = {}
    for question in rng.sample(questions, len(questions)):
        passage = passage_of.get(question.context)
        if passage is None or len(question.text.split()) < FEWEST_WORDS:
            continue
        most = QUESTIONS_A_PASSAGE * (SENTENCES_A_PASSAGE if question.source == SENTENCES else 1)
        held[passage] = held.get(passage, 0) + 1
        if held[passage] <= most:
            rows.append({"context": passage, "question": question.text, "source": question.source,
                         "answer": " || ".join(question.answers)})
    return pd.DataFrame(rows)


def _dataset(frame: pd.DataFrame, name: str) -> Dataset:
    table = Table(name=name, frame=frame, fingerprint=f"sha256:{name}", notes=(),
                  total_rows=len(frame))
    roles = {"context": "context", "question": "question", "answer": "answer", "group": "source"}
    return prepare(find_task("question-answering"), table, roles)


def _scores(dataset: Dataset) -> dict[str, Any]:
    task = find_task("question-answering")
    experiment = run_experiment(Request(
        task=task, dataset=dataset, models=find_models(task, ["litmus-reader"]),
        options=Options(task), seed=SEED,
    ))
    judged = experiment.judged
    assert judged is not None, "benchmark questions have answers"
    return {
        "questions": judged.rows,
        "scores": {
            model: {score.name: _rounded(score.value, score.low, score.high) for score in scores}
            for model, scores in judged.scores.items()
        },
        "against the baseline": {
            each.metric: {"delta": _rounded(each.delta, each.low, each.high), "p": each.p}
            for each in judged.comparisons if each.metric in ("exact_match", "f1_token")
        },
        "verdict": judged.verdict,
    }


def _rounded(*values: float | None) -> list[float | None]:
    return [None if value is None else round(value, 4) for value in values]


def reader_speed(questions: list[Question]) -> dict[str, Any]:
    """Pairs a second of the reader and of a loop over the same weights, in the same run."""
    rng = random.Random(SEED)
    some = rng.sample([q for q in questions if q.source == "fairytaleqa"], PAIRS)
    pairs = [(q.text, q.context) for q in some]
    reader = tuned_reader(WEIGHTS)
    reader.read(pairs[:32], 1)
    model, tokenizer = reader_network(WEIGHTS)
    model.eval()
    rounds = []
    same = 0
    for _ in range(3):
        start = time.perf_counter()
        spans = reader.read(pairs, 1)
        own = time.perf_counter() - start
        start = time.perf_counter()
        plain = [_plain(model, tokenizer, question, passage) for question, passage in pairs]
        rounds.append((PAIRS / own, PAIRS / (time.perf_counter() - start)))
        same = sum(
            passage[span[0].start : span[0].end] == answer
            for (_, passage), span, answer in zip(pairs, spans, plain, strict=True)
        )
    ratios = sorted(ours / theirs for ours, theirs in rounds)
    return {
        "pairs": PAIRS, "precision": reader.precision,
        "pairs_per_second": round(statistics.median(ours for ours, _ in rounds), 1),
        "plain_loop_pairs_per_second": round(statistics.median(other for _, other in rounds), 1),
        "times": [round(ratios[1], 2), round(ratios[0], 2), round(ratios[-1], 2)],
        "same_answer": round(same / PAIRS, 4),
    }


def _plain(model: Any, tokenizer: Any, question: str, passage: str) -> str:
    """What a page of documentation shows: one pair at a time, the best start and end."""
    inputs = tokenizer(question, passage, truncation="only_second", max_length=384,
                       return_offsets_mapping=True, return_tensors="pt")
    offsets = inputs.pop("offset_mapping")[0]
    inside = inputs["token_type_ids"][0].bool() & (offsets[:, 1] > offsets[:, 0])
    with torch.inference_mode():
        found = model(**inputs)
    start = int(found.start_logits[0].masked_fill(~inside, -1e9).argmax())
    end = int(found.end_logits[0].masked_fill(~inside, -1e9)[start:].argmax()) + start
    return passage[int(offsets[start, 0]) : int(offsets[end, 1])]


def document_speed(questions: list[Question]) -> dict[str, Any]:
    """Seconds to index 1,000 pages and milliseconds of a warm question on them."""
    words = [word for q in questions for word in q.context.split()]
    rng = random.Random(SEED)
    pages = []
    for number in range(PAGES):
        first = rng.randrange(len(words) - WORDS_A_PAGE)
        text = " ".join(words[first : first + WORDS_A_PAGE])
        pages.append({"context": text, "document": "manual.pdf", "page": number + 1})
    task = find_task("question-answering")
    config = LoadConfig(settings=dict(Options(task)))
    pipeline = make_pipeline(task.default_model, config).load()
    start = time.perf_counter()
    pipeline.study(pd.DataFrame(pages))
    indexed = time.perf_counter() - start
    seconds = []
    for question in rng.sample(questions, WARM_QUESTIONS + 5):
        start = time.perf_counter()
        pipeline.predict(pd.DataFrame({"question": [question.text]}))
        seconds.append(time.perf_counter() - start)
    warm = sorted(1000 * each for each in seconds[5:])
    return {
        "pages": PAGES, "words_a_page": WORDS_A_PAGE, "index_seconds": round(indexed, 1),
        "question_ms_median": round(statistics.median(warm)),
        "question_ms_p95": round(warm[int(0.95 * len(warm))]),
    }
