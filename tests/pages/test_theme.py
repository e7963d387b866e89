"""What is written can be read in both themes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

THEME = tomllib.loads(
    (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)["theme"]


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(name: str) -> None:
    theme = THEME[name]
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5, "the text of a primary button"
    assert contrast(theme["greenTextColor"], theme["greenBackgroundColor"]) >= 4.5, "a badge"
    for behind in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[behind]) >= 7
        assert contrast(theme["linkColor"], theme[behind]) >= 4.5
        assert contrast(theme["primaryColor"], theme[behind]) >= 3, "the frame of what is chosen"
