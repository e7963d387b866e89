"""One copy of each model for all sessions, within a limit."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from pipelines.runtime.residents import Residents


@dataclass
class Model:
    megabytes: float

    def memory_mb(self) -> float:
        return self.megabytes


def test_eight_threads_load_a_model_once_and_share_it() -> None:
    residents, loads, together = Residents(100), [], threading.Barrier(8)

    def load() -> Model:
        loads.append(1)
        time.sleep(0.05)
        return Model(1)

    def ask(_: int) -> Model:
        together.wait(5)
        return residents.get("m", load)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(loads) == 1
    assert all(model is found[0] for model in found)


def test_different_models_load_at_the_same_time() -> None:
    residents, together = Residents(100), threading.Barrier(2)

    def load() -> Model:
        together.wait(5)
        return Model(1)

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(lambda key: residents.get(key, load), ("a", "b")))) == 2


def test_the_least_recently_used_goes_first() -> None:
    residents = Residents(100)
    for key in ("a", "b", "a", "c"):
        residents.get(key, lambda: Model(40))
    assert residents.names() == ["a", "c"]


def test_one_model_may_exceed_the_limit() -> None:
    residents = Residents(100)
    residents.get("small", lambda: Model(10))
    residents.get("large", lambda: Model(500))
    assert residents.names() == ["large"]


def test_a_load_that_failed_is_tried_again() -> None:
    residents = Residents(100)

    def fail() -> Model:
        raise OSError("no such file")

    with pytest.raises(OSError, match="no such file"):
        residents.get("m", fail)
    assert residents.get("m", lambda: Model(1)).megabytes == 1


def test_released_models_are_loaded_again() -> None:
    residents = Residents(100)
    first = residents.get(("m", "there"), lambda: Model(1))
    assert residents.names() == ["m"]
    residents.clear()
    assert residents.names() == []
    assert residents.get(("m", "there"), lambda: Model(1)) is not first


@dataclass
class Sharing:
    """A model that counts the memory of another one, which it asks for each time."""

    residents: Residents
    other: str

    def memory_mb(self) -> float:
        return 1 + self.residents.get(self.other, lambda: Model(40)).memory_mb()


@pytest.mark.parametrize("limit", [1000, 50, 1])
def test_a_model_may_ask_for_another_to_tell_its_size(limit: float) -> None:
    residents = Residents(limit)
    found: list[object] = []

    def work() -> None:
        found.append(residents.get("first", lambda: Sharing(residents, "shared")))
        found.append(residents.get("second", lambda: Sharing(residents, "shared")))
        found.append(residents.get("shared", lambda: Model(40)))
        found.append(residents.get("first", lambda: Sharing(residents, "shared")))

    # Where it hangs, it does so for good: a thread of its own lets the test fail instead.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "it waits for itself"
    assert [type(each) for each in found] == [Sharing, Sharing, Model, Sharing]
    assert residents.names()
