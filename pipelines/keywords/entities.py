"""Names in texts, by any token-classification model of the Hugging Face Hub."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from pipelines.progress import SILENT, Progress
from pipelines.runtime.batching import halve_when_full, token_batches
from pipelines.runtime.device import choose_device
from pipelines.runtime.hub import HubError, fetch
from pipelines.runtime.residents import RESIDENTS

LONGEST = 256
STRIDE = 64
_EDGES = " \t\r\n.,;:!?\"'“”‘’()[]{}<>«»…"


@dataclass(frozen=True)
class Entity:
    """A name in a text.

    Attributes:
        text: as it stands there, from `start` to `end`.
        type: the model's own label without B- and I-.
        score: mean probability of its words, 0 to 1.
    """

    text: str
    type: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class _Window:
    """A stretch of a text that fits into the model.

    Attributes:
        row: index of the text.
        ids: token ids.
        firsts: position in `ids` of the first token of each word.
        spans: start and end of each word in the text.
    """

    row: int
    ids: list[int]
    firsts: np.ndarray
    spans: np.ndarray


class TokenClassifier:
    """A loaded token classifier with its fast tokeniser, shared by all sessions.

    Args:
        model: float32, on the CPU.
        tokenizer: a fast transformers tokeniser.
        device: where to compute.
    """

    def __init__(self, model: Any, tokenizer: Any, device: torch.device) -> None:
        self.tokenizer = tokenizer
        self.device = device
        self.model = model.eval().requires_grad_(False).to(device)
        self._lock = threading.Lock()
        self._longest = int(min(
            LONGEST, tokenizer.model_max_length,
            getattr(model.config, "max_position_embeddings", None) or LONGEST,
        ))
        self._labels = [str(name) for _, name in sorted(model.config.id2label.items())]

    @property
    def types(self) -> list[str]:
        """Kinds of names it tells apart."""
        return sorted({_bare(label) for label in self._labels if label != "O"})

    def memory_mb(self) -> float:
        """Megabytes of the weights."""
        return sum(p.numel() * p.element_size() for p in self.model.parameters()) / 1e6

    def entities(self, texts: Sequence[str], progress: Progress = SILENT) -> list[list[Entity]]:
        """The names in each text in reading order; long texts are read in overlapping windows."""
        windows = [window for row, text in enumerate(texts) for window in self._windows(row, text)]
        outputs: list[np.ndarray] = [np.zeros(0)] * len(windows)
        left = np.bincount([window.row for window in windows], minlength=len(texts))
        progress.advance(int((left == 0).sum()))
        for some in token_batches([len(window.ids) for window in windows]):
            with self._lock:
                found = halve_when_full(
                    lambda rows: self._forward([windows[each] for each in rows]), some
                )
            for at, output in zip(some, found, strict=True):
                outputs[at] = output[windows[at].firsts]
                left[windows[at].row] -= 1
            finished = {windows[at].row for at in some if left[windows[at].row] == 0}
            progress.advance(len(finished))
        by_row: list[list[int]] = [[] for _ in texts]
        for at, window in enumerate(windows):
            by_row[window.row].append(at)
        return [
            self._read(text, [(windows[at], outputs[at]) for at in own])
            for text, own in zip(texts, by_row, strict=True)
        ]

    def _windows(self, row: int, text: str) -> list[_Window]:
        if not text.strip():
            return []
        with self._lock:
            encoded = self.tokenizer(
                text, truncation=True, max_length=self._longest, return_overflowing_tokens=True,
                stride=min(STRIDE, self._longest // 4), return_offsets_mapping=True,
                return_attention_mask=False,
            )
        windows = []
        for part in range(len(encoded["input_ids"])):
            words = np.array([-1 if each is None else each for each in encoded.word_ids(part)])
            offsets = np.asarray(encoded["offset_mapping"][part])
            _, firsts = np.unique(words, return_index=True)
            firsts = np.sort(firsts[words[firsts] >= 0])
            spans = [
                (offsets[words == words[at], 0].min(), offsets[words == words[at], 1].max())
                for at in firsts
            ]
            windows.append(_Window(row, encoded["input_ids"][part], firsts,
                                   np.asarray(spans, dtype=int).reshape(-1, 2)))
        return windows

    def _forward(self, windows: Sequence[_Window]) -> np.ndarray:
        """Probabilities, shape (windows, tokens, labels); an object array, as lengths differ."""
        longest = max(len(window.ids) for window in windows)
        ids = np.full((len(windows), longest), self.tokenizer.pad_token_id or 0, dtype=np.int64)
        mask = np.zeros((len(windows), longest), dtype=np.int64)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        with torch.inference_mode():
            logits = self.model(
                input_ids=torch.from_numpy(ids).to(self.device),
                attention_mask=torch.from_numpy(mask).to(self.device),
            ).logits
            found = logits.float().softmax(dim=-1).cpu().numpy()
        parts = np.empty(len(windows), dtype=object)
        for row, window in enumerate(windows):
            parts[row] = found[row, : len(window.ids)]
        return parts

    def _read(self, text: str, windows: Sequence[tuple[_Window, np.ndarray]]) -> list[Entity]:
        """Joins the words of all windows; a word in two of them is read where more stands around."""
        best: dict[tuple[int, int], tuple[int, np.ndarray]] = {}
        for window, output in windows:
            for at, (span, chances) in enumerate(zip(window.spans, output, strict=True)):
                room = min(at, len(window.spans) - 1 - at)
                key = (int(span[0]), int(span[1]))
                if key not in best or room > best[key][0]:
                    best[key] = (room, chances)
        words = [(span, best[span][1]) for span in sorted(best)]
        return self._joined(text, _whole(words))

    def _joined(
        self, text: str, words: Sequence[tuple[tuple[int, int], np.ndarray]]
    ) -> list[Entity]:
        groups: list[tuple[str, list[tuple[tuple[int, int], float]]]] = []
        before = "O"
        for span, chances in words:
            label = self._labels[int(chances.argmax())]
            if label != "O":
                begins = (
                    label.startswith(("B-", "S-", "U-")) or before == "O"
                    or _bare(before) != _bare(label)
                )
                if begins:
                    groups.append((_bare(label), []))
                groups[-1][1].append((span, float(chances.max())))
            before = label
        found = [_entity(text, kind, members) for kind, members in groups]
        return [each for each in found if each.text]


def _whole(
    words: Sequence[tuple[tuple[int, int], np.ndarray]]
) -> list[tuple[tuple[int, int], np.ndarray]]:
    """Leaves out the part of a word that a window cut in two."""
    kept: list[tuple[tuple[int, int], np.ndarray]] = []
    for span, chances in words:
        if kept and span[0] < kept[-1][0][1]:
            if span[1] - span[0] <= kept[-1][0][1] - kept[-1][0][0]:
                continue
            kept.pop()
        kept.append((span, chances))
    return kept


def _entity(text: str, kind: str, members: Sequence[tuple[tuple[int, int], float]]) -> Entity:
    start, end = members[0][0][0], members[-1][0][1]
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip(_EDGES))
    end = max(start, end - (len(inside) - len(inside.rstrip(_EDGES))))
    score = float(np.mean([chance for _, chance in members]))
    return Entity(text[start:end], kind, start, end, round(score, 4))


def _bare(label: str) -> str:
    """A label without the mark of its place: B-, I-, L-, E-, S- or U-."""
    return label[2:] if label[:2] in ("B-", "I-", "L-", "E-", "S-", "U-") else label


def hub_token_classifier(
    name: str, revision: str, device: str = "auto"
) -> tuple[TokenClassifier, str]:
    """A token classifier from the Hub and the commit it is pinned to.

    Raises:
        HubError: as `hub.fetch`, or the model is no token classifier with a fast tokeniser.
    """
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    folder, commit = fetch(name, revision)
    where = choose_device(device)

    def load() -> TokenClassifier:
        try:
            model, found = AutoModelForTokenClassification.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, local_files_only=True,
                output_loading_info=True,
            )
            tokenizer = AutoTokenizer.from_pretrained(
                folder, trust_remote_code=False, local_files_only=True
            )
        except (ValueError, TypeError, OSError, KeyError, RuntimeError, ImportError,
                SafetensorError, StrictDataclassError) as error:
            raise HubError(f"The model {name} cannot be read as a token classifier.") from error
        if not tokenizer.is_fast:
            raise HubError(
                f"The tokeniser of {name} does not tell where words stand; choose a model with a "
                "tokenizer.json."
            )
        # Classifiers of whole texts have a layer of the same name and shape.
        kinds = getattr(model.config, "architectures", None) or []
        other = kinds and not any(kind.endswith("ForTokenClassification") for kind in kinds)
        if other or found["missing_keys"]:
            raise HubError(
                f"The model {name} has no trained token classifier, so its answers would be "
                "random; choose a token-classification model."
            )
        return TokenClassifier(model.float(), tokenizer, where)

    return RESIDENTS.get((f"hub-tokens:{name}@{commit}", where.type), load), commit
