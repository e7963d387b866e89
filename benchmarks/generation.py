"""Generation: tokens a second in batches, against transformers' generate on one prompt at a time."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from data import samples
from pipelines.generation.batches import generate_batch
from pipelines.generation.history import Message
from pipelines.generation.loading import smollm
from pipelines.generation.sampling import Sampling
from pipelines.generation.smollm import model_folder

PROMPTS = 16
TOKENS = 32
ROUNDS = 3


def measure(data: Path | None) -> dict[str, Any]:
    """Greedy replies to the sample's prompts, the same weights in the same run."""
    model = smollm()
    texts = samples.load("prompts").frame["prompt"].head(PROMPTS)
    prompts = [model.encode_chat([Message("user", text)]) for text in texts]
    sampling = Sampling(temperature=0.0, max_tokens=TOKENS)
    folder, _ = model_folder()
    plain = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True).eval()
    generate_batch(model, prompts[:2], sampling)
    rounds = []
    same = 0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ours = generate_batch(model, prompts, sampling)
        own = time.perf_counter() - start
        start = time.perf_counter()
        theirs = [_plain(plain, prompt) for prompt in prompts]
        other = time.perf_counter() - start
        written = sum(each.tokens for each in ours)
        rounds.append((written / own, sum(map(len, theirs)) / other))
        said = [model.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in theirs]
        same = sum(each.text.strip() == text for each, text in zip(ours, said, strict=True))
    ratios = sorted(own / other for own, other in rounds)
    return {
        "prompts": PROMPTS, "most_tokens": TOKENS, "precision": model.precision,
        "tokens_per_second": round(statistics.median(own for own, _ in rounds), 1),
        "transformers_tokens_per_second": round(statistics.median(o for _, o in rounds), 1),
        "times": [round(ratios[1], 2), round(ratios[0], 2), round(ratios[-1], 2)],
        "same_reply": round(same / PROMPTS, 4),
    }


def _plain(model: Any, prompt: list[int]) -> list[int]:
    ids = torch.tensor([prompt])
    with torch.inference_mode():
        found = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=TOKENS
        )
    return found[0, len(prompt) :].tolist()
