"""Alternating least squares for implicit feedback, by the `implicit` library on the processor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from pipelines.learnt_arrays import numbers
from pipelines.progress import Progress
from pipelines.recommendation.methods.factors import cosines
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Of one multiplication in the steps of least squares, measured on 2 cores.
SECONDS_PER_STEP = 1e-9


class Als(Recommender):
    """Vectors of people and items whose products are near 1 for what was taken, else near 0.

    Each entry counts 1 + alpha x weight times (Hu, Koren and Volinsky 2008). A history is folded
    in by the same least squares with the vectors of the items held fixed.

    Settings:
        factors: numbers of each vector.
        alpha: how much more what was taken counts than what was not.
        regularisation: what the squared length of a vector costs.
        iterations: passes over users and items.
    """

    name = "alternating least squares"
    defaults: ClassVar[Mapping[str, Setting]] = {
        "factors": 64, "alpha": 4.0, "regularisation": 30.0, "iterations": 15,
    }

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        return [
            {"factors": 64, "alpha": 4.0, "regularisation": 30.0},
            {"factors": 64, "alpha": 1.0, "regularisation": 15.0},
            {"factors": 64, "alpha": 4.0, "regularisation": 3.0},
            {"factors": 128, "alpha": 4.0, "regularisation": 50.0},
            {"factors": 32, "alpha": 1.0, "regularisation": 3.0},
            {"factors": 64, "alpha": 20.0, "regularisation": 30.0},
        ]

    @classmethod
    def seconds(
        cls, users: int, items: int, entries: int, settings: Mapping[str, Setting]
    ) -> float:
        told = {**cls.defaults, **settings}
        factors, passes = int(told["factors"]), int(told["iterations"])
        steps = 2 * entries * factors + (users + items) * factors**2
        return passes * steps * SECONDS_PER_STEP

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        with _one_blas_thread():
            model = self._model()
            progress.stage(self.name, self.whole("iterations"))
            model.fit(self._confidence(matrix), show_progress=False,
                      callback=lambda *_: progress.advance(1))
        self._hold(model.item_factors)

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        people = self._solver.recalculate_user(
            np.arange(weighed.shape[0]), self._confidence(weighed)
        )
        return people @ self._items.T

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        # Section 5 of the paper: the score is a sum over the history of y'W y_j c_j.
        confidence = self._confidence(weighed).data.astype(np.float64)
        taken = self._items[weighed.indices].astype(np.float64)
        system = self._solver.YtY + (taken.T * (confidence - 1.0)) @ taken
        system[np.diag_indices(len(system))] += self.number("regularisation")
        return taken @ np.linalg.solve(system, self._items[item].astype(np.float64)) * confidence

    def _similarities(self, item: int) -> np.ndarray:
        return cosines(self._items, item)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"items": self._items}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._hold(numbers(arrays, "items", len(self.popularity), self.whole("factors")))

    def _hold(self, items: np.ndarray) -> None:
        self._items = np.ascontiguousarray(items, dtype=np.float32)
        with _one_blas_thread():
            self._solver = self._model()
            self._solver.item_factors = self._items
            # Computed on first use; used here so that nothing changes once the method is shared.
            assert self._solver.YtY is not None

    def _model(self) -> Any:
        from implicit.cpu.als import AlternatingLeastSquares as Native

        return Native(
            factors=self.whole("factors"), regularization=self.number("regularisation"),
            alpha=1.0, iterations=self.whole("iterations"), random_state=self.seed,
        )

    def _confidence(self, weighed: csr_matrix) -> csr_matrix:
        from scipy.sparse import csr_matrix

        data = (1.0 + self.number("alpha") * weighed.data).astype(np.float32)
        return csr_matrix((data, weighed.indices, weighed.indptr), shape=weighed.shape)


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    """The library runs threads of its own, and BLAS with several in each slows it tenfold."""
    import implicit.cpu.als  # noqa: F401  what it brings is limited only once it is there
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        yield
