"""A chart stands on a page with its title, and its table is sent only when asked for."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def page() -> None:
    import pandas as pd

    from dashboard.charts.distribution import distribution
    from dashboard.charts.show import show

    show(
        distribution({"<b>": 3, "b": 1}),
        title=":red[<b>] is 75 %",
        alt="Rows of each class",
        table=pd.DataFrame({"class": ["<b>", "b"], "rows": [3, 1]}),
        key="rows",
    )


def test_title_is_escaped_and_the_table_waits() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.markdown[0].value == "**\\:\u2060red\\[\\<b\\>\\] is 75 \\%**"
    assert not app.dataframe
    # Closing a popover reruns the page, which swallows the click on a link that closed it.
    assert app.expander[0].label == "Table"
