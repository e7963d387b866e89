"""Step 2: which models to compare, each on a card; the baseline is always among them."""

from __future__ import annotations

import streamlit as st

from dashboard.components.column_mapper import chosen_dataset, problem_with
from dashboard.components.text import shown
from dashboard.session import Workspace
from data.errors import LitmusError
from data.language import NAMES
from pipelines.checks import language_warnings
from pipelines.data_size import data_size, settings_text
from pipelines.options import Options, columns_text, in_words
from pipelines.prepare import has_own_classes
from pipelines.registry import find_models, hub_card
from pipelines.runtime import speeds
from pipelines.runtime.device import DEVICES
from pipelines.task import ModelCard, Option, Task

SOURCES = {"packaged": "from a package", "trained": "trained for Litmus", "hub": "Hub",
           "fitted": "learns from your data"}
SUGGESTED = 2
# Seconds from which on minutes are told.
LONG = 90
# Options that are chosen beside the template and not among the settings.
OF_TEMPLATE = ("template", "positive")


def model_key(task: Task, model: str) -> str:
    """The name of a model's choice in the session and in the link."""
    return f"{task.slug}-use-{model}"


def hub_key(task: Task) -> str:
    """The name of the Hub model's field in the session and in the link."""
    return f"{task.slug}-hub"


def option_key(task: Task, option: str) -> str:
    """The name of an option in the session and in the link."""
    return f"{task.slug}-set-{option}"


def suggested_models(task: Task, space: Workspace) -> frozenset[str]:
    """The models chosen before the user chooses: the default, and a quick one beside it.

    Where the labels are classes of the user's own, the one that learns them.
    """
    if _own_classes(task, space):
        return frozenset({task.learner})
    ready = [each for each in task.models if not each.needs_labels and not each.baseline]
    return frozenset(
        card.id for card in task.models
        if card.default or (card in ready[:SUGGESTED] and not card.package)
    )


def _own_classes(task: Task, space: Workspace) -> bool:
    if not task.learner or space.table is None or problem_with(task, space):
        return False
    dataset, options = chosen_dataset(task, space), chosen_options(task)
    key = ("own classes", dataset.fingerprint, *options.values())
    return space.once(key, lambda: has_own_classes(task, [dataset], options))


def follow_suggestion(task: Task, space: Workspace) -> None:
    """Let choices that nobody made follow the suggestion; call it before the cards are drawn."""
    now, before = suggested_models(task, space), space.suggested
    space.suggested = now
    if before is None or before == now:
        return
    for card in task.models:
        key = model_key(task, card.id)
        if not card.baseline and st.session_state.get(key) == (card.id in before):
            st.session_state[key] = card.id in now


def has_labels(task: Task, space: Workspace) -> bool:
    """Whether the data as mapped have labels to learn from."""
    if space.table is None or problem_with(task, space):
        return False
    return "label" in chosen_dataset(task, space).roles


def chosen_models(task: Task, space: Workspace) -> tuple[ModelCard, ...]:
    """The cards chosen in the page that can run on its data, the baseline first.

    Raises:
        OptionError: the Hub field holds no name of a model.
    """
    state, labelled = st.session_state, has_labels(task, space)
    suggested = suggested_models(task, space)
    names = [
        card.id for card in task.models
        if not card.baseline and card.installed and (labelled or not card.needs_labels)
        and state.get(model_key(task, card.id), card.id in suggested)
    ]
    hub = str(state.get(hub_key(task)) or "").strip()
    if hub:
        names.append(hub if hub.startswith("hub:") else f"hub:{hub}")
    return find_models(task, [*names, "baseline"])


def chosen_options(task: Task) -> Options:
    """The options as set in the page."""
    given = {option.name: option_text(task, option) for option in task.options}
    return Options(task, given)


def option_text(task: Task, option: Option) -> str:
    """An option as set in the page, written as on the command line."""
    value = st.session_state.get(option_key(task, option.name))
    if option.several:
        return columns_text(value or ())
    if value is None or value == "":
        return option.default
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def chosen_seed(task: Task) -> int:
    """The seed as set in the page."""
    return int(st.session_state.get(option_key(task, "seed")) or 0)


def chosen_device(task: Task) -> str:
    """The device as set in the page."""
    return str(st.session_state.get(option_key(task, "device")) or "auto")


def models_step(task: Task, space: Workspace) -> None:
    """Draw the step."""
    labelled, suggested = has_labels(task, space), suggested_models(task, space)
    times = _times(task, space)
    if not task.features:
        choose_template(task)
    with st.grid(3, min_column_width=270):
        for card in task.models:
            with st.container(border=True, height="stretch"):
                st.session_state.setdefault(
                    model_key(task, card.id), card.baseline or card.id in suggested
                )
                _card(task, card, labelled, times.get(card.id, ""))
        if task.hub_factory is not None:
            with st.container(border=True, height="stretch"):
                _hub(task)
    _warn_of_languages(task, space)
    with st.expander("Settings", icon=":material/tune:"), st.grid(4, min_column_width=170):
        for option in task.options:
            drawn_elsewhere = option.columns or option.served
            if not (drawn_elsewhere or (task.templates and option.name in OF_TEMPLATE)):
                _option(task, option)
        st.session_state.setdefault(option_key(task, "seed"), 0)
        st.number_input(
            "Seed of all chance", 0, 2**31 - 1, key=option_key(task, "seed"), persist_state="session",
            help="the same seed, data and models give the same report",
        )
        st.selectbox(
            "Device", DEVICES, key=option_key(task, "device"), persist_state="session",
            help="auto takes CUDA, then MPS, then the CPU",
        )


