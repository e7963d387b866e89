"""One output beside its source, each kind of task in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.components.text import percent
from dashboard.components.text_results.places import Place, lines_html, places_html
from pipelines.sentences import sentence_spans

# Long enough to read; longer texts scroll in their own box.
TALL = 1_200
HEIGHT = 460

# Marks in the source, and the title, HTML and note of the output.
Parts = tuple[list[Place], str, str, str]


def beside(
    kind: str, source: str, output: dict[str, Any], reference: str | None = None, *,
    tall: int = TALL, height: int = HEIGHT,
) -> None:
    """Draw the source at the left and what the model made of it at the right.

    Args:
        kind: what the task gives, as it says in `output`.
        source: the text that the model read.
        output: a row of the model's predictions, by column.
        reference: what a person wrote, where there is one.
        tall: characters from which on a text scrolls in a box of `height` pixels.
    """
    left, right = st.columns(2, gap="medium")
    draw = _PARTS.get(kind)
    marks, title, body, note = draw(source, output) if draw else _plain(kind, output)
    with left:
        st.caption("Source")
        _boxed(places_html(source, marks), height if len(source) > tall else None)
    with right:
        st.caption(title)
        _boxed(body, height if len(str(output["prediction"])) > tall else None)
        if note:
            st.caption(note)
        if reference is not None and reference.strip():
            st.caption("Reference")
            _boxed(places_html(reference, []), height if len(reference) > tall else None)


def _plain(kind: str, output: dict[str, Any]) -> Parts:
    return [], kind.capitalize(), places_html(str(output["prediction"]), []), ""


def _summary(source: str, output: dict[str, Any]) -> Parts:
    spans = json.loads(str(output["sentences"]))
    sentences = sentences_of(str(output["prediction"]), source, spans)
    lines: list[tuple[str, str]] = []
    numbers: dict[tuple[int, ...], str] = {}
    for text, span in zip(sentences, spans, strict=False):
        if span is None:
            lines.append((text, ""))
            continue
        # Two sentences of a summary may come from the same place.
        known = numbers.setdefault(tuple(span), str(len(numbers) + 1))
        lines.append((text, known))
    marks = [Place(span[0], span[1], number) for span, number in numbers.items()]
    untraced = sum(span is None for span in spans)
    note = (
        f"{percent(float(output['compression']))} of the length; "
        f"{percent(float(output['overlap']))} of its three-word runs stand in the source."
    )
    if untraced:
        note += f" {untraced} of {len(spans)} sentences could not be traced to the source."
    if float(output.get("read", 1)) < 1:
        note += f" The model read the first {percent(float(output['read']))} of the source."
    return marks, "Summary; numbers say where in the source", lines_html(lines), note


def sentences_of(summary: str, source: str, spans: list[list[int] | None]) -> list[str]:
    """The sentences of a summary, as many as there are places.

    A summary made of sentences of its source is cut as the source was.
    """
    found = [summary[start:end] for start, end in sentence_spans(summary)]
    if len(found) != len(spans) and all(span is not None for span in spans):
        return [" ".join(source[slice(*span)].split()) for span in spans if span is not None]
    return found


def _keywords(source: str, output: dict[str, Any]) -> Parts:
    names = "entities" in output
    found = json.loads(str(output["entities" if names else "keywords"]))
    marks = [Place(each["start"], each["end"], str(each.get("type", ""))) for each in found]
    lines = [(part, "") for part in str(output["prediction"]).split("; ") if part]
    title = "Names, with their kind in the source" if names else "Keywords, the most relevant first"
    return marks, title, lines_html(lines), ""


_PARTS: Mapping[str, Callable[[str, dict[str, Any]], Parts]] = {
    "summary": _summary, "keywords": _keywords,
}


def _boxed(body: str, height: int | None) -> None:
    with st.container(border=True, height=height or "content"):
        st.html(body)
