"""Saved runs: the store, and the page that a link opens."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from data.errors import DataError
from data.run_store import RunStore, run_store
from tests.pages import driver

HOSTILE = ("", "x", "' OR 1=1 --", "../../etc/passwd", "a" * 33, "%", "_" * 31 + "\n", "\0" * 32,
           "é" * 32, "A" * 100_000)


@pytest.fixture
def store() -> RunStore:
    return run_store()


def saved(store: RunStore, title: str = "mine.csv") -> str:
    return store.save("sentiment", title, '{"a": 1}', "<p>report</p>")


def test_saved_report_reads_back_as_it_was(store: RunStore) -> None:
    run = store.open(saved(store))
    assert (run.task, run.title) == ("sentiment", "mine.csv")
    assert (run.report_json, run.report_html) == ('{"a": 1}', "<p>report</p>")


def test_token_cannot_be_guessed(store: RunStore) -> None:
    tokens = {saved(store) for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {32}
    for position in range(32):
        assert len({token[position] for token in tokens}) > 10


@pytest.mark.parametrize("token", HOSTILE)
def test_token_that_opens_nothing_gives_a_sentence(store: RunStore, token: str) -> None:
    saved(store)
    with pytest.raises(DataError, match="no saved run"):
        store.open(token)
    store.delete(token)


def test_deleted_report_is_gone_and_the_others_stay(store: RunStore) -> None:
    gone, kept = saved(store), saved(store)
    store.delete(gone)
    store.delete(gone)
    with pytest.raises(DataError):
        store.open(gone)
    assert store.open(kept)


def test_reports_outlive_the_process(tmp_path: object) -> None:
    address = f"sqlite:///{tmp_path}/again.db"
    engines = [create_engine(address) for _ in range(2)]
    token = saved(RunStore(engines[0]))
    assert RunStore(engines[1]).open(token).title == "mine.csv"
    for engine in engines:
        engine.dispose()


def test_link_of_a_saved_run_opens_its_report_in_another_session() -> None:
    at = driver.run_to_the_end(driver.with_file("mine.csv", driver.reviews()))
    driver.open_page(at, "workspace/runs")
    at.button(key="runs-save-0").click()
    driver.fine(at.run())
    token = at.code[0].value.split("?run=")[1]
    other = driver.open_page(driver.visitor(), "workspace/runs", run=token)
    assert not other.error
    assert any("Nothing in it changes" in caption.value for caption in other.caption)
    frame = other.get("iframe")[0].proto
    assert "labelled rows" in frame.srcdoc
    at.button(key="runs-forget-0").click()
    driver.fine(at.run())
    driver.open_page(other, "workspace/runs", run=token)
    assert "no saved run" in driver.errors(other)[0]


@pytest.mark.parametrize("token", ["unknown", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_link_to_nothing_gives_one_sentence(token: str) -> None:
    at = driver.open_page(driver.visitor(), "workspace/runs", run=token)
    assert len(at.error) == 1
    assert "no saved run behind this link" in at.error[0].value
    assert not at.get("iframe")
