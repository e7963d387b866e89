"""Runs an encoder-decoder over texts: tokens once, batches by length, answers in the order given."""

from __future__ import annotations

import copy
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from pipelines.runtime.batching import halve_when_full, token_batches
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.residents import RESIDENTS

LONGEST = 1024
ROWS_PER_BATCH = 16
KIND = "an encoder-decoder such as Marian, NLLB, BART or T5"


class SequenceModel:
    """A loaded encoder-decoder with its tokeniser, shared by all sessions.

    It computes in float32: beam search turns a rounding of the last digits into another sentence,
    so a row in lower precision would not be the same alone as in company.

    Args:
        model: float32, on the CPU.
        tokenizer: of transformers, fast or SentencePiece.
        device: where to compute.
    """

    def __init__(self, model: Any, tokenizer: Any, device: torch.device) -> None:
        self.tokenizer = tokenizer
        self.device = device
        self._lock = threading.Lock()
        self.model = model.eval().requires_grad_(False).to(device)
        most = getattr(model.config, "max_position_embeddings", None) or LONGEST
        self.longest = int(min(LONGEST, most, tokenizer.model_max_length))

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def tokens(self, texts: Sequence[str], language: str = "") -> list[list[int]]:
        """Token ids of each text, cut at `longest`.

        Args:
            texts: what to encode.
            language: code of their language for tokenisers that mark it, as theirs; else empty.
        """
        if not texts:
            return []
        with self._lock:
            if language:
                self.tokenizer.src_lang = language
            return self.tokenizer(
                list(texts), truncation=True, max_length=self.longest, return_attention_mask=False
            )["input_ids"]

    def shares_read(self, texts: Sequence[str]) -> list[float]:
        """Share of the tokens of each text that `tokens` leaves, 0 to 1."""
        with self._lock:
            lengths = [
                len(self.tokenizer(text, return_attention_mask=False)["input_ids"])
                for text in texts
            ]
        return [min(1.0, self.longest / max(1, length)) for length in lengths]

    def write(
        self,
        tokens: Sequence[Sequence[int]],
        *,
        beams: int,
        max_tokens: int,
        begins_with: int | None = None,
        done: Callable[[np.ndarray], None],
    ) -> list[str]:
        """The most probable text that beam search finds for each input, in the order given.

        Args:
            tokens: token ids of each input.
            beams: hypotheses kept; 1 is greedy.
            max_tokens: most tokens of an output.
            begins_with: id of the token that every output has to begin with, such as a language.
            done: told the indices of each batch once it is written.
        """
        settings = self._settings(beams, max_tokens, begins_with)
        texts = [""] * len(tokens)

        def forward(rows: np.ndarray) -> np.ndarray:
            written = self._generate([tokens[row] for row in rows], settings)
            return np.asarray(written, dtype=object)

        for rows in token_batches([len(ids) for ids in tokens], rows=ROWS_PER_BATCH):
            with self._lock:
                found = halve_when_full(forward, rows)
            for row, text in zip(rows, found, strict=True):
                texts[row] = str(text).strip()
            done(rows)
        return texts

    def _settings(self, beams: int, max_tokens: int, begins_with: int | None) -> Any:
        settings = copy.deepcopy(self.model.generation_config)
        settings.num_beams = beams
        settings.do_sample = False
        settings.max_length = None
        settings.max_new_tokens = max_tokens
        if settings.min_length:
            settings.min_length = min(settings.min_length, max_tokens)
        if beams == 1:
            settings.early_stopping = False
        if begins_with is not None:
            settings.forced_bos_token_id = begins_with
        return settings

    def _generate(self, tokens: Sequence[Sequence[int]], settings: Any) -> list[str]:
        longest = max(len(ids) for ids in tokens)
        padding = self.tokenizer.pad_token_id or 0
        ids = np.full((len(tokens), longest), padding, dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, some in enumerate(tokens):
            ids[row, : len(some)] = some
            mask[row, : len(some)] = 1
        with torch.inference_mode():
            written = self.model.generate(
                input_ids=torch.from_numpy(ids).to(self.device),
                attention_mask=torch.from_numpy(mask).to(self.device),
                generation_config=settings,
            )
        return self.tokenizer.batch_decode(written, skip_special_tokens=True)


def hub_sequence_model(name: str, revision: str, device: str = "auto") -> tuple[SequenceModel, str]:
    """An encoder-decoder from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `hub.fetch`, or the model is no encoder-decoder, or its tokeniser needs a
            package that is not installed.
    """
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModelForSeq2SeqLM

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> SequenceModel:
        try:
            model, found = AutoModelForSeq2SeqLM.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, local_files_only=True,
                output_loading_info=True,
            )
            tokenizer = _tokenizer(folder)
        except ImportError as error:
            raise HubError(
                f"The tokeniser of {name} needs the package sentencepiece; run "
                "`pip install -r requirements-translate.txt`."
            ) from error
        except (ValueError, TypeError, OSError, KeyError, RuntimeError, AssertionError,
                SafetensorError, StrictDataclassError) as error:
            raise HubError(
                f"The model {name} cannot be read as one that writes texts from texts; choose "
                f"{KIND}."
            ) from error
        if found["missing_keys"]:
            raise HubError(
                f"The model {name} lacks a part of its weights, so its answers would be random; "
                f"choose {KIND}."
            )
        return SequenceModel(model.float(), tokenizer, where)

    return RESIDENTS.get((f"hub-seq2seq:{name}@{commit}", where.type), load), commit


def _tokenizer(folder: Any) -> Any:
    from transformers import AutoTokenizer

    with warnings.catch_warnings():
        # Marian's asks for sacremoses, which only tidies punctuation.
        warnings.simplefilter("ignore", UserWarning)
        return AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
