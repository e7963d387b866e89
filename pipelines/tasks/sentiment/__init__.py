"""Sentiment: is a text negative, neutral or positive?"""

from __future__ import annotations

from data.labels import LabelClass, LabelScheme
from data.roles import Role
from pipelines.options import SPLIT_OPTIONS
from pipelines.task import ModelCard, Option, Task

SCHEME = LabelScheme(
    classes=(
        LabelClass(
            "negative",
            ("neg", "bad", "unhappy", "dissatisfied", "detractor", "complaint", "poor", "terrible",
             "negativ", "schlecht", "negativo", "malo", "mala", "ruim", "négatif", "negatif",
             "mauvais", "负面", "消极", "差评", "否定", "ネガティブ"),
        ),
        LabelClass(
            "neutral",
            ("neu", "mixed", "ok", "okay", "passive", "none", "average", "gemischt", "neutre",
             "neutro", "mittel", "中性", "中立", "中评", "ニュートラル"),
        ),
        LabelClass(
            "positive",
            ("pos", "good", "happy", "satisfied", "promoter", "praise", "great", "excellent",
             "positiv", "gut", "positivo", "bueno", "buena", "bom", "boa", "positif", "bon",
             "正面", "积极", "好评", "肯定", "ポジティブ"),
        ),
    ),
    ordered=True,
)

TASK = Task(
    slug="sentiment",
    title="Sentiment",
    question="What do your customers feel, and can a model tell?",
    icon=":material/sentiment_satisfied:",
    kind="classification",
    text_role="text",
    scheme=SCHEME,
    sample="product-reviews",
    roles=(
        Role(
            "text", "Text", "text", required=True,
            description="what the customer wrote; one opinion a row",
            hints=("text", "review", "comment", "sentence", "content", "message", "body", "tweet",
                   "feedback", "review_body", "review_text", "kommentar", "bewertungstext",
                   "comentario", "avis", "texto", "texte", "内容", "评论", "msg"),
        ),
        Role(
            "label", "Label", "category",
            description="what a person says it is; without it there are predictions but no score",
            hints=("label", "sentiment", "polarity", "rating", "stars", "score", "star_rating",
                   "class", "target", "bewertung", "note", "airline_sentiment", "y", "标签",
                   "评分", "stimmung", "urteil", "sentimiento", "sentimento", "etikett"),
        ),
        Role(
            "time", "Time", "time",
            description="when it was written; shows the trend",
            hints=("time", "date", "created", "created_at", "timestamp", "review_date", "datum",
                   "fecha", "tweet_created", "日期", "时间"),
        ),
        Role(
            "group", "Slice by", "category",
            description="any column to compare groups by: channel, plan, country",
            hints=("group", "channel", "segment", "category", "product", "country", "plan",
                   "source", "airline", "store", "brand", "region", "marketplace", "filiale",
                   "language"),
        ),
    ),
    models=(
        ModelCard(
            id="majority",
            title="Most frequent class",
            summary="Always answers the class that is most frequent. What no model may lose to.",
            factory="pipelines.classifiers.majority:MajorityPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            baseline=True,
        ),
        ModelCard(
            id="vader",
            title="VADER",
            summary="A word list with rules for negation and emphasis; no training, no context.",
            factory="pipelines.tasks.sentiment.vader:VaderPipeline",
            source="packaged",
            license="MIT",
            size_mb=1,
            languages=("en",),
        ),
        ModelCard(
            id="tfidf-logistic",
            title="Words + logistic regression",
            summary="Counts words and pairs of words, fitted to your labels. Any language.",
            factory="pipelines.classifiers.tfidf:TfidfPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=0,
            needs_labels=True,
        ),
        ModelCard(
            id="minilm-logistic",
            title="MiniLM + logistic regression",
            summary="Sentence embeddings with a linear layer fitted to your labels; "
            "useful from 8 rows a class.",
            factory="pipelines.classifiers.embeddings:EmbeddingPipeline",
            source="fitted",
            license="Apache-2.0",
            size_mb=91,
            languages=("en",),
            needs_labels=True,
        ),
        ModelCard(
            id="litmus-sentiment",
            title="litmus-sentiment",
            summary="A six-layer transformer fine-tuned by this project on film reviews and "
            "tweets; calibrated, needs no labels.",
            factory="pipelines.tasks.sentiment.litmus:LitmusSentimentPipeline",
            source="trained",
            trained_on="SST-2 film reviews and a public set of US airline tweets",
            license="Apache-2.0",
            size_mb=102,
            languages=("en",),
            default=True,
        ),
    ),
    hub_factory="pipelines.tasks.sentiment.hub:HubSentimentPipeline",
    metrics=("accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro",
             "f1_weighted", "roc_auc", "pr_auc", "brier", "log_loss", "ece"),
    options=(
        *SPLIT_OPTIONS,
        Option(
            name="classes",
            default="auto",
            summary="auto lets models choose among the classes that your labels have; "
            "three always keeps neutral",
            choices=("auto", "three"),
        ),
    ),
)
