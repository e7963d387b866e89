"""Which model writes, and how."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pipelines.generation.chat import SMOLLM
from pipelines.generation.sampling import HIGHEST_TEMPERATURE, Sampling

HUB = "hub"
MODELS = {SMOLLM: "SmolLM2-135M-Instruct", HUB: "A Hub model"}
LONGEST_SYSTEM = 4000
LONGEST_REPLY = 1024


@dataclass(frozen=True)
class Settings:
    """What the user chose.

    Attributes:
        model: as `pipelines.generation.chat` takes it; empty until a Hub model is named.
        system: the system prompt; empty for the model's own.
    """

    model: str
    system: str
    sampling: Sampling


def settings_row(chats: bool) -> Settings:
    """Draw the choice of the model and the settings, and return what is chosen.

    Args:
        chats: whether a system prompt is of use.
    """
    model = st.selectbox(
        "Model", list(MODELS), format_func=MODELS.__getitem__, key="writing-model",
        label_visibility="collapsed", persist_state="session", width=250,
    ) or SMOLLM
    if model == HUB:
        name = st.text_input(
            "Hub model", key="writing-hub", placeholder="OWNER/NAME@REVISION",
            label_visibility="collapsed", persist_state="session", width=300,
        )
        name = (name or "").strip().removeprefix("hub:")
        model = f"hub:{name}" if name else ""
    with st.popover("Settings", icon=":material/tune:"):
        return _settings(model, chats)


def _settings(model: str, chats: bool) -> Settings:
    default = Sampling()
    system = ""
    if chats:
        system = st.text_area(
            "System prompt", key="writing-system", max_chars=LONGEST_SYSTEM,
            placeholder="You are a helpful assistant that answers in one sentence.",
            help="What the model is told before the conversation; never dropped.",
            persist_state="session", height=90,
        ) or ""
    temperature = st.slider(
        "Temperature", 0.0, HIGHEST_TEMPERATURE, default.temperature, 0.05,
        key="writing-temperature", persist_state="session",
        help="0 always takes the likeliest token; higher ones vary the text.",
    )
    top_p = st.slider(
        "Top-p", 0.05, 1.0, default.top_p, 0.05, key="writing-top-p", persist_state="session",
        help="Draws only from the likeliest tokens that together have this probability.",
        disabled=temperature == 0,
    )
    max_tokens = st.slider(
        "Maximum length", 16, LONGEST_REPLY, default.max_tokens, 16, key="writing-length",
        persist_state="session", help="Tokens of the text; about three quarters of a word each.",
    )
    seed = st.number_input(
        "Seed", 0, 2**31 - 1, default.seed, key="writing-seed", persist_state="session",
        help="The same seed, model and settings give the same text.",
    )
    sampling = Sampling(
        temperature=temperature, top_p=top_p, max_tokens=int(max_tokens), seed=int(seed)
    )
    return Settings(model, system.strip(), sampling)
