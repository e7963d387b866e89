"""What makes scores of texts hard to believe, as sentences for those who decide by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from data.language import LanguageGuess
from pipelines.evaluation.score import Score
from pipelines.evaluation.text_judgement import References, TextFacts

FEW_SEGMENTS = 100
MANY_COPIES = 0.2
MANY_REPEATED = 0.05
SHORT, LONG = 0.75, 1.33
# Of the texts that were looked at; below it the language is a guess.
SURE_OF_LANGUAGE = 0.6
LETTERS_TO_TELL = 200


def text_warnings(
    references: References,
    systems: Mapping[str, Sequence[str]],
    facts: Mapping[str, TextFacts],
    language: LanguageGuess | None,
    scores: Mapping[str, Sequence[Score]],
    *,
    left_out: int,
    tokenizer: str,
    with_ter: bool,
    baseline: str | None,
) -> tuple[str, ...]:
    """Returns a sentence for each reason to doubt the scores.

    Args:
        references: of each segment.
        systems: outputs by system.
        facts: of each system.
        language: of most references.
        scores: of each system.
        left_out: rows without a reference.
        tokenizer: BLEU's.
        with_ter: whether TER was computed.
        baseline: a baseline by nature, such as a copy of the source, about which nothing is warned.
    """
    n = len(references)
    found = []
    if n < FEW_SEGMENTS:
        found.append(
            f"Only {_count(n, 'segment')} with a reference: the intervals are wide, and only large "
            f"differences between systems can show; judge {FEW_SEGMENTS} or more."
        )
    if left_out:
        found.append(
            f"{_count(left_out, 'row')} without a reference {_were(left_out)} left out."
        )
    found += _repeated(references)
    for name, texts in systems.items():
        if name != baseline:
            found += _of_system(name, texts, facts[name], references, language, scores[name])
    found += _alike(systems, baseline)
    if tokenizer != "13a" and language is not None:
        found.append(
            f"The references are in {language.name}, so BLEU cuts words with sacreBLEU's tokenizer "
            f"“{tokenizer}” and not the usual “13a”; compare it only with scores cut the same way."
        )
    if not with_ter:
        words = np.mean([len(each[0].split()) for each in references])
        found.append(
            f"TER is left out: its search for moved phrases would take very long for "
            f"{_count(n, 'segment')} of about {words:.0f} words; judge a random sample to have it."
        )
    return tuple(found)


def _of_system(
    name: str,
    texts: Sequence[str],
    facts: TextFacts,
    references: References,
    language: LanguageGuess | None,
    scores: Sequence[Score],
) -> list[str]:
    n = len(texts)
    found = []
    if facts.empty:
        found.append(
            f"“{name}” gives nothing for {facts.empty:,} of {_count(n, 'segment')}; each counts as an "
            "empty output."
        )
    if facts.copied is not None and facts.copied >= max(2, MANY_COPIES * n):
        found.append(
            f"“{name}” repeats the source in {facts.copied:,} of {_count(n, 'segment')} where the "
            "reference does not: it may have failed there."
        )
    if _differs(language, facts.language, references, texts):
        assert language is not None and facts.language is not None, "both were told"
        found.append(
            f"The outputs of “{name}” look {facts.language.name}, the references {language.name}: "
            "check that the columns belong together."
        )
    if facts.empty < n and not SHORT <= facts.length_ratio <= LONG:
        side = "shorter" if facts.length_ratio < 1 else "longer"
        found.append(
            f"The outputs of “{name}” are much {side} than the references: {facts.length_ratio:.2f} "
            "words for each word of the reference."
        )
    if n > 1 and any(score.name == "exact_match" and score.value == 1 for score in scores):
        found.append(
            f"“{name}” equals the reference in every segment: check that the references were not made "
            "from its outputs."
        )
    return found


def _differs(
    one: LanguageGuess | None,
    other: LanguageGuess | None,
    references: References,
    texts: Sequence[str],
) -> bool:
    if one is None or other is None or one.code == other.code:
        return False
    if min(one.share, other.share) < SURE_OF_LANGUAGE:
        return False
    letters = (sum(len(each[0]) for each in references), sum(len(text) for text in texts))
    scripts = all(each.code in ("zh", "ja", "ko", "th", "el", "he") for each in (one, other))
    return scripts or min(letters) >= LETTERS_TO_TELL


def _repeated(references: References) -> list[str]:
    held = Counter(references)
    repeated = sum(number - 1 for number in held.values())
    if repeated < 2 or repeated < MANY_REPEATED * len(references):
        return []
    return [
        f"{_count(repeated, 'segment')} {'has' if repeated == 1 else 'have'} the reference of an "
        "earlier one: repeated segments make the intervals narrower than they should be."
    ]


def _alike(systems: Mapping[str, Sequence[str]], baseline: str | None) -> list[str]:
    own = [name for name in systems if name != baseline]
    return [
        f"“{first}” and “{second}” give the same output in every segment."
        for first, second in combinations(own, 2)
        if tuple(systems[first]) == tuple(systems[second])
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
