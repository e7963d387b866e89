"""Marian and NLLB of the Hub: tiny random ones, against transformers' own generate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from data.errors import OptionError
from pipelines.pipeline import LoadConfig, Pipeline
from pipelines.registry import find_task, hub_card, make_pipeline
from pipelines.runtime import sequence_model
from pipelines.runtime.hub import HubError
from pipelines.runtime.residents import Residents
from tests.tiny_hub import write_tiny_classifier
from tests.tiny_sequence import write_tiny_marian, write_tiny_nllb

pytest.importorskip("sentencepiece")
TASK = find_task("translation")
SOURCES = ["please refund my order", "the lamp", "", "the box was damaged and late", "👍", "tarde"]
Make = Callable[..., Pipeline]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr(sequence_model, "RESIDENTS", Residents(1000))

    def load(folder: Path, **settings: str) -> Pipeline:
        monkeypatch.setattr(sequence_model, "fetch", lambda name, revision: (folder, "0123abc"))
        config = LoadConfig(settings={"max_tokens": "12", **settings})
        return make_pipeline(hub_card(TASK, "hub:someone/tiny@v1"), config).load()

    yield load


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_marian(tmp_path_factory.mktemp("marian"))


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_marian(tmp_path_factory.mktemp("multilingual"), ("por", "fra"))


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_nllb(tmp_path_factory.mktemp("nllb"))


def texts_of(pipeline: Pipeline, sources: list[str] = SOURCES) -> list[str]:
    return pipeline.predict(pd.DataFrame({"text": sources})).frame()["prediction"].tolist()


def plain(model: Any, tokenizer: Any, text: str, beams: int, **more: Any) -> str:
    """One sentence by transformers alone."""
    inputs = tokenizer([text], return_tensors="pt")
    with torch.inference_mode():
        ids = model.generate(
            **inputs, num_beams=beams, do_sample=False, max_new_tokens=12, **more
        )
    return tokenizer.batch_decode(ids, skip_special_tokens=True)[0].strip()


@pytest.mark.parametrize("beams", ["1", "3"])
def test_batches_of_marian_say_what_transformers_says_of_each_sentence(
    make: Make, marian: Path, beams: str
) -> None:
    from transformers import MarianMTModel, MarianTokenizer

    model = MarianMTModel.from_pretrained(marian).eval()
    tokenizer = MarianTokenizer.from_pretrained(marian)
    expected = [
        plain(model, tokenizer, text, int(beams)) if any(map(str.isalpha, text)) else text
        for text in SOURCES
    ]
    assert texts_of(make(marian, beams=beams)) == expected
    assert len(set(expected)) > 3, "what is written has to depend on what is read"


def test_longer_and_shorter_rows_do_not_disturb_each_other(make: Make, marian: Path) -> None:
    pipeline = make(marian, beams="2")
    together = texts_of(pipeline)
    assert [texts_of(pipeline, [source])[0] for source in SOURCES] == together


def test_an_output_is_no_longer_than_max_tokens(make: Make, marian: Path) -> None:
    pipeline = make(marian, max_tokens="8", beams="1")
    tokenizer = pipeline._model.tokenizer  # type: ignore[attr-defined]
    written = texts_of(pipeline, ["please refund my order today"])[0]
    assert written
    assert len(written.split()) <= 8
    assert tokenizer.model_max_length == 128


def test_a_multilingual_marian_asks_for_the_language_and_marks_it(
    make: Make, multilingual: Path
) -> None:
    with pytest.raises(OptionError, match="target_language"):
        make(multilingual)
    with pytest.raises(OptionError, match="does not write “de”"):
        make(multilingual, target_language="de")
    from transformers import MarianMTModel, MarianTokenizer

    model = MarianMTModel.from_pretrained(multilingual).eval()
    tokenizer = MarianTokenizer.from_pretrained(multilingual)
    pipeline = make(multilingual, target_language="fr", beams="1")
    expected = plain(model, tokenizer, ">>fra<< the lamp", 1)
    assert texts_of(pipeline, ["the lamp"]) == [expected]


def test_nllb_marks_the_source_and_begins_with_the_target(make: Make, nllb: Path) -> None:
    from transformers import M2M100ForConditionalGeneration, NllbTokenizer

    with pytest.raises(OptionError, match="target_language"):
        make(nllb)
    model = M2M100ForConditionalGeneration.from_pretrained(nllb).eval()
    sources = ["The lamp arrived late and the box was damaged.",
               "A caixa chegou tarde e o pedido não veio."]
    expected = []
    for source, code in zip(sources, ("eng_Latn", "por_Latn"), strict=True):
        tokenizer = NllbTokenizer.from_pretrained(nllb, src_lang=code)
        first = tokenizer.convert_tokens_to_ids("deu_Latn")
        expected.append(plain(model, tokenizer, source, 2, forced_bos_token_id=first))
    assert texts_of(make(nllb, target_language="de", beams="2"), sources) == expected
    given = make(nllb, target_language="de", beams="2", source_language="pt")
    assert texts_of(given, sources)[1] == expected[1]


def test_the_run_names_the_commit(make: Make, marian: Path) -> None:
    assert make(marian).facts.versions["revision"] == "0123abc"


@pytest.mark.parametrize("spoil", ["config.json", "model.safetensors", "source.spm"])
def test_a_model_that_cannot_be_read_is_one_sentence(
    make: Make, tmp_path: Path, spoil: str
) -> None:
    folder = write_tiny_marian(tmp_path / "tiny")
    (folder / spoil).unlink()
    with pytest.raises(HubError, match="someone/tiny cannot be read"):
        make(folder)


def test_a_classifier_is_no_translator(make: Make, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="encoder-decoder"):
        make(write_tiny_classifier(tmp_path / "tiny", ["a", "b"]))


def test_weights_that_lack_a_part_are_refused(make: Make, tmp_path: Path) -> None:
    folder = write_tiny_marian(tmp_path / "tiny")
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "decoder.layers" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(HubError, match="would be random"):
        make(folder)
