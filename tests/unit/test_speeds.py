"""Speeds that are remembered for the cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.runtime import speeds


def test_one_model_in_two_tasks_has_two_speeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    speeds.remember("smollm2", 3.0, 200, task="summarization")
    speeds.remember("smollm2", 9.0, 200, task="generation")
    speeds.remember("smollm2", 2.0, 200, task="generation")
    speeds.remember("hub:a/b@1", 4.0, 200, task="generation")
    assert speeds.measured("summarization") == {"smollm2": 3.0}
    assert speeds.measured("generation") == {"smollm2": 9.0, "hub:a/b@1": 4.0}
    assert speeds.measured("gen") == {}


def test_learning_is_timed_for_data_of_nearly_the_same_size_and_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    speeds.remember_learning("bpr", 60.0, (1000, 7, 50), "budget=20", "recommendation")
    speeds.remember_learning("bpr", 75.0, (1000, 7, 50), "budget=20", "recommendation")

    def told(size: tuple[int, ...], settings: str = "budget=20", task: str = "recommendation") -> (
        float | None
    ):
        return speeds.learning_seconds("bpr", size, settings, task)

    assert told((1000, 7, 50)) == 60.0, "a slower run was on a busier machine"
    assert told((1200, 7, 55)) == pytest.approx(72.0), "in proportion to the rows"
    assert told((10_000, 7, 50)) is None, "ten times the rows"
    assert told((1000, 7, 500)) is None, "ten times the items"
    assert told((1000, 7, 50), "budget=0") is None
    assert told((1000, 7, 50), task="loan-risk") is None
    assert speeds.learning_seconds("ease", (1000, 7, 50), "budget=20", "recommendation") is None


def test_of_many_sizes_the_latest_are_kept_and_the_nearest_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    for rows in range(1, speeds.MOST_LEARNT + 3):
        speeds.remember_learning("ease", float(rows), (100 * rows,), "", "recommendation")
    assert speeds.learning_seconds("ease", (510,), "", "recommendation") == pytest.approx(5.1)
    assert speeds.learning_seconds("ease", (100,), "", "recommendation") is None, "forgotten"


def test_a_rough_estimate_comes_from_another_size_and_other_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMUS_CACHE_DIR", str(tmp_path))
    speeds.remember_learning("boosting", 20.0, (1000, 20), "budget=30", "loan-risk")
    speeds.remember_learning("boosting", 90.0, (9000, 20), "budget=30", "loan-risk")
    assert speeds.rough_seconds("boosting", (2000, 20), "loan-risk") == (40.0, 1000)
    assert speeds.rough_seconds("boosting", (2000, 20), "other") is None
    assert speeds.rough_seconds("boosting", (500_000, 20), "loan-risk") is None
    assert speeds.rough_seconds("boosting", (2000, 20, 5), "loan-risk") is None
