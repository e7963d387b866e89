"""Image models of the Hugging Face Hub, read without their code: classifiers, CLIP and SigLIP."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from data.errors import OptionError
from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import halve_when_full
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.precision import choose_precision
from pipelines.runtime.residents import RESIDENTS
from pipelines.vision.ahead import ahead

ZERO_SHOT = ("clip", "siglip", "siglip2")
PROMPT = "a photo of a {}"
BATCH = 16
TEXTS_PER_BATCH = 64
# Sets of classes whose texts a model remembers.
MOST_SETS = 8
PROBE_WORDS = ("cat", "dog", "car", "house", "chair", "flower", "person", "screen")

Inputs = dict[str, torch.Tensor]
Prepared = Mapping[str, np.ndarray]


class ImageModel:
    """A loaded model with its image processor, shared by all sessions.

    Args:
        model: float32, on the CPU.
        processor: an image processor of the PIL backend.
        device: where to compute.
    """

    def __init__(self, model: Any, processor: Any, device: torch.device) -> None:
        self.processor = processor
        self.device = device
        self.precision = "float32"
        self.lock = threading.Lock()
        model.eval().requires_grad_(False)
        self.model: Any = model.to(device=device, memory_format=torch.channels_last)

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def prepared(self, image: Any) -> Prepared:
        """What the network takes of an image, each with a first axis of one."""
        return dict(self.processor(images=image, return_tensors="np"))

    def on_device(self, some: Sequence[Prepared]) -> Inputs:
        """Inputs of several images of equal shape as one batch."""
        found = {}
        # What stands in brackets is not for the network.
        for name in (name for name in some[0] if not name.startswith("(")):
            tensor = torch.from_numpy(np.concatenate([each[name] for each in some]))
            tensor = tensor.to(self.device)
            if tensor.ndim == 4:
                tensor = tensor.contiguous(memory_format=torch.channels_last)
            found[name] = tensor
        return found

    def run(
        self, pictures: Sequence[Picture], forward: Callable[[Inputs], torch.Tensor],
        progress: Progress = SILENT,
    ) -> np.ndarray:
        """Outputs of each picture in float32, shape (pictures, outputs), in order."""
        shortest = _shortest(self.processor)
        found = self.run_each(
            pictures, lambda picture: self.prepared(picture.open(shortest=shortest)),
            lambda some: forward(self.on_device(some)).float().cpu().numpy(), progress,
        )
        return np.stack(found)

    def run_each(
        self, pictures: Sequence[Picture], work: Callable[[Picture], Prepared],
        forward: Callable[[Sequence[Prepared]], np.ndarray], progress: Progress,
    ) -> list[Any]:
        """What `forward` gives for each picture, in order.

        Only inputs of equal shape share a batch: padding would make what is found depend on the
        company.

        Args:
            work: done in threads, ahead of the network.
            forward: an array with one entry for each of the inputs.
        """
        found: list[Any] = []
        for some in ahead(pictures, work, BATCH):
            here: list[Any] = [None] * len(some)
            for rows in _alike(some):
                with self.lock, torch.inference_mode():
                    outputs = halve_when_full(_of_rows(some, forward), rows)
                for row, output in zip(rows, outputs, strict=True):
                    here[row] = output
                progress.advance(len(rows))
            found += here
        return found

    def take_faster(
        self, name: str, forward: Callable[[Any, Mapping[str, torch.Tensor]], torch.Tensor]
    ) -> None:
        """Goes on in bfloat16 where that is faster here and what `forward` gives stays the same."""
        probe = self.on_device([self.prepared(image) for image in probe_images()])
        self.model, self.precision = choose_precision(name, self.model, probe, forward)


class ImageClassifier(ImageModel):
    """A classifier with labels of its own."""

    def __init__(self, name: str, model: Any, processor: Any, device: torch.device) -> None:
        super().__init__(model, processor, device)
        self.take_faster(name, _probabilities)

    @property
    def labels(self) -> list[str]:
        """Names of the outputs, in order."""
        return labels_of(self.model.config)

    def probabilities(
        self, pictures: Sequence[Picture], progress: Progress = SILENT
    ) -> np.ndarray:
        """Of each label, shape (pictures, labels); rows add up to one."""
        if not len(pictures):
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        return self.run(pictures, lambda inputs: _probabilities(self.model, inputs), progress)


class ImageTextModel(ImageModel):
    """CLIP (Radford et al. 2021) or SigLIP (Zhai et al. 2023): images against texts.

    For CLIP the probabilities of classes are the softmax of cosines times its learnt scale. SigLIP
    says of each text alone whether it fits, as a sigmoid; these are divided by their sum, so that
    an image that no class fits still gets probabilities that add up to one.
    """

    def __init__(
        self, name: str, model: Any, tokenizer: Any, processor: Any, device: torch.device
    ) -> None:
        super().__init__(model, processor, device)
        self._tokenizer = tokenizer
        self._known: OrderedDict[tuple[str, ...], torch.Tensor] = OrderedDict()
        words = self._tokens(PROBE_WORDS)

        def forward(network: Any, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
            texts = _texts(network, words)
            return _chances(network, _images(network, inputs), texts)

        self.take_faster(name, forward)

    def probabilities(
        self, pictures: Sequence[Picture], classes: Sequence[str], progress: Progress = SILENT
    ) -> np.ndarray:
        """Of each class, shape (pictures, classes); rows add up to one."""
        if not len(pictures):
            return np.zeros((0, len(classes)), dtype=np.float32)
        texts = self.texts(classes)
        return self.run(
            pictures,
            lambda inputs: _chances(self.model, _images(self.model, inputs), texts), progress,
        )

    def texts(self, classes: Sequence[str]) -> torch.Tensor:
        """What the model makes of “a photo of a CLASS”, of unit length, shape (classes, size)."""
        key = tuple(classes)
        with self.lock, torch.inference_mode():
            if key not in self._known:
                parts = [
                    _texts(self.model, self._tokens(key[start : start + TEXTS_PER_BATCH]))
                    for start in range(0, len(key), TEXTS_PER_BATCH)
                ]
                self._known[key] = torch.cat(parts)
                while len(self._known) > MOST_SETS:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]

    def _tokens(self, classes: Sequence[str]) -> Inputs:
        longest = int(self.model.config.text_config.max_position_embeddings)
        encoded = self._tokenizer(
            [PROMPT.format(" ".join(name.replace("_", " ").split())) for name in classes],
            # SigLIP was trained on texts filled up to their full length.
            padding=True if self.model.config.model_type == "clip" else "max_length",
            truncation=True, max_length=longest, return_tensors="np",
        )
        return {
            name: torch.from_numpy(np.asarray(values, dtype=np.int64)).to(self.device)
            for name, values in encoded.items() if name in ("input_ids", "attention_mask")
        }


def hub_image_model(
    name: str, revision: str, device: str = "auto"
) -> tuple[ImageClassifier | ImageTextModel, str]:
    """An image classifier, a CLIP or a SigLIP from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `hub.fetch`, or the model is none of these.
    """
    from transformers import AutoModel, AutoModelForImageClassification, AutoTokenizer

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> ImageClassifier | ImageTextModel:
        config = config_of(folder)
        kinds = config.get("architectures") or [""]
        label = f"{name}@{commit}"
        if config.get("model_type") in ZERO_SHOT and "ForImageClassification" not in kinds[0]:
            model, processor = read(folder, name, AutoModel, "a CLIP or SigLIP model")
            tokenizer = from_folder(AutoTokenizer, folder, name, "a CLIP or SigLIP model")
            return ImageTextModel(label, model, tokenizer, processor, where)
        model, processor = read(
            folder, name, AutoModelForImageClassification, "an image classifier"
        )
        return ImageClassifier(label, model, processor, where)

    return RESIDENTS.get((f"hub-images:{name}@{commit}", where.type), load), commit


def read(folder: Path, name: str, auto: Any, what: str) -> tuple[Any, Any]:
    """The network in float32 and its image processor.

    Args:
        auto: a class of transformers that reads folders.
        what: it should be, as in "an image classifier".

    Raises:
        HubError: the folder holds no such model, or one with untrained weights.
    """
    from transformers import AutoImageProcessor

    model, found = from_folder(
        auto, folder, name, what, use_safetensors=True, dtype=torch.float32,
        output_loading_info=True,
    )
    if found["missing_keys"]:
        raise HubError(
            f"The model {name} lacks trained weights to be {what}, so its answers would be random; "
            "choose another."
        )
    processor = from_folder(AutoImageProcessor, folder, name, what, backend="pil")
    return model, processor


def from_folder(auto: Any, folder: Path, name: str, what: str, **settings: Any) -> Any:
    """What `auto` reads from the folder, without the network and without code of the model.

    Raises:
        HubError: it cannot be read.
    """
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError

    try:
        return auto.from_pretrained(
            folder, trust_remote_code=False, local_files_only=True, **settings
        )
    except ImportError as error:
        if "timm" in str(error):
            raise HubError(
                f"The model {name} needs the package timm, which Litmus does without; choose a "
                "revision that needs none (often called no_timm), or another model."
            ) from error
        raise HubError(f"The model {name} cannot be read as {what}.") from error
    except (ValueError, TypeError, OSError, KeyError, AttributeError, RuntimeError,
            SafetensorError, StrictDataclassError) as error:
        raise HubError(f"The model {name} cannot be read as {what}.") from error


def config_of(folder: Path) -> dict[str, Any]:
    """The model's config.json; empty when there is none that can be read."""
    try:
        found = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def labels_of(config: Any) -> list[str]:
    """The names in `id2label`, by number."""
    return [str(name) for _, name in sorted(config.id2label.items(), key=lambda e: int(e[0]))]


