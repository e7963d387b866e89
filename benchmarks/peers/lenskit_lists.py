"""LensKit's lists for the same users: `python lenskit_lists.py TRAIN.csv USERS.csv OUT.json LENGTH`.

Runs in an environment of its own, see README.md beside it.
"""

import json
import sys
import time

import lenskit
import pandas as pd
from lenskit.als import ImplicitMFScorer
from lenskit.batch import recommend
from lenskit.data import from_interactions_df
from lenskit.knn import ItemKNNScorer
from lenskit.pipeline import topn_pipeline


def main() -> None:
    """Fit both methods to the training pairs and write the lists."""
    train, users, out, length = sys.argv[1:]
    data = from_interactions_df(pd.read_csv(train))
    asked = pd.read_csv(users)["user_id"].tolist()
    methods = {
        "LensKit implicit MF, 64 factors": ImplicitMFScorer(features=64),
        "LensKit item neighbours, 20": ItemKNNScorer(max_nbrs=20, feedback="implicit"),
    }
    found = {"version": lenskit.__version__, "methods": {}}
    for name, scorer in methods.items():
        pipeline = topn_pipeline(scorer)
        start = time.perf_counter()
        pipeline.train(data)
        learnt = time.perf_counter() - start
        start = time.perf_counter()
        frame = recommend(pipeline, asked, int(length), n_jobs=1).to_df()
        lists = frame.sort_values("rank").groupby("user_id")["item_id"].agg(list)
        found["methods"][name] = {
            "learning": round(learnt, 2), "lists": round(time.perf_counter() - start, 2),
            "items": [[int(item) for item in lists.get(user, [])] for user in asked],
        }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file)


if __name__ == "__main__":
    main()
