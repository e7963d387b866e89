"""Any object detector of the Hugging Face Hub: DETR, YOLOS, RT-DETR and their kin."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from data.images.picture import Picture
from pipelines.progress import SILENT, Progress
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.residents import RESIDENTS
from pipelines.vision.boxes import Box, Boxes, in_order, inside
from pipelines.vision.hub_models import ImageModel, Prepared, config_of, labels_of, read

# Height and width of the upright image, carried beside what the network takes.
SIZE = "(size)"
WHAT = "an object detector"


class ObjectDetector(ImageModel):
    """A loaded detector, in float32: with 8 bits of bfloat16 boxes would be off by pixels."""

    @property
    def labels(self) -> list[str]:
        """Names of what it finds, in order."""
        return labels_of(self.model.config)

    def find(
        self, pictures: Sequence[Picture], threshold: float, progress: Progress = SILENT
    ) -> list[Boxes]:
        """What is in each picture, in order, cut off at its edges.

        Args:
            threshold: of the score, the model's own probability of the label.

        Raises:
            DataError: a picture cannot be read.
        """
        return self.run_each(
            pictures, self._prepared, lambda some: self._found(some, threshold), progress
        )

    def _prepared(self, picture: Picture) -> Prepared:
        image = picture.open()
        return {**self.prepared(image), SIZE: np.array([[image.height, image.width]])}

    def _found(self, some: Sequence[Prepared], threshold: float) -> np.ndarray:
        outputs = self.model(**self.on_device(some))
        sizes = [tuple(int(side) for side in each[SIZE][0]) for each in some]
        # Sorting a few hundred boxes is no work for a graphics card, and on the CPU the processor's
        # own tensors lie where the outputs are.
        here = SimpleNamespace(
            logits=outputs.logits.float().cpu(), pred_boxes=outputs.pred_boxes.float().cpu()
        )
        with here.logits.device:
            results = self.processor.post_process_object_detection(
                here, threshold=threshold, target_sizes=sizes
            )
        labels = self.labels
        found = np.empty(len(some), dtype=object)
        for place, (result, (height, width)) in enumerate(zip(results, sizes, strict=True)):
            boxes = (
                inside(Box(labels[int(label)], float(score), *map(float, corners)), width, height)
                for label, score, corners in zip(
                    result["labels"], result["scores"], result["boxes"], strict=True
                )
                if int(label) < len(labels)
            )
            found[place] = in_order(box for box in boxes if box is not None)
        return found


def hub_detector(name: str, revision: str, device: str = "auto") -> tuple[ObjectDetector, str]:
    """A detector from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `hub.fetch`, or the model is no object detector.
    """
    from transformers import AutoModelForObjectDetection

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> ObjectDetector:
        kinds = config_of(folder).get("architectures") or []
        if kinds and not any(str(kind).endswith("ForObjectDetection") for kind in kinds):
            raise HubError(
                f"The model {name} is no object detector; choose a DETR, YOLOS or RT-DETR model."
            )
        model, processor = read(folder, name, AutoModelForObjectDetection, WHAT)
        if not hasattr(processor, "post_process_object_detection"):
            raise HubError(f"The model {name} cannot be read as {WHAT}.")
        return ObjectDetector(model, processor, where)

    return RESIDENTS.get((f"hub-objects:{name}@{commit}", where.type), load), commit
