"""Rows for training and judging litmus-sentiment, with every split made by sentence or text."""

from __future__ import annotations

import csv
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
TWEET_LABELS = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
SENTENCE_WORDS = 5
HELD_SENTENCES = {"calibration": 800, "test": 1500}
HELD_TWEETS = {"calibration": 800, "test": 1500}
NEUTRAL_FACTS = 6000


@dataclass(frozen=True)
class Example:
    """One text with its class, 0 negative, 1 neutral, 2 positive, and the set it came from."""

    text: str
    label: int
    source: str


Splits = dict[str, list[Example]]


def spans(words: list[str]) -> set[str]:
    """Every run of words in a sentence, joined by spaces."""
    return {
        " ".join(words[start:stop])
        for start in range(len(words))
        for stop in range(start + 1, len(words) + 1)
    }


def read_sst2(path: Path, rng: random.Random) -> Splits:
    """SST-2 phrases split by sentence.

    SST-2's training file lists sentences and the phrases inside them. Whole sentences are held
    out, and each phrase of two words or more that stands in one is dropped from training.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labelled = {row["sentence"].strip(): int(row["label"]) * 2 for row in rows}
    inner: set[str] = set()
    sentences: list[str] = []
    for text in sorted(labelled, key=len, reverse=True):
        words = text.split()
        if text not in inner and len(words) >= SENTENCE_WORDS:
            sentences.append(text)
            inner |= spans(words)
    rng.shuffle(sentences)
    splits: Splits = {}
    start = 0
    held_phrases: set[str] = set()
    for name, count in HELD_SENTENCES.items():
        chosen = sentences[start : start + count]
        start += count
        splits[name] = [Example(text, labelled[text], "sst2") for text in chosen]
        for text in chosen:
            held_phrases |= {phrase for phrase in spans(text.split()) if " " in phrase}
    splits["train"] = [
        Example(text, label, "sst2") for text, label in labelled.items() if text not in held_phrases
    ]
    return splits


def read_tweets(path: Path, rng: random.Random) -> Splits:
    """Airline tweets in three classes, one row for each distinct text."""
    with path.open(encoding="utf-8", newline="") as file:
        labelled = {
            row["text"].strip(): TWEET_LABELS[row["airline_sentiment"]]
            for row in csv.DictReader(file)
        }
    examples = [Example(text, label, "tweets") for text, label in sorted(labelled.items())]
    rng.shuffle(examples)
    first, second = HELD_TWEETS["calibration"], HELD_TWEETS["test"]
    return {
        "calibration": examples[:first],
        "test": examples[first : first + second],
        "train": examples[first + second :],
    }


def read_facts(path: Path, rng: random.Random) -> list[Example]:
    """Encyclopaedia and news sentences (QAMR) and the questions about them, as neutral texts."""
    contexts: set[str] = set()
    questions: set[str] = set()
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["source"].startswith("qamr"):
                contexts.add(row["context"])
                questions.add(row["question"])
    chosen = rng.sample(sorted(contexts), min(NEUTRAL_FACTS * 3 // 4, len(contexts)))
    chosen += rng.sample(sorted(questions), NEUTRAL_FACTS // 4)
    return [Example(text, NEUTRAL, "facts") for text in chosen]


def untokenise(text: str) -> str:
    """Undo the Penn Treebank spacing of SST-2: "did n't work ." becomes "didn't work."."""
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    text = re.sub(r" ([.,;:!?])", r"\1", text)
    text = text.replace("-lrb- ", "(").replace(" -rrb-", ")")
    return text[:1].upper() + text[1:]


def load(folder: Path, seed: int) -> Splits:
    """Training, calibration and test rows of all sets.

    Args:
        folder: holds `sentiment/sst2_train.tsv`, `sentiment/airline_tweets.csv` and
            `qa/train.jsonl`.
        seed: decides every split.
    """
    rng = random.Random(seed)
    sst2 = read_sst2(folder / "sentiment" / "sst2_train.tsv", rng)
    tweets = read_tweets(folder / "sentiment" / "airline_tweets.csv", rng)
    splits = {name: sst2[name] + tweets[name] for name in ("train", "calibration", "test")}
    splits["train"] += read_facts(folder / "qa" / "train.jsonl", rng)
    return splits
