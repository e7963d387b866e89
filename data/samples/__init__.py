"""Samples for one-click use: data written for this project, with the mapping that fits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from data.errors import OptionError
from data.reading import read_path, together
from data.table import Reads, Table

_FOLDER = Path(__file__).parent
# The choice of a table that says which sample it is.
SAMPLE = "sample"


@dataclass(frozen=True)
class Sample:
    """A data set that comes with Litmus.

    Attributes:
        id: Identifier, used in links.
        task: Task it belongs to.
        title: What people read.
        description: One sentence on its rows.
        files: Files and folders below this folder; of a folder, every file by name. Several are one
            table, in this order, with the columns of all of them.
        written: A sentence saying where it comes from: written or simulated here, or whose it is.
        mapping: Role to column.
        reads: What its files hold beside tables, as for a task.
        images: Function of `data.samples.image_sets` that packs the images, for a set of images.
        labels: The file's label values to the task's; empty where the task has no classes.
        options: Settings of the task that the sample is meant to be seen with.
    """

    id: str
    task: str
    title: str
    description: str
    files: tuple[str, ...]
    written: str
    mapping: Mapping[str, str]
    reads: Reads = "tables"
    images: str = ""
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_SAMPLES = (
    Sample(
        id="product-reviews",
        task="sentiment",
        title="Product reviews",
        description="Reviews of a fictional product, with feeling, date, channel and plan.",
        files=("reviews.csv",),
        written="These reviews were written for this project; no customer wrote them.",
        mapping=MappingProxyType(
            {"text": "review", "label": "sentiment", "time": "date", "group": "channel"}
        ),
        labels=MappingProxyType(
            {"negative": "negative", "neutral": "neutral", "positive": "positive"}
        ),
    ),
    Sample(
        id="surfaces",
        task="images",
        title="Metal surfaces",
        description="Pictures of brushed metal: whole, scratched or dented, some hard to see.",
        files=(),
        images="defects",
        written="These pictures are simulated; no camera took them.",
        mapping=MappingProxyType({"image": "image", "label": "label"}),
    ),
    Sample(
        id="digits",
        task="images",
        title="Handwritten digits",
        description="1,797 digits of 8 x 8 pixels, as people wrote them.",
        files=(),
        images="digits",
        written="They come with scikit-learn, from the UCI repository (CC BY 4.0).",
        mapping=MappingProxyType({"image": "image", "label": "label"}),
    ),
    Sample(
        id="photos",
        task="images",
        title="Two photos",
        description="A palace and a flower, to see what the packaged network calls them.",
        files=(),
        images="photos",
        written="They come with scikit-learn (CC BY).",
        mapping=MappingProxyType({"image": "image"}),
    ),
    Sample(
        id="drawn-faces",
        task="detection",
        title="Drawn people",
        description="60 drawn scenes with 0 to 4 people, some dim, far away, leaning or masked, and "
        "how many faces are in each.",
        files=(),
        images="drawn_faces",
        written="These scenes are drawn by a program; no person and no photo is in them.",
        mapping=MappingProxyType({"image": "image", "count": "faces", "group": "light"}),
    ),
    Sample(
        id="handbook",
        task="question-answering",
        title="Company handbook",
        description="The handbook of a fictional maker of bicycle lights with offices in two "
        "countries, and 60 questions on it, of which 13 have no answer there.",
        files=("handbook", "handbook_questions.csv"),
        reads="documents",
        written="This handbook and its questions were written for this project; the company does "
        "not exist.",
        mapping=MappingProxyType(
            {
                "context": "text",
                "question": "question",
                "answer": "answer",
                "document": "document",
                "expected_document": "expected_document",
                "heading": "heading",
                "group": "topic",
            }
        ),
    ),
    Sample(
        id="shop-orders",
        task="recommendation",
        title="Orders of a kitchen shop",
        description="A year of orders of 600 customers of a fictional shop, with the titles and "
        "departments of its items. One account orders too much to be a person.",
        files=("shop/orders.csv", "shop/items.csv"),
        reads="interactions",
        written="These orders are simulated (data/samples/shop_simulation.py); nobody placed them.",
        mapping=MappingProxyType(
            {
                "user": "customer",
                "item": "item",
                "rating": "quantity",
                "time": "ordered",
                "title": "title",
                "attributes": "department",
                "group": "segment",
            }
        ),
    ),
    Sample(
        id="loan-applications",
        task="loan-risk",
        title="Loan applications",
        description="3,000 applications for consumer loans with how they ended, two years in order.",
        files=("loans/applications.csv",),
        written="These applicants are simulated (data/samples/loan_simulation.py); nobody applied.",
        mapping=MappingProxyType(
            {
                "target": "defaulted",
                "exposure": "exposure",
                "margin": "margin",
                "time": "applied",
                "group": "purpose",
                "id": "application",
            }
        ),
        options=MappingProxyType({"protected": "sex,age_band"}),
    ),
    Sample(
        id="prompts",
        task="generation",
        title="Prompts",
        description="Short prompts on facts, sums, instructions, rewriting and completion, each "
        "with a reference.",
        files=("prompts.csv",),
        written="These prompts and references were written for this project.",
        mapping=MappingProxyType({"prompt": "prompt", "reference": "reference", "group": "kind"}),
    ),
    Sample(
        id="translations",
        task="translation",
        title="English to Brazilian Portuguese",
        description="Sentences from support, shops, notices and e-mails with a translation into "
        "Brazilian Portuguese.",
        files=("translations.csv",),
        written="These sentences and translations were written for this project; no professional "
        "translator has checked them.",
        mapping=MappingProxyType(
            {"text": "english", "reference": "portuguese", "group": "topic"}
        ),
    ),
    Sample(
        id="articles",
        task="summarization",
        title="Articles with summaries",
        description="News of companies and a city and support articles, each with a summary.",
        files=("articles.csv",),
        written="These articles and summaries were written for this project; nothing in them "
        "happened.",
        mapping=MappingProxyType({"text": "article", "reference": "summary", "group": "topic"}),
    ),
    Sample(
        id="article-keywords",
        task="keywords",
        title="Articles with keywords",
        description="News of companies and a city and support articles, each with five keywords.",
        files=("articles.csv",),
        written="These articles and keywords were written for this project; nothing in them "
        "happened.",
        mapping=MappingProxyType({"text": "article", "reference": "keywords", "group": "topic"}),
    ),
)


def samples(task: str | None = None) -> tuple[Sample, ...]:
    """Returns the samples of a task, or all of them."""
    return tuple(each for each in _SAMPLES if task in (None, each.task))


def find(sample_id: str) -> Sample:
    """Returns a sample by its identifier.

    Raises:
        OptionError: There is none.
    """
    for each in _SAMPLES:
        if each.id == sample_id:
            return each
    known = ", ".join(each.id for each in _SAMPLES)
    raise OptionError(f"There is no sample {sample_id!r}; there are: {known}.")


def archive(sample_id: str) -> bytes:
    """Returns a sample of images as the ZIP that it is read from, so that it can be downloaded.

    Raises:
        OptionError: There is no such sample, or it is one of tables or documents.
    """
    from data.samples import image_sets

    each = find(sample_id)
    if not each.images:
        raise OptionError(f"The sample {sample_id!r} is no set of images; download its table instead.")
    content: bytes = getattr(image_sets, each.images)()
    return content


def load(sample_id: str) -> Table:
    """Returns the rows of a sample, in the order of its files.

    Raises:
        OptionError: There is no such sample.
    """
    each = find(sample_id)
    if each.images:
        from data.images.reading import read_images

        return replace(read_images(archive(each.id), f"{each.id}.zip"), written=each.written)
    tables = [read_path(_FOLDER / name, reads=each.reads) for name in each.files]
    table = together(tables, reads=each.reads)
    return replace(table, written=each.written, choices={**table.choices, SAMPLE: each.id})


def places(table: Table) -> tuple[str, ...]:
    """Returns where the files of a sample stand in this project; nothing for other tables."""
    name = table.choices.get(SAMPLE)
    return tuple(f"data/samples/{file}" for file in find(str(name)).files) if name else ()
