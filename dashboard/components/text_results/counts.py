"""What the column talks about: keywords and names by the rows they stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

import pandas as pd
import streamlit as st

from dashboard.charts.keyword_counts import keyword_counts
from dashboard.charts.show import show
from dashboard.components.text import count, cut
from dashboard.session import Workspace
from pipelines.experiment import Experiment, ModelRun
from pipelines.pipeline import TextPredictions

MOST = 15
ENTITY = "entity_"
ALL = "all"


def count_keywords(texts: Iterable[str]) -> dict[str, int]:
    """Rows that each keyword stands in, the most frequent first; of spellings the first is shown.

    Args:
        texts: keywords of each row, "a; b; c".
    """
    counts: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for text in texts:
        row = {part.casefold(): part for part in str(text).split("; ") if part.strip()}
        counts.update(row.keys())
        spelt = {**row, **spelt}
    return {spelt[key]: rows for key, rows in counts.most_common()}


@st.fragment
def counts_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the chart, for one kind of name where the model tells them apart."""
    found = cast(TextPredictions, run.predictions)
    kinds = [name.removeprefix(ENTITY) for name in found.columns if name.startswith(ENTITY)]
    kind: str | None = ALL
    if kinds:
        kind = st.segmented_control(
            "Kind of name", [ALL, *kinds], default=ALL, required=True, key="keywords-kind",
            format_func=lambda name: cut(name, 30), persist_state="session",
        )
    texts = found.texts if kind in (None, ALL) else found.columns[f"{ENTITY}{kind}"]
    counts = count_keywords(texts)
    if not counts:
        st.info("No keyword was found in any row.", icon=":material/sell:")
        return
    top = dict(list(counts.items())[:MOST])
    show(
        keyword_counts(top, len(found)), key=f"keywords-counts-{run.card.id}-{kind}",
        title=_finding(counts, len(found)), alt="Keywords by the number of rows they stand in",
        table=pd.DataFrame({"keyword": list(counts), "rows": list(counts.values())}),
    )


def _finding(counts: dict[str, int], total: int) -> str:
    (first, most), *others = counts.items()
    if most > 1 and (not others or others[0][1] < most):
        return f"“{cut(first, 60)}” stands in {most:,} of {total:,} rows, more than any other"
    return f"{count(len(counts), 'different keyword')} in {count(total, 'row')}"
