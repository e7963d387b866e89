"""An answer with the passage it stands in: the span marked, the source named."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.components.answers.threshold_slider import threshold_words
from dashboard.components.attribution import attribution_html
from dashboard.components.text import count, shown
from data.table import Table
from pipelines.experiment import Experiment
from pipelines.pipeline import Attribution
from pipelines.reading.answers import Answer, Reading
from pipelines.reading.places import source_rows
from pipelines.retrieval.passages import Passage

AROUND = 700
ALSO_SHOWN = 5
NOT_THERE = "Not in these documents"
PROSE = "line-height:1.6;margin:0;white-space:pre-line"


@dataclass(frozen=True)
class Rows:
    """The rows that passages without a name of their own come from.

    Attributes:
        positions: in the frame of the table, of the rows that `Passage.row` counts.
    """

    table: Table
    positions: np.ndarray

    def name(self, row: int) -> str:
        """A row as a person finds it: `row 2 of tickets.csv`."""
        return f"row {self.table.row_number(int(self.positions[row])):,} of {self.table.name}"


def rows_of(experiment: Experiment) -> Rows:
    """The rows that passages of a run come from."""
    dataset = experiment.request.dataset
    return Rows(dataset.table, source_rows(dataset.batch()).index.to_numpy())


def answer_card(
    reading: Reading, threshold: float, *, found: bool = False, rows: Rows | None = None
) -> None:
    """Draw the best answer, or that there is none, with its passage and the next best.

    Args:
        reading: of one question.
        threshold: below it the answer is withheld.
        found: the answer from the documents even where a passage came with the question.
        rows: where passages without a name stand; they are not placed if not given.
    """
    candidates = (reading.found or ()) if found else reading.candidates
    if not candidates:
        st.subheader(NOT_THERE, anchor=False)
        st.caption("No passage has anything to read for this question.")
        return
    best, rest = candidates[0], candidates[1:]
    with st.container(border=True):
        if best.confidence >= threshold:
            st.subheader(shown(best.text, 400), anchor=False)
            st.caption(f"{100 * best.confidence:.0f} % sure · {place_of(best.passage, rows)}")
        else:
            st.subheader(NOT_THERE, anchor=False)
            st.caption(
                f"The closest is “{shown(best.text, 200)}”, {100 * best.confidence:.0f} % sure, "
                f"which is below {threshold_words(threshold)} · "
                f"{place_of(best.passage, rows)}"
            )
        st.html(marked_passage(best))
        if best.passage.also:
            st.caption(f"The same text stands in {also_in(best.passage)}.")
    if rest:
        with st.expander(f"{len(rest)} next best", icon=":material/format_list_numbered:"):
            for answer in rest:
                st.markdown(
                    f"**{shown(answer.text, 200)}** :gray[{100 * answer.confidence:.0f} % · "
                    f"{place_of(answer.passage, rows)}]"
                )
                st.html(marked_passage(answer, around=220))


def why(attribution: Attribution | None) -> None:
    """Show which words of the question the answer hangs on."""
    if attribution is None or not attribution.pieces:
        st.caption("This reader gives no account of single words.")
        return
    st.html(attribution_html(attribution))
    st.caption(
        "Each word was left out once. Solid: without it this answer is less sure. Dotted: without it "
        "the answer is surer. The darker, the more."
    )


def place_of(passage: Passage, rows: Rows | None = None) -> str:
    """Document, page and heading, else the row, as far as they are known, for a Markdown place."""
    parts = [shown(passage.document, 80)] if passage.document else []
    if passage.page is not None:
        parts.append(f"page {passage.page}")
    if passage.heading:
        parts.append(shown(passage.heading, 80))
    if not parts and rows is not None and 0 <= passage.row < len(rows.positions):
        return shown(rows.name(passage.row), 120)
    return " · ".join(parts) or "the passage given"


def passage_html(text: str, most: int) -> str:
    """A passage as HTML: everything escaped, its lines kept, so that tables and lists stay such."""
    if len(text) > most:
        text = text[: most - 1].rstrip() + "…"
    return f'<p dir="auto" style="{PROSE}">{html.escape(text)}</p>'


def also_in(passage: Passage) -> str:
    """The other places of a passage's text, for a Markdown place; the first few by name."""
    pages: dict[str, list[int]] = {}
    for document, page in passage.also:
        pages.setdefault(document, []).extend([] if page is None else [page])
    places = []
    for document, numbers in list(pages.items())[:ALSO_SHOWN]:
        known = ", ".join(str(number) for number in numbers[:ALSO_SHOWN])
        more = "" if len(numbers) <= ALSO_SHOWN else " and more"
        page_words = f", page{'s' if len(numbers) > 1 else ''} {known}{more}" if numbers else ""
        places.append(f"{shown(document, 80)}{page_words}")
    left = len(pages) - len(places)
    if left:
        places.append(f"{count(left, 'more document')}")
    return " · ".join(places)


def marked_passage(answer: Answer, around: int = AROUND) -> str:
    """The passage around an answer as HTML: everything escaped, the answer marked.

    Args:
        around: characters shown on either side.
    """
    text = answer.passage.text
    first = max(0, answer.start - around)
    last = min(len(text), answer.end + around)
    before, after = text[first : answer.start], text[answer.end : last]
    return (
        f'<p dir="auto" style="{PROSE}">'
        f"{'… ' if first else ''}{html.escape(before)}"
        '<mark style="background:rgba(45, 160, 145, 0.30);color:inherit;border-radius:3px;'
        f'padding:1px 2px;font-weight:600">{html.escape(answer.text)}</mark>'
        f"{html.escape(after)}{' …' if last < len(text) else ''}</p>"
    )
