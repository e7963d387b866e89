"""Train litmus-sentiment: all-MiniLM-L6-v2 fine-tuned to three classes, kept as differences.

    python -m pipelines.training.sentiment DATA_FOLDER --out pipelines/weights/litmus_sentiment

The token embeddings stay frozen, so that only the differences of six encoder layers are shipped.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from pipelines.evaluation.calibration import expected_calibration_error
from pipelines.runtime import deltas
from pipelines.runtime.device import CPU
from pipelines.runtime.packaged import MINILM_SHA256, minilm_folder, sha256_of
from pipelines.training.sentiment_data import Example, load, untokenise

LABELS = ("negative", "neutral", "positive")


def encode_batches(
    tokenizer: Any, texts: list[str], size: int, rng: random.Random | None
) -> list[np.ndarray]:
    """Indices of batches of similar length; shuffled when `rng` is given."""
    lengths = [len(ids) for ids in tokenizer(texts, truncation=True, max_length=128)["input_ids"]]
    order = np.argsort(lengths, kind="stable")
    if rng is not None:
        noise = np.random.default_rng(rng.randrange(2**31)).normal(0, 1.5, len(texts))
        order = np.argsort(np.asarray(lengths) + noise, kind="stable")
    batches = [order[start : start + size] for start in range(0, len(texts), size)]
    if rng is not None:
        rng.shuffle(batches)
    return batches


def logits_of(
    model: torch.nn.Module, tokenizer: Any, examples: list[Example]
) -> np.ndarray:
    """Float32 logits, shape (rows, 3), in the order of `examples`."""
    model.eval()
    texts = [example.text for example in examples]
    result = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
    with torch.inference_mode():
        for batch in encode_batches(tokenizer, texts, 64, None):
            inputs = tokenizer(
                [texts[i] for i in batch], padding=True, truncation=True, max_length=256,
                return_tensors="pt",
            )
            result[batch] = model(**inputs).logits.float().numpy()
    return result


def probabilities(logits: np.ndarray, temperature: float, binary: bool) -> np.ndarray:
    """Softmax of logits / temperature; `binary` leaves out the neutral class and renormalises."""
    scaled = logits / temperature
    if binary:
        scaled = scaled.copy()
        scaled[:, 1] = -np.inf
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    exp = np.exp(scaled)
    return exp / exp.sum(axis=1, keepdims=True)


def judge(
    logits: np.ndarray, examples: list[Example], temperature: float
) -> dict[str, dict[str, Any]]:
    """Accuracy and ECE for each set; SST-2, which has no neutral class, as a choice of two."""
    report = {}
    labels = np.array([example.label for example in examples])
    for source in sorted({example.source for example in examples}):
        rows = np.array([example.source == source for example in examples])
        chances = probabilities(logits[rows], temperature, binary=source == "sst2")
        right = chances.argmax(axis=1) == labels[rows]
        three = logits[rows].argmax(axis=1)
        report[source] = {
            "rows": int(rows.sum()),
            "accuracy": round(float(right.mean()), 4),
            "accuracy_three_classes": round(float((three == labels[rows]).mean()), 4),
            "ece": round(expected_calibration_error(chances.max(axis=1), right), 4),
        }
    return report


def best_temperature(logits: np.ndarray, examples: list[Example]) -> float:
    """The temperature with the least mean log loss on calibration rows (Guo et al. 2017)."""
    labels = np.array([example.label for example in examples])
    binary = np.array([example.source == "sst2" for example in examples])

    def loss(temperature: float) -> float:
        chances = np.where(
            binary[:, None],
            probabilities(logits, temperature, binary=True),
            probabilities(logits, temperature, binary=False),
        )
        return float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())

    return float(min(np.arange(0.5, 4.0, 0.01), key=loss))


def train(args: argparse.Namespace, log: TextIO) -> None:
    """Train, calibrate, quantise, judge on rows that were not used before, and save."""

    def say(**facts: object) -> None:
        line = json.dumps(facts)
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    splits = load(args.data, args.seed)
    folder = minilm_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=3, id2label=dict(enumerate(LABELS)),
        label2id={name: i for i, name in enumerate(LABELS)},
    )
    base = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    trained = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    decay = [p for n, p in model.named_parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for n, p in model.named_parameters() if p.requires_grad and p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=args.learning_rate,
    )
    rows = splits["train"]
    total = args.epochs * -(-len(rows) // args.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * total), max(0.0, (total - step) / total))
    )
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=args.smoothing)
    say(event="start", rows={k: len(v) for k, v in splits.items()}, steps=total,
        seed=args.seed, epochs=args.epochs, batch=args.batch, learning_rate=args.learning_rate,
        smoothing=args.smoothing, torch=torch.__version__)
    began, step = time.monotonic(), 0
    for epoch in range(args.epochs):
        texts = [
            untokenise(row.text) if row.source == "sst2" and rng.random() < 0.5 else row.text
            for row in rows
        ]
        model.train()
        running = 0.0
        for batch in encode_batches(tokenizer, texts, args.batch, rng):
            inputs = tokenizer(
                [texts[i] for i in batch], padding=True, truncation=True, max_length=128,
                return_tensors="pt",
            )
            with torch.autocast(CPU, dtype=torch.bfloat16):
                logits = model(**inputs).logits
            loss = loss_of(logits.float(), torch.tensor([rows[i].label for i in batch]))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            step += 1
            running = 0.99 * running + 0.01 * loss.item() if running else loss.item()
            if step % 100 == 0:
                say(event="step", step=step, loss=round(running, 4),
                    seconds=round(time.monotonic() - began))
        calibration = judge(logits_of(model, tokenizer, splits["calibration"]),
                            splits["calibration"], 1.0)
        say(event="epoch", epoch=epoch + 1, calibration=calibration,
            seconds=round(time.monotonic() - began))
        torch.save(model.state_dict(), args.out / "checkpoint.pt")
    shipped = deltas.encode(model.state_dict(), base_of_package(base), trained)
    model.load_state_dict(deltas.decode(shipped, base_of_package(base)), strict=False)
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(shipped, args.out / "differences.safetensors")
    temperature = best_temperature(
        logits_of(model, tokenizer, splits["calibration"]), splits["calibration"]
    )
    test = judge(logits_of(model, tokenizer, splits["test"]), splits["test"], temperature)
    say(event="test", temperature=round(temperature, 2), test=test,
        seconds=round(time.monotonic() - began))
    card = {
        "labels": LABELS, "temperature": round(temperature, 2), "base_sha256": MINILM_SHA256,
        "differences_sha256": sha256_of(args.out / "differences.safetensors"), "test": test,
    }
    (args.out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    (args.out / "checkpoint.pt").unlink()


def base_of_package(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors that the package carries; the freshly drawn classifier is not one of them."""
    return {name: tensor for name, tensor in state.items() if not name.startswith("classifier.")}


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--smoothing", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with (args.out / "training.log").open("w", encoding="utf-8") as log:
        train(args, log)


if __name__ == "__main__":
    main()
