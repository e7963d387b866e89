"""Markdown that is nested past what its parser follows."""

from __future__ import annotations

import pytest

from data.readers.documents import read_documents


@pytest.mark.parametrize(
    "content",
    [">" * 5_000 + " deep text", "- " * 3_000 + "deep text", "> " * 40 + "deep text",
     "# Title\n\nbefore\n\n" + ">" * 500 + " deep text"],
)  # fmt: skip
def test_markdown_nested_deeply_loses_no_text(content: str) -> None:
    table = read_documents(content.encode(), "deep.md")
    text = "\n".join(table.frame["text"])
    assert text.endswith("deep text")
    assert ">>" not in text
    assert ("before" in text) is ("before" in content)
    assert ("nested too deeply" in " ".join(table.notes)) is not content.startswith("> ")
