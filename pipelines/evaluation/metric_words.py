"""What the scores of texts and of answers are called and mean, for every page and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class MetricWords:
    """What a score is called, what it means in a sentence, and how it is written.

    Attributes:
        percent: whether it reads as a percentage.
        digits: decimals where it does not.
    """

    title: str
    meaning: str = ""
    percent: bool = False
    digits: int = 3

    @property
    def within(self) -> str:
        """The title within a sentence: `exact match`, but `BLEU`."""
        return self.title[0].lower() + self.title[1:] if self.title[1].islower() else self.title


OF_TEXTS: Mapping[str, MetricWords] = {
    "bleu": MetricWords(
        "BLEU", "shared runs of one to four words, 0 to 100; tells nothing of meaning", digits=1
    ),
    "chrf": MetricWords("chrF", "shared runs of one to six characters, 0 to 100", digits=1),
    "ter": MetricWords(
        "TER", "edits for each hundred words of the reference; less is better", digits=1
    ),
    "rouge1": MetricWords("ROUGE-1", "shared words, as an F-measure"),
    "rouge2": MetricWords("ROUGE-2", "shared pairs of words, as an F-measure"),
    "rougeL": MetricWords("ROUGE-L", "longest common subsequence of words, as an F-measure"),
    "exact_match": MetricWords(
        "Exact match", "share equal to a reference but for case, punctuation and articles", True
    ),
    "f1_token": MetricWords("Token F1", "shared words of each segment, as SQuAD counts them"),
    "perplexity": MetricWords(
        "Perplexity", "how many tokens the model is undecided between; hangs on how it cuts texts, "
        "so that models are not compared by it", digits=1,
    ),
    "bits_per_byte": MetricWords(
        "Bits per byte", "what a text costs when the model packs it; less is better"
    ),
}
OF_ANSWERS: Mapping[str, MetricWords] = {
    "exact_match": MetricWords("Exact match", "share of answers that are right word for word", True),
    "f1_token": MetricWords(
        "F1 of words", "words shared with the right answer, on average", True
    ),
    "bleu": MetricWords("BLEU", "n-grams shared with the right answer, 0 to 100", digits=1),
    "exact_match_found": MetricWords(
        "Exact match, passage to be found", "the same where the passage has to be found first", True
    ),
    "f1_token_found": MetricWords(
        "F1 of words, passage to be found", "the same where the passage has to be found first", True
    ),
    "retrieval_recall@1": MetricWords(
        "Right passage first", "right passage at the first place", True
    ),
    "retrieval_recall@5": MetricWords(
        "Right passage in first 5", "right passage among the first five", True
    ),
    "retrieval_recall@10": MetricWords(
        "Right passage in first 10", "right passage among the first ten", True
    ),
    "mrr": MetricWords("MRR of the right passage", "mean of 1 / place of the right passage"),
    "document_recall@1": MetricWords(
        "Right document first", "passage of the right document at the first place", True
    ),
    "document_recall@5": MetricWords(
        "Right document in first 5 passages",
        "passage of the right document among the first five", True,
    ),
    "document_recall@10": MetricWords(
        "Right document in first 10 passages",
        "passage of the right document among the first ten", True,
    ),
    "document_mrr": MetricWords(
        "MRR of the right document", "mean of 1 / place of the first passage of the right document"
    ),
}


def titles(words: Mapping[str, MetricWords]) -> dict[str, str]:
    """What metrics are called, by name."""
    return {name: each.title for name, each in words.items()}