def probe_images() -> list[Any]:
    """Four pictures of coloured squares, for trying out a network."""
    from PIL import Image

    rng = np.random.default_rng(0)
    cells = rng.integers(0, 256, (4, 12, 12, 3), dtype=np.uint8)
    return [Image.fromarray(each).resize((256, 256)) for each in cells]


def _alike(some: Sequence[Prepared]) -> list[np.ndarray]:
    """Positions of the inputs, those of the same shapes together."""
    groups: dict[tuple[tuple[int, ...], ...], list[int]] = {}
    for row, inputs in enumerate(some):
        groups.setdefault(tuple(inputs[name].shape for name in sorted(inputs)), []).append(row)
    return [np.array(rows) for rows in groups.values()]


def _of_rows(
    some: Sequence[Prepared], forward: Callable[[Sequence[Prepared]], np.ndarray]
) -> Callable[[np.ndarray], np.ndarray]:
    return lambda rows: forward([some[row] for row in rows])


def refuse_one_class(classes: Sequence[str], name: str) -> None:
    """Raise OptionError where there is nothing to choose between."""
    if len(classes) < 2:
        raise OptionError(
            f"The model {name} chooses among names that you give it; set the option candidates to two "
            "or more, with commas between."
        )


def _shortest(processor: Any) -> int | None:
    """The short side that images need for this processor; None where it is not known.

    Twice what it makes of them, so that its own way of shrinking still decides what is seen.
    """
    size = getattr(processor, "size", None)
    try:
        known = dict(size or {})
    except (TypeError, ValueError):
        return None
    sides = [int(known[key]) for key in ("shortest_edge", "height", "width") if known.get(key)]
    return 2 * max(sides) if sides else None


def _floats(network: Any, inputs: Mapping[str, torch.Tensor]) -> Inputs:
    wanted = next(network.parameters()).dtype
    return {
        name: each.to(wanted) if each.is_floating_point() else each
        for name, each in inputs.items()
    }


def _probabilities(network: Any, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    logits: torch.Tensor = network(**_floats(network, inputs)).logits
    return logits.float().softmax(dim=-1)


def _images(network: Any, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    found = network.get_image_features(**_floats(network, inputs))
    return torch.nn.functional.normalize(found.pooler_output.float(), dim=-1)


def _texts(network: Any, tokens: Mapping[str, torch.Tensor]) -> torch.Tensor:
    found = network.get_text_features(**tokens)
    return torch.nn.functional.normalize(found.pooler_output.float(), dim=-1)


def _chances(network: Any, images: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    logits = images @ texts.T * network.logit_scale.float().exp()
    if network.config.model_type == "clip":
        return logits.softmax(dim=-1)
    # sigmoid / sum of sigmoids, from logarithms: far from all texts the sigmoids are all but zero.
    fits = torch.nn.functional.logsigmoid(logits + network.logit_bias.float())
    return fits.softmax(dim=-1)
