"""What the scores of lists are called."""

from __future__ import annotations

TITLES = {
    "ndcg": "NDCG", "recall": "Recall", "precision": "Precision", "map": "MAP", "mrr": "MRR",
    "hit_rate": "Hit rate", "coverage": "Coverage", "diversity": "Diversity", "novelty": "Novelty",
    "popularity_bias": "Popularity bias", "found_share": "Share found",
}


def metric_title(name: str) -> str:
    """The title of a metric such as `ndcg@10`."""
    if name == "auc":
        return "AUC"
    stem, _, places = name.partition("@")
    return f"{TITLES.get(stem, stem)} at {places}" if places else TITLES.get(stem, stem)
