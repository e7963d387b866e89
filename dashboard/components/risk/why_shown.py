"""Why the page shows the model and the threshold that it shows, where neither was the user's choice."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.components.risk.applicants import line_words
from dashboard.components.text import cut
from pipelines.evaluation.finding import percent
from pipelines.evaluation.score import Score
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging import Judged
from pipelines.tabular.decision import decision_of, set_threshold
from pipelines.tabular.pipeline import TabularPipeline

# What a model may be worse in than the baseline although it ranks better.
BESIDE = {
    "brier": "Brier score", "log_loss": "log loss", "ece": "calibration error",
    "accuracy": "accuracy", "mae": "mean absolute error",
}
NAMES = {"roc_auc": "AUC", "brier": "Brier score", "rmse": "RMSE"}


def why_this_model(judged: Judged | None, titles: Mapping[str, str], model: str) -> str:
    """That others scored better than the model that is shown first; empty where none did.

    Args:
        judged: the models; None where nothing judged.
        titles: what they are called, by id.
        model: the one shown first.
    """
    if judged is None or model not in judged.scores:
        return ""
    primary, own = judged.detail.primary, judged.detail.score(model, judged.detail.primary)
    if own is None:
        return ""
    better = [
        f"{cut(titles.get(name, name), 40)} {_written(other)}"
        for name in judged.detail.order
        if name not in (model, judged.baseline)
        and (other := judged.detail.score(name, primary)) is not None and _beats(other, own)
    ]
    title, metric = cut(titles.get(model, model), 40), NAMES.get(primary, primary)
    said = []
    if better:
        said.append(
            f"{title} is shown first by the order of this page, not because it scored best: {metric} "
            f"{_written(own)} against {', '.join(better)}. Step 4 says whether such a difference is "
            "more than chance; the others can be chosen here and there."
        )
    worse = _worse_than_baseline(judged, model)
    if worse:
        said.append(f"Against the baseline {title} is worse in {' and '.join(worse)}.")
    return " ".join(said)


def _beats(one: Score, other: Score) -> bool:
    return one.value > other.value if one.higher_is_better else one.value < other.value


def _written(score: Score) -> str:
    return f"{score.value:.3f}" if abs(score.value) < 10 else f"{score.value:,.4g}"


def _worse_than_baseline(judged: Judged, model: str) -> list[str]:
    found = []
    for metric, name in BESIDE.items():
        own, base = (judged.detail.score(each, metric) for each in (model, judged.baseline))
        if model != judged.baseline and own is not None and base is not None and _beats(base, own):
            found.append(f"{name} ({_written(own)} against {_written(base)})")
    return found


def why_this_threshold(experiment: Experiment, run: ModelRun, threshold: float) -> str:
    """Which figures a threshold by profit follows from, and whether anybody entered them."""
    settings, pipeline = experiment.request.options, run.pipeline
    assert isinstance(pipeline, TabularPipeline), "it holds a model of a table"
    if set_threshold(settings) is not None or decision_of(settings).rule != "profit":
        return ""
    usual = {option.name: option.default for option in experiment.request.task.options}
    assumed = []
    margin = pipeline.model.margin
    if margin is None:
        margin = float(settings["margin"])
        if settings["margin"] == usual["margin"]:
            assumed.append("margin")
        gain = f"a margin of {percent(margin)}"
    else:
        gain = f"the mean margin of your column, {percent(margin)},"
    loss = settings["loss_given_default"]
    if loss == usual["loss_given_default"]:
        assumed.append("loss")
    sentence = (
        f"The threshold of {line_words(threshold)} is where approving breaks even with {gain} and a "
        f"loss of {percent(float(loss))} of the exposure in a default."
    )
    if assumed:
        what = " and ".join(assumed)
        be = "are assumptions" if len(assumed) > 1 else "is an assumption"
        sentence += f" The {what} {be}, not from your data: enter yours in step 4 and run again."
    return sentence
