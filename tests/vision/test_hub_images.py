"""Image models of the Hub: classifiers matched by name, CLIP and SigLIP by typed names."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

from data.errors import DataError, OptionError
from data.images.picture import Picture
from pipelines.pipeline import LoadConfig
from pipelines.progress import Progress
from pipelines.runtime.hub import HubError
from pipelines.runtime.residents import Residents
from pipelines.task import ModelCard
from pipelines.tasks.images.hub import HubImagePipeline, meanings
from pipelines.vision import hub_models, imagenet
from tests.image_files import picture, scene
from tests.tiny_hub import write_tiny_classifier
from tests.tiny_vision import (
    write_clip,
    write_mobilenet,
    write_siglip,
    write_siglip2,
    write_vit,
    write_yolos,
)

CARD = ModelCard(
    id="hub:someone/tiny@v1", title="tiny", summary="Tiny.", source="hub", license="none",
    size_mb=0, factory="pipelines.tasks.images.hub:HubImagePipeline",
)
LABELS = ["tabby, tabby cat", "Labrador_retriever", "desk lamp"]
TYPED = ("cat", "dog", "red lamp")
PICTURES = [Picture.of_bytes(f"{seed}.png", picture(seed)) for seed in range(19)]
BATCH = pd.DataFrame({"image": pd.Series(PICTURES, dtype=object)})
Writer = Callable[[Path], Path]
ZERO_SHOT = pytest.mark.parametrize(
    "write", [write_clip, write_siglip, write_siglip2], ids=["clip", "siglip", "siglip2"]
)


@pytest.fixture(autouse=True)
def nothing_resident(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(hub_models, "RESIDENTS", Residents(1000))
    # Which one is faster on so small a network is chance.
    monkeypatch.setattr(
        hub_models, "choose_precision", lambda name, model, *probe: (model, "float32")
    )
    yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., HubImagePipeline]:
    """Loads a folder as the Hub's, with classes to choose from."""

    def load(folder: Path, classes: tuple[str, ...] = ()) -> HubImagePipeline:
        monkeypatch.setattr(hub_models, "fetch", lambda name, revision: (folder, "0123abc"))
        config = LoadConfig(hub_model="someone/tiny", revision="v1", classes=classes)
        return HubImagePipeline(CARD, config).load()

    return load


def test_labels_are_matched_by_any_of_their_names() -> None:
    found = meanings(LABELS, ("Tabby Cat", "labrador-retriever", "desk_lamp", "lamp"))
    assert found == [(0,), (1,), (2,), ()]


def test_a_whole_name_comes_before_one_among_others() -> None:
    assert meanings(["crane, heron", "crane"], ("crane", "heron")) == [(1,), (0,)]


def test_imagenet_labels_in_their_order_keep_the_two_cranes_apart() -> None:
    labels = [", ".join([each.name.partition(" (")[0], *each.synonyms])
              for each in imagenet.all_classes()]
    assert len({label.split(",")[0] for label in labels}) < len(labels), "names that stand twice"
    assert meanings(labels, imagenet.names()) == [(place,) for place in range(1000)]


@pytest.mark.parametrize("write", [write_vit, write_mobilenet], ids=["vit", "mobilenet"])
def test_a_classifier_gives_the_users_classes_what_its_labels_have(
    write: Callable[[Path, list[str]], Path], made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write(tmp_path / "tiny", LABELS)
    free = made(folder).predict(BATCH)
    chosen = made(folder, ("desk lamp", "tabby")).predict(BATCH)
    assert set(LABELS) <= set(free.classes)
    at = [free.classes.index("desk lamp"), free.classes.index("tabby, tabby cat")]
    wanted = free.probabilities[:, at] / free.probabilities[:, at].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chosen.probabilities, wanted, atol=1e-5)
    assert np.ptp(np.log(wanted[:, 0])) > 0.1, "the images have to differ for this to say anything"


