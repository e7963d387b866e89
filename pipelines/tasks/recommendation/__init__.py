"""Recommendation: which items to offer to whom, and which method knows best."""

from data.interactions.words import ITEMS, USERS
from data.roles import Role
from pipelines.task import ModelCard, Option, Task, Template

_HERE = "pipelines.tasks.recommendation.methods"

TASK = Task(
    slug="recommendation",
    title="Recommendations",
    question="What should each customer be offered next, and which method knows best?",
    icon=":material/recommend:",
    kind="ranking",
    reads="interactions",
    records="pipelines.recommendation.records:records_batch",
    scored="pipelines.recommendation.scoring:score_users",
    arranged="pipelines.recommendation.arranging:arrange_users",
    taught="pipelines.recommendation.arranging:all_lessons",
    record={"user": "..."},
    fields={
        "user": "id of a known user, for a list from everything that user took",
        "history": "list of ids of items, for a list for anybody who took these",
        "item": "id of an item, for items like it",
    },
    brings="a table with one purchase, play or rating a row, and one that describes the items if "
    "there is one",
    roles=(
        Role("user", "User", "id", required=True, hints=USERS,
             description="who took something"),
        Role("item", "Item", "id", required=True, hints=ITEMS,
             description="what was taken"),
        Role("rating", "Rating or weight", "number",
             hints=("rating", "ratings", "stars", "score", "weight", "quantity", "qty", "count",
                    "plays", "playcount", "play_count", "listens", "clicks", "amount", "bewertung",
                    "menge", "anzahl", "note", "quantité", "cantidad", "quantidade", "nota", "评分",
                    "数量"),
             description="how much it was liked, or how often or how much was taken; lists count each "
             "pair of user and item once, whatever stands here, and the option liked leaves out low "
             "ratings",
             without="each row counts as taken once"),
        Role("time", "Time", "time",
             hints=("time", "timestamp", "ts", "date", "ordered_at", "order_date", "invoicedate",
                    "invoice_date", "event_time", "played_at", "purchased_at", "unixreviewtime"),
             description="when, so that the past is judged by what came after it",
             without="nothing is split by time", counters=True),
        Role("title", "Title", "text",
             hints=("title", "name", "item_name", "product_name", "product_title", "movie_title",
                    "titel", "bezeichnung", "titre", "nom", "título", "nombre", "nome", "标题", "名称"),
             description="what people call the item"),
        Role("attributes", "Attributes", "text",
             hints=("attributes", "genres", "genre", "category", "categories", "tags", "tag",
                    "brand", "department", "topic", "subject", "description", "kategorie", "marke",
                    "catégorie", "categoría", "categoria", "类别", "标签"),
             description="categories, tags or a description of the item; the first is its category"),
        Role("group", "User group", "category",
             hints=("group", "segment", "user_group", "customer_group", "plan", "country", "region",
                    "channel", "gender", "age_group", "tier", "membership", "kundengruppe", "land"),
             of="user",
             description="a column to compare groups of users by"),
    ),
    models=(
        ModelCard(
            id="popular", title="Popular", factory=f"{_HERE}:Popular", source="fitted",
            license="part of Litmus", size_mb=0, baseline=True,
            summary="What most users took, the same for everybody but for what one has already.",
        ),
        ModelCard(
            id="item-neighbours", title="Item neighbours", factory=f"{_HERE}:Neighbours",
            source="fitted", license="part of Litmus", size_mb=0,
            summary="Items that the same people take as those one has (k nearest neighbours).",
        ),
        ModelCard(
            id="ease", title="EASE", factory=f"{_HERE}:Ease", source="fitted",
            license="part of Litmus", size_mb=0, default=True,
            summary="A linear model in closed form that learns how each item speaks for each other.",
        ),
        ModelCard(
            id="popular-recent", title="Popular lately", factory=f"{_HERE}:PopularRecent",
            source="fitted", license="part of Litmus", size_mb=0,
            summary="What most users took in the last days of the training part; needs times, and "
            "only split=global judges it fairly.",
        ),
        ModelCard(
            id="als", title="Alternating least squares", factory=f"{_HERE}:Als", source="fitted",
            license="MIT (implicit)", size_mb=0,
            summary="Factors of users and items for what was taken and how surely; grows to millions.",
        ),
        ModelCard(
            id="bpr", title="BPR factors", factory=f"{_HERE}:Bpr", source="fitted",
            license="part of Litmus", size_mb=0,
            summary="Factors learnt so that what was taken ranks above what was not.",
        ),
        ModelCard(
            id="two-tower", title="Two towers", factory=f"{_HERE}:TwoTower", source="fitted",
            license="part of Litmus", size_mb=0,
            summary="A network with one tower for histories and one for items and their texts.",
        ),
        ModelCard(
            id="content", title="By content", factory=f"{_HERE}:Content", source="fitted",
            license="Apache-2.0 (MiniLM)", size_mb=88,
            summary="Items whose titles and attributes mean the same (MiniLM); works for new items.",
        ),
        ModelCard(
            id="blend", title="Blend", factory=f"{_HERE}:Blended", source="fitted",
            license="part of Litmus", size_mb=0,
            summary="EASE, item neighbours and factors together, weighed on validation interactions.",
        ),
    ),
    metrics=(
        "ndcg@10", "recall@10", "precision@10", "map@10", "mrr@10", "hit_rate@10", "auc",
        "coverage@10", "diversity@10", "novelty@10", "popularity_bias@10",
        "ndcg@5", "recall@5", "precision@5", "hit_rate@5", "ndcg@20", "recall@20", "precision@20",
        "hit_rate@20",
    ),
    options=(
        Option(
            name="split", default="auto", label="Held back to judge",
            choices=("auto", "temporal", "global", "last", "random"),
            choice_labels=("by the times there are", "the last of each user", "all after one moment",
                           "the very last of each user", "any of each user"),
            summary="what is held back to judge: temporal takes the last part of each user, global "
            "all after one moment, last the last item of each user, random a part of each user. By "
            "time, what a user took at one moment (an order) stays together. Where there are times, "
            "all but global let models learn from what others took later, and random from one's own "
            "future; auto takes temporal where there are times, else random",
        ),
        Option(name="test", default="0.1", low=0.01, high=0.5, label="Share to judge by",
               summary="share of interactions held back to judge"),
        Option(name="valid", default="0.1", low=0, high=0.5, label="Share for settings",
               summary="share of interactions held back to choose settings by"),
        Option(name="budget", default="20", low=0, high=3600, label="Choosing settings",
               unit="s",
               summary="about how long each model may try settings on a machine of two cores with "
               "nothing else to do; how many are tried follows the size of the data and not the clock, "
               "so that the same data give the same report, and a busy machine takes longer. Learning "
               "with the best ones comes on top; 0 takes the usual settings"),
        Option(name="length", default="10", low=1, high=100, whole=True, label="Length of a list",
               unit="items",
               summary="items of a list that is shown or exported"),
        Option(name="feedback", default="auto", choices=("auto", "explicit", "implicit"),
               label="What numbers are",
               choice_labels=("told by their values", "ratings", "amounts or counts"),
               summary="whether the rating column holds ratings (explicit) or amounts and counts "
               "(implicit)"),
        Option(name="liked", default="0", low=0, high=1_000_000,
               label="Least rating that counts as wanted",
               summary="the least rating or amount that counts as taken; 0 counts every one, one star "
               "like five"),
        Option(name="core", default="1", low=1, high=100, whole=True, label="Fewest interactions",
               summary="users and items with fewer interactions than this are left out, again and "
               "again until none is left; 1 keeps all"),
        Option(name="bots", default="keep", choices=("keep", "drop"), label="Suspected bots",
               choice_labels=("keep", "leave out"),
               summary="what to do with users whose number of interactions is implausible"),
        Option(name="recent", default="30", low=1, high=3650, whole=True, label="Lately",
               unit="days",
               summary="days that Popular lately looks back"),
        Option(name="never", default="", ids=True, served=True,
               summary="rule for what is given out: ids of items that are never listed"),
        Option(name="never_categories", default="", ids=True, served=True,
               summary="rule for what is given out: categories of which nothing is ever listed"),
        Option(name="at_most", default="0", low=0, high=100, whole=True, served=True,
               summary="rule for what is given out: items of one category that a list may hold; 0 "
               "allows any number"),
        Option(name="new_days", default="0", low=0, high=3650, whole=True, served=True,
               summary="rule for what is given out: an item first taken in the last so many days is "
               "new and boosted; 0 boosts none"),
        Option(name="boost_new", default="1.5", low=1, high=5, served=True,
               summary="by what the score of a new item is multiplied, counted from the average of all "
               "that can be offered to the same person"),
    ),
    templates=(
        Template(id="shop", title="Shop", first=("ndcg@10", "recall@10"),
                 summary="Products, films or music to offer next."),
        Template(
            id="courses", title="Courses and lessons", first=("hit_rate@5", "ndcg@5"),
            summary="What to learn next: a short list in which one fit is enough. Verdict, tests and "
            "parts look at 5 places; settings are chosen by 10.",
            caution="A list follows what others took; it does not know what has to be learnt first.",
        ),
    ),
    sample="shop-orders",
)
