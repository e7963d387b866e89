"""What the writing of texts tells beside them."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.components.generation.measure import foreseen_texts
from pipelines.generation.causal import CausalModel
from pipelines.generation.perplexity import foreseen
from pipelines.pipeline import LoadConfig, TextPredictions
from pipelines.registry import find_model, find_task, make_pipeline
from pipelines.tasks.generation import writing

PROMPTS = ["The lamp", " ", "Is it late?"]
REFERENCES = ["is lovely", "nothing", ""]


@pytest.mark.parametrize(("role", "texts"), [("prompt", PROMPTS), ("reference", REFERENCES)])
def test_prompts_are_scored_where_there_are_no_references(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch, role: str, texts: list[str]
) -> None:
    monkeypatch.setattr(writing, "smollm", lambda device: tiny)
    settings = {"perplexity": "yes", "max_tokens": "1"}
    pipeline = make_pipeline(
        find_model(find_task("generation"), "smollm2"), LoadConfig(settings=settings)
    ).load()
    found = pipeline.predict(pd.DataFrame({"prompt": PROMPTS, role: texts}))
    assert isinstance(found, TextPredictions)
    scored = {name for name in found.columns if name.endswith("_nll")}
    assert scored == {f"{role}_nll"}
    expected = foreseen(tiny, texts)
    assert found.columns[f"{role}_nll"] == pytest.approx(expected.nll, abs=1e-5)
    assert found.columns[f"{role}_tokens"].tolist() == [len(text) for text in texts]
    assert found.columns[f"{role}_bytes"].tolist() == [len(text) for text in texts]


def test_every_reference_of_a_row_is_foreseen_and_none_of_its_punctuation(
    tiny: CausalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "smollm", lambda device: tiny)
    settings = {"perplexity": "yes", "max_tokens": "1"}
    pipeline = make_pipeline(
        find_model(find_task("generation"), "smollm2"), LoadConfig(settings=settings)
    ).load()
    cells = ['["It opens at nine.", "At nine."]', "At nine.", None]
    found = pipeline.predict(pd.DataFrame({"prompt": ["When?"] * 3, "reference": cells}))
    assert isinstance(found, TextPredictions)
    long, short = foreseen(tiny, ["It opens at nine.", "At nine."]).nll
    assert found.columns["reference_nll"] == pytest.approx([long + short, short, 0], abs=1e-5)
    # The tiny model has a token for each byte.
    assert found.columns["reference_bytes"].tolist() == [17 + 8, 8, 0]
    assert found.columns["reference_tokens"].tolist() == [17 + 8, 8, 0]
    assert foreseen_texts(pd.Series(cells), found, "reference") == [
        "It opens at nine.", "At nine.", "At nine."
    ]
