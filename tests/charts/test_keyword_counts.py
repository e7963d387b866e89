"""The chart of keywords by rows."""

from __future__ import annotations

from dashboard.charts.keyword_counts import keyword_counts


def test_each_keyword_has_a_bar_with_its_rows_and_share() -> None:
    figure = keyword_counts({"night tariff": 9, "<b>oven</b>": 3}, 12)
    assert list(figure.data[0].x) == [9, 3]
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["night tariff", "9 (75.0 %)", "&lt;b&gt;oven&lt;/b&gt;", "3 (25.0 %)"]


def test_few_rows_are_counted_one_by_one() -> None:
    assert keyword_counts({"oven": 2}, 24).layout.xaxis.dtick == 1
    assert keyword_counts({"oven": 200}, 240).layout.xaxis.dtick is None
    assert len(keyword_counts({}, 0).data[0].x) == 0
