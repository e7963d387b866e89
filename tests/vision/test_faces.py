"""Faces: what the packaged cascade finds in drawn people, and what happens without the package."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from benchmarks.faces_by_light import measure
from data import samples
from data.errors import DataError
from data.images.picture import Picture
from data.samples.drawn_faces import scene as people
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import Progress
from pipelines.registry import find_model, make_pipeline
from pipelines.runtime.packaged import WeightsError
from pipelines.runtime.residents import Residents
from pipelines.tasks.detection import TASK
from pipelines.vision import faces
from pipelines.vision.boxes import BoxPredictions
from pipelines.vision.drawing import blurred
from pipelines.vision.faces import FaceDetector
from tests.image_files import scene, written

with_package = pytest.mark.skipif(find_spec("cv2") is None, reason="opencv is optional")


def drawn(number: int, seed: int = 0) -> Image.Image:
    return people(np.random.default_rng(seed), number, hard=False)


def picture(image: Image.Image, name: str = "x.png") -> Picture:
    return Picture.of_bytes(name, written(image))


def made(**settings: str) -> Pipeline:
    config = LoadConfig(settings=dict(Options(TASK, settings)))
    return make_pipeline(find_model(TASK, "faces"), config).load()


def counted(pipeline: Pipeline, pictures: list[Picture]) -> BoxPredictions:
    found = pipeline.predict(pd.DataFrame({"image": pd.Series(pictures, dtype=object)}))
    assert isinstance(found, BoxPredictions)
    return found


class Stub:
    """A cascade that finds what it is told to."""

    def __init__(self, corners: list[list[int]], agreed: list[int]) -> None:
        self.corners, self.agreed = np.array(corners), np.array(agreed)
        self.seen: list[tuple[int, ...]] = []

    def detectMultiScale2(self, grey: np.ndarray, **settings: object) -> tuple:
        self.seen.append(grey.shape)
        return self.corners, self.agreed


def stubbed(stub: Stub) -> FaceDetector:
    detector = FaceDetector.__new__(FaceDetector)
    detector._cascade, detector._lock = stub, threading.Lock()
    return detector


def test_boxes_come_back_in_pixels_of_the_large_image() -> None:
    stub = Stub([[100, 50, 40, 60]], [15])
    found = stubbed(stub).find([picture(scene(0, 2048, 1024))], 0.5)
    assert stub.seen == [(512, 1024)]
    box = found[0][0]
    assert (box.x0, box.y0, box.x1, box.y1) == (200, 100, 280, 220)
    assert (box.label, box.score) == ("face", 0.75)


def test_five_windows_that_agree_are_the_usual_threshold() -> None:
    stub = Stub([[0, 0, 30, 30], [40, 0, 30, 30], [0, 40, 30, 30]], [4, 5, 20])
    one = [picture(scene(0, 90, 80))]
    assert [box.score for box in stubbed(stub).find(one, 0.5)[0]] == [0.8, 0.5]
    assert len(stubbed(stub).find(one, 0.4)[0]) == 3
    assert len(stubbed(stub).find(one, 0.9)[0]) == 0


def test_nothing_found_is_no_box() -> None:
    none = Stub([], [])
    none.corners, none.agreed = (), ()  # type: ignore[assignment]
    assert stubbed(none).find([picture(scene(0))], 0.5) == [()]


@with_package
def test_there_is_no_face_in_noise_and_plain_colour() -> None:
    rng = np.random.default_rng(0)
    noise = [Image.fromarray(rng.integers(0, 256, (160, 200, 3), dtype=np.uint8))
             for _ in range(4)]
    plain = [Image.new("RGB", (200, 100), "grey"), Image.new("RGB", (1, 1)), scene(4), drawn(0)]
    found = counted(made(), [picture(image) for image in [*noise, *plain]])
    assert found.counts.tolist() == [0] * 8


@with_package
def test_drawn_people_who_look_ahead_are_counted_where_they_are() -> None:
    numbers = [0, 1, 2, 3, 4, 1]
    found = counted(made(), [picture(drawn(number, seed)) for seed, number in enumerate(numbers)])
    assert np.abs(found.counts - numbers).sum() <= 1
    room = 480 / 2
    middles = sorted((box.x0 + box.x1) / 2 for box in found.boxes[2])
    assert [int(x // room) for x in middles] == [0, 1]
    assert set(found.per_label()) == {"face"}


@with_package
def test_dark_faces_are_missed_in_dim_light_as_the_note_on_use_says() -> None:
    found = measure(scenes=10)
    bright, dim = list(found["bright"].values()), list(found["dim"].values())
    assert min(bright) >= 0.9
    assert dim[0] >= 0.9, "light skin is found in dim light as well"
    # When this fails for the better, measure again and change the note.
    assert dim[-1] <= 0.8
    assert "52 % of the darkest" in faces.USE


@with_package
def test_what_is_blurred_is_found_no_more() -> None:
    image = drawn(3, seed=1)
    pipeline = made()
    before = counted(pipeline, [picture(image)])
    assert before.counts[0] >= 2
    after = blurred(image, before.boxes[0])
    assert counted(pipeline, [picture(after)]).counts[0] == 3 - before.counts[0]


@with_package
def test_a_row_gets_the_same_answer_alone_in_another_order_and_at_the_same_time() -> None:
    pictures = [picture(drawn(number % 5, number)) for number in range(18)]
    pipeline = made()
    together = counted(pipeline, pictures)
    assert counted(pipeline, pictures[::-1]).boxes == together.boxes[::-1]
    assert counted(pipeline, pictures[4:5]).boxes == together.boxes[4:5]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: counted(pipeline, pictures), range(4)):
            assert found.boxes == together.boxes


@with_package
def test_progress_counts_each_image_once() -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    counting = Counting()
    batch = pd.DataFrame({"image": pd.Series([picture(drawn(1))] * 3, dtype=object)})
    made().predict(batch, counting)
    assert counting.rows == 3
    assert len(counted(made(), [])) == 0


@with_package
@pytest.mark.parametrize("what", ["", "face", "Faces"])
def test_faces_may_be_asked_for_by_name(what: str) -> None:
    assert made(what=what)


@with_package
def test_anything_else_is_refused() -> None:
    with pytest.raises(DataError, match="finds “face” only, not “person”"):
        made(what="person")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "RESIDENTS", Residents(100))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(WeightsError, match=r"not installed.*requirements-faces"):
        made()


def test_a_release_without_the_cascade_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Found:
        origin = str(tmp_path / "cv2" / "__init__.py")

    monkeypatch.setattr(faces, "RESIDENTS", Residents(100))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: Found)
    with pytest.raises(WeightsError, match="carries no face detector"):
        faces.face_detector()


def test_another_cascade_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cv2" / "data"
    folder.mkdir(parents=True)
    (folder / faces.CASCADE).write_text("<xml/>")

    class Found:
        origin = str(tmp_path / "cv2" / "__init__.py")

    monkeypatch.setattr(faces, "RESIDENTS", Residents(100))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: Found)
    with pytest.raises(WeightsError, match="SHA-256"):
        faces.face_detector()


def test_the_note_on_use_says_what_it_is_not_for() -> None:
    for word in ("never", "misses", "skin", "nobody has measured"):
        assert word in faces.USE


def test_the_sample_says_how_many_faces_were_drawn() -> None:
    table = samples.load("drawn-faces")
    assert len(table.frame) == len(table.pictures) == 60
    assert set(table.frame["faces"]) == {0, 1, 2, 3, 4}
    assert "label" not in table.frame
    assert table.fingerprint == samples.load("drawn-faces").fingerprint
