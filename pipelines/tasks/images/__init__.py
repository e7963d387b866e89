"""Images: what do your photos show, and can a model tell your own classes apart?"""

from __future__ import annotations

from data.roles import Role
from pipelines.options import SPLIT_OPTIONS
from pipelines.task import ModelCard, Option, Task
from pipelines.tasks.images.templates import TEMPLATES

TASK = Task(
    slug="images",
    title="Images",
    question="What do your photos show, and can a model tell your own classes apart?",
    icon=":material/image:",
    kind="classification",
    reads="images",
    vocabulary="pipelines.vision.imagenet:scheme",
    learner="own-classes",
    sample="surfaces",
    brings="a ZIP of images with one folder a class, or image files",
    roles=(
        Role(
            "image", "Image", "image", required=True,
            description="the images that were read",
            hints=("image",),
        ),
        Role(
            "label", "Label", "category",
            description="what a person says it shows; without it there are predictions but no score",
            hints=("label", "class", "category", "target", "klasse", "clase", "classe", "标签",
                   "kategorie", "etikett", "etiqueta", "étiquette", "rótulo", "truth", "species",
                   "diagnosis", "art", "sorte", "typ", "tipo", "类别"),
        ),
        Role(
            "split", "Split", "category",
            description="train, validation or test for each image, where the split is given",
            hints=("split", "subset", "partition"),
        ),
        Role(
            "time", "Time", "time",
            description="when it was taken; shows the trend and allows a split in time",
            hints=("time", "date", "taken", "created", "timestamp", "datetime"),
        ),
        Role(
            "group", "Slice by", "any",
            description="any column to compare groups by: camera, site, size, brightness, sharpness",
            hints=("group", "camera", "site", "store", "supplier", "device", "source", "category"),
        ),
    ),
    models=(
        ModelCard(
            id="majority",
            title="Most frequent class",
            summary="Always answers the class that is most frequent. A model is worth having only if "
            "it beats this.",
            factory="pipelines.classifiers.majority:MajorityPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="efficientnet-lite0",
            title="EfficientNet-lite0",
            summary="Names what a photo shows, among 1,000 everyday things, animals and places. Needs "
            "no labels.",
            factory="pipelines.tasks.images.pretrained:PretrainedPipeline",
            source="packaged",
            trained_on="the photos of ImageNet-1k",
            license="Apache-2.0",
            size_mb=18,
            default=True,
        ),
        ModelCard(
            id="efficientnet-lite2",
            title="EfficientNet-lite2",
            summary="The same 1,000 names from a larger network: a little more often right, slower.",
            factory="pipelines.tasks.images.pretrained:PretrainedPipeline",
            source="packaged",
            trained_on="the photos of ImageNet-1k",
            license="Apache-2.0",
            size_mb=24,
        ),
        ModelCard(
            id="own-classes",
            title="Your own classes",
            summary="Learns your classes from what a pretrained network sees in your images; useful "
            "from a handful of images a class.",
            factory="pipelines.tasks.images.own_classes:OwnClassesPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=24,
            needs_labels=True,
        ),
        ModelCard(
            id="own-classes-tuned",
            title="Your own classes, tuned",
            summary="Also trains the last layers of the network on your images. Minutes without a "
            "graphics card; worth it for images unlike everyday photos.",
            factory="pipelines.tasks.images.tuned:TunedPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=24,
            needs_labels=True,
        ),
        ModelCard(
            id="dense-network",
            title="Dense network",
            summary="A small network from scratch for small grey images: 784 inputs, 128 units, "
            "dropout. The classic first try at digits.",
            factory="pipelines.tasks.images.dense_network:DenseNetworkPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            needs_labels=True,
        ),
        ModelCard(
            id="two-conv",
            title="Two-convolution network",
            summary="A small convolutional network from scratch; strong on small, simple images with "
            "hundreds of examples a class.",
            factory="pipelines.tasks.images.two_conv:TwoConvPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            needs_labels=True,
        ),
    ),
    alike="pipelines.vision.alike:alike_groups",
    hub_factory="pipelines.tasks.images.hub:HubImagePipeline",
    hub_kind="image-classification, CLIP or SigLIP model",
    templates=TEMPLATES,
    metrics=("accuracy", "top5_accuracy", "balanced_accuracy", "precision_macro", "recall_macro",
             "f1_macro", "f1_weighted", "sensitivity", "specificity", "roc_auc", "pr_auc", "brier",
             "log_loss", "ece"),
    options=(
        *SPLIT_OPTIONS,
        Option(
            name="classes",
            default="auto",
            summary="own judges among the classes of your labels; known among all 1,000 names of the "
            "pretrained networks; auto takes known only where every label is such a name and "
            "there are fewer than five images a class",
            choices=("auto", "own", "known"),
        ),
        Option(
            name="candidates",
            default="",
            summary="names to choose among, with commas between, for models of the Hub that read names",
        ),
    ),
)
