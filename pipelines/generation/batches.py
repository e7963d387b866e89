"""Many texts at once: batches of prompts of similar length, each row as if it stood alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from transformers import DynamicCache

from pipelines.generation.causal import CausalModel
from pipelines.generation.decoding import Chooser, Finished, Generated, text_of
from pipelines.generation.sampling import Sampling
from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import halve_when_full, token_batches

# Tokens whose keys and values are held at once: 0.4 GB for SmolLM2 in float32.
TOKENS_PER_BATCH = 8192
ROWS_PER_BATCH = 32
# Prompts are read in parts of so many tokens, between which others have their turn and a stop is
# heard; each part more costs about as much as one more token for every row.
TOKENS_PER_PART = 1024
# A batch is cut to the rows that still grow when so many of it have ended.
SHARE_ENDED = 0.5


def generate_batch(
    model: CausalModel,
    prompts: Sequence[Sequence[int]],
    sampling: Sampling,
    progress: Progress = SILENT,
) -> list[Generated]:
    """The continuation of each prompt, in the order given.

    Prompts of similar length stand together, padded on the left. Every row draws with the same
    seed, so that its text does not depend on the rows beside it.

    Args:
        prompts: token ids, each at least one.

    Raises:
        CancelledRun: the user asked to stop.
    """
    found = np.empty(len(prompts), dtype=object)
    lengths = [len(prompt) + sampling.max_tokens for prompt in prompts]
    for rows in token_batches(lengths, TOKENS_PER_BATCH, ROWS_PER_BATCH):
        found[rows] = halve_when_full(
            lambda some: _generate(model, [prompts[row] for row in some], sampling, progress), rows
        )
    return list(found)


def _generate(
    model: CausalModel, prompts: list[Sequence[int]], sampling: Sampling, progress: Progress
) -> np.ndarray:
    most = [min(sampling.max_tokens, model.context - len(prompt)) for prompt in prompts]
    said: list[list[int]] = [[] for _ in prompts]
    ended: list[Finished | None] = ["too long" if room < 1 else None for room in most]
    choosers = [Chooser(sampling) for _ in prompts]
    growing = [row for row, why in enumerate(ended) if why is None]
    reported = 0
    if growing:
        cache = DynamicCache(config=model.model.config)
        ids, mask = _padded([prompts[row] for row in growing], model)
        logits = _read(model, ids, mask, cache, progress)
        while True:
            reported += _report(said, most, ended, reported, progress)
            following = []
            for place, row in enumerate(growing):
                token = next(iter(model.ends), 0)
                if ended[row] is None:
                    token = choosers[row].next(logits[place])
                    if token in model.ends:
                        ended[row] = "stop"
                    else:
                        said[row].append(token)
                        if len(said[row]) == most[row]:
                            ended[row] = "length"
                following.append(token)
            alive = [place for place, row in enumerate(growing) if ended[row] is None]
            if not alive:
                break
            if len(alive) <= len(growing) * (1 - SHARE_ENDED):
                kept = torch.tensor(alive, device=model.device)
                cache.batch_select_indices(kept)
                mask = mask[kept]
                growing = [growing[place] for place in alive]
                following = [following[place] for place in alive]
            mask = torch.cat([mask, mask.new_ones(len(growing), 1)], dim=1)
            step = torch.tensor(following, dtype=torch.long, device=model.device)[:, None]
            logits = model.forward(_inputs(step, mask), cache)
    progress.advance(len(prompts) - reported)
    results = np.empty(len(prompts), dtype=object)
    for row, tokens in enumerate(said):
        why = ended[row]
        assert why is not None, "the loop ends when every row has"
        results[row] = Generated(text_of(model.tokenizer, tokens), len(tokens), why)
    return results


def _read(
    model: CausalModel, ids: torch.Tensor, mask: torch.Tensor, cache: DynamicCache,
    progress: Progress,
) -> torch.Tensor:
    """Logits after prompts of shape (rows, tokens), read in parts between which a stop is heard."""
    step = max(1, TOKENS_PER_PART // len(ids))
    logits = torch.empty(0)
    for stop in range(step, ids.shape[1] + step, step):
        progress.advance(0)
        part = ids[:, stop - step : stop]
        logits = model.forward(_inputs(part, mask[:, :stop]), cache)
    return logits


def _report(
    said: list[list[int]], most: list[int], ended: list[Finished | None], reported: int,
    progress: Progress,
) -> int:
    """Report how many rows' worth of text was written since the last report."""
    done = sum(
        1.0 if why is not None else len(tokens) / room
        for tokens, room, why in zip(said, most, ended, strict=True)
    )
    fresh = int(done) - reported
    progress.advance(fresh)
    return fresh


def _padded(
    prompts: list[Sequence[int]], model: CausalModel
) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(prompt) for prompt in prompts)
    ids = np.full((len(prompts), longest), model.start_token, dtype=np.int64)
    mask = np.zeros((len(prompts), longest), dtype=np.int64)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = prompt
        mask[row, longest - len(prompt) :] = 1
    return torch.from_numpy(ids).to(model.device), torch.from_numpy(mask).to(model.device)


def _inputs(ids: torch.Tensor, mask: torch.Tensor) -> dict[str, torch.Tensor]:
    """Model inputs for the last tokens of rows whose padding stands on the left."""
    places = (mask.cumsum(dim=1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    return {"input_ids": ids, "attention_mask": mask, "position_ids": places}
