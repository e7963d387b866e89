"""A two-tower network: one tower for what somebody took, one for items and their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from pipelines.learnt_arrays import numbers
from pipelines.progress import Progress
from pipelines.recommendation.methods.factors import cosines, mean_vectors
from pipelines.recommendation.methods.texts import text_vectors
from pipelines.recommendation.recommender import Lessons, Recommender, Setting

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_matrix

TEXT_DIRECTIONS = 64
PEOPLE_PER_BATCH = 128
# A history longer than this is drawn from; one person then costs no more than another.
LONGEST_HISTORY = 200
# Each step moves the vectors of all items: a thirtieth of a second for 20,000 on 2 cores.
MOST_ITEMS = 100_000
FEWEST_STEPS, MOST_STEPS = 400, 6000
# Of a step, of each vector that it moves, of each number of one, and of each item that somebody is
# compared with. Least times of 3 on 2 cores, data of 600 to 6,000 users and 160 to 9,000 items: within
# a third of what was measured.
SECONDS_PER_STEP, SECONDS_PER_VECTOR, SECONDS_PER_NUMBER = 2e-3, 1.3e-7, 4e-9
SECONDS_PER_COMPARISON = 1e-8
WEIGHTS = ("ids", "text", "bias", "hidden", "hidden_bias", "out", "out_bias")


class _Batch(NamedTuple):
    """Histories cut in two: what the network sees and what it has to name."""

    entries: torch.Tensor  # (n,) items seen
    starts: torch.Tensor  # (b,) where each history begins in `entries`
    scale: torch.Tensor  # (n,) 1 / items seen of the history
    person: torch.Tensor  # (t,) row of the batch of each item to name
    target: torch.Tensor  # (t,) items to name
    taken_rows: torch.Tensor  # everything that each one took, as pairs of row and item
    taken_items: torch.Tensor


class TwoTower(Recommender):
    """Histories and items as vectors, learnt by naming the hidden half of a history.

    An item is an embedding of its own plus a linear map of its text; a person is the mean of the
    items they took, through one hidden layer. The loss is a softmax over sampled items with the
    correction for how often each is drawn (Yi and others 2019), half of them by popularity.

    Settings:
        factors: numbers of each vector.
        rate: of learning, by Adam.
        decay: of the weights (AdamW).
        passes: over the people; as many steps as that is, but 400 at least and 6,000 at most.
        sampled: items the softmax compares with in each step; the whole catalogue if it is smaller.
    """

    name = "two-tower network"
    on_device = True
    defaults: ClassVar[Mapping[str, Setting]] = {
        "factors": 64, "rate": 0.003, "decay": 0.01, "passes": 100, "sampled": 4096,
    }

    @classmethod
    def grid(cls) -> list[dict[str, Setting]]:
        return [{"passes": 100}, {"passes": 200}, {"passes": 100, "factors": 128}]

    @classmethod
    def refusal(cls, users: int, items: int, entries: int) -> str | None:
        if items <= MOST_ITEMS:
            return None
        return (
            f"There are {items:,} items and the two-tower network learns up to {MOST_ITEMS:,} in "
            "reasonable time; use alternating least squares or item neighbours."
        )

    @classmethod
    def seconds(
        cls, users: int, items: int, entries: int, settings: Mapping[str, Setting]
    ) -> float:
        told = {**cls.defaults, **settings}
        steps = int(np.clip(int(told["passes"]) * users // PEOPLE_PER_BATCH, FEWEST_STEPS, MOST_STEPS))
        seen = PEOPLE_PER_BATCH * min(LONGEST_HISTORY, entries / max(1, users))
        moved = SECONDS_PER_VECTOR + int(told["factors"]) * SECONDS_PER_NUMBER
        compared = PEOPLE_PER_BATCH * min(items, int(told["sampled"])) * SECONDS_PER_COMPARISON
        return steps * (SECONDS_PER_STEP + (seen + items) * moved + compared)

    def _fit(self, matrix: csr_matrix, lessons: Lessons, progress: Progress) -> None:
        import torch

        where, people = self.where(), matrix.shape[0]
        draw = torch.Generator().manual_seed(self.seed)
        chance = np.random.default_rng(self.seed)
        texts = torch.from_numpy(self._directions(lessons, progress)).to(where)
        weights = self._start(matrix.shape[1], texts.shape[1], draw)
        weights = {key: value.to(where).requires_grad_() for key, value in weights.items()}
        optimiser = torch.optim.AdamW(
            list(weights.values()), lr=self.number("rate"),
            weight_decay=self.number("decay"), fused=True,
        )
        learners = np.flatnonzero(np.diff(matrix.indptr) > 1)
        steps = int(np.clip(self.whole("passes") * people // PEOPLE_PER_BATCH,
                            FEWEST_STEPS, MOST_STEPS)) if len(learners) else 0
        progress.stage(self.name, steps)
        slowing = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, steps))
        for _ in range(steps):
            rows = chance.choice(learners, min(PEOPLE_PER_BATCH, len(learners)), replace=False)
            batch = _cut(matrix[np.sort(rows)], chance, where)
            loss = self._loss(weights, texts, batch, chance)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            slowing.step()
            progress.advance(1)
        self._hold({key: value.detach() for key, value in weights.items()}, texts)

    def _directions(self, lessons: Lessons, progress: Progress) -> np.ndarray:
        """(I, 64) main directions of the texts of the items; (I, 0) where there are none."""
        if not lessons.catalogue.described:
            return np.zeros((len(lessons.interactions.items), 0), dtype=np.float32)
        vectors = text_vectors(lessons.catalogue, self.device, progress).astype(np.float64)
        there = vectors.any(axis=1, keepdims=True)
        centred = (vectors - vectors.sum(axis=0) / max(1, there.sum())) * there
        _, axes = np.linalg.eigh(centred.T @ centred)
        reduced = centred @ axes[:, ::-1][:, :TEXT_DIRECTIONS]
        spread = np.sqrt((reduced**2).sum(axis=1).mean())
        return (reduced / max(float(spread), 1e-12)).astype(np.float32)

    def _start(self, items: int, texts: int, draw: torch.Generator) -> dict[str, torch.Tensor]:
        import torch

        size = self.whole("factors")
        popular = torch.from_numpy(np.log1p(self.popularity))
        # An item that nobody took is neither shown nor compared with, so that its text alone
        # places it.
        taken = torch.from_numpy(self.popularity > 0)[:, None]
        return {
            "ids": torch.randn(items, size, generator=draw) * 0.1 * taken,
            "text": torch.randn(texts, size, generator=draw) * 0.1,
            "bias": (popular - popular.mean())[:, None],
            "hidden": torch.randn(size, 2 * size, generator=draw) / size**0.5,
            "hidden_bias": torch.zeros(2 * size),
            "out": torch.randn(2 * size, size, generator=draw) * 0.1 / size**0.5,
            "out_bias": torch.zeros(size),
        }

    def _loss(
        self, weights: dict[str, torch.Tensor], texts: torch.Tensor, batch: _Batch,
        chance: np.random.Generator,
    ) -> torch.Tensor:
        import torch

        # Unlike those of plain indexing, gradients of embeddings are added up in one order.
        look = torch.nn.functional.embedding
        items = len(self.popularity)
        chosen, often = self._candidates(chance)
        candidates = torch.from_numpy(chosen).to(texts.device)
        things = weights["ids"] + texts @ weights["text"]
        pooled = torch.nn.functional.embedding_bag(
            batch.entries, things, batch.starts, mode="sum", per_sample_weights=batch.scale
        )
        people = _person(pooled, weights)
        logits = people @ look(candidates, things).T + look(candidates, weights["bias"]).T
        logits = logits - torch.from_numpy(np.log(often)).to(texts.device)
        taken = torch.zeros(len(people), items, dtype=torch.bool, device=texts.device)
        taken[batch.taken_rows, batch.taken_items] = True
        others = logits.masked_fill(taken[:, candidates], -torch.inf).logsumexp(dim=1)
        right = (look(batch.person, people) * look(batch.target, things)).sum(dim=1)
        right = right + look(batch.target, weights["bias"]).squeeze(1)
        rest = look(batch.person, others[:, None]).squeeze(1)
        return (torch.logaddexp(right, rest) - right).mean()

    def _candidates(self, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Items to compare with, and how often each is expected among them."""
        sampled, taken = self.whole("sampled"), np.flatnonzero(self.popularity)
        if sampled >= len(taken):
            return taken, np.ones(len(taken), dtype=np.float32)
        popular = self.popularity[taken].astype(np.float64)
        share = 0.5 / len(taken) + 0.5 * popular / popular.sum()
        places = np.searchsorted(np.cumsum(share), chance.random(sampled))
        places = np.minimum(places, len(taken) - 1)
        return taken[places], (sampled * share[places]).astype(np.float32)

    def _hold(self, weights: dict[str, torch.Tensor], texts: torch.Tensor) -> None:
        things = weights["ids"] + texts @ weights["text"]
        self._weights = {
            key: weights[key].cpu().numpy() for key in WEIGHTS if key not in ("ids", "text")
        }
        self._items = things.cpu().numpy()

    def _scores(self, weighed: csr_matrix) -> np.ndarray:
        import torch

        pooled = torch.from_numpy(mean_vectors(weighed, self._items))
        people = _person(
            pooled, {key: torch.from_numpy(value) for key, value in self._weights.items()}
        ).numpy()
        return people @ self._items.T + self._weights["bias"].T

    def _shares(self, weighed: csr_matrix, item: int) -> np.ndarray:
        alike = self._items[weighed.indices] @ self._items[item]
        return weighed.data * alike / weighed.data.sum()

    def _similarities(self, item: int) -> np.ndarray:
        return cosines(self._items, item)

    def _arrays(self) -> dict[str, np.ndarray]:
        return {"items": self._items, **self._weights}

    def _restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        items, size = len(self.popularity), self.whole("factors")
        self._items = numbers(arrays, "items", items, size)
        shapes = {
            "bias": (items, 1), "hidden": (size, 2 * size), "hidden_bias": (2 * size,),
            "out": (2 * size, size), "out_bias": (size,),
        }
        self._weights = {key: numbers(arrays, key, *shape) for key, shape in shapes.items()}


