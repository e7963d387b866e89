"""Foreign text made safe for Markdown and for Plotly.

Names of classes, values of columns and words come from files of strangers. Neither Markdown nor
Plotly's small HTML may read them as anything but text.
"""

from __future__ import annotations

import re
from html import escape

from pipelines.report.wording import clean, cut

# Streamlit looks for emoji and icon names, links and arrows in the finished text, where a backslash
# is gone: only a character between their parts keeps them apart. This one has no width and does not
# allow a line to break.
WORD_JOINER = "\u2060"
_FOUND_IN_TEXT = re.compile(r"(:(?=\S)|(?<=\S)@(?=\S)|[-<>~](?=[->=])|(?<=\bwww)(?=\.))", re.I)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Marks of reading direction are not harmful in a sentence, but would move a label's neighbours.
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f]")


def escape_markdown(text: object) -> str:
    """Returns text that Streamlit's Markdown shows as it is, on one line.

    Neutral are Markdown, HTML, LaTeX, links and bare addresses, images, code, directives such as
    ``:red[...]``, icons such as ``:material/home:``, emoji names and arrows such as ``->``.
    Control characters and changes of the reading direction are removed.
    """
    line = _DIRECTION_MARKS.sub("", " ".join(clean(text).split()))
    return _PUNCTUATION.sub(r"\\\1", _FOUND_IN_TEXT.sub(rf"\1{WORD_JOINER}", line))


def plain(text: object, most: int = 40) -> str:
    """Returns text that Plotly shows as it is: one line of at most ``most`` characters.

    Plotly reads tags and entities in every label, and formulas between dollar signs. A name that
    has nothing to show becomes ``(empty)``.
    """
    line = cut(_DIRECTION_MARKS.sub("", str(text)[: 8 * most + 100]), most)
    return escape(line, quote=False).replace("$", "&#36;") or "(empty)"
