"""One to three sentences that say what an evaluation of texts proves, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipelines.evaluation.score import Comparison, Score
from pipelines.evaluation.text_judgement import TextJudgement
from pipelines.evaluation.text_metrics import OF_A_HUNDRED, TITLES
from pipelines.evaluation.text_warnings import FEW_SEGMENTS
from pipelines.evaluation.verdict import TOO_FEW_ROWS, chance_words, is_shown, p_words

AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})
# Asked when the first one speaks: of two metrics that disagree neither settles a choice.
SECOND_OPINION = {"bleu": "chrf", "chrf": "bleu", "f1_token": "chrf", "rougeL": "rouge1"}


def text_verdict(
    judgement: TextJudgement, model: str | None = None, *, baseline_words: str = "the baseline",
    titles: Mapping[str, str] = AS_THEY_ARE,
) -> str:
    """Says how good the best system is, whether that beats the baseline, and the next best.

    Args:
        judgement: of the systems.
        model: the one to speak of; the best one if not given.
        baseline_words: how to call the baseline in a sentence; not used where a system stands in.
        titles: what systems are called, by name; those without one by their names.
    """
    metric = judgement.primary
    contenders = [
        name for name in judgement.ranked(metric)
        if judgement.stand_in or name != judgement.baseline
    ] or list(judgement.systems)
    chosen = model or contenders[0]
    score = judgement.score(chosen, metric)
    assert score is not None, "the primary metric is always defined"
    opening = (
        f"On {score.n:,} {'segment' if score.n == 1 else 'segments'} {called(chosen, titles)} has "
        f"{_article(metric)} {TITLES[metric]} of {_value(score)}"
    )
    if score.n < TOO_FEW_ROWS:
        return f"{opening}: too few segments to tell how good it is; judge at least {FEW_SEGMENTS}."
    others = [name for name in contenders if name != chosen]
    sentences = []
    if not judgement.stand_in and chosen != judgement.baseline:
        found = judgement.comparison(metric, chosen, judgement.baseline)
        opening += _against_baseline(found, score, baseline_words)
    if not others and judgement.stand_in:
        return (
            f"{opening}. Nothing stands beside it, so nothing is proven: add the outputs of another "
            "system, or name the source so that a copy of it can be the baseline."
        )
    sentences.append(opening + ".")
    if others:
        sentences += _against_next(judgement, chosen, others[0], score, called(others[0], titles))
    if judgement.stand_in:
        sentences.append(
            f"There is no baseline; {called(judgement.baseline, titles)}, the first system, stands "
            "for it in tables."
        )
    return " ".join(sentences)


def called(name: str, titles: Mapping[str, str]) -> str:
    """The title of a model in a sentence, in quotes where words of it could be taken for others."""
    title = titles.get(name)
    if title is None:
        return name
    return f"“{title}”" if " " in title else title


def difference_words(comparison: Comparison, *, flip: bool = False) -> str:
    """The size of a difference with its interval: `4.1 points (1.2 to 7.0)` or `0.032 (…)`."""
    digits = 1 if comparison.metric in OF_A_HUNDRED else 3
    unit = " points" if comparison.metric in OF_A_HUNDRED else ""
    size = f"{abs(comparison.delta):.{digits}f}"
    unit = " point" if size == "1.0" and unit else unit
    if comparison.low is None or comparison.high is None:
        return f"{size}{unit}"
    ends = [comparison.low, comparison.high]
    if flip:
        ends = [-comparison.high, -comparison.low]
    low, high = (f"{end:.{digits}f}".replace("-", "−") for end in ends)
    return f"{size}{unit} ({low} to {high})"


def _against_baseline(comparison: Comparison | None, score: Score, words: str) -> str:
    if comparison is None:
        return ""
    gain = comparison.delta if score.higher_is_better else -comparison.delta
    if comparison.delta == 0:
        return f", exactly as much as {words}: no gain is shown"
    size = difference_words(comparison, flip=comparison.delta < 0)
    side = "better" if gain > 0 else "worse"
    if not is_shown(comparison):
        return (
            f", {size} {side} than {words}; that can be chance ({chance_words(comparison)}), so no "
            "gain is shown"
        )
    end = "" if gain > 0 else ": do not use it on this data"
    return (
        f", {size} {side} than {words}; the difference is not chance ({p_words(comparison.p)}){end}"
    )


def _against_next(
    judgement: TextJudgement, chosen: str, other: str, score: Score, name: str
) -> list[str]:
    metric = judgement.primary
    found = judgement.comparison(metric, chosen, other)
    if found is None:
        return []
    if found.delta == 0:
        return [f"{name} scores exactly the same."]
    gain = found.delta if score.higher_is_better else -found.delta
    size = difference_words(found, flip=found.delta < 0)
    side = "ahead of" if gain > 0 else "behind"
    if not is_shown(found):
        return [
            f"It is {size} {side} {name}, which can be chance ({chance_words(found)}): neither is "
            "shown to be better."
        ]
    sentences = [
        f"It is {size} {side} {name}, and the difference is not chance ({p_words(found.p)})."
    ]
    second = SECOND_OPINION.get(metric, "chrf")
    asked = judgement.comparison(second, chosen, other)
    if asked is not None and asked.delta * found.delta < 0:
        sentences.append(
            f"{TITLES[second]} puts them the other way round: read the segments before choosing."
        )
    return sentences


def _value(score: Score) -> str:
    digits = 1 if score.name in OF_A_HUNDRED else 3
    value = f"{score.value:.{digits}f}"
    if score.low is None or score.high is None:
        return value
    return f"{value} ({score.low:.{digits}f} to {score.high:.{digits}f})"


def _article(metric: str) -> str:
    return "an" if metric == "exact_match" else "a"