def test_a_classifier_says_what_transformers_says(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    from transformers import ViTForImageClassification

    folder = write_vit(tmp_path / "tiny", LABELS)
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    model = ViTForImageClassification.from_pretrained(folder).eval()
    images = [each.open() for each in PICTURES]
    with torch.inference_mode():
        logits = model(**processor(images=images, return_tensors="pt")).logits
    pipeline = made(folder)
    found = pipeline.predict(BATCH).probabilities
    np.testing.assert_allclose(found, logits.softmax(dim=1).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("write", "scores"), [(write_clip, "softmax"), (write_siglip, "sigmoid")],
    ids=["clip", "siglip"],
)
def test_typed_names_get_what_transformers_says(
    write: Writer, scores: str, made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write(tmp_path / "tiny")
    model = AutoModel.from_pretrained(folder).eval()
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    padding = {"padding": True} if scores == "softmax" else {
        "padding": "max_length", "max_length": 16}
    tokens = AutoTokenizer.from_pretrained(folder)(
        [f"a photo of a {name}" for name in TYPED], return_tensors="pt", **padding
    )
    tokens.pop("token_type_ids", None)
    images = processor(images=[each.open() for each in PICTURES], return_tensors="pt")
    with torch.inference_mode():
        logits = model(**tokens, **images).logits_per_image
    expected = logits.softmax(dim=1) if scores == "softmax" else logits.sigmoid()
    expected = expected / expected.sum(dim=1, keepdim=True)
    found = made(folder, TYPED).predict(BATCH).probabilities
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)


@pytest.mark.parametrize("write", [write_clip, write_siglip2], ids=["clip", "siglip2"])
def test_a_model_in_bfloat16_says_about_the_same(
    write: Writer, made: Callable[..., HubImagePipeline], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write(tmp_path / "tiny")
    exact = made(folder, TYPED).predict(BATCH).probabilities
    seen = {}

    def lower(name: str, model: torch.nn.Module, probe: dict, forward: Callable) -> tuple:
        half = copy.deepcopy(model).to(torch.bfloat16)
        with torch.inference_mode():
            seen["moved"] = (forward(model, probe) - forward(half, probe)).abs().max().item()
        return half, "bfloat16"

    monkeypatch.setattr(hub_models, "RESIDENTS", Residents(1000))
    monkeypatch.setattr(hub_models, "choose_precision", lower)
    pipeline = made(folder, TYPED)
    assert pipeline.facts.precision == "bfloat16"
    found = pipeline.predict(BATCH).probabilities
    assert 0 < seen["moved"] < 0.2
    np.testing.assert_allclose(found, exact, atol=0.2)


@ZERO_SHOT
def test_typed_names_get_probabilities_that_add_up(
    write: Writer, made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    pipeline = made(write(tmp_path / "tiny"), TYPED)
    found = pipeline.predict(BATCH)
    assert found.classes == TYPED
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.ptp(found.probabilities[:, 0]) > 0.001
    assert pipeline.facts.versions["revision"] == "0123abc"


@ZERO_SHOT
def test_an_image_gets_the_same_answer_alone_as_in_company(
    write: Writer, made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    pipeline = made(write(tmp_path / "tiny"), TYPED)
    together = pipeline.predict(BATCH).probabilities
    for row in (0, 18):
        alone = pipeline.predict(BATCH.iloc[[row]]).probabilities
        np.testing.assert_allclose(alone[0], together[row], atol=1e-4)
    assert pipeline.predict(BATCH.iloc[:0]).probabilities.shape == (0, 3)


def test_the_order_of_names_does_not_change_their_chances(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write_clip(tmp_path / "tiny")
    straight = made(folder, TYPED).predict(BATCH).probabilities
    turned = made(folder, TYPED[::-1]).predict(BATCH).probabilities
    np.testing.assert_allclose(straight, turned[:, ::-1], atol=1e-4)


def test_images_of_many_shapes_and_modes_are_read(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    from tests.image_files import written

    shapes = [Picture.of_bytes("wide", written(scene(1, 300, 9))),
              Picture.of_bytes("dot", written(scene(2, 1, 1))),
              Picture.of_bytes("grey", written(scene(3).convert("L"))),
              Picture.of_bytes("clear", written(scene(4).convert("RGBA"))),
              Picture.of_bytes("cmyk", written(scene(5).convert("CMYK"), "JPEG"))]
    batch = pd.DataFrame({"image": pd.Series(shapes, dtype=object)})
    for write in (write_clip, write_siglip2):
        found = made(write(tmp_path / write.__name__), TYPED).predict(batch)
        assert np.isfinite(found.probabilities).all() and len(found) == 5


def test_progress_counts_each_image_once(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    counting = Counting()
    made(write_clip(tmp_path / "tiny"), TYPED).predict(BATCH, counting)
    assert counting.rows == len(BATCH)


def test_an_unknown_class_is_named_in_one_sentence(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="does not know the class “dent”") as caught:
        made(write_vit(tmp_path / "tiny", LABELS), ("desk lamp", "dent", "scratch"))
    assert "scratch" not in str(caught.value)
    assert str(caught.value).count(".") == 1


def test_without_classes_of_the_user_a_model_answers_with_its_own(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    pipeline = made(write_vit(tmp_path / "tiny", LABELS), imagenet.names())
    assert pipeline.predict(BATCH).classes == tuple(LABELS)
    labelled = BATCH.assign(label=["tench"] * len(BATCH))
    with pytest.raises(DataError, match="does not know the class"):
        pipeline.predict(labelled)


def test_labels_without_names_are_refused(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="LABEL_0"):
        made(write_vit(tmp_path / "tiny", ["LABEL_0", "LABEL_1"]))


def test_a_model_that_reads_names_asks_for_two(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write_clip(tmp_path / "tiny")
    for classes in ((), ("cat",)):
        with pytest.raises(OptionError, match="candidates"):
            made(folder, classes)


@pytest.mark.parametrize("spoil", ["config.json", "model.safetensors", "preprocessor_config.json"])
@pytest.mark.parametrize("kind", ["vit", "clip"])
def test_a_damaged_model_is_one_sentence(
    spoil: str, kind: str, made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = tmp_path / "tiny"
    if kind == "vit":
        write_vit(folder, LABELS)
    else:
        write_clip(folder)
    (folder / spoil).write_text("not what it says")
    with pytest.raises(HubError, match="someone/tiny"):
        made(folder, ("desk lamp", "tabby"))


def test_models_of_another_kind_are_refused(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    for folder in (write_tiny_classifier(tmp_path / "text", ["a", "b"]),
                   write_yolos(tmp_path / "objects", ["cat", "dog"])):
        with pytest.raises(HubError, match="someone/tiny"):
            made(folder, ("a", "b"))


def test_untrained_weights_are_refused(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write_vit(tmp_path / "tiny", LABELS)
    weights = load_file(folder / "model.safetensors")
    kept = {name: each for name, each in weights.items() if "classifier" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(HubError, match="would be random"):
        made(folder)


def test_code_of_a_model_is_never_run(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write_vit(tmp_path / "tiny", LABELS)
    config = json.loads((folder / "config.json").read_text())
    config["model_type"] = "mine"
    config["auto_map"] = {"AutoConfig": "mine.MyConfig",
                          "AutoModelForImageClassification": "mine.MyModel"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text("raise SystemExit('it ran')")
    with pytest.raises(HubError):
        made(folder)


def test_weights_that_need_timm_say_so(
    made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    folder = write_vit(tmp_path / "tiny", LABELS)
    (folder / "config.json").write_text(json.dumps(
        {"architecture": "resnet18", "model_type": "timm_wrapper", "num_labels": 3}
    ))
    with pytest.raises(HubError, match="timm"):
        made(folder)


def test_offline_it_is_one_sentence_that_offers_the_rest() -> None:
    config = LoadConfig(hub_model="someone/not-here", revision="v1", classes=TYPED)
    with pytest.raises(HubError, match=r"cannot be reached.*packaged models still work"):
        HubImagePipeline(CARD, config).load()


@ZERO_SHOT
def test_no_step_relies_on_the_default_device(
    write: Writer, made: Callable[..., HubImagePipeline], tmp_path: Path
) -> None:
    pipeline = made(write(tmp_path / "tiny"), TYPED)
    with torch.device("meta"):
        found = pipeline.predict(BATCH.iloc[:3])
    assert len(found) == 3
