"""Tells references, outputs and sources in a table apart, by the names and lengths of columns."""

from __future__ import annotations

import re

import pandas as pd

from data.traits import traits

TRUTH = (
    "reference", "references", "ref", "refs", "gold", "golden", "human", "truth", "expected",
    "target", "tgt", "answer", "label", "referenz", "referencia", "referência", "référence", "参考",
)
PREDICTION = (
    "hypothesis", "hyp", "output", "prediction", "predicted", "pred", "system", "sys", "mt",
    "machine", "translation", "translated", "summary", "generated", "generation", "candidate",
    "model", "vendor", "engine", "response", "completion", "deepl", "google", "azure", "amazon",
    "gpt", "llm", "ours", "theirs", "nllb", "marian", "baseline",
)
SOURCE = (
    "source", "src", "input", "original", "document", "article", "text", "question", "prompt",
    "quelle", "fuente", "fonte", "原文",
)
MOST_SYSTEMS = 8
WORDS_OF_A_TEXT = 2.0
# An output may be far shorter or longer than the reference, but not by any factor.
LEAST_RATIO, MOST_RATIO = 1 / 4, 4.0
# An output without a telling name shares this much of its words with the reference of its row, and
# this much more than with that of another row.
LEAST_SHARED, LEAST_MORE = 0.2, 0.1
LEAST_COMPARED, MOST_COMPARED = 3, 200


def text_columns(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Columns for the roles `truth`, `prediction` and `source`, as far as they can be told.

    Where no name says which columns are outputs, those of texts about as long as the references
    are; where some do, those besides that share words with the reference of their row. Where none
    says which is the reference, the only other column of texts about as long as the outputs is.
    """
    words = {str(name): _words(frame[name]) for name in frame.columns}
    texts = [name for name, length in words.items() if length > 0]
    roles = {name: _role(name) for name in texts}
    found = {
        role: [name for name in texts if roles[name] == role]
        for role in ("truth", "prediction", "source")
    }
    known = found["truth"] or found["prediction"]
    alike = [
        name for name in texts
        if roles[name] is None and LEAST_RATIO <= words[name] / words[known[0]] <= MOST_RATIO
    ] if known else []
    if not found["prediction"]:
        found["prediction"] = [name for name in alike if words[name] >= WORDS_OF_A_TEXT]
    elif found["truth"]:
        # A vendor's name is in no list of hints, but its outputs read like the reference.
        said = {*found["prediction"], *(
            name for name in alike if _resembles(frame[name], frame[found["truth"][0]])
        )}
        found["prediction"] = [name for name in texts if name in said]
    elif not found["truth"]:
        # Answers of one word are told from classes by hardly ever being the same.
        others = [
            name for name in alike
            if words[name] >= WORDS_OF_A_TEXT or frame[name].nunique() > len(frame) / 2
        ]
        found["truth"] = others if len(others) == 1 else []
    found["prediction"] = found["prediction"][:MOST_SYSTEMS]
    found["source"] = found["source"][:1]
    return {role: names for role, names in found.items() if names}


def _resembles(cells: pd.Series, references: pd.Series) -> bool:
    """Whether texts share clearly more words with their own reference than with the next row's."""
    both = [
        (cell, reference) for cell, reference in zip(cells, references, strict=True)
        if isinstance(cell, str) and isinstance(reference, str) and cell.strip()
    ][:MOST_COMPARED]
    # What is the reference in every row is a copy of it, and no output.
    if len(both) < LEAST_COMPARED or all(cell == reference for cell, reference in both):
        return False
    pairs = [(set(a.casefold().split()), set(b.casefold().split())) for a, b in both]
    own = [_shared(cell, reference) for cell, reference in pairs]
    others = [
        _shared(cell, pairs[(row + 1) % len(pairs)][1]) for row, (cell, _) in enumerate(pairs)
    ]
    return sum(own) / len(own) > max(LEAST_SHARED, sum(others) / len(others) + LEAST_MORE)


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _words(cells: pd.Series) -> float:
    known = traits(cells)
    if not known.has_words or known.kind in ("id", "link", "time"):
        return 0.0
    return max(float(known.words), 0.1)


def _role(name: str) -> str | None:
    """The role that a name says: `ref_2`, `humanReference`, `system A`, `src_text`."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    pieces = [
        piece for each in (name, split) for piece in re.split(r"[\W\d_]+", each.casefold()) if piece
    ]
    for role, hints in (("truth", TRUTH), ("source", SOURCE), ("prediction", PREDICTION)):
        if any(piece in hints and piece != "text" for piece in pieces):
            return role
    return "source" if set(pieces) == {"text"} else None
