"""Loan risk: the probability of a default or the size of a loss, from a table of applicants."""

from data.roles import Role
from pipelines.options import SPLIT_OPTIONS
from pipelines.task import ModelCard, Option, Task, Template

_HERE = "pipelines.tasks.loan_risk.models"
# One case in twenty may be missed where nobody says otherwise.
WANTED = 0.95
_SPLIT = tuple(
    Option(
        name="split", default="auto", choices=("auto", "random", "temporal", "cross-validation"),
        summary="how rows are kept apart from training; auto takes the latest part where there are "
        "times, cross-validation up to 2,000 known outcomes, else random",
    ) if option.name == "split" else option
    for option in SPLIT_OPTIONS
)

TASK = Task(
    slug="loan-risk",
    title="Loan risk",
    question="Who will default, leave, cheat or be ill, how sure is that, and where should the line be "
    "drawn?",
    icon=":material/account_balance:",
    kind="risk",
    features=True,
    brings="a table with one past case a row, and how it ended",
    records="pipelines.tabular.records:records_batch",
    record={"income": 42000, "purpose": "car"},
    fields={"(any column that the model learnt from)": "the value of the row, null where unknown"},
    scored="pipelines.tabular.scoring:score_applicants",
    roles=(
        Role("target", "Target", "any", required=True,
             description="what happened: default yes or no, or an amount or rate that was lost",
             hints=("target", "default", "bad", "bad_flag", "loan_status", "status", "outcome",
                    "label", "creditability", "class", "defaulted", "charged_off", "serious_dlqin2yrs",
                    "default_payment_next_month", "risk_flag", "churn", "churned", "exited",
                    "attrition", "fraud", "is_fraud", "isfraud", "fraudulent", "disease", "diagnosis",
                    "lgd", "loss", "y", "ausfall", "kreditausfall", "défaut", "impago",
                    "inadimplente", "ausgang", "zahlungsausfall", "ergebnis", "resultado", "résultat",
                    "resultat", "esito", "uitkomst")),
        Role("exposure", "Exposure", "number", feature=True,
             description="the money at stake in each row, for profit and expected loss; none needed",
             hints=("exposure", "ead", "loan_amount", "loan_amnt", "amount", "credit_amount",
                    "principal", "limit", "kreditbetrag", "darlehen", "montant", "monto", "valor")),
        Role("margin", "Margin", "number", feature=True,
             description="gain on a row that ends well, as a share of its exposure; none needed",
             hints=("margin", "interest_rate", "int_rate", "apr", "marge", "zinssatz", "margen",
                    "margem")),
        Role("time", "Time", "time",
             description="when it was, so that the latest rows judge what was learnt before",
             hints=("time", "application_date", "applied", "applied_at", "date", "issue_date",
                    "issue_d", "created_at", "antragsdatum", "datum", "fecha", "data")),
        Role("group", "Compare by", "category", feature=True,
             description="any column to compare groups by",
             hints=("group", "segment", "product", "purpose", "channel", "region", "branch")),
        Role("id", "Identifier", "key",
             description="of the row; models do not see it",
             hints=("id", "loan_id", "application_id", "customer_id", "applicant_id", "account_id",
                    "antragsnummer")),
    ),
    models=(
        ModelCard(
            id="base-rate", title="Base rate", factory=f"{_HERE}:BaseRate", source="fitted",
            license="part of Litmus", size_mb=0, baseline=True,
            summary="The share of the outcome, or the mean amount, for everybody alike.",
        ),
        ModelCard(
            id="linear", title="Logistic or linear regression", factory=f"{_HERE}:LinearRisk",
            source="fitted", license="BSD-3 (scikit-learn)", size_mb=0,
            summary="Weights on standardised features, regularised; the plain model to beat.",
        ),
        ModelCard(
            id="scorecard", title="Scorecard", factory=f"{_HERE}:Scorecard", source="fitted",
            license="Apache-2.0 (optbinning)", size_mb=0,
            summary="Points for bins of each feature, added up: a table that can be read and printed.",
        ),
        ModelCard(
            id="boosting", title="Gradient boosting", factory=f"{_HERE}:Boosting", source="fitted",
            license="MIT (LightGBM)", size_mb=0, default=True,
            summary="Many small trees, each mending the last; usually the best on tables.",
        ),
        ModelCard(
            id="network-128-64", title="The articles' network", factory=f"{_HERE}:ArticlesNetwork",
            source="fitted", license="part of Litmus", size_mb=0,
            summary="Two hidden layers of 128 and 64 with dropout, trained with BCE and Adam.",
        ),
        ModelCard(
            id="tabular-network", title="Tabular network", factory=f"{_HERE}:TabularNetwork",
            source="fitted", license="part of Litmus", size_mb=0,
            summary="A residual network on embedded categories and piecewise-linear numbers.",
        ),
        ModelCard(
            id="blend", title="Blend", factory=f"{_HERE}:Blended", source="fitted",
            license="part of Litmus", size_mb=0,
            summary="Regression, boosting and network together, weighed on held-out training rows.",
        ),
    ),
    metrics=("roc_auc", "gini", "ks", "pr_auc", "brier", "log_loss", "ece", "accuracy", "f1",
             "precision_at_capacity", "recall_at_capacity", "sensitivity", "specificity", "flagged",
             "missed", "rmse", "mae", "r2"),
    options=(
        *_SPLIT,
        Option(name="repeats", default="1", low=1, high=20, whole=True,
               summary="how often cross-validation is gone through, each time with other folds"),
        Option(name="predict", default="auto", choices=("auto", "yes-no", "amount"),
               label="What the target is", choice_labels=("told by its values", "yes or no", "amount"),
               summary="whether the target is a yes or no or an amount; auto tells by its values"),
        Option(name="positive", default="",
               summary="the value of the target whose probability is wanted; told by its name"),
        Option(name="exclude", default="", columns=True, label="Leave out",
               summary="columns that models must not see, with commas between"),
        Option(name="protected", default="", columns=True,
               summary="columns such as sex or age whose groups are to be treated alike; models do not "
               "see them"),
        Option(name="use_protected", default="no", choices=("no", "yes"),
               summary="whether models learn from protected columns all the same"),
        Option(name="leaks", default="drop", choices=("drop", "keep"),
               label="Columns that tell the outcome", choice_labels=("leave out", "keep"),
               summary="what to do with columns that tell the target too well to be known before"),
        Option(name="missing_codes", default="none",
               summary="numbers that stand for a missing answer: auto, none, or such as -9, 999"),
        Option(name="types", default="", label="Types of columns",
               summary="types of columns where they were taken wrongly, as NAME=number; NAME=category; "
               "of number, flag, category, date, text"),
        Option(name="texts", default="auto", choices=("auto", "on", "off"),
               summary="whether columns of sentences are read (MiniLM)"),
        Option(name="rising", default="", columns=True, label="Only raises the risk",
               summary="columns whose increase may only raise the risk, with commas between"),
        Option(name="falling", default="", columns=True, label="Only lowers the risk",
               summary="columns whose increase may only lower the risk, with commas between"),
        Option(name="budget", default="30", low=0, high=3600,
               label="Search for settings", unit="seconds a model",
               summary="seconds for choosing the settings of each model"),
        Option(name="margin", default="0.1", low=0, high=10,
               label="Margin if no column has it", unit="share",
               summary="gain on a row that ends well, as a share of the exposure, where no column has "
               "it"),
        Option(name="loss_given_default", default="0.5", low=0, high=1,
               summary="share of the exposure that is lost in a default"),
        Option(name="review_cost", default="0", low=0, high=1_000_000,
               summary="what it costs to have a person look at a row; 0 where nobody does"),
        Option(name="capacity", default="0.05", low=0.0001, high=1,
               summary="share of rows that somebody can look at, for fraud and churn: 0.01 is 1 in "
               "100"),
        Option(name="sensitivity", default=f"{WANTED:g}", low=0.01, high=1,
               summary="share of the cases that have to be found, for disease"),
        Option(name="threshold", default="",
               summary="from which probability on a row counts as the outcome; if empty, where "
               "approving earns nothing, or what capacity or sensitivity ask for, by template"),
    ),
    templates=(
        Template(id="loans", title="Consumer loans", outcome="a default",
                 first=("roc_auc", "gini", "ks"),
                 summary="Who pays back: ranked by the area under the curve, decided by profit."),
        Template(id="fraud", title="Fraud", outcome="fraud",
                 first=("precision_at_capacity", "recall_at_capacity", "pr_auc", "roc_auc"),
                 summary="Rare cases among many: what counts is how many of those that can be reviewed "
                 "are real."),
        Template(id="churn", title="Churn", outcome="leaving",
                 first=("recall_at_capacity", "precision_at_capacity", "roc_auc", "pr_auc"),
                 summary="Who leaves next, and whom to call first."),
        Template(id="disease", title="Disease", outcome="the disease", wanted=WANTED,
                 first=("sensitivity", "specificity", "roc_auc", "pr_auc"),
                 positive=("ill", "sick", "disease", "malignant", "cancer", "present"),
                 absent=("healthy", "benign", "normal", "absent", "absence", "well"),
                 summary="Who is ill, with few missed.",
                 caution="This is no medical device: it measures data and decides nothing about a "
                 "person."),
        Template(id="claims", title="Claims and losses", outcome="a claim", first=("rmse", "mae"),
                 summary="How large a claim or a loss will be."),
    ),
    sample="loan-applications",
)
