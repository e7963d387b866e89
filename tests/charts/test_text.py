"""Nothing from a user's file is read as markup."""

from __future__ import annotations

import re

import pytest

from dashboard.charts.text import WORD_JOINER, escape_markdown, plain

HOSTILE = [
    "**bold** _it_ ~~s~~ `code`",
    "# heading",
    "1. list",
    "- item",
    "> quote",
    "<b>x</b><script>alert(1)</script>",
    "$x^2$ and $$y$$",
    ":red[text] :material/home: :material_home: :streamlit: :smile: :+1:",
    "[link](http://evil.com) ![img](http://evil.com/a.png) <http://evil.com>",
    "https://evil.com www.evil.com WWW.evil.com me@evil.com",
    "a -> b <- c -- d <-> e >= f <= g ~= h",
    "&lt;b&gt; &amp; &#36;",
    "\\*x\\* \\$y\\$ \\",
    "[^1] | a | b | --- ```",
]


def shown(markdown: str) -> str:
    """What Markdown shows of text in which every mark is escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(WORD_JOINER, "")


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_as_it_is(text: str) -> None:
    escaped = escape_markdown(text)
    assert shown(escaped) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_$<>\[\]()#&|~:!@-]", re.sub(r"\\.", "", escaped))


def test_what_streamlit_finds_after_escaping_is_broken_up() -> None:
    finished = re.sub(r"\\(.)", r"\1", escape_markdown(" ".join(HOSTILE)))
    for pattern in (
        r":material/", r":material_", r":streamlit:", r":smile:", r":\+1:", r":red\[",
        r"https?://", r"(?i)www\.", r"\w@\w", r"->", r"<-", r"--", r">=", r"<=", r"~=",
    ):  # fmt: skip
        assert not re.search(pattern, finished), pattern
    assert WORD_JOINER in finished


def test_markdown_becomes_one_line_without_controls_or_direction_changes() -> None:
    assert escape_markdown("a\n\n# b\t c\x00\u202e\u200fd") == r"a \# b cd"


@pytest.mark.parametrize("entity", ["<", ">", "$"])
def test_plotly_gets_no_tags_and_no_formulas(entity: str) -> None:
    assert entity not in plain(f"{entity}b{entity}")


def test_plain_is_cut_before_it_is_escaped() -> None:
    assert plain("<" * 100, 10) == "&lt;" * 9 + "…"
    assert plain("&lt;b&gt;") == "&amp;lt;b&amp;gt;"


def test_plain_removes_what_is_not_seen_and_names_what_is_empty() -> None:
    assert plain("a\u202eb\u2066c\x07\u200e") == "abc"
    assert plain(" \n\u200f") == "(empty)"
    assert len(plain("x" * 10_000_000)) == 40
