"""How work tells where it is."""

from __future__ import annotations

from pipelines.progress import Progress, running_count


def test_running_count_advances_by_what_is_new() -> None:
    class Adding(Progress):
        def __init__(self) -> None:
            self.rows: list[int] = []

        def advance(self, rows: int) -> None:
            self.rows.append(rows)

    progress = Adding()
    first, second = running_count(progress), running_count(progress)
    for tell, done in ((first, 3), (first, 3), (second, 1), (first, 10)):
        tell(done, 10)
    assert progress.rows == [3, 0, 1, 7]
