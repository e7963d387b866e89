"""One sentence that says what an evaluation of counts proves, and what it does not."""

from __future__ import annotations

from pipelines.evaluation.counts import FEW_IMAGES, CountJudgement
from pipelines.evaluation.score import Score
from pipelines.evaluation.verdict import TOO_FEW_ROWS, chance_words, is_shown, p_words

BASELINE_WORDS = "always saying the median count"


def count_verdict(
    judgement: CountJudgement, model: str, *, baseline_words: str = BASELINE_WORDS
) -> str:
    """Says how far off a model is, how often it is exact, to which side, and against the baseline.

    Args:
        judgement: of the model and the baseline.
        model: the one to speak of.
        baseline_words: how to call the baseline in a sentence.
    """
    off, exact = judgement.score(model, "mae"), judgement.score(model, "accuracy")
    assert off is not None and exact is not None, "both are always defined"
    n = off.n
    opening = (
        f"On {n:,} counted {'image' if n == 1 else 'images'} {model} is off by {_value(off)} on "
        f"average and exactly right in {_share(exact)}"
    )
    if n < TOO_FEW_ROWS:
        return (
            f"{opening}: too few images to tell how good it is; count at least {FEW_IMAGES}."
        )
    return f"{opening}{_side(judgement, model)}{_against(judgement, model, baseline_words)}."


def side_words(bias: Score) -> str:
    """Whether too many or too few are counted, as far as that is shown; "" where it is not."""
    # Without an interval every image is off by the same.
    shown = bias.low is None or bias.high is None or not bias.low <= 0 <= bias.high
    if not shown or bias.value == 0:
        return ""
    side = "many" if bias.value > 0 else "few"
    return f"counts {abs(bias.value):.2f} too {side} an image"


def _side(judgement: CountJudgement, model: str) -> str:
    bias = judgement.score(model, "bias")
    words = "" if bias is None else side_words(bias)
    return f", {words}" if words else ""


def _against(judgement: CountJudgement, model: str, words: str) -> str:
    found = judgement.comparison("mae", model, judgement.baseline)
    if found is None or model == judgement.baseline:
        return ""
    if found.delta == 0:
        return f", and is no nearer than {words}: no gain is shown"
    side = "nearer" if found.delta < 0 else "further off"
    size = f"{abs(found.delta):.2f} {side} than {words}"
    if not is_shown(found):
        return f", and is {size}; that can be chance ({chance_words(found)}), so no gain is shown"
    end = "" if found.delta < 0 else ": do not use it on these images"
    return f", and is {size}; the difference is not chance ({p_words(found.p)}){end}"


def _value(score: Score) -> str:
    if score.low is None or score.high is None:
        return f"{score.value:.2f}"
    return f"{score.value:.2f} ({score.low:.2f} to {score.high:.2f})"


def _share(score: Score) -> str:
    value = f"{100 * score.value:.0f} %"
    if score.low is None or score.high is None:
        return value
    return f"{value} ({100 * score.low:.0f} to {100 * score.high:.0f})"
