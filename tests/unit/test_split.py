"""Which rows train and which judge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.options import Options
from pipelines.registry import find_task
from pipelines.split import Split, make_split, split_of_file, whole


def options(**given: str) -> Options:
    return Options(find_task("sentiment"), given)


def made(
    rows: int, seed: int = 0, *, copies: int = 1, times: pd.Series | None = None, **given: str
) -> tuple[Split, pd.Series, pd.Series]:
    """A split of rows of which every `copies` share a group, with their groups and classes."""
    rng = np.random.default_rng(11)
    truth = pd.Series(rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]))
    groups = pd.Series(np.arange(rows) // copies)
    truth = truth.iloc[groups * copies].reset_index(drop=True)
    found = make_split(np.arange(rows), truth, groups, times, options(**given), seed)
    return found, groups, truth


@pytest.mark.parametrize("seed", range(5))
def test_equal_texts_stand_on_one_side(seed: int) -> None:
    split, groups, _ = made(600, seed, copies=3, split="random")
    assert not set(groups[split.train]) & set(groups[split.test])
    assert sorted([*split.train, *split.test]) == list(range(600))


@pytest.mark.parametrize("seed", range(5))
def test_a_random_split_keeps_the_share_of_each_class(seed: int) -> None:
    split, _, truth = made(1000, seed, split="random", test="0.3")
    shares = truth[split.test].value_counts(normalize=True)
    expected = truth.value_counts(normalize=True)
    assert len(split.test) == pytest.approx(300, abs=3)
    assert (shares - expected).abs().max() < 0.01


@pytest.mark.parametrize("copies", [1, 4])
def test_folds_judge_each_row_once_and_never_train_on_it(copies: int) -> None:
    split, groups, truth = made(400, copies=copies, split="cross-validation")
    assert len(split.folds) == 5
    judged = np.concatenate([test for _, test in split.folds])
    assert sorted(judged) == list(range(400))
    for train, test in split.folds:
        assert sorted([*train, *test]) == list(range(400))
        assert not set(groups[train]) & set(groups[test])
        assert set(truth[train]) == {"a", "b", "c"}
    assert split.to_json() == {
        "kind": "cross-validation", "train": 320, "validation": 0, "test": 400
    }


def test_a_temporal_split_judges_what_came_last() -> None:
    times = pd.Series(pd.date_range("2026-01-01", periods=200, freq="h"))
    times = times.sample(frac=1, random_state=2).reset_index(drop=True)
    split, _, _ = made(200, times=times, split="temporal", test="0.25")
    assert len(split.test) == 50
    assert times[split.train].max() <= times[split.test].min()


@pytest.mark.parametrize(("counts", "judged"), [
    # The cut would be at 80 of 100: 10 rows into the second date, or 5 before its end.
    ((70, 30), 30), ((55, 30, 15), 15), ((10, 80, 10), 10), ((30, 70), 70),
])
def test_a_temporal_split_never_cuts_inside_a_moment(
    counts: tuple[int, ...], judged: int
) -> None:
    dates = pd.date_range("2026-01-01", periods=len(counts), freq="MS").strftime("%Y-%m-%d")
    times = pd.Series(np.repeat(dates, counts)).sample(frac=1, random_state=1).reset_index(drop=True)
    split, _, _ = made(100, times=times, split="temporal", test="0.2")
    assert not set(times[split.train]) & set(times[split.test])
    assert len(split.test) == judged
    assert split.to_json()["rule"] == f"from {times[split.test].min()} on"
    said = f"{judged} % of the rows judge, where 20 % was wanted"
    far = abs(judged - 20) > 20 / 3
    assert [each.startswith(said) for each in split.notes] == [True] * far


def test_rows_of_one_moment_have_no_later_ones() -> None:
    with pytest.raises(DataError, match="same time"):
        made(100, times=pd.Series(["2026-01-01"] * 100), split="temporal")


def test_a_temporal_split_reads_times_in_mixed_forms_and_zones() -> None:
    times = pd.Series(["2026-01-02T00:00:00+02:00", "2026-01-01 23:00", "Jan 3, 2026"] * 20)
    split, _, _ = made(60, times=times, split="temporal", test="0.5")
    assert set(times[split.test]) >= {"Jan 3, 2026"}
    assert "Jan 3, 2026" not in set(times[split.train])


def test_the_same_seed_draws_the_same_rows_and_another_seed_others() -> None:
    first, second, other = (made(500, seed, split="random")[0].test for seed in (4, 4, 5))
    assert list(first) == list(second) != list(other)


def test_unlabelled_rows_are_on_neither_side() -> None:
    labelled = np.arange(0, 200, 2)
    truth = pd.Series(["a", "b", "b", "a"] * 50)
    groups = pd.Series(np.arange(200))
    split = make_split(labelled, truth, groups, None, options(split="random"), 0)
    assert sorted([*split.train, *split.test]) == list(labelled)


@pytest.mark.parametrize(("rows", "kind"), [(1000, "cross-validation"), (1001, "random")])
def test_auto_cross_validates_small_files(rows: int, kind: str) -> None:
    assert made(rows)[0].kind == kind


@pytest.mark.parametrize(
    ("rows", "given", "reason"),
    [
        (9, {}, "at least 10"),
        (100, {"split": "none"}, "cannot be judged on the rows it learnt from"),
        (100, {"split": "temporal"}, "needs a column of times"),
    ],
)
def test_an_impossible_split_says_why(rows: int, given: dict[str, str], reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        made(rows, **given)


def test_a_temporal_split_needs_every_time() -> None:
    times = pd.Series([None, *["2026-01-01"] * 99])
    with pytest.raises(DataError, match="1 have none"):
        made(100, times=times, split="temporal")


def test_without_fitting_every_labelled_row_judges() -> None:
    split = whole(np.arange(7))
    assert (split.kind, len(split.train), len(split.test)) == ("none", 0, 7)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_rare_class_judges_about_as_often_as_its_share(count: int) -> None:
    truth = pd.Series(["common"] * 100 + ["rare"] * count)
    judges = [
        int((make_split(
            np.arange(100 + count), truth, pd.Series(np.arange(100 + count)), None,
            options(split="random", test="0.3"), seed,
        ).test >= 100).sum())
        for seed in range(400)
    ]
    assert set(judges) <= {int(0.3 * count), int(0.3 * count) + 1}
    # Five standard errors of 400 draws.
    assert np.mean(judges) == pytest.approx(0.3 * count, abs=0.12)


def test_single_rows_of_many_classes_are_dealt_to_every_fold() -> None:
    truth = pd.Series([f"only {row}" for row in range(60)])
    split = make_split(np.arange(60), truth, pd.Series(np.arange(60)), None,
                       options(split="cross-validation"), 0)
    assert len(split.folds) == 5
    assert min(len(test) for _, test in split.folds) >= 3


def test_rows_that_all_are_alike_cannot_be_split() -> None:
    truth = pd.Series(["a", "b"] * 20)
    with pytest.raises(DataError, match="too much alike"):
        make_split(np.arange(40), truth, pd.Series(np.zeros(40)), None,
                   options(split="cross-validation"), 0)


@pytest.mark.parametrize(
    ("parts", "counts"),
    [
        (["train"] * 3 + ["val"] + ["test"] * 2, (3, 1, 2)),
        (["train"] * 4 + ["val"] * 2, (4, 0, 2)),
    ],
)
def test_rows_for_validation_are_told_from_those_for_training(
    parts: list[str], counts: tuple[int, int, int]
) -> None:
    split = split_of_file(np.arange(6), pd.Series(parts, dtype="str"))
    assert split is not None
    told = split.to_json()
    assert (told["train"], told["validation"], told["test"]) == counts
    assert len(split.train) == counts[0] + counts[1]