def choose_template(task: Task) -> None:
    """Draw what it is for, and which classes have to be found where the template asks for it."""
    if not task.templates:
        return
    titles = {each.id: each.title for each in task.templates}
    options = {option.name: option for option in task.options}
    key = option_key(task, "template")
    st.session_state.setdefault(key, task.templates[0].id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "What it is for", list(titles), key=key, format_func=lambda each: titles[each],
            persist_state="session", width=260,
        )
        template = task.template(name or "") or task.templates[0]
        # Of tables, the value to find is chosen among those of the target.
        if template.finds and not task.features:
            st.text_input(
                "Class to find", key=option_key(task, "positive"), persist_state="session",
                placeholder="told by its name", help=options["positive"].summary, width=260,
            )
    st.caption(" ".join(part for part in (template.summary, template.caution) if part))


def _times(task: Task, space: Workspace) -> dict[str, str]:
    """What each model should take on these data, in words; nothing before there are data."""
    if space.table is None or problem_with(task, space):
        return {}
    rates, rows = speeds.measured(task.slug), len(space.table.frame)
    dataset = chosen_dataset(task, space)
    size = space.once(("size", dataset.fingerprint), lambda: data_size(task, dataset))
    try:
        settings = settings_text(task, chosen_options(task), chosen_device(task))
    except LitmusError:
        settings = ""
    found = {}
    for card in task.models:
        if card.learns:
            seconds = speeds.learning_seconds(card.id, size, settings, task.slug)
            found[card.id] = (
                _roughly(card, size, task) if seconds is None
                else f"{_about(seconds)} here, learning included (from a run on data of this size)"
            )
        elif card.id in rates:
            rate = rates[card.id]
            found[card.id] = (
                f"{_about(rows / rate)} here ({rate:,.0f} rows a second, measured on this machine)"
            )
    return found


def _roughly(card: ModelCard, size: tuple[int, ...], task: Task) -> str:
    # What tables cost grows with their rows; of lists and the like a proportion would mislead.
    rough = speeds.rough_seconds(card.id, size, task.slug) if task.features else None
    if rough is None:
        return "Learns; not timed on data of this size."
    seconds, rows = rough
    return (
        f"{_about(seconds)} here at a rough estimate, learning included (from a run on {rows:,} rows, "
        "other settings or another size)"
    )


def _about(seconds: float) -> str:
    if seconds < 1:
        return "Under a second"
    return f"About {seconds:,.0f} s" if seconds < LONG else f"About {seconds / 60:,.0f} min"


def _card(task: Task, card: ModelCard, labelled: bool, takes: str) -> None:
    blocked = (card.needs_labels and not labelled) or not card.installed
    key = model_key(task, card.id)
    st.checkbox(
        f"**{card.title}**", key=key, disabled=card.baseline or blocked, persist_state="session",
    )
    st.markdown(in_words(task, card.summary))
    badges = [f":gray-badge[{SOURCES[card.source]}]", f":gray-badge[licence {card.license}]"]
    if card.id == task.learner:
        badges.insert(0, ":green-badge[default for your own classes]")
    elif card.default:
        badges.insert(0, ":green-badge[default without labels]" if task.learner
                      else ":green-badge[default]")
    if card.baseline:
        badges = [":green-badge[baseline, always compared]"]
    if card.size_mb:
        badges.append(f":gray-badge[{card.size_mb:.0f} MB to load]")
    if card.languages:
        badges.append(f":gray-badge[{', '.join(NAMES.get(code, code) for code in card.languages)}]")
    if card.installed:
        badges.append(":gray-badge[offline]")
    st.markdown(" ".join(badges))
    if not card.installed:
        st.caption(f"Not installed here. `pip install -r {card.extra}` brings it.")
    elif blocked:
        st.caption("Waits for labels: map a label column or label a sample.")
    elif card.baseline and card.learns:
        st.caption("Takes no time.")
    else:
        st.caption(takes or "Not timed on this machine yet.")


def _hub(task: Task) -> None:
    st.markdown(":material/hub: **A model from the Hugging Face Hub**")
    st.text_input(
        "Hub model", key=hub_key(task), placeholder="OWNER/NAME@REVISION", persist_state="session",
        label_visibility="collapsed",
    )
    st.caption(
        f"Any {task.hub_kind} with safetensors weights, pinned by its revision. Needs a network the "
        "first time; code from the Hub is never run."
    )
    name = str(st.session_state.get(hub_key(task)) or "").strip()
    if name:
        try:
            hub_card(task, name if name.startswith("hub:") else f"hub:{name}")
        except LitmusError as error:
            st.error(shown(error))


def _option(task: Task, option: Option) -> None:
    key = option_key(task, option.name)
    if option.choices:
        st.session_state.setdefault(key, option.default)
        st.selectbox(
            option.title, option.choices, key=key, help=_help(option), persist_state="session",
            format_func=option.choice_title,
        )
    elif option.low is None:
        st.text_input(option.title, key=key, help=_help(option), persist_state="session")
    else:
        cast = int if option.whole else float
        st.session_state.setdefault(key, cast(option.default))
        st.number_input(
            option.title, cast(option.low or 0), cast(option.high or 100),
            key=key, help=_help(option), persist_state="session",
        )


def _help(option: Option) -> str:
    """What an option does, and what the command line calls it."""
    return f"{option.summary[:1].upper()}{option.summary[1:]}. On the command line: {option.name}."


def _warn_of_languages(task: Task, space: Workspace) -> None:
    if space.table is None or problem_with(task, space):
        return
    try:
        models = chosen_models(task, space)
    except LitmusError:
        return
    dataset = chosen_dataset(task, space)
    key = ("languages", dataset.fingerprint, *(card.id for card in models))
    for sentence in space.once(key, lambda: language_warnings(task, dataset, models)):
        st.warning(shown(sentence, most=600), icon=":material/translate:")
