"""Names by a token classifier whose answers are known: it looks each word piece up in a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import torch
from transformers import AutoTokenizer

from pipelines.keywords import entities as module
from pipelines.keywords.entities import LONGEST, Entity, TokenClassifier
from pipelines.pipeline import LoadConfig, TextPredictions
from pipelines.registry import find_task, hub_card, make_pipeline
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError
from pipelines.runtime.packaged import minilm_folder
from pipelines.runtime.residents import Residents
from tests.tiny_hub import write_tiny_classifier
from tests.tiny_sequence import write_tiny_bart, write_tiny_token_classifier

LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"]
KNOWN = {"anna": "B-PER", "smith": "I-PER", "apple": "B-ORG", "bank": "I-ORG", "bob": "I-PER"}


class LookUp(torch.nn.Module):
    """Gives each word piece the label of a table, with a probability of 0.9 or so."""

    def __init__(self, tokenizer: Any, known: Mapping[str, str], labels: list[str]) -> None:
        super().__init__()
        table = torch.zeros(len(tokenizer), len(labels))
        table[:, 0] = 4
        for word, label in known.items():
            row = tokenizer.convert_tokens_to_ids(word)
            assert row != tokenizer.unk_token_id, word
            table[row, 0] = 0
            table[row, labels.index(label)] = 4
        self.table = torch.nn.Embedding.from_pretrained(table)
        self.config = SimpleNamespace(
            id2label=dict(enumerate(labels)), max_position_embeddings=LONGEST
        )

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        return SimpleNamespace(logits=self.table(input_ids))


def look_up(known: Mapping[str, str] = KNOWN, labels: list[str] = LABELS) -> TokenClassifier:
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    return TokenClassifier(
        LookUp(tokenizer, known, labels), tokenizer, choose_device("auto")
    )


def names(found: list[Entity]) -> list[tuple[str, str]]:
    return [(each.text, each.type) for each in found]


def test_words_are_joined_into_names_by_their_labels() -> None:
    text = "Yesterday Anna  Smith left APPLE Bank, and Bob (not Anna) joined."
    found = look_up().entities([text])[0]
    assert names(found) == [
        ("Anna  Smith", "PER"), ("APPLE Bank", "ORG"), ("Bob", "PER"), ("Anna", "PER")
    ]
    assert all(text[each.start : each.end] == each.text for each in found)
    # softmax of one logit of 4 among five
    assert found[0].score == pytest.approx(54.598 / (54.598 + 4), abs=1e-3)


def test_a_name_that_begins_ends_the_one_before() -> None:
    assert names(look_up().entities(["Anna Anna Smith Apple"])[0]) == [
        ("Anna", "PER"), ("Anna Smith", "PER"), ("Apple", "ORG")
    ]


def test_a_word_is_one_name_whatever_its_pieces_say() -> None:
    # "annapolis" is cut into pieces, of which only the first decides.
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    pieces = tokenizer.tokenize("smithbankers")
    assert len(pieces) > 1
    found = look_up({pieces[0]: "B-ORG"}).entities(["He met smithbankers."])[0]
    assert names(found) == [("smithbankers", "ORG")]


def test_labels_without_b_and_i_are_read_as_well() -> None:
    found = look_up({"anna": "PER", "smith": "PER", "apple": "ORG"}, ["O", "PER", "ORG"]).entities(
        ["Anna Smith Apple"]
    )[0]
    assert names(found) == [("Anna Smith", "PER"), ("Apple", "ORG")]


def test_names_far_into_a_long_text_are_found_once_and_at_their_place() -> None:
    text = "word " * 300 + "Anna Smith " + "word " * 300 + "Apple Bank"
    found = look_up().entities(["", text, "Bob"])
    assert names(found[1]) == [("Anna Smith", "PER"), ("Apple Bank", "ORG")]
    assert found[1][0].start == 1500
    assert names(found[0]) == []
    assert names(found[2]) == [("Bob", "PER")]


def test_a_name_on_the_edge_of_a_window_is_whole() -> None:
    model = look_up()
    for words in range(LONGEST - 6, LONGEST + 2):
        text = "word " * words + "Anna Smith Smith" + " word" * 200
        assert names(model.entities([text])[0]) == [("Anna Smith Smith", "PER")], words


def pipeline_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "RESIDENTS", Residents(1000))
    monkeypatch.setattr(module, "fetch", lambda name, revision: (folder, "0123abc"))
    card = hub_card(find_task("keywords"), "hub:someone/tiny@v1")
    return make_pipeline(card, LoadConfig()).load()


def test_each_type_of_name_is_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tiny_token_classifier(tmp_path / "tiny", LABELS)
    pipeline = pipeline_of(folder, monkeypatch)
    monkeypatch.setattr(pipeline, "_model", look_up())
    found = pipeline.predict(pd.DataFrame({"text": ["Anna met Anna at Apple Bank", "nobody"]}))
    assert isinstance(found, TextPredictions)
    frame = found.frame()
    assert frame["prediction"].tolist() == ["Anna; Apple Bank", ""]
    assert frame["entity_PER"].tolist() == ["Anna", ""]
    assert frame["entity_ORG"].tolist() == ["Apple Bank", ""]
    listed = json.loads(frame["entities"][0])
    assert [each["start"] for each in listed] == [0, 9, 17]


def test_a_random_model_keeps_order_and_names_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = pipeline_of(write_tiny_token_classifier(tmp_path / "tiny", LABELS), monkeypatch)
    texts = ["a lamp " * 200, "", "Where is Anna?", "👍"]
    together = pipeline.predict(pd.DataFrame({"text": texts})).texts.tolist()
    alone = [pipeline.predict(pd.DataFrame({"text": [text]})).texts[0] for text in texts]
    assert together == alone
    assert pipeline.facts.versions["revision"] == "0123abc"


def test_models_of_other_kinds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HubError, match="no trained token classifier"):
        pipeline_of(write_tiny_classifier(tmp_path / "other", ["a", "b"]), monkeypatch)
    with pytest.raises(HubError, match="someone/tiny"):
        pipeline_of(write_tiny_bart(tmp_path / "bart"), monkeypatch)


class Surrounded(LookUp):
    """Knows its words only where thirty tokens stand on either side; elsewhere they are O."""

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        logits = super().forward(input_ids, attention_mask).logits.clone()
        for row, length in enumerate(attention_mask.sum(dim=1).tolist()):
            for edge in (slice(0, 30), slice(length - 30, length)):
                logits[row, edge] = 0
                logits[row, edge, 0] = 4
        return SimpleNamespace(logits=logits)


def test_a_word_in_two_windows_is_read_where_more_stands_around_it() -> None:
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    model = TokenClassifier(Surrounded(tokenizer, KNOWN, LABELS), tokenizer, choose_device("auto"))
    for words in range(LONGEST - 70, LONGEST + 10, 7):
        text = "word " * words + "Anna" + " word" * 200
        assert names(model.entities([text])[0]) == [("Anna", "PER")], words


def test_the_score_of_a_name_is_the_mean_of_its_words() -> None:
    model = look_up()
    tokenizer = model.tokenizer
    # One logit of 1 among five for "smith", of 4 for "anna".
    model.model.table.weight[tokenizer.convert_tokens_to_ids("smith")] = torch.tensor(
        [0.0, 0, 1, 0, 0]
    )
    found = model.entities(["Here Anna Smith stands"])[0]
    assert names(found) == [("Anna Smith", "PER")]
    first, second = 54.598 / (54.598 + 4), 2.71828 / (2.71828 + 4)
    assert found[0].score == pytest.approx((first + second) / 2, abs=1e-3)
