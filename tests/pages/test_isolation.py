"""What one session brings, no other session sees; also not through a cache."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import caching
from data.readers import read_table
from pipelines.report.document import document
from tests.pages import driver

ROWS = 60_000


def large(changed: dict[int, str]) -> bytes:
    """60,000 labelled rows, which agree between two calls but for the changed ones."""
    words = ("good lamp", "bad lamp", "a lamp")
    labels = ("positive", "negative", "neutral")
    lines = [f"{words[row % 3]} {row},{labels[row % 3]}" for row in range(ROWS)]
    for row, line in changed.items():
        lines[row] = line
    return ("review,sentiment\n" + "\n".join(lines) + "\n").encode()


def test_two_sessions_do_not_see_each_others_data_choices_or_runs() -> None:
    ours = driver.run_to_the_end(driver.with_file("ours-secret.csv", driver.reviews(24)))
    theirs = driver.sentiment()
    assert driver.space(theirs).table is None
    driver.with_file("theirs.csv", driver.reviews(36), theirs)
    driver.run_to_the_end(theirs)
    mine, other = driver.space(ours), driver.space(theirs)
    assert mine.table is not None
    assert other.table is not None
    assert (len(mine.table.frame), len(other.table.frame)) == (24, 36)
    for name in ("table", "profile", "experiment", "memo", "labels", "drawn", "link"):
        assert getattr(mine, name) is not getattr(other, name), name
    assert ours.session_state["runs"][0] is not theirs.session_state["runs"][0]
    assert len(theirs.session_state["runs"]) == 1
    for page in ("home", "workspace/data", "workspace/runs", "evaluation/classification"):
        driver.open_page(theirs, page)
        assert not any("secret" in text for text in driver.everything_in_markdown(theirs)), page
        assert not any("secret" in str(box.options) for box in theirs.selectbox), page


def test_same_sample_in_two_sessions_shares_the_table_and_nothing_else() -> None:
    ours, theirs = driver.on_sample(), driver.on_sample()
    mine, other = driver.space(ours), driver.space(theirs)
    assert mine.table is other.table
    assert mine.memo is not other.memo
    ours.selectbox(key="sentiment-label-sentiment-positive").select("negative")
    driver.fine(ours.run())
    driver.fine(theirs.run())
    assert mine.labels
    assert not other.labels
    assert theirs.selectbox(key="sentiment-label-sentiment-positive").value == "positive"


def test_no_page_changes_the_table_that_all_sessions_share() -> None:
    before = caching.sample_table("product-reviews").frame.copy(deep=True)
    at = driver.run_to_the_end(driver.on_sample())
    for name in ("results", "evaluation", "ship", "data"):
        driver.step(at, name)
    pd.testing.assert_frame_equal(caching.sample_table("product-reviews").frame, before)


def test_two_large_files_that_agree_on_most_rows_share_no_cached_answer() -> None:
    changed = {59_001: "terrible lamp x,positive", 31_337: "wonderful lamp x,negative",
               59_999: ",neutral"}
    spaces = []
    for content in (large({}), large(changed)):
        at = driver.with_file("large.csv", content)
        driver.run_to_the_end(at)
        driver.step(at, "evaluation")
        spaces.append(driver.space(at))
    first, second = spaces
    assert first.table is not None
    assert second.table is not None
    assert first.table.fingerprint != second.table.fingerprint
    assert first.profile is not None
    assert second.profile is not None
    missing = [
        next(column.missing for column in space.profile.columns if column.name == "review")
        for space in spaces if space.profile is not None
    ]
    assert missing == [0, 1]
    one, two = first.experiment, second.experiment
    assert one is not None
    assert two is not None
    assert (len(one.rows), len(two.rows)) == (ROWS, ROWS - 1)
    ours, theirs = (run.run_of("vader").predictions.labels for run in (one, two))
    differ = np.flatnonzero(ours[: ROWS - 1] != theirs)
    assert set(differ) <= {31_337, 59_001}
    assert len(differ), "the answers for the changed rows are those of the other file"
    assert one.judged is not None
    assert two.judged is not None
    assert one.judged.scores["vader"][0].value != two.judged.scores["vader"][0].value
    assert document(one)["dataset"] != document(two)["dataset"]


def test_large_tables_are_told_apart_by_one_cell() -> None:
    tables = [read_table(large({row: "another lamp,neutral"}), "large.csv")
              for row in (1, 30_001, 59_998)]
    assert len({table.fingerprint for table in tables}) == len(tables)
    assert np.all([len(table.frame) == ROWS for table in tables])


def _cache_decorators(tree: ast.AST) -> list[str]:
    return [
        ast.unparse(node) for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource")
    ] + [
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        for alias in node.names if alias.name in ("cache_data", "cache_resource")
    ]


def test_caching_is_the_only_module_that_caches_for_all_sessions(root: Path) -> None:
    files = [root / "streamlit_app.py", root / "asgi_app.py", *(root / "dashboard").rglob("*.py")]
    found = [
        str(file.relative_to(root)) for file in files
        if _cache_decorators(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert found == ["dashboard/caching.py"]


def test_cached_functions_take_only_the_id_of_a_sample() -> None:
    tree = ast.parse(Path(caching.__file__).read_text(encoding="utf-8"))
    cached = [
        node for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(map(_cache_decorators, node.decorator_list))
    ]
    assert cached
    for function in cached:
        arguments = function.args
        assert not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs)
        assert [each.arg for each in arguments.args] in ([], ["sample_id"]), function.name


@pytest.mark.parametrize("sample", ["../../etc/passwd", "nothing", ""])
def test_cached_functions_refuse_what_is_no_sample(sample: str) -> None:
    with pytest.raises(Exception, match="sample"):
        caching.sample_table(sample)
