"""Chat: a conversation that streams, can be stopped, and can rest on the user's documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard.components.generation.conversation import (
    Conversation,
    Draft,
    Turn,
    conversation,
    note_of,
)
from dashboard.components.generation.documents import (
    SLUG,
    documents_index,
    passages_for,
    reader_finds,
)
from dashboard.components.generation.following import follow
from dashboard.components.generation.model_text import model_markdown
from dashboard.components.generation.settings import Settings
from dashboard.components.text import count, shown
from dashboard.navigation import application_page, page
from data.errors import LitmusError
from pipelines.generation.chat import Reply, chat
from pipelines.generation.grounding import Passage, citations, grounded_prompt
from pipelines.generation.history import Message
from pipelines.progress import Progress

AVATARS = {"user": ":material/person:", "assistant": ":material/smart_toy:"}
LONGEST_MESSAGE = 8000
LONGEST_QUOTE = 600
IDEAS = (
    "What is the capital of Portugal?",
    "Write a friendly reply to a customer whose lamp arrived broken.",
    "Explain in two sentences why the sky is blue.",
)


def chat_view(settings: Settings) -> None:
    """Draw the conversation and take the next message."""
    talk = conversation()
    if talk.draft is not None and talk.draft.finished:
        _take_over(talk, talk.draft)
    grounded = _documents_switch()
    for position, turn in enumerate(talk.turns):
        _show(turn, position)
    if not talk.turns and talk.draft is None:
        _ideas(settings, grounded)
    if talk.trouble:
        st.error(shown(talk.trouble, most=600), icon=":material/error:")
    busy = talk.draft is not None
    said = st.chat_input(
        "The reply is being written" if busy else "Your message", key="chat-message",
        max_chars=LONGEST_MESSAGE, disabled=busy or not settings.model,
    )
    if said and said.strip():
        _ask(said, settings, grounded)
        st.rerun()
    if talk.draft is not None:
        with st.chat_message("assistant", avatar=AVATARS["assistant"]):
            follow(talk.draft, "chat-stop")


def clear_button() -> None:
    """A button that begins a new conversation."""
    talk = conversation()
    st.button(
        "New chat", icon=":material/add_comment:", key="chat-clear", on_click=talk.clear,
        disabled=not talk.turns and talk.draft is None,
    )


def _documents_switch() -> bool:
    """Whether replies are to come from the user's documents."""
    index = documents_index()
    if index is None:
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.toggle("Answer from my documents", value=False, disabled=True, key="chat-no-documents")
            st.caption("needs documents of yours:")
            st.page_link(page(application_page(SLUG)), label="bring them to Question answering and run")
        return False
    names = {passage.document for passage in index.passages}
    return st.toggle(
        "Answer from my documents", key="chat-documents", persist_state="session",
        help=f"Looks each question up in {len(index.passages):,} passages of "
        f"{count(len(names), 'document')} and has the model answer from the best three, with "
        "citations. Each question stands alone: the conversation so far and the system prompt are "
        "left out.",
    )


def _ideas(settings: Settings, grounded: bool) -> None:
    st.caption("Try one of these, or write below. What you write stays on this machine.")
    with st.container(horizontal=True):
        for position, idea in enumerate(IDEAS):
            st.button(
                idea, key=f"chat-idea-{position}", on_click=_ask, args=(idea, settings, grounded),
                disabled=not settings.model,
            )


def _ask(said: str, settings: Settings, grounded: bool) -> None:
    """Add the user's message and begin to write the reply."""
    talk = conversation()
    if talk.draft is not None:
        return
    talk.trouble = ""
    passages: tuple[Passage, ...] = ()
    finding = None
    index = documents_index() if grounded else None
    try:
        if index is not None:
            passages = passages_for(said, index)
            messages = grounded_prompt(said, passages)
            finding = reader_finds(said)
        else:
            messages = [Message("system", settings.system)] if settings.system else []
            messages += [
                Message("user" if turn.role == "user" else "assistant", turn.text)
                for turn in talk.turns if turn.text.strip()
            ]
            messages.append(Message("user", said))
        make = partial(_reply, tuple(messages), settings)
        talk.draft = Draft("Chat", make, passages, finding)
        talk.turns.append(Turn("user", said))
    except LitmusError as error:
        talk.trouble = str(error)


def _reply(
    messages: Sequence[Message], settings: Settings, stop: Callable[[], bool], progress: Progress
) -> Reply:
    return chat(messages, settings.sampling, settings.model, stop=stop, progress=progress)


def _take_over(talk: Conversation, draft: Draft) -> None:
    """Make a turn of a finished draft; a question that failed can be sent again."""
    talk.draft = None
    facts = draft.facts
    if draft.trouble and not draft.text:
        talk.trouble = draft.trouble
        talk.turns.pop()
        return
    talk.trouble = draft.trouble
    warning = ""
    if draft.passages:
        warning = citations(draft.text, len(draft.passages)).warning
    talk.turns.append(
        Turn("assistant", draft.text, note_of(facts) if facts else "Stopped before it began.",
             warning, draft.passages, draft.finding)
    )


def _show(turn: Turn, position: int) -> None:
    with st.chat_message(turn.role, avatar=AVATARS[turn.role]):
        st.markdown(model_markdown(turn.text) if turn.text.strip() else "*(nothing)*")
        if turn.finding is not None:
            st.info(shown(turn.finding.sentence, most=600), icon=":material/format_quote:")
        if turn.warning:
            st.warning(turn.warning, icon=":material/info:")
        if turn.passages:
            _show_passages(turn, position)
        if turn.note:
            st.caption(turn.note)


def _show_passages(turn: Turn, position: int) -> None:
    cited = citations(turn.text, len(turn.passages)).cited
    for place, passage in enumerate(turn.passages):
        where = shown(passage.document or getattr(passage, "heading", "") or "your table", 60)
        if passage.page is not None:
            where += f", page {passage.page}"
        mark = "cited" if place in cited else "not cited"
        with st.expander(f"\\[{place + 1}\\] {where} ({mark})", key=f"cited-{position}-{place}"):
            st.markdown(shown(passage.text, LONGEST_QUOTE))
