"""Training the reader on a toy network: labels, what is learnt, what is written and loaded again."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering, BertModel

from pipelines.runtime import readers
from pipelines.runtime.packaged import WeightsError, minilm_folder, sha256_of
from pipelines.training import reader
from pipelines.training.reader import Example, batches, questions_of_pass
from pipelines.training.reader_data import load, passages
from tests.training.reader_lines import lines, questions, write_lines

State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return AutoTokenizer.from_pretrained(minilm_folder())


def labelled(tokenizer: Any, batch: dict[str, torch.Tensor]) -> list[tuple[str, str]]:
    """Each row as text, and the text that its labels mark."""
    rows = []
    for ids, start, end in zip(
        batch["input_ids"], batch["start_positions"], batch["end_positions"], strict=True
    ):
        rows.append((tokenizer.decode(ids, skip_special_tokens=True),
                     tokenizer.decode(ids[start : end + 1])))
    return rows


@pytest.mark.parametrize("longest", [1, 300])
def test_labels_decode_back_to_the_answer(tokenizer: Any, longest: int) -> None:
    asked = questions(40, 8)
    made = passages(asked, longest, random.Random(3), 0.3)
    answers = {each.text: each.answers[0] for each in asked}
    expected = Counter(
        (text, answers[text].lower() if spans else "[CLS]") for text, _, spans in made
    )
    found: Counter[tuple[str, str]] = Counter()
    for batch in batches(tokenizer, made, 7, random.Random(0)):
        assert len(batch["input_ids"]) <= 7
        for row, marked in labelled(tokenizer, batch):
            question = row[: row.index("?") + 1]
            found[question.replace(" ?", "?"), marked] += 1
    assert found == expected


def test_a_span_is_drawn_from_the_accepted_ones_and_ends_at_whole_tokens(tokenizer: Any) -> None:
    text = "The office in Leeds opens at nine."
    spans = ((11, 19), (14, 19), (29, 33))
    example: Example = ("Where?", text, spans)
    marked = Counter(
        labelled(tokenizer, batch)[0][1]
        for seed in range(60) for batch in batches(tokenizer, [example], 4, random.Random(seed))
    )
    assert set(marked) == {"in leeds", "leeds", "nine"}
    assert min(marked.values()) > 5
    # A span inside a word marks the word.
    (batch,) = batches(tokenizer, [("Where?", text, ((15, 17),))], 4, random.Random(0))
    assert labelled(tokenizer, batch)[0][1] == "leeds"


def test_words_of_the_question_are_never_marked(tokenizer: Any) -> None:
    example: Example = ("Does Leeds open at nine?", "Leeds opens at nine.", ((0, 5),))
    (batch,) = batches(tokenizer, [example], 4, random.Random(0))
    start = int(batch["start_positions"][0])
    assert batch["token_type_ids"][0, start] == 1
    assert labelled(tokenizer, batch)[0][1] == "leeds"


def test_an_answer_that_was_cut_off_counts_as_none(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LONGEST_TOKENS", 16)
    text = "word " * 30 + "Leeds"
    examples: list[Example] = [("Where?", text, ((150, 155),)), ("Where?", text, ((0, 4),))]
    (batch,) = batches(tokenizer, examples, 4, random.Random(0))
    assert batch["input_ids"].shape == (2, 16)
    marks = zip(batch["start_positions"].tolist(), batch["end_positions"].tolist(), strict=True)
    # [CLS] where ? [SEP] stand before the passage.
    assert set(marks) == {(0, 0), (4, 4)}


def test_a_pass_reads_all_long_texts_and_a_share_of_the_sentences() -> None:
    asked = questions(200, 30)
    rng = random.Random(0)
    assert questions_of_pass(asked, 1.0, rng) == asked
    assert {each.source for each in questions_of_pass(asked, 0.0, rng)} == {"policyqa"}
    some = Counter(each.source for each in questions_of_pass(asked, 0.7, rng))
    assert some["policyqa"] == 30
    assert some["qamr"] / 400 == pytest.approx(0.7, abs=0.07)


@dataclass(frozen=True)
class Trained:
    """What one training left behind.

    Attributes:
        out: the folder it wrote.
        base: the folder of the toy encoder that it started from.
        state: the weights in memory when it ended.
        data: the folder with the lines.
    """

    out: Path
    base: Path
    state: State
    data: Path


def write_toy(folder: Path) -> Path:
    """An encoder of one layer with MiniLM's word pieces and random weights."""
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.5,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    folder = tmp_path_factory.mktemp("training")
    base = write_toy(folder / "toy")
    data = write_lines(folder / "data", lines(60, 4))
    held: State = {}
    encode = reader.deltas.encode

    def remembering(tuned: State, *rest: Any) -> State:
        held.update({name: tensor.clone() for name, tensor in tuned.items()})
        return encode(tuned, *rest)

    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.setattr(reader, "minilm_folder", lambda: base)
        patch.setattr(readers, "minilm_folder", lambda: base)
        patch.setattr(reader.deltas, "encode", remembering)
        patch.setattr("sys.argv", [
            "reader", str(data), "--out", str(folder / "out"), "--passage-characters", "1", "1",
            "60", "--batch", "8", "--learning-rate", "0.01", "--sentence-share", "1",
        ])
        reader.main()
        patch.undo()
        patch.setattr(readers, "minilm_folder", lambda: base)
        yield Trained(folder / "out", base, held, data)


