"""Rankings made elsewhere, judged from a file, and lists of a run."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import ndcg_score, roc_auc_score

from data.errors import DataError, OptionError
from pipelines.cli import main
from pipelines.evaluation.ranking_results import Ground
from pipelines.judging import find_kind

KIND = find_kind("ranking")
MAP = {"user": ["user"], "item": ["item"], "truth": ["relevant"], "prediction": ["score"]}


def pairs(users: int = 60, items: int = 30, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"user": np.repeat([f"u{n}" for n in range(users)], items),
                          "item": np.tile([f"i{n}" for n in range(items)], users)})
    frame["relevant"] = (rng.random(len(frame)) < 0.15).astype(int)
    frame.loc[frame["item"] == "i3", "relevant"] = 1
    frame["score"] = rng.normal(size=len(frame)) + 1.2 * frame["relevant"]
    frame["weak"] = rng.normal(size=len(frame))
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def values(frame: pd.DataFrame, system: str = "score", **mapping: list[str]) -> dict[str, float]:
    judged = KIND.evaluate(frame, {**MAP, **mapping}, 0)  # type: ignore[call-arg]
    return {score.name: score.value for score in judged.scores[system]}


def test_scores_of_a_file_are_those_of_scikit_learn() -> None:
    frame = pairs()
    grouped = [part for _, part in frame.groupby("user")]
    found = values(frame)
    for k in (5, 10, 20):
        expected = np.mean([ndcg_score([part["relevant"]], [part["score"]], k=k) for part in grouped])
        assert found[f"ndcg@{k}"] == pytest.approx(expected)
    expected = np.mean([roc_auc_score(part["relevant"], part["score"]) for part in grouped])
    assert found["auc"] == pytest.approx(expected)


def test_ranks_are_told_from_scores() -> None:
    frame = pairs()
    by_rank = frame.assign(
        ours=frame.groupby("user")["score"].rank(ascending=False, method="first").astype(int)
    )
    assert values(by_rank, "ours", prediction=["ours"]) == values(frame)
    gaps = frame.assign(rank=by_rank["ours"] * 3)
    assert values(gaps, "rank", prediction=["rank"])["ndcg@10"] == values(frame)["ndcg@10"]


def test_a_better_system_beats_any_order_and_the_weak_one_does_not() -> None:
    judged = KIND.evaluate(pairs(), {**MAP, "prediction": ["score", "weak"]}, 0)  # type: ignore[call-arg]
    assert judged.baseline == "random-order" and judged.rows == 1800
    assert "the difference is not chance" in judged.verdict and "any order" in judged.verdict
    weak = judged.detail.comparison("ndcg@10", "weak", "random-order")
    assert weak.p > 0.05


@pytest.mark.parametrize("words", [("yes", "no"), ("True", "False"), ("4.5", "0")])
def test_relevance_may_be_written_in_words(words: tuple[str, str]) -> None:
    frame = pairs()
    said = frame.assign(relevant=np.where(frame["relevant"] > 0, *words))
    assert values(said) == values(frame)


def test_the_order_of_the_rows_changes_nothing() -> None:
    frame = pairs()
    assert values(frame.sample(frac=1, random_state=5)) == values(frame)


def test_equal_scores_do_not_flatter_a_file_that_lists_the_relevant_first() -> None:
    frame = pairs().sort_values("relevant", ascending=False).assign(score=1.0)
    judged = KIND.evaluate(frame, MAP, 0)  # type: ignore[call-arg]
    assert judged.detail.score("score", "auc").value == pytest.approx(0.5)
    assert any("every order of these counts alike" in text for text in judged.warnings)


def test_sampled_candidates_and_users_without_relevance_are_warned_of() -> None:
    frame = pairs()
    frame = frame[~((frame["user"] == "u1") & (frame["relevant"] == 1))]
    some = frame[(frame["relevant"] == 1) | (frame.index % 3 == 0)]
    text = " ".join(KIND.evaluate(some, MAP, 0).warnings)  # type: ignore[call-arg]
    assert "Only the items in the file were ranked" in text and "of 30 for the middle user" in text
    assert "1 user has no relevant item" in text
    full = KIND.evaluate(pairs(), MAP, 0)  # type: ignore[call-arg]
    assert not any("Only the items" in warning for warning in full.warnings)


def test_columns_are_suggested_by_their_names() -> None:
    frame = pairs().rename(columns={"user": "userId", "item": "movie_id", "relevant": "clicked",
                                    "score": "item_score"}).drop(columns="weak")
    assert KIND.suggest(frame) == {
        "user": ["userId"], "item": ["movie_id"], "truth": ["clicked"], "prediction": ["item_score"],
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [({"relevant": 0}, "no item is relevant"), ({"relevant": 1}, "every row is relevant"),
     ({"score": np.nan}, "no number in any judged row"), ({"item": "i1"}, "more than one row"),
     ({"relevant": None}, "of no row")],
)
def test_files_that_prove_nothing_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        values(pairs().assign(**change))


def test_a_column_plays_one_part() -> None:
    with pytest.raises(OptionError, match="both as truth and as prediction"):
        values(pairs(), prediction=["relevant"])


def test_groups_of_users_are_known_to_the_judgement() -> None:
    frame = pairs()
    frame["plan"] = np.where(frame["user"].str.endswith(("1", "2")), "paid", "free")
    judged = KIND.evaluate(frame, {**MAP, "group": ["plan"]}, 0)  # type: ignore[call-arg]
    assert judged.detail.ground.groups.value_counts().to_dict() == {"free": 48, "paid": 12}


def test_lists_of_a_run_are_judged() -> None:
    rng = np.random.default_rng(0)
    truth = pd.Series([rng.choice(40, 2, replace=False) for _ in range(120)], dtype=object)
    good = np.stack([np.concatenate([held, [40 + n for n in range(8)]]) for held in truth])
    poor = np.tile(np.arange(10), (120, 1))
    def ground(truth: pd.Series, batch: pd.DataFrame) -> Ground:
        return Ground(held=truth.tolist(), items=48)

    predictions = {
        name: SimpleNamespace(lists=lists, ground=ground)
        for name, lists in {"good": good, "popular": poor}.items()
    }
    judged = KIND.judge(  # type: ignore[call-arg]
        truth, predictions, batch=pd.DataFrame(index=truth.index), baseline="popular",  # type: ignore[arg-type]
        favourite="good", seed=0, metrics=(), source=None,
    )
    assert judged.rows == 120 and judged.detail.score("good", "ndcg@10").value == 1
    assert "recommending what is most popular" in judged.verdict
    assert KIND.right(truth, predictions["good"]).all()  # type: ignore[arg-type]


def test_the_command_line_judges_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ranked.csv"
    pairs().to_csv(path, index=False)
    code = main(["evaluate", "ranking", "--data", str(path), "--map", "prediction=score",
                 "--map", "prediction=weak", "--out", str(tmp_path / "out")])
    assert code == 0, capsys.readouterr().err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert "ndcg@10" in {score["name"] for run in report["runs"] for score in run["scores"]}
    assert "NDCG@10" in (tmp_path / "out" / "report.html").read_text()
