"""Detection: how many objects or faces are in each image, and where."""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task

TASK = Task(
    slug="detection",
    title="Objects and faces",
    question="How many are in your photos, and where?",
    icon=":material/center_focus_strong:",
    kind="counts",
    reads="images",
    sample="drawn-faces",
    brings="a ZIP of images, or image files; counts in a table beside them",
    roles=(
        Role(
            "image", "Image", "image", required=True,
            description="the images that were read",
            hints=("image",),
        ),
        Role(
            "count", "True count", "number",
            description="how many a person counts in it; without it there are counts but no score",
            hints=("count", "counts", "true_count", "faces", "people", "persons", "objects", "number",
                   "anzahl", "gesichter", "número", "numero", "caras", "rostos", "nombre", "数量",
                   "personen", "leute", "köpfe", "personas", "pessoas", "personnes", "visages",
                   "persone", "gezählt", "visitors", "besucher", "heads"),
        ),
        Role(
            "group", "Slice by", "any",
            description="any column to compare groups by: camera, site, brightness, sharpness",
            hints=("group", "camera", "site", "store", "place", "light", "device", "source"),
        ),
    ),
    models=(
        ModelCard(
            id="median-count",
            title="Always the median count",
            summary="Says the same number for each image: the median of the counts, or none without "
            "counts. Looking is worth it only if it beats this.",
            factory="pipelines.tasks.detection.median:MedianCountPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="faces",
            title="Faces",
            summary="Finds faces seen from the front, to count or blur them and never to tell who it "
            "is; in dim light it misses dark faces more often than light ones. Needs no graphics "
            "card, but an optional package.",
            factory="pipelines.tasks.detection.faces:FacesPipeline",
            source="packaged",
            license="Apache-2.0; the cascade: Intel (BSD)",
            size_mb=1,
            default=True,
            package="cv2",
            extra="requirements-faces.txt",
        ),
    ),
    hub_factory="pipelines.tasks.detection.hub:HubDetectionPipeline",
    hub_kind="object detector (DETR, YOLOS, RT-DETR)",
    metrics=("mae", "accuracy", "bias"),
    options=(
        Option(
            name="threshold", default="0.5", low=0.01, high=0.99,
            summary="the least score of what is counted; lower it before blurring, so that less is "
            "missed",
        ),
        Option(
            name="what", default="",
            summary="the one label to count, such as person; all that the model finds when empty",
        ),
    ),
)