def toy(state: State, base: Path) -> BertForQuestionAnswering:
    model = BertForQuestionAnswering(BertConfig.from_pretrained(base)).eval()
    model.load_state_dict(state)
    return model


def loss(model: BertForQuestionAnswering, tokenizer: Any, data: Path) -> float:
    """The mean loss on the held-out questions, as single sentences that hold the answer."""
    splits = load(data)
    made = passages([*splits["test"], *splits["calibration"]], 1, random.Random(0), 0.0)
    assert len(made) > 5
    with torch.inference_mode():
        (batch,) = batches(tokenizer, made, 999, random.Random(0))
        return float(model(**batch).loss)


def test_training_lowers_the_loss_also_on_texts_it_has_not_seen(
    trained: Trained, tokenizer: Any
) -> None:
    untrained = {
        name: tensor.clone() for name, tensor in
        BertForQuestionAnswering.from_pretrained(trained.base).state_dict().items()
    }
    before = loss(toy(untrained, trained.base), tokenizer, trained.data)
    after = loss(toy(trained.state, trained.base), tokenizer, trained.data)
    assert after < 0.8 * before


def test_written_differences_load_again_to_the_same_weights(
    trained: Trained, tokenizer: Any
) -> None:
    model, loaded = readers.reader_network(trained.out)
    state = model.state_dict()
    assert set(state) == set(trained.state)
    base = BertModel.from_pretrained(trained.base).state_dict()
    moved = 0.0
    for name, tensor in trained.state.items():
        before = base.get(name.removeprefix("bert."), torch.zeros_like(tensor))
        most = float((tensor - before).abs().max())
        # Half a step of 127 to a row, and the rounding of scales and vectors to 16 bits.
        torch.testing.assert_close(state[name], tensor, rtol=0, atol=most / 127 + 1e-6)
        moved = max(moved, most)
    assert moved > 0.01
    after = loss(toy(trained.state, trained.base), tokenizer, trained.data)
    assert loss(model.eval(), tokenizer, trained.data) == pytest.approx(after, abs=0.02)
    assert loaded("lamp")["input_ids"] == tokenizer("lamp")["input_ids"]


def test_word_embeddings_stay_as_they_were_and_are_not_written(trained: Trained) -> None:
    from safetensors.torch import load_file

    base = BertModel.from_pretrained(trained.base).state_dict()
    for name, tensor in base.items():
        if name.startswith("embeddings.") and f"bert.{name}" in trained.state:
            assert torch.equal(trained.state[f"bert.{name}"], tensor)
    written = load_file(trained.out / "differences.safetensors")
    assert not [name for name in written if "embeddings" in name]
    assert "qa_outputs.weight" in written and "bert.encoder.layer.0.output.dense.bias" in written


def test_the_card_names_what_was_written_and_the_checkpoint_is_gone(trained: Trained) -> None:
    assert sorted(path.name for path in trained.out.iterdir()) == [
        "card.json", "differences.safetensors", "training.log"
    ]
    card = json.loads((trained.out / "card.json").read_text())
    assert card["differences_sha256"] == sha256_of(trained.out / "differences.safetensors")
    log = [json.loads(each) for each in (trained.out / "training.log").read_text().splitlines()]
    assert [each["event"] for each in log] == ["start", "pass", "pass", "pass", "end"]
    splits = load(trained.data)
    assert log[0]["questions"] == {name: len(split) for name, split in splits.items()}
    # All questions of the training split in each pass, in batches of eight.
    assert all(count <= len(splits["train"]) for count in log[0]["passes"])
    assert log[0]["steps"] == sum(-(-count // 8) for count in log[0]["passes"])


def test_changed_differences_are_refused(trained: Trained, tmp_path: Path) -> None:
    for name in ("card.json", "differences.safetensors"):
        (tmp_path / name).write_bytes((trained.out / name).read_bytes())
    with (tmp_path / "differences.safetensors").open("ab") as file:
        file.write(b"x")
    with pytest.raises(WeightsError, match="not the one that was measured"):
        readers.reader_network(tmp_path)
    card = {**json.loads((trained.out / "card.json").read_text()), "base_sha256": "0"}
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match="another version of its base"):
        readers.reader_network(tmp_path)