def _person(pooled: torch.Tensor, weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The tower of people: pooled history plus what one hidden layer makes of it, (b, factors)."""
    import torch

    hidden = torch.nn.functional.gelu(pooled @ weights["hidden"] + weights["hidden_bias"])
    return pooled + hidden @ weights["out"] + weights["out_bias"]


def _cut(matrix: csr_matrix, chance: np.random.Generator, where: torch.device) -> _Batch:
    """Histories of two items or more, a random part of each shown and the rest to be named."""
    import torch

    lengths = np.diff(matrix.indptr)
    row = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((chance.random(matrix.nnz), row))
    place = np.arange(matrix.nnz) - matrix.indptr[row]
    used = np.minimum(lengths, LONGEST_HISTORY)
    shown = np.clip(np.round(used * chance.uniform(0.3, 0.9, len(lengths))).astype(int), 1, used - 1)
    see = order[place < shown[row]]
    name = order[(place >= shown[row]) & (place < used[row])]
    starts = np.concatenate([[0], np.cumsum(shown)[:-1]])

    def tensor(values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(where)

    return _Batch(
        tensor(matrix.indices[see].astype(np.int64)), tensor(starts.astype(np.int64)),
        tensor((1.0 / shown[row[see]]).astype(np.float32)),
        tensor(row[name].astype(np.int64)), tensor(matrix.indices[name].astype(np.int64)),
        tensor(row.astype(np.int64)), tensor(matrix.indices.astype(np.int64)),
    )
