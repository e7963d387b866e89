"""Which column is the reference when no name says it."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.evaluation.text_columns import text_columns
from pipelines.judging.text import KIND
from pipelines.role_words import guessed_truth

ROWS = 30
LONG = [f"the parcel number {n} came late on Monday" for n in range(ROWS)]
SHORT = [f"Answer{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(ROWS)]
GROUP = ["mail", "chat", "phone"] * (ROWS // 3)


@pytest.mark.parametrize(
    ("columns", "truth"),
    [
        ({"output": LONG, "wording": LONG}, ["wording"]),
        ({"wording": LONG, "model_a": LONG, "model_b": LONG, "channel": GROUP}, ["wording"]),
        ({"wording": LONG, "model_a": LONG, "question": LONG}, ["wording"]),
        ({"correct": SHORT, "output": SHORT, "channel": GROUP}, ["correct"]),
        # Two could be meant, or none is like the outputs.
        ({"wording": LONG, "other": LONG, "output": LONG}, None),
        ({"channel": GROUP, "output": LONG}, None),
        ({"channel": GROUP, "output": SHORT}, None),
        ({"question": LONG, "output": LONG}, None),
        ({"wording": LONG, "other": LONG}, None),
        ({"n": list(range(ROWS)), "output": LONG}, None),
    ],
)
def test_only_other_text_like_the_outputs_is_the_reference(
    columns: dict[str, list[object]], truth: list[str] | None
) -> None:
    assert text_columns(pd.DataFrame(columns)).get("truth") == truth


def test_reference_that_a_name_tells_comes_before_a_guess() -> None:
    frame = pd.DataFrame({"wording": LONG, "gold": LONG, "output": LONG})
    assert text_columns(frame) == {"truth": ["gold"], "prediction": ["output"]}


@pytest.mark.parametrize(
    ("columns", "guess"),
    [(["wording"], True), (["Reference text"], False), (["gold_de"], False), ([], False)],
)
def test_guess_is_called_one(columns: list[str], guess: bool) -> None:
    assert ("guess" in guessed_truth(KIND, columns)) is guess


def test_a_vendor_without_a_telling_name_is_an_output_if_it_reads_like_the_reference() -> None:
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"]
    human = [" ".join(f"{word}{n}" for word in words) for n in range(ROWS)]
    shuffled = [" ".join(reversed(text.split())) for text in human]
    remark = [f"a note of the {n} desk about some phone call" for n in range(ROWS)]
    frame = pd.DataFrame({
        "DeepThing": shuffled, "human": human, "our MT v2": human, "remark": remark,
    })
    assert text_columns(frame)["prediction"] == ["DeepThing", "our MT v2"]
    # What shares words with any row's reference alike says nothing of its own row.
    other_rows = LONG[1:] + LONG[:1]
    assert text_columns(frame.assign(DeepThing=other_rows, human=LONG))["prediction"] == [
        "our MT v2"
    ]
