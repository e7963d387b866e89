"""A verdict that is said again when more is known, with models called as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Saying:
    """What to say of some evidence.

    Attributes:
        words: the sentences, of evidence and of what models are called.
        detail: the evidence.
        titles: what models were last called, by id.
    """

    words: Callable[[Any, Mapping[str, str]], str]
    detail: Any
    titles: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, titles: Mapping[str, str]) -> str:
        self.titles = dict(titles)
        return self.words(self.detail, titles)

    def about(self, detail: Any) -> Saying:
        """The same of other evidence."""
        return Saying(self.words, detail, self.titles)
