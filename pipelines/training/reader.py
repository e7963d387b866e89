"""Train litmus-reader: all-MiniLM-L6-v2 with a span head, kept as differences.

    python -m pipelines.training.reader DATA_FOLDER --out pipelines/weights/litmus_reader

The token embeddings stay frozen, so that only the differences of six encoder layers are shipped.
Each pass reads longer passages than the one before. `python -m pipelines.training.reader_confidence`
fits the confidence afterwards.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer, BertForQuestionAnswering

from pipelines.runtime import deltas
from pipelines.runtime.device import CPU
from pipelines.runtime.packaged import MINILM_SHA256, minilm_folder, sha256_of
from pipelines.training.reader_data import SENTENCES, Question, load, passages

LONGEST_TOKENS = 320
Example = tuple[str, str, tuple[tuple[int, int], ...]]


def batches(
    tokenizer: Any, examples: list[Example], size: int, rng: random.Random
) -> Iterator[dict[str, torch.Tensor]]:
    """Padded batches of similar length in random order, with one drawn span an example."""
    order = sorted(range(len(examples)),
                   key=lambda i: len(examples[i][0]) + len(examples[i][1]) + rng.gauss(0, 20))
    chunks = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(chunks)
    for chunk in chunks:
        some = [examples[i] for i in chunk]
        encoded = tokenizer(
            [e[0] for e in some], [e[1] for e in some], truncation="only_second",
            max_length=LONGEST_TOKENS, padding=True, return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        inside = encoded["token_type_ids"].bool() & (encoded["attention_mask"] == 1)
        starts, ends = [], []
        for row, (_, _, spans) in enumerate(some):
            start, end = 0, 0
            if spans:
                first, last = rng.choice(spans)
                own = inside[row].numpy() & (offsets[row, :, 1] > offsets[row, :, 0])
                touched = np.flatnonzero(
                    own & (offsets[row, :, 0] < last) & (offsets[row, :, 1] > first)
                )
                if len(touched):
                    start, end = int(touched[0]), int(touched[-1])
            starts.append(start)
            ends.append(end)
        yield {**encoded, "start_positions": torch.tensor(starts),
               "end_positions": torch.tensor(ends)}


def questions_of_pass(
    questions: list[Question], share: float, rng: random.Random
) -> list[Question]:
    """All questions on long contexts and a drawn share of those on single sentences."""
    return [q for q in questions if q.source != SENTENCES or rng.random() < share]


def train(args: argparse.Namespace) -> None:
    """Train with a checkpoint after each pass, quantise and save."""
    log = (args.out / "training.log").open("a", encoding="utf-8")

    def say(**facts: object) -> None:
        line = json.dumps(facts)
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    torch.manual_seed(args.seed)
    splits = load(args.data)
    folder = minilm_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # Dropout inside attention takes the slow path on a CPU; the hidden dropout stays.
    model = BertForQuestionAnswering.from_pretrained(folder, attention_probs_dropout_prob=0.0)
    base = {name: tensor.clone() for name, tensor in model.state_dict().items()
            if not name.startswith("qa_outputs.")}
    model.bert.embeddings.requires_grad_(False)
    learnt = {name: p for name, p in model.named_parameters() if p.requires_grad}
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in learnt.values() if p.ndim > 1], "weight_decay": 0.01},
         {"params": [p for p in learnt.values() if p.ndim == 1], "weight_decay": 0.0}],
        lr=args.learning_rate, fused=True,
    )
    rng = random.Random(args.seed)
    made = [
        passages(questions_of_pass(splits["train"], args.sentence_share, rng), longest, rng,
                 args.unanswerable)
        for longest in args.passage_characters
    ]
    total = sum(-(-len(examples) // args.batch) for examples in made)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * total), max(0.0, (total - step) / total))
    )
    say(event="start", questions={k: len(v) for k, v in splits.items()}, steps=total,
        passes=[len(examples) for examples in made], options={
            k: str(v) for k, v in vars(args).items() if k not in ("data", "out")},
        torch=torch.__version__)
    began, step, running = time.monotonic(), 0, 0.0
    for number, examples in enumerate(made, start=1):
        model.train()
        for inputs in batches(tokenizer, examples, args.batch, rng):
            with torch.autocast(CPU, dtype=torch.bfloat16):
                loss = model(**inputs).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt.values(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            step += 1
            running = 0.99 * running + 0.01 * loss.item() if running else loss.item()
            if step % 100 == 0:
                say(event="step", step=step, loss=round(running, 4),
                    seconds=round(time.monotonic() - began))
        save_file(
            {name: p.detach().clone() for name, p in learnt.items()},
            args.out / "checkpoint.safetensors",
        )
        say(event="pass", number=number, seconds=round(time.monotonic() - began))
    shipped = deltas.encode(model.state_dict(), base, list(learnt))
    save_file(shipped, args.out / "differences.safetensors")
    card = {
        "base_sha256": MINILM_SHA256,
        "differences_sha256": sha256_of(args.out / "differences.safetensors"),
    }
    (args.out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    (args.out / "checkpoint.safetensors").unlink()
    say(event="end", seconds=round(time.monotonic() - began))
    log.close()


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passage-characters", type=int, nargs="+", default=[250, 450, 800],
                        help="longest passage of each pass")
    parser.add_argument("--sentence-share", type=float, default=0.7)
    parser.add_argument("--unanswerable", type=float, default=0.12)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=2.5e-4)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    train(args)


if __name__ == "__main__":
    main()
