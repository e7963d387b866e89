"""Steps 3 and 4 of objects and faces, drawn from a run with a stand-in that looks at nothing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages import driver


def script(step: str, labelled: bool, several: bool) -> None:
    """Both steps on 14 scenes; every third true count is met."""
    from dataclasses import replace

    import pandas as pd

    from dashboard.components.objects.evaluation import evaluation_view
    from dashboard.components.objects.results import results_view
    from dashboard.session import workspace
    from data.images.picture import Picture
    from data.table import Table
    from pipelines.experiment import run_experiment
    from pipelines.judging import find_kind
    from pipelines.options import Options
    from pipelines.pipeline import Pipeline
    from pipelines.prepare import prepare
    from pipelines.progress import SILENT
    from pipelines.request import Request
    from pipelines.tasks.detection import TASK
    from pipelines.vision.boxes import Box, BoxPredictions
    from tests.image_files import picture

    names = [f"<b>{number}.png" for number in range(14)]
    frame = pd.DataFrame({"image": names, "site": ["north", "south"] * 7, "width": range(14)})
    if labelled:
        frame["count"] = [number % 4 for number in range(14)]
    pictures = {name: Picture.of_bytes(name, picture(seed)) for seed, name in enumerate(names)}
    table = Table("scenes.zip", frame, "sha256:0", (), 14, pictures=pictures)
    base = run_experiment(Request(
        task=TASK, dataset=prepare(TASK, table, {"group": "site"}), models=(TASK.baseline,),
        options=Options(TASK),
    ))
    label = ("face", "=cat") if several else ("face", "face")
    found = BoxPredictions.of([
        tuple(Box(label[n % 2], 0.9 - n / 10, 5 + 20 * n, 5, 20 + 20 * n, 30) for n in range(row % 3))
        for row in range(14)
    ])
    card = TASK.default_model
    run = replace(base.runs[0], card=card, predictions=found,
                  pipeline=type("Told", (Pipeline,), {"predict": lambda *a: found})(
                      card, base.runs[0].pipeline.config))
    runs, judged = (*base.runs, run), None
    if labelled:
        judged = find_kind("counts").judge(
            base.truth, {each.card.id: each.predictions for each in runs}, batch=frame,
            metrics=TASK.metrics, source=None, baseline=TASK.baseline.id, favourite=card.id, seed=0,
            progress=SILENT, purpose=None,
        )
    experiment = replace(base, runs=runs, judged=judged, request=replace(
        base.request, models=(TASK.baseline, card)))
    (results_view if step == "results" else evaluation_view)(experiment, workspace("detection"))


def drawn(step: str, *, labelled: bool = True, several: bool = False) -> AppTest:
    at = AppTest.from_function(
        script, kwargs={"step": step, "labelled": labelled, "several": several},
        default_timeout=driver.PATIENCE,
    )
    return driver.fine(at.run())


def metrics(at: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in at.metric}


def test_results_say_how_many_were_found_and_what_for() -> None:
    at = drawn("results")
    assert metrics(at)["Images read"] == "14"
    assert metrics(at)["Found in all"] == "13"
    assert metrics(at)["Images with none"] == "5"
    assert metrics(at)["Mean error"].startswith("1.")
    assert any("never for telling who somebody is" in each.value for each in at.caption)


def test_without_counts_the_error_is_unknown_and_nothing_is_proven() -> None:
    assert metrics(drawn("results", labelled=False))["Mean error"] == "unknown"
    at = drawn("evaluation", labelled=False)
    assert "Nothing is proven yet" in at.info[0].value


def test_a_click_on_a_name_opens_its_image_beside_its_boxes() -> None:
    at = drawn("results")
    button = next(each for each in at.button if "true" not in each.label and each.label[0] == "2")
    driver.fine(button.click().run())
    assert any("2 face" in each.value for each in at.markdown)
    assert list(at.dataframe[-1].value["label"]) == ["face", "face"]
    closing = next(each for each in at.button if each.label == "Close")
    driver.fine(closing.click().run())
    assert not any(each.label == "Close" for each in at.button)


def test_labels_filter_the_gallery() -> None:
    at = drawn("results", several=True)
    at.multiselect[0].set_value(["=cat"])
    driver.fine(at.run())
    assert any(each.value.startswith("4 images of 14") for each in at.caption)


def test_blurred_images_are_shown_in_place_of_boxes() -> None:
    at = drawn("results")
    at.get_by_key("detection-hidden").set_value("Blurred")
    driver.fine(at.run())


@pytest.mark.parametrize(
    ("view", "words"),
    [("Differences", "Bias "), ("Images furthest off", "counted wrong; the worst first"),
     ("Slices", "Slices of fewer than")],
)
def test_every_view_of_the_evaluation_is_drawn(view: str, words: str) -> None:
    at = drawn("evaluation")
    assert "counted images" in driver.readable(at.subheader[0].value)
    at.get_by_key("detection-view").set_value(view)
    driver.fine(at.run())
    assert any(words in each.value for each in at.caption)
