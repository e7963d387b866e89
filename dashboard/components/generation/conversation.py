"""The conversation of a session, and the text that is being written for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from dashboard.caching import writing_pool
from dashboard.jobs import Job
from dashboard.session import start_job
from pipelines.generation.chat import Reply, ReplyFacts
from pipelines.generation.grounding import Finding, Passage
from pipelines.progress import CancelledRun, Progress

MakeReply = Callable[[Callable[[], bool], Progress], Reply]


class Draft:
    """A text while it is written in the pool; it goes on when the page is left or drawn again.

    Attributes:
        passages: what the reply is to be taken from, if anything.
        finding: what a reader of spans finds in the documents, if one was asked.
    """

    def __init__(
        self, title: str, make: MakeReply, passages: tuple[Passage, ...] = (),
        finding: Finding | None = None,
    ) -> None:
        self.passages, self.finding = passages, finding
        self._reply: Reply | None = None
        self._stopped = False
        self.job: Job = start_job(title, lambda progress: self._write(make, progress),
                                  writing_pool())

    @property
    def text(self) -> str:
        """What is written by now."""
        return self._reply.text if self._reply is not None else ""

    @property
    def facts(self) -> ReplyFacts | None:
        """What is known of the reply; None until the model is there."""
        return self._reply.facts if self._reply is not None else None

    @property
    def finished(self) -> bool:
        """Whether nothing more will be written."""
        return self.job.finished

    @property
    def trouble(self) -> str:
        """Why nothing could be written, for the user; empty where it could."""
        return self.job.sentence if self.job.state == "failed" else ""

    def stop(self) -> None:
        """End the text where it is; what was written stays."""
        self._stopped = True
        if self._reply is None:
            self.job.cancel()

    def _write(self, make: MakeReply, progress: Progress) -> None:
        def wanted_no_more() -> bool:
            try:
                progress.advance(0)
            except CancelledRun:
                return True
            return self._stopped

        self._reply = make(wanted_no_more, progress)
        progress.stage("Writing", 0)
        for _ in self._reply:
            pass


@dataclass
class Turn:
    """One message on the page.

    Attributes:
        note: a line below it, such as how fast it was written.
        warning: what a careful reader must know about it.
        passages: the passages that a reply was to be taken from, in the order of their numbers.
        finding: what a reader of spans finds for the same question.
    """

    role: str
    text: str
    note: str = ""
    warning: str = ""
    passages: tuple[Passage, ...] = ()
    finding: Finding | None = None


@dataclass
class Conversation:
    """The turns of a session's chat, and the reply that is under way."""

    turns: list[Turn] = field(default_factory=list)
    draft: Draft | None = None
    trouble: str = ""

    def clear(self) -> None:
        """Begin anew."""
        if self.draft is not None:
            self.draft.stop()
        self.turns, self.draft, self.trouble = [], None, ""


@dataclass
class Completion:
    """The text of a session that is continued."""

    draft: Draft | None = None
    note: str = ""
    trouble: str = ""


def conversation() -> Conversation:
    """The session's conversation."""
    found: Conversation = st.session_state.setdefault("conversation", Conversation())
    return found


def completion() -> Completion:
    """The session's text."""
    found: Completion = st.session_state.setdefault("completion", Completion())
    return found


def note_of(facts: ReplyFacts) -> str:
    """How a reply came about: “84 tokens, 31 a second, context 121 of 8,192”."""
    parts = [f"{facts.tokens:,} token{'s' * (facts.tokens != 1)}"]
    if facts.tokens_per_second:
        parts.append(f"{facts.tokens_per_second:,.1f} a second")
    parts.append(f"context {facts.context_used:,} of {facts.context:,}")
    ends = {"length": "ended at the length limit", "stopped": "stopped by you"}
    if facts.finished in ends:
        parts.append(ends[facts.finished])
    if facts.dropped:
        parts.append(f"{facts.dropped:,} older messages no longer fitted and were not read")
    return " · ".join(parts)
