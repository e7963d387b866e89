"""Images that look alike stand on one side, whichever models a run has, and judge no twin."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from dashboard.components.images.map import _how
from dashboard.components.images.results import _kept_apart
from data.dataset import Dataset
from data.errors import DataError
from data.reading import read
from pipelines.arrangement import SAME, Arrangement
from pipelines.experiment import run_experiment
from pipelines.judging import find_kind
from pipelines.options import Options
from pipelines.prepare import prepare
from pipelines.progress import SILENT, Progress
from pipelines.registry import find_models, find_task
from pipelines.report.run_facts import split_words
from pipelines.request import Request
from tests.image_files import scene
from tests.vision.drawn import Recorder

TASK = find_task("images")


def images(files: dict[str, Image.Image]) -> Dataset:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, image in files.items():
            content = io.BytesIO()
            image.save(content, "PNG")
            package.writestr(f"{name}.png", content.getvalue())
    return prepare(TASK, read(buffer.getvalue(), "set.zip", reads="images"))


def scenes(seeds: range, folder: str = "", mirrored: bool = False) -> dict[str, Image.Image]:
    """Scenes in turn of class a and b, named by their seed."""
    found = {}
    for seed in seeds:
        image = scene(seed, 128, 96)
        name = f"{folder}{'ab'[seed % 2]}/{seed:03}{'m' * mirrored}"
        found[name] = ImageOps.mirror(image) if mirrored else image
    return found


def arranged(
    dataset: Dataset, *models: str, training: Dataset | None = None, progress: Progress = SILENT,
    **given: str,
) -> Arrangement:
    request = Request(
        task=TASK, dataset=dataset, training=training, options=Options(TASK, given), device="cpu",
        models=tuple(find_models(TASK, ["majority", *models], own_classes=True)),
    )
    kind = find_kind(TASK.kind)
    return kind.arrange(request, kind.outputs(TASK, request.datasets, request.options), progress)


def seeds_of(asked: Arrangement, rows: np.ndarray) -> set[str]:
    return {each.name.rsplit("/", 1)[-1][:3] for each in asked.batch["image"].iloc[rows]}


@pytest.fixture(scope="module")
def mirrored() -> Dataset:
    return images(scenes(range(20)) | scenes(range(20), mirrored=True))


@pytest.mark.parametrize("kind", ["random", "cross-validation"])
def test_mirror_images_stand_on_one_side_whichever_models_are_chosen(
    mirrored: Dataset, kind: str
) -> None:
    recorder = Recorder()
    asked = arranged(mirrored, "dense-network", progress=recorder, split=kind)
    assert ("Looking for images that look alike", 40) in recorder.stages
    parts = asked.split.folds or ((asked.split.train, asked.split.test),)
    for train, test in parts:
        assert len(train) and len(test)
        assert not seeds_of(asked, train) & seeds_of(asked, test)
    assert any(
        each == "40 images are copies of another one or look like it; duplicates were kept on one "
        "side of the split." for each in asked.warnings
    )
    again = arranged(mirrored, "own-classes", "two-conv", split=kind)
    for one, other in zip(parts, again.split.folds or ((again.split.train, again.split.test),),
                          strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])
    np.testing.assert_array_equal(asked.split.test, again.split.test)
    assert asked.batch[SAME].nunique() == 20


def test_models_that_know_everything_already_need_no_looking(
    mirrored: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.vision import alike

    def fail(*_: object) -> None:
        raise AssertionError("nothing was to be looked at")

    monkeypatch.setattr(alike, "alike_groups", fail)
    asked = arranged(mirrored, "efficientnet-lite0")
    assert len(asked.split.test) == 40
    assert SAME not in asked.batch
    with pytest.raises(AssertionError):
        arranged(mirrored, "own-classes")


def test_a_model_is_not_called_faster_for_what_was_looked_at_before_it(mirrored: Dataset) -> None:
    done = run_experiment(Request(
        task=TASK, dataset=mirrored, device="cpu",
        models=tuple(find_models(TASK, ["majority", "own-classes"], own_classes=True)),
        options=Options(TASK, {"split": "random"}),
    ))
    run = done.run_of("own-classes")
    looking = run.pipeline.spared(mirrored.batch())
    assert run.seconds["predict"] >= looking > 0
    assert done.judged is not None and done.judged.rows == len(done.split.test)


def test_in_a_split_of_the_file_twins_of_what_is_learnt_do_not_judge() -> None:
    files = scenes(range(10), "train/") | scenes(range(10, 16), "test/")
    twins = scenes(range(4), "test/", mirrored=True) | {"test/a/copy": scene(0, 128, 96)}
    asked = arranged(images(files | twins), "dense-network")
    assert asked.split.kind == "given"
    assert seeds_of(asked, asked.split.test) == {f"{seed:03}" for seed in range(10, 16)}
    assert len(asked.split.train) == 10
    said = asked.warnings[0]
    assert said.startswith("5 test images are copies of one that models learnt from or look like it")
    assert "left out of judging" in said
    assert said.count("“") == 3 and said.endswith("and 2 more.")
    assert not any("flatters" in each for each in asked.warnings)


def test_twins_of_images_in_a_training_file_do_not_judge() -> None:
    training = images(scenes(range(10)))
    judging = images(scenes(range(9, 14)) | scenes(range(2), mirrored=True))
    asked = arranged(judging, "own-classes", training=training)
    assert seeds_of(asked, asked.split.test) == {"010", "011", "012", "013"}
    assert asked.warnings[0].startswith("3 test images are copies of one that models learnt from")
    assert asked.lessons.batch[SAME].nunique() == len(asked.lessons) == 10
    assert set(asked.batch[SAME]) & set(asked.lessons.batch[SAME])


def test_where_all_that_judges_was_learnt_it_judges_and_is_said() -> None:
    files = scenes(range(10), "train/") | scenes(range(4), "test/", mirrored=True)
    asked = arranged(images(files), "dense-network")
    assert len(asked.split.test) == 4
    assert any("4 test rows stand in the training part as well, which flatters" in each
               for each in asked.warnings)
    assert "was learnt from" in str(asked.split.to_json()["rule"])
    learner = SimpleNamespace(card=SimpleNamespace(needs_labels=True))
    unfair: Any = SimpleNamespace(runs=[learner], split=asked.split)
    assert _kept_apart(unfair) == ""


def test_the_page_says_kept_apart_only_where_a_model_learns(mirrored: Dataset) -> None:
    split = arranged(mirrored, "dense-network").split
    for learns, said in ((True, " and kept apart from those that models learnt from"), (False, "")):
        runs = [SimpleNamespace(card=SimpleNamespace(needs_labels=learns))]
        shown: Any = SimpleNamespace(runs=runs, split=split)
        assert _kept_apart(shown) == said


def test_a_report_tells_a_split_in_the_file_from_a_training_file() -> None:
    files = scenes(range(6), "train/") | scenes(range(6, 8), "val/") | scenes(range(8, 12), "test/")
    asked = arranged(images(files), "dense-network")
    judged = SimpleNamespace(rows=4)
    run: Any = SimpleNamespace(
        split=asked.split, judged=judged, request=SimpleNamespace(training=None, task=TASK)
    )
    assert split_words(run, "image") == (
        "4 images that the file keeps for testing; models learnt from its 6 images for training and "
        "2 for validation"
    )
    other: Any = SimpleNamespace(
        split=arranged(images(scenes(range(8, 12))), "own-classes",
                       training=images(scenes(range(6)))).split,
        judged=judged, request=SimpleNamespace(training="there is one", task=TASK),
    )
    assert split_words(other, "image") == (
        "4 images of this file; models learnt from 6 images of another file"
    )


@pytest.mark.parametrize(("count", "named"), [(11, "PCA"), (12, "t-SNE")])
def test_the_caption_of_the_map_names_what_drew_it(count: int, named: str) -> None:
    assert named in _how(count)
    assert ("t-SNE" in _how(count)) is (named == "t-SNE")


def test_a_test_file_that_was_learnt_from_proves_nothing() -> None:
    learnt = images(scenes(range(12)))
    asked = arranged(images(scenes(range(6), mirrored=True)), "own-classes", training=learnt)
    assert asked.doubt.startswith("Nothing is proven here: all 6 test images are among what models")
    assert arranged(images(scenes(range(20, 26))), "own-classes", training=learnt).doubt == ""


def test_copies_of_one_image_under_two_labels_teach_nothing() -> None:
    one = scene(0, 128, 96)
    with pytest.raises(DataError, match="All 12 labelled images are copies of one another"):
        arranged(images({f"{'ab'[row % 2]}/{row}": one for row in range(12)}), "own-classes")


def test_classes_that_no_training_image_shows_are_said() -> None:
    learnt = images(scenes(range(12)))
    other = {f"{'ac'[seed % 2]}/{seed}": scene(seed, 128, 96) for seed in range(20, 28)}
    asked = arranged(images(other), "own-classes", training=learnt)
    assert any(
        each == "Nothing in the training file is “c”, so models that learn from it cannot say so: 4 "
        "test rows count against them." for each in asked.warnings
    )


def test_a_test_file_without_labels_says_that_it_judges_nothing() -> None:
    asked = arranged(
        images({f"c/{seed}": scene(seed, 128, 96) for seed in range(20, 24)}), "own-classes",
        training=images(scenes(range(12))),
    )
    assert asked.truth is None
    assert any("set.zip has no labels, so nothing is judged" in each for each in asked.warnings)
