"""Bars of a report fill its width, whatever the size of what they show."""

from __future__ import annotations

import re

import pytest

from pipelines.report.svg import WIDTH, Bar, bars


def drawn(*items: Bar, marker: float | None = None) -> tuple[list[float], list[str]]:
    """Lengths of the bars, and what the axis says."""
    found = bars(items, "bars", marker=marker)
    lengths = re.findall(r'width="([\d.]+)" height="10" class="bar', found)
    ticks = re.findall(r'class="tick"[^>]*>([^<]*)<', found)
    return [float(each) for each in lengths], ticks


def test_small_scores_are_seen_on_an_axis_that_says_where_it_ends() -> None:
    lengths, ticks = drawn(Bar("EASE", 0.08, 0.06, 0.098), Bar("Popular", 0.04))
    assert lengths == pytest.approx([0.8 * WIDTH, 0.4 * WIDTH])
    assert ticks[-5:] == ["0 %", "2.5 %", "5 %", "7.5 %", "10 %"]


def test_the_axis_holds_intervals_and_marks_as_well() -> None:
    assert drawn(Bar("a", 0.08, 0.05, 0.12))[1][-1] == "20 %"
    assert drawn(Bar("a", 0.08, mark=0.3))[1][-1] == "40 %"
    assert drawn(Bar("a", 0.08), marker=0.9)[1][-1] == "100 %"
    assert drawn(Bar("a", 0.93))[1][-5:] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
