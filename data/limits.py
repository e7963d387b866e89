"""How much data is accepted, and the environment variables that change it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from data.errors import OptionError


@dataclass(frozen=True)
class Limits:
    """What a file may cost before it is refused.

    Attributes:
        file_mb: Size of an upload, in MB of 1,048,576 bytes.
        rows: Rows read without sampling.
        interactions: The same for tables of who took what, whose rows are short.
        columns: Columns of a table.
        cells: Rows times columns; twice as many of who took what.
        cell_characters: Characters of a single cell.
        expanded_mb: Size of what an archive, workbook or Parquet file unfolds to, in MB.
        expansion_ratio: Unfolded size over packed size, checked once the unfolded size matters.
        archive_members: Entries of a ZIP archive.
        pages: Pages of a PDF document.
        pixels: Width times height of an image.
        images: Images of a set.
    """

    file_mb: int = 200
    rows: int = 1_000_000
    interactions: int = 10_000_000
    columns: int = 1_000
    cells: int = 50_000_000
    cell_characters: int = 1_000_000
    expanded_mb: int = 1_000
    expansion_ratio: int = 200
    archive_members: int = 1_000
    pages: int = 5_000
    pixels: int = 50_000_000
    images: int = 20_000

    def for_interactions(self) -> Limits:
        """The limits of tables of who took what: their cells are short, so more are taken."""
        return replace(self, rows=self.interactions, cells=2 * self.cells)

    def too_large(self, name: str, size: int) -> str:
        """What is wrong with a file of so many bytes, in a sentence; empty where nothing is."""
        most = self.file_mb * 2**20
        if size <= most:
            return ""
        # As many decimals as tell it from the limit.
        for decimals in range(3):
            shown = f"{size / 2**20:,.{decimals}f}"
            if shown != f"{self.file_mb:,.{decimals}f}":
                return f"{name} is {shown} MB; at most {self.file_mb:,} MB are read."
        return f"{name} is {size:,} bytes; at most {most:,} are read."

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """Reads `LITMUS_MAX_FILE_MB` and so on; what is not set keeps its default.

        Raises:
            OptionError: A variable does not hold a whole number above zero.
        """
        environment = os.environ if environment is None else environment
        chosen: dict[str, int] = {}
        for field in fields(cls):
            variable = f"LITMUS_MAX_{field.name.upper()}"
            text = environment.get(variable, "").strip()
            if not text:
                continue
            digits = text.replace("_", "")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= 18 and int(digits)):
                raise OptionError(
                    f"{variable} is {text[:40]!r}; it needs a whole number above zero, "
                    f"for example {field.default}."
                )
            chosen[field.name] = int(digits)
        return cls(**chosen)
