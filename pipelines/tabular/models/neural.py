"""What the networks share: targets to scale, reasons by walks, bundles of weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from pipelines.learnt_arrays import numbers
from pipelines.progress import Progress
from pipelines.tabular.models.base import AMOUNT, TabularLessons, TabularModel
from pipelines.tabular.models.shapley import Walks, make_walks, shares
from pipelines.tabular.models.stopping import rows_to_stop_by
from pipelines.tabular.tuning import Fold, HeldOut

if TYPE_CHECKING:
    import torch

    from pipelines.tabular.models.training import Course, Taught


class NeuralModel(TabularModel):
    """One or several networks whose scores are averaged."""

    keeps_directions: ClassVar[bool] = False
    modules: list[torch.nn.Module]

    def begin(self, lessons: TabularLessons) -> np.ndarray:
        """Scale the target and encode the training rows: (n, q) float32 cells."""
        amounts = self.kind == AMOUNT
        self.centre = float(lessons.y.mean()) if amounts else 0.0
        self.scale = float(lessons.y.std()) if amounts else 1.0
        return self.encoded_lessons(lessons)

    def end(self, cells: np.ndarray) -> None:
        """Keep what reasons need of the (n, q) training cells."""
        self.walks = make_walks(cells, self.owner(), len(self.plan.used), self.seed)

    def taught(
        self, lessons: TabularLessons, cells: np.ndarray, learn: np.ndarray, course: Course,
        seed: int, look: np.ndarray | None = None, progress: Progress | None = None,
    ) -> tuple[torch.nn.Module, Taught]:  # fmt: skip
        """A new network taught on some rows, stopped by others.

        Args:
            lessons: all training rows.
            cells: (n, q) of them.
            learn: positions of the rows to learn from.
            course: how long and how fast.
            seed: of the first weights and all that is drawn.
            look: positions of the rows that decide when to stop; None goes to the end.
            progress: hears the curve.
        """
        import torch

        from pipelines.tabular.models.training import teach

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            module = self.make_module(cells.shape[1])
            goal = (lessons.y - self.centre) / self.scale
            weight = self.learning_weights(lessons)
            seen = None if look is None else (cells[look], goal[look], weight[look])
            done = teach(
                module, cells[learn], goal[learn], weight[learn], self.kind != AMOUNT, course,
                self.where(), seed, seen, progress,
            )  # fmt: skip
        return module, done

    def taught_in(
        self, lessons: TabularLessons, cells: np.ndarray, fold: Fold, course: Course,
        progress: Progress,
    ) -> tuple[torch.nn.Module, Taught]:  # fmt: skip
        """A new network taught in a fold, which its held-out rows do not stop."""
        learn, stop = rows_to_stop_by(lessons, fold.learn, self.seed)
        return self.taught(lessons, cells, learn, course, self.seed, stop, progress)

    def module_scores(self, module: torch.nn.Module, cells: np.ndarray) -> np.ndarray:
        """(n,) scores of one network, in units of the target."""
        from pipelines.tabular.models.training import score_of

        return self.centre + self.scale * score_of(module, cells)

    def fold_loss(self, scores: np.ndarray, fold: Fold, lessons: TabularLessons) -> float:
        """The loss of the scores of the rows that a fold looks at."""
        return self.loss(HeldOut(fold.look, scores), lessons)

    @abstractmethod
    def make_module(self, cells: int) -> torch.nn.Module:
        """A network of so many inputs."""

    @abstractmethod
    def encoded_lessons(self, lessons: TabularLessons) -> np.ndarray:
        """(n, q) cells of the training rows."""

    @abstractmethod
    def encode(self, values: np.ndarray) -> np.ndarray:
        """(n, q) cells of (n, p) parts."""

    @abstractmethod
    def owner(self) -> np.ndarray:
        """(q,) the position of the user's column that each cell comes from."""

    def _cell_scores(self, cells: np.ndarray) -> np.ndarray:
        return np.mean([self.module_scores(each, cells) for each in self.modules], axis=0)

    def _scores(self, values: np.ndarray) -> np.ndarray:
        return self._cell_scores(self.encode(values))

    def _contributions(self, values: np.ndarray) -> tuple[float, np.ndarray]:
        return shares(self._cell_scores, self.encode(values), self.walks)

    def _facts(self) -> dict[str, Any]:
        return {"centre": self.centre, "scale": self.scale, "networks": len(self.modules)}

    def _arrays(self) -> dict[str, np.ndarray]:
        found = {"walks.starts": self.walks.starts, "walks.orders": self.walks.orders}
        for place, module in enumerate(self.modules):
            found |= {f"{place}.{name}": each.numpy() for name, each in module.state_dict().items()}
        return found

    def _restore(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        import torch

        self.centre, self.scale = float(facts["centre"]), float(facts["scale"])
        cells, self.modules = len(self.owner()), []
        starts = numbers(arrays, "walks.starts", None, cells)
        orders, columns = arrays["walks.orders"], len(self.plan.used)
        if not np.array_equal(np.sort(orders), np.tile(np.arange(columns), (len(starts), 1))):
            raise ValueError("walks over other columns")
        self.walks = Walks(starts, orders, self.owner())
        if not self.scale > 0 or not int(facts["networks"]) > 0:
            raise ValueError("no networks, or none of a scale")
        for place in range(int(facts["networks"])):
            module = self.make_module(cells).to(torch.float64).eval()
            prefix = f"{place}."
            weights = {
                name.removeprefix(prefix): torch.as_tensor(each)
                for name, each in arrays.items() if name.startswith(prefix)
            }  # fmt: skip
            try:
                module.load_state_dict(weights)
            except RuntimeError as error:
                raise ValueError("weights of another network") from error
            self.modules.append(module)
