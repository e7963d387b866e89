"""Object detectors of the Hub, boxes as tables, pictures and archives, and the task's models."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForObjectDetection

from data.errors import DataError, OptionError
from data.images.picture import Picture
from pipelines.options import Options
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.progress import Progress
from pipelines.registry import hub_card, make_pipeline
from pipelines.runtime.hub import HubError
from pipelines.runtime.residents import Residents
from pipelines.tasks.detection import TASK
from pipelines.vision import detection
from pipelines.vision.boxes import Box, BoxPredictions, in_order, inside, table, words
from pipelines.vision.drawing import blurred, drawn, scaled, write_blurred, written
from tests.image_files import exif, scene
from tests.image_files import written as image_bytes
from tests.tiny_vision import write_detr, write_rt_detr, write_vit, write_yolos

LABELS = ["cat", "dog", "dining table"]
SHAPES = ((96, 72), (72, 96), (96, 72), (200, 50), (64, 64), (1, 1), (96, 72))
PICTURES = [
    Picture.of_bytes(f"{seed}.png", image_bytes(scene(seed, *shape)))
    for seed, shape in enumerate(SHAPES)
]
BATCH = pd.DataFrame({"image": pd.Series(PICTURES, dtype=object)})
Writer = Callable[[Path, list[str]], Path]
EVERY = pytest.mark.parametrize(
    "write", [write_yolos, write_detr, write_rt_detr], ids=["yolos", "detr", "rt-detr"]
)


@pytest.fixture(autouse=True)
def nothing_resident(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(detection, "RESIDENTS", Residents(1000))
    yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Pipeline]:
    """Loads a folder as the Hub's, with options of the task."""

    def load(folder: Path, **settings: str) -> Pipeline:
        monkeypatch.setattr(detection, "fetch", lambda name, revision: (folder, "0123abc"))
        card = hub_card(TASK, "hub:someone/tiny@v1")
        return make_pipeline(card, LoadConfig(settings=dict(Options(TASK, settings)))).load()

    return load


def boxes_of(pipeline: Pipeline, batch: pd.DataFrame = BATCH) -> BoxPredictions:
    found = pipeline.predict(batch)
    assert isinstance(found, BoxPredictions)
    return found


