"""How high a table is that shows whole lines."""

from __future__ import annotations

# Of a line and of the header at our font size, and of the border.
LINE, BORDER = 32.8125, 2


def table_height(lines: int) -> int:
    """Pixels of a table that scrolls after some lines, the last of which is not cut in half."""
    return round(LINE * (lines + 1) + BORDER)
