"""Judges texts against references: scores with intervals, paired tests, facts and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from data.errors import DataError
from data.language import LanguageGuess, detect
from pipelines.evaluation.sums import Measure, judge_sums
from pipelines.evaluation.text_judgement import References, TextFacts, TextJudgement
from pipelines.evaluation.text_metrics import (
    MOST_TER_COST,
    Counter,
    of_segments,
    ter_cost,
    tokenizer_for,
)
from pipelines.evaluation.text_warnings import SURE_OF_LANGUAGE, text_warnings
from pipelines.progress import SILENT, Progress, running_count

# Shorter references have hardly any runs of four words, which BLEU is made of.
WORDS_FOR_BLEU = 5


def judge_texts(
    references: Sequence[Sequence[str]],
    systems: Mapping[str, Sequence[str]],
    *,
    sources: Sequence[str] | None = None,
    baseline: str | None = None,
    favourite: str | None = None,
    left_out: int = 0,
    primary: str | None = None,
    further: Mapping[str, Sequence[Measure]] | None = None,
    tokenize: str | None = None,
    seed: int = 0,
    resamples: int = 2000,
    level: float = 0.95,
    progress: Progress = SILENT,
) -> TextJudgement:
    """Scores systems on the same segments and tests every two against each other.

    Args:
        references: of each segment, one or more.
        systems: the outputs of each system by its name, in the order of the references; an output
            that is missing is the empty text and counts as such.
        sources: what the outputs were made from, "" where it is not known.
        baseline: name of the system that the others have to beat; the first one stands in for it.
        favourite: name of the system that is spoken of; see `claims.corrected`.
        left_out: number of rows without any reference, for the warnings.
        primary: the metric that the verdict speaks of; BLEU, or token F1 for short references.
        further: measures of systems beside those of the texts, over the same segments.
        tokenize: of BLEU, one of `text_metrics.TOKENIZERS`; by the references' language if not given.
        seed: of the resamples, which all systems and metrics share.
        resamples: number of bootstrap draws.
        level: coverage of the intervals.
        progress: told of segments and resamples.

    Raises:
        DataError: no segments, no systems, a segment without references, or different lengths.
    """
    _check(references, systems, sources)
    held: References = tuple(tuple(each) for each in references)
    said = {name: tuple(texts) for name, texts in systems.items()}
    language = detect([each[0] for each in held], seed=seed)
    spoken = language.code if language and language.share >= SURE_OF_LANGUAGE else None
    quick = ter_cost(held, said) <= MOST_TER_COST
    counter = Counter(held, tokenize=tokenize or tokenizer_for(spoken), ter=quick)
    progress.stage("Words and n-grams, segments", len(held))
    counts = counter.count(said, progress.advance)
    progress.stage("Intervals and tests, resamples", resamples)
    against = baseline or next(iter(said))
    scores, comparisons = judge_sums(
        {
            name: [*counter.measures(each), *(further or {}).get(name, ())]
            for name, each in counts.items()
        },
        baseline=against, favourite=favourite, seed=seed, resamples=resamples, level=level,
        progress=running_count(progress),
    )
    origin = None if sources is None else tuple(sources)
    facts = {
        name: _facts(texts, held, origin, counts[name]["bleu"], seed)
        for name, texts in said.items()
    }
    warnings = text_warnings(
        held, said, facts, language, scores, left_out=left_out, tokenizer=counter.tokenizer,
        with_ter=quick, baseline=baseline,
    )
    return TextJudgement(
        references=held, systems=said, sources=origin,
        segments={name: of_segments(each) for name, each in counts.items()},
        facts=facts, language=language, scores=scores, comparisons=comparisons, warnings=warnings,
        primary=primary or _primary(held), baseline=against, stand_in=baseline is None, seed=seed,
        level=level,
    )


def _check(
    references: Sequence[Sequence[str]],
    systems: Mapping[str, Sequence[str]],
    sources: Sequence[str] | None,
) -> None:
    if not len(references):
        raise DataError("There is no reference to hold the outputs against; give at least one.")
    if not systems:
        raise DataError("There are references but no outputs; give those of at least one system.")
    if not all(len(each) for each in references):
        raise DataError("Some segments have no reference; leave them out or add one.")
    lengths = {f"the outputs of “{name}”": len(texts) for name, texts in systems.items()}
    if sources is not None:
        lengths["the sources"] = len(sources)
    for what, length in lengths.items():
        if length != len(references):
            raise DataError(
                f"There are {len(references):,} segments with references, but {what} have "
                f"{length:,}; give one for each segment, in the same order."
            )


def _primary(references: References) -> str:
    words = median(len(each[0].split()) for each in references)
    spaced = any(" " in each[0].strip() for each in references)
    return "f1_token" if spaced and words < WORDS_FOR_BLEU else "bleu"


def _facts(
    texts: tuple[str, ...],
    references: References,
    sources: tuple[str, ...] | None,
    counted: np.ndarray,
    seed: int,
) -> TextFacts:
    words, theirs = counted[:, 0].sum(), counted[:, 1].sum()
    copied = None
    if sources is not None:
        copied = sum(
            _repeats(text, source) and not any(_repeats(each, source) for each in own)
            for text, source, own in zip(texts, sources, references, strict=True)
        )
    return TextFacts(
        length_ratio=float(words / theirs) if theirs else float("nan"),
        empty=sum(not text.strip() for text in texts),
        copied=copied,
        language=_language(texts, seed),
    )


def _repeats(text: str, source: str) -> bool:
    own = text.casefold().split()
    return bool(own) and own == source.casefold().split()


def _language(texts: tuple[str, ...], seed: int) -> LanguageGuess | None:
    return detect([text for text in texts if text.strip()], seed=seed)