@EVERY
def test_boxes_are_those_of_transformers_in_pixels_of_the_image(
    write: Writer, made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    folder = write(tmp_path / "tiny", LABELS)
    found = boxes_of(made(folder, threshold="0.3"))
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    model = AutoModelForObjectDetection.from_pretrained(folder).eval()
    assert found.counts.sum() > 0, "nothing found says nothing"
    for picture, own in zip(PICTURES, found.boxes, strict=True):
        image = picture.open()
        with torch.inference_mode():
            outputs = model(**processor(images=image, return_tensors="pt"))
        expected = processor.post_process_object_detection(
            outputs, threshold=0.3, target_sizes=[image.size[::-1]]
        )[0]
        wide, high = image.size
        edges = expected["boxes"].numpy().clip(0, [wide, high, wide, high])
        kept = (edges[:, 2] > edges[:, 0]) & (edges[:, 3] > edges[:, 1])
        assert len(own) == kept.sum()
        order = np.argsort(-expected["scores"].numpy()[kept], kind="stable")
        np.testing.assert_allclose(
            [box.score for box in own], expected["scores"].numpy()[kept][order], atol=1e-4
        )
        assert sorted(box.label for box in own) == sorted(
            LABELS[int(label)] for label in expected["labels"][kept]
        )
        corners = sorted((box.x0, box.y0, box.x1, box.y1) for box in own)
        np.testing.assert_allclose(corners, sorted(map(tuple, edges[kept])), atol=1e-2)


@EVERY
def test_an_image_gets_the_same_boxes_alone_as_in_company(
    write: Writer, made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    pipeline = made(write(tmp_path / "tiny", LABELS), threshold="0.2")
    together = boxes_of(pipeline)
    for row in range(len(BATCH)):
        alone = boxes_of(pipeline, BATCH.iloc[[row]])
        assert len(alone.boxes[0]) == len(together.boxes[row])
        for one, other in zip(alone.boxes[0], together.boxes[row], strict=True):
            assert one.label == other.label
            np.testing.assert_allclose(
                [one.score, one.x0, one.y1], [other.score, other.x0, other.y1], atol=1e-3
            )


@EVERY
def test_boxes_lie_inside_their_images(
    write: Writer, made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    found = boxes_of(made(write(tmp_path / "tiny", LABELS), threshold="0.01"))
    assert found.counts.tolist() == [len(own) for own in found.boxes]
    for (wide, high), own in zip(SHAPES, found.boxes, strict=True):
        for box in own:
            assert 0 <= box.x0 < box.x1 <= wide and 0 <= box.y0 < box.y1 <= high
            assert box.label in LABELS and 0.01 <= box.score <= 1


def test_a_higher_threshold_keeps_the_surest(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    folder = write_yolos(tmp_path / "tiny", LABELS)
    low, high = boxes_of(made(folder, threshold="0.1")), boxes_of(made(folder, threshold="0.6"))
    assert 0 < high.counts.sum() < low.counts.sum()
    for few, many in zip(high.boxes, low.boxes, strict=True):
        assert few == tuple(box for box in many if box.score > 0.6)


def test_one_label_is_counted_alone(made: Callable[..., Pipeline], tmp_path: Path) -> None:
    folder = write_yolos(tmp_path / "tiny", LABELS)
    everything = boxes_of(made(folder, threshold="0.1"))
    held = everything.per_label()
    assert len(held) > 1
    chosen = next(iter(held))
    only = boxes_of(made(folder, threshold="0.1", what=chosen.upper().replace(" ", "_")))
    assert only.counts.sum() == held[chosen]
    assert set(only.per_label()) == {chosen}


def test_a_label_that_the_model_lacks_is_refused_with_those_it_has(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"finds “cat”, “dog”.*not “bicycle”"):
        made(write_yolos(tmp_path / "tiny", LABELS), what="bicycle")


def test_an_upright_image_is_what_boxes_speak_of(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    upright = scene(3, 60, 90)
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    lying = Picture.of_bytes("lying.png", image_bytes(turned, exif=exif(6)[6:]))
    assert lying.open().size == (60, 90)
    pipeline = made(write_yolos(tmp_path / "tiny", LABELS), threshold="0.1")
    batch = pd.DataFrame({"image": pd.Series(
        [lying, Picture.of_bytes("up.png", image_bytes(upright))], dtype=object)})
    found = boxes_of(pipeline, batch)
    assert found.counts[0] == found.counts[1] > 0
    for one, other in zip(*found.boxes, strict=True):
        np.testing.assert_allclose([one.x0, one.y0, one.x1, one.y1],
                                   [other.x0, other.y0, other.x1, other.y1], atol=1e-3)


def test_models_of_another_kind_are_refused(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    with pytest.raises(HubError, match="no object detector"):
        made(write_vit(tmp_path / "tiny", LABELS))


@pytest.mark.parametrize("spoil", ["config.json", "model.safetensors", "preprocessor_config.json"])
def test_a_damaged_model_is_one_sentence(
    spoil: str, made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    folder = write_yolos(tmp_path / "tiny", LABELS)
    (folder / spoil).write_text("not what it says")
    with pytest.raises(HubError, match="someone/tiny"):
        made(folder)


def test_a_configuration_of_the_wrong_types_is_one_sentence(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    folder = write_yolos(tmp_path / "tiny", LABELS)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": "wide"}))
    with pytest.raises(HubError, match="someone/tiny"):
        made(folder)


def test_a_backbone_that_needs_timm_says_what_to_choose(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    folder = write_yolos(tmp_path / "tiny", LABELS)
    (folder / "config.json").write_text(json.dumps({
        "model_type": "detr", "architectures": ["DetrForObjectDetection"], "backbone": "resnet50",
        "use_timm_backbone": True, "d_model": 32,
    }))
    with pytest.raises(HubError, match="no_timm"):
        made(folder)


def test_offline_it_is_one_sentence() -> None:
    card = hub_card(TASK, "hub:someone/not-on-this-machine@v1")
    with pytest.raises(HubError, match="cannot be reached"):
        make_pipeline(card, LoadConfig()).load()


def test_no_step_relies_on_the_default_device(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    pipeline = made(write_yolos(tmp_path / "tiny", LABELS), threshold="0.1")
    expected = boxes_of(pipeline)
    with torch.device("meta"):
        assert boxes_of(pipeline).counts.tolist() == expected.counts.tolist()


def test_progress_counts_each_image_once_and_can_stop(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    class Stopped(Exception):
        pass

    class Stopping(Progress):
        def advance(self, rows: int) -> None:
            raise Stopped

    pipeline, counting = made(write_yolos(tmp_path / "tiny", LABELS)), Counting()
    pipeline.predict(BATCH, counting)
    assert counting.rows == len(BATCH)
    with pytest.raises(Stopped):
        pipeline.predict(BATCH, Stopping())
    assert len(boxes_of(pipeline, BATCH.iloc[:0])) == 0


def test_a_picture_that_is_none_is_one_sentence(
    made: Callable[..., Pipeline], tmp_path: Path
) -> None:
    pipeline = made(write_yolos(tmp_path / "tiny", LABELS))
    bad = pd.DataFrame({"image": pd.Series([Picture.of_bytes("x.png", b"text")], dtype=object)})
    with pytest.raises(DataError, match=r"x\.png"):
        pipeline.predict(bad)


def test_thresholds_out_of_range_are_refused() -> None:
    with pytest.raises(OptionError, match="threshold"):
        Options(TASK, {"threshold": "1.5"})


CAT = Box("cat", 0.9, 1, 2, 30, 40)
DOG = Box("dog", 0.8, 10, 12, 20, 22)


def test_boxes_become_a_table_with_one_row_each() -> None:
    found = table(["a.jpg", "b.jpg", "c.jpg"], [(CAT, DOG), (), (DOG,)])
    assert list(found.columns) == ["image", "label", "score", "x0", "y0", "x1", "y1"]
    assert found["image"].tolist() == ["a.jpg", "a.jpg", "c.jpg"]
    assert found.iloc[0, 3:].tolist() == [1, 2, 30, 40]
    assert list(table([], []).columns) == list(found.columns)


def test_a_row_says_how_many_what_and_where() -> None:
    found = BoxPredictions.of([(CAT, DOG, DOG), ()])
    frame = found.frame()
    assert frame["prediction"].tolist() == [3, 0]
    assert frame["found"].tolist() == ["2 dog, 1 cat", ""]
    assert json.loads(frame["boxes"][0])[0] == {
        "label": "cat", "score": 0.9, "x0": 1, "y0": 2, "x1": 30, "y1": 40}
    assert found.per_label() == {"dog": 2, "cat": 1}
    assert words(()) == ""


def test_predictions_are_taken_and_replaced_by_row() -> None:
    found = BoxPredictions.of([(CAT,), (), (DOG, DOG)])
    assert found.take(np.array([2, 0])).counts.tolist() == [2, 1]
    other = found.replaced([(np.array([1]), BoxPredictions.of([(DOG,)]))])
    assert (other.counts.tolist(), other.boxes[1]) == ([1, 1, 2], (DOG,))
    assert found.counts.tolist() == [1, 0, 2], "the first stays as it was"


def test_boxes_are_cut_off_at_the_edges() -> None:
    assert inside(Box("a", 1, -5, -5, 20, 5), 10, 10) == Box("a", 1, 0, 0, 10, 5)
    assert inside(Box("a", 1, 12, 0, 20, 5), 10, 10) is None
    assert in_order([DOG, CAT]) == (CAT, DOG)


def test_drawing_marks_the_edges_of_a_copy() -> None:
    image = Image.new("RGB", (60, 50), "white")
    seen = np.asarray(drawn(image, [CAT], ["cat"], named=False))
    assert np.asarray(image).min() == 255, "the image itself stays clean"
    assert (seen[20, 1:4] != 255).any() and (seen[20, 14] == 255).all()
    assert scaled([CAT], 0.5)[0] == Box("cat", 0.9, 0.5, 1, 15, 20)
    hostile = Box("=1+1\u202e<b>" * 20, 0.5, -3, 0, 59, 10)
    assert drawn(image, [hostile]).size == image.size


def test_blurring_leaves_nothing_to_make_out() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (100, 100, 3), dtype=np.uint8)
    image = Image.fromarray(pixels)
    box = Box("face", 0.9, 30, 30, 70, 70)
    after = np.asarray(blurred(image, [box])).astype(float)
    assert after[30:70, 30:70].std() < 0.15 * pixels[30:70, 30:70].std()
    np.testing.assert_array_equal(after[:20], pixels[:20])
    np.testing.assert_array_equal(np.asarray(image), pixels)
    # Two patterns with the same mean in each cell give the same picture: what told them apart is gone.
    even = [np.full((100, 100, 3), 127, np.uint8) for _ in range(2)]
    even[1][::2, ::2] += 40
    even[1][1::2, 1::2] -= 40
    hidden = [np.asarray(blurred(Image.fromarray(each), [box])).astype(float) for each in even]
    assert np.abs(hidden[0] - hidden[1])[30:70, 30:70].max() < 12


def test_the_smallest_boxes_can_be_blurred() -> None:
    image = scene(0, 20, 20)
    assert blurred(image, [Box("face", 1, 0, 0, 0.4, 0.4), Box("face", 1, 18, 18, 20, 20)])


def test_what_is_written_carries_no_metadata(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010F] = "Maker"
    block.get_ifd(0x8825)[1] = "N"
    content = image_bytes(scene(1), "JPEG", exif=block.tobytes(), comment=b"secret", dpi=(72, 72))
    assert b"Maker" in content and b"secret" in content
    for jpeg in (True, False):
        bare = written(Image.open(io.BytesIO(content)), jpeg)
        assert b"Maker" not in bare and b"secret" not in bare and b"Exif" not in bare


def test_the_archive_of_blurred_images_keeps_names_and_stays_inside() -> None:
    block = Image.Exif()
    block[0x010F] = "Maker"
    photo = image_bytes(scene(1), "JPEG", exif=block.tobytes())
    pictures = [
        Picture.of_bytes("team/one.jpg", photo), Picture.of_bytes("../../two.gif",
                                                                  image_bytes(scene(2), "GIF")),
        Picture.of_bytes("team/ONE.jpeg", photo), Picture.of_bytes("/", photo),
    ]
    out = io.BytesIO()
    write_blurred(pictures, [(CAT,), (), (), ()], out)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["team/one.jpg", "two.png", "team/ONE_2.jpg", "image.jpg"]
        assert b"Maker" not in archive.read("team/one.jpg")
        kept = Image.open(io.BytesIO(archive.read("two.png")))
        np.testing.assert_array_equal(np.asarray(kept), np.asarray(pictures[1].open()))
