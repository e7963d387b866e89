"""The networks themselves: the articles' one, and a residual one over pieces of numbers."""

from __future__ import annotations

import torch
from torch import nn

ARTICLE_WIDTHS = (128, 64)


class ArticleModule(nn.Module):
    """128, 64 and 1 units with ReLU and dropout between them.

    Args:
        cells: standardised inputs.
        dropout: share of units left out at each step of learning.
    """

    def __init__(self, cells: int, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = cells
        for width in ARTICLE_WIDTHS:
            layers += [nn.Linear(before, width), nn.ReLU(), nn.Dropout(dropout)]
            before = width
        self.layers = nn.Sequential(*layers, nn.Linear(before, 1))

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """(b, q) cells to (b,) scores."""
        return self.layers(cells).squeeze(-1)


class ResidualModule(nn.Module):
    """A linear part that sees all cells, and residual blocks that add what it cannot say.

    The first layer embeds every piece of a number and every category in the width of the blocks
    (Gorishniy et al. 2021, ResNet; 2022, piecewise-linear encoding).

    Args:
        cells: encoded inputs.
        width: of the blocks.
        blocks: how many of them.
        dropout: share of units left out at each step of learning.
    """

    def __init__(self, cells: int, width: int, blocks: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(cells, 1)
        self.embed = nn.Linear(cells, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.ReLU(), nn.Dropout(dropout),
                nn.Linear(2 * width, width), nn.Dropout(dropout),
            )
            for _ in range(blocks)
        )  # fmt: skip
        self.last = nn.Sequential(nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """(b, q) cells to (b,) scores."""
        inside = self.embed(cells)
        for block in self.blocks:
            inside = inside + block(inside)
        return (self.linear(cells) + self.last(inside)).squeeze(-1)
