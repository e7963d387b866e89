"""Question answering: what do these documents say, and do they say it at all?"""

from __future__ import annotations

from data.roles import Role
from pipelines.task import ModelCard, Option, Task

TASK = Task(
    slug="question-answering",
    title="Question answering",
    question="What do your documents say, and when do they not?",
    icon=":material/quiz:",
    kind="answers",
    text_role="question",
    asks=("question",),
    reads="documents",
    sample="handbook",
    roles=(
        Role(
            "context", "Passage", "text", required=True,
            description="what answers are read from: a document's text, an article, a passage",
            hints=("context", "passage", "text", "article", "body", "content", "paragraph",
                   "kontext", "contexto", "contexte", "上下文", "段落"),
        ),
        Role(
            "question", "Question", "text",
            description="what is asked; without it you can ask, but nothing is measured",
            hints=("question", "query", "frage", "pregunta", "pergunta", "domanda", "ask", "q",
                   "问题", "質問"),
        ),
        Role(
            "answer", "Answer", "any",
            description="the accepted answer; several stand between “ || ”, and “no answer” says "
            "that the documents do not tell",
            hints=("answer", "answers", "gold", "expected", "reference", "antwort", "respuesta",
                   "resposta", "reponse", "réponse", "答案", "solution", "correct", "truth",
                   "richtig", "musterantwort", "lösung", "loesung", "solución", "solução",
                   "correcta", "correto", "bonne_réponse", "risposta", "正解"),
        ),
        Role(
            "document", "Document", "any",
            description="the name that is shown as the source",
            hints=("document", "title", "file", "source", "doc", "url", "titel", "titre",
                   "título"),
        ),
        Role(
            "expected_document", "Expected document", "any",
            description="the document that answers a question that comes without its passage; "
            "with it, finding that document is measured",
            hints=("expected_document", "expected_source", "gold_document", "right_document",
                   "answer_document", "source_document", "expected_file", "source_file", "source",
                   "erwartetes_dokument", "documento_esperado", "document_attendu"),
        ),
        Role(
            "page", "Page", "number",
            description="the page within the document",
            hints=("page", "page_number", "seite", "página", "pagina"),
        ),
        Role(
            "heading", "Heading", "any",
            description="the heading above the text; it is searched as well",
            hints=("heading", "section", "chapter", "überschrift", "abschnitt", "rubrique"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups of questions by",
            hints=("group", "topic", "category", "type", "kind", "thema", "tema"),
        ),
    ),
    models=(
        ModelCard(
            id="best-sentence",
            title="Best matching sentence",
            summary="Answers with the whole sentence that is closest to the question. A reader is "
            "worth having only if it beats this.",
            factory="pipelines.tasks.question_answering.best_sentence:BestSentencePipeline",
            source="packaged",
            license="Apache-2.0",
            size_mb=91,
            languages=("en",),
            baseline=True,
        ),
        ModelCard(
            id="litmus-reader",
            title="litmus-reader",
            summary="Finds the few words in your documents that answer the question, says how sure "
            "it is, or says that the documents do not tell. It only quotes.",
            factory="pipelines.tasks.question_answering.litmus:LitmusReaderPipeline",
            source="trained",
            trained_on="QAMR, PolicyQA, SubjQA, FairytaleQA and COVID-QA",
            license="Apache-2.0",
            size_mb=102,
            languages=("en",),
            default=True,
        ),
    ),
    brings="documents (PDF, Word, Markdown, HTML, text, or a ZIP of them) and, for figures, a table "
    "of questions with their answers",
    hub_factory="pipelines.tasks.question_answering.hub:HubReaderPipeline",
    hub_kind="extractive question-answering model",
    metrics=("exact_match", "f1_token", "bleu", "exact_match_found", "f1_token_found",
             "retrieval_recall@1", "retrieval_recall@5", "retrieval_recall@10", "mrr",
             "document_recall@1", "document_recall@5", "document_recall@10", "document_mrr",
             *(f"{name}_{method}" for method in ("hybrid", "bm25", "embeddings")
               for name in ("retrieval_recall@1", "retrieval_recall@5", "mrr",
                            "document_recall@1", "document_recall@5", "document_mrr"))),
    options=(
        Option(
            name="retrieval",
            default="hybrid",
            summary="how passages are found: by words (bm25), by meaning (embeddings), or by both "
            "(hybrid)",
            choices=("hybrid", "bm25", "embeddings"),
        ),
        Option(
            name="read",
            default="5",
            summary="how many of the passages found are read for an answer",
            low=1,
            high=20,
            whole=True,
        ),
        Option(
            name="threshold",
            # The best F1 on calibration questions, a quarter of them without an answer; see the
            # card of litmus-reader.
            default="0.3",
            summary="answers less confident than this count as “not in these documents”",
            low=0,
            high=1,
        ),
        Option(
            name="abstain",
            default="auto",
            summary="whether scores count unconfident answers as none: auto does where some "
            "questions have no answer",
            choices=("auto", "always", "never"),
        ),
    ),
)
