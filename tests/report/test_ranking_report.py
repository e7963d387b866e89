"""The report of rankings explains what it holds and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from pipelines.evaluation.ranking_judgement import judge_rankings
from pipelines.evaluation.ranking_results import Ground, RankingJudgement
from pipelines.judging import find_kind
from pipelines.progress import SILENT
from pipelines.report.kinds.ranking import scores


def elsewhere() -> RankingJudgement:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"user": np.repeat(np.arange(30), 12), "item": np.tile(np.arange(12), 30),
                          "score": rng.random(360)})
    frame["taken"] = (frame["item"] == frame["user"] % 12).astype(int)
    mapping = {"user": ["user"], "item": ["item"], "truth": ["taken"], "prediction": ["score"]}
    found = find_kind("ranking").evaluate(frame, mapping, 0, SILENT).detail
    assert isinstance(found, RankingJudgement)
    return found


def of_a_run() -> RankingJudgement:
    histories = sparse.csr_matrix(np.eye(30, 12, dtype=np.float32) + np.eye(30, 12, k=1))
    ground = Ground([np.array([11])] * 30, 12, histories, histories)
    lists = {"one": np.tile(np.arange(5), (30, 1)), "two": np.tile(np.arange(5, 10), (30, 1))}
    return judge_rankings(lists, ground, baseline="one")


@pytest.mark.parametrize(("judgement", "there"), [
    (elsewhere(), {"Coverage", "AUC"}),
    (of_a_run(), {"Coverage", "Diversity", "Novelty", "Popularity bias"}),
], ids=["elsewhere", "of a run"])
def test_only_columns_that_are_there_are_explained(
    judgement: RankingJudgement, there: set[str]
) -> None:
    section = scores.beyond(judgement)
    assert section is not None
    header = " ".join(section.tables[0].header)
    for title in ("Coverage", "Diversity", "Novelty", "Popularity bias", "AUC"):
        assert (title in header) == (f"{title}:" in section.note) == (title in there)


def test_the_test_beside_parts_of_users_is_named() -> None:
    section = scores.parts(of_a_run(), "one")
    assert section is not None and "mean of a part" in section.note and "permutation" in section.note
