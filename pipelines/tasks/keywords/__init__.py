"""Keywords: what a text is about, in a few phrases, and the names in it."""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task

TASK = Task(
    slug="keywords",
    title="Keywords and names",
    question="What do your texts talk about, and whom do they name?",
    icon=":material/sell:",
    kind="text",
    text_role="text",
    output="keywords",
    sample="article-keywords",
    brings="a table with one text a row",
    roles=(
        Role(
            "text", "Text", "text", required=True,
            description="what to find keywords in; one text a row",
            hints=("text", "article", "body", "document", "content", "review", "comment",
                   "description", "message", "artikel", "artigo", "artículo", "正文"),
        ),
        Role(
            "reference", "Reference", "text",
            description="the keywords that a person chose, separated by semicolons",
            hints=("reference", "keywords", "keyphrases", "tags", "entities", "terms", "gold",
                   "schlagwörter", "palavras_chave", "palabras_clave", "mots_clés", "关键词"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups by: topic, channel, product",
            hints=("group", "topic", "category", "section", "source", "channel", "product"),
        ),
    ),
    models=(
        ModelCard(
            id="frequency",
            title="Most frequent words",
            summary="The words that stand most often in the text, leaving out words such "
            "as “the”. A model is worth having only if it beats this.",
            factory="pipelines.tasks.keywords.frequency:FrequencyPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="minilm-keyphrases",
            title="Key phrases",
            summary="Phrases of up to three words: frequent in the text, rare in the others, near "
            "to its meaning and unlike each other.",
            factory="pipelines.tasks.keywords.phrases:KeyphrasePipeline",
            source="packaged",
            trained_on="the 24 articles of the sample, on "
            "which the weights of phrase lengths were chosen",
            license="Apache-2.0",
            size_mb=91,
            languages=("en",),
            default=True,
        ),
    ),
    hub_factory="pipelines.tasks.keywords.hub:HubEntityPipeline",
    hub_kind="token-classification model, which finds names,",
    metrics=("f1_token", "exact_match", "rouge1", "chrf"),
    options=(
        Option(name="keywords", default="5", low=1, high=20, whole=True,
               summary="how many keywords a text gets at most; names are all given"),
    ),
)
