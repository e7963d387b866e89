"""Charts: one file per subject, each a pure function that returns a figure in the light colours.

`style.apply_style` gives a figure its height and the colours of the theme; `show.show` puts it on a
page with its title and the table behind it. Nothing is imported here, as plotly is heavy.
"""
