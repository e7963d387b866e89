"""What a task, a model and an option are: frozen descriptions that cost nothing to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from data.errors import OptionError
from data.labels import LabelScheme
from data.roles import Role
from data.table import Reads

Source = Literal["packaged", "trained", "hub", "fitted"]


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model that can do a task, described without loading it.

    Attributes:
        id: the name that the command line, the API and reports use.
        factory: "module:class" of its pipeline, imported when the model is first loaded.
        size_mb: megabytes read when it is loaded; 0 for what is computed from the data.
        languages: ISO 639-1 codes it was made for; empty when it follows the data.
        trained_on: the public data that its weights saw, when they are this project's.
        needs_labels: whether it is fitted to labelled rows of the user.
        package: the optional package that it needs, as imported; empty when nothing is optional.
        extra: the requirements file that installs the package.
    """

    id: str
    title: str
    summary: str
    factory: str
    source: Source
    license: str
    size_mb: float
    languages: tuple[str, ...] = ()
    trained_on: str = ""
    needs_labels: bool = False
    baseline: bool = False
    default: bool = False
    package: str = ""
    extra: str = ""

    @property
    def learns(self) -> bool:
        """Whether it is fitted to rows before it predicts."""
        return self.source == "fitted"

    @property
    def installed(self) -> bool:
        """Whether the optional package it needs is there."""
        return not self.package or find_spec(self.package) is not None


@dataclass(frozen=True, kw_only=True)
class Option:
    """A setting of a run: its name, the default, what it does, and the values it may take.

    Attributes:
        label: what people read, by default the name in words.
        unit: of a number, in words.
        choice_labels: what people read for each of the choices, by default the choices themselves.
        low, high: the range of a number, its ends included.
        whole: whether the number has to be a whole one.
        columns: whether it names columns of the data, with commas between.
        ids: whether it names things of the data by their ids, with commas between.
        served: whether it changes nothing that is learnt or judged, only what is given out, so that
            it may be changed after a run.
    """

    name: str
    default: str
    summary: str
    label: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    columns: bool = False
    ids: bool = False
    served: bool = False

    @property
    def several(self) -> bool:
        """Whether it names several things, which a page has as a list."""
        return self.columns or self.ids

    @property
    def title(self) -> str:
        """What people read, with the unit."""
        words = self.label or self.name.replace("_", " ").capitalize()
        return f"{words}, {self.unit}" if self.unit else words

    def choice_title(self, choice: str) -> str:
        """What people read for a choice."""
        return dict(zip(self.choices, self.choice_labels, strict=False)).get(choice, choice)

    def parse(self, text: str) -> str:
        """Return `text` when it is allowed.

        Raises:
            OptionError: it is not one of the choices, or no number in the range.
        """
        if self.choices and text not in self.choices:
            raise OptionError(
                f"The option {self.name} is “{text}”, but has to be one of "
                f"{', '.join(self.choices)}."
            )
        if self.low is not None and self.high is not None:
            try:
                number = int(text) if self.whole else float(text)
                inside = self.low <= number <= self.high
            except ValueError:
                inside = False
            if not inside:
                raise OptionError(
                    f"The option {self.name} is “{text}”, but has to be a "
                    f"{'whole ' * self.whole}number from {self.low:g} to {self.high:g}."
                )
        return text


@dataclass(frozen=True, kw_only=True)
class Template:
    """What a task is used for, where that decides what is looked at first.

    Attributes:
        id: its value of the option `template`.
        first: metrics that are shown first and that the verdict speaks about first.
        positive: words in the names of classes that matter, such as "defect" or "malignant".
        absent: words in the names of classes that are the absence of it, such as "good" or
            "healthy"; where there is one, every other class matters.
        caution: one plain sentence that is shown with every result.
        outcome: what is to be predicted, with its article, such as "a default".
        wanted: the sensitivity that a threshold is chosen for, 0 to 1; None where costs decide.
    """

    id: str
    title: str
    summary: str
    first: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    caution: str = ""
    outcome: str = ""
    wanted: float | None = None

    @property
    def finds(self) -> bool:
        """Whether it is about finding the rows of some classes among all others."""
        return self.wanted is not None or bool(self.positive)


@dataclass(frozen=True, kw_only=True)
class Task:
    """An application area: the data it needs, the models that can do it, how it is judged.

    Attributes:
        slug: its name in the contract, in links and on the command line.
        question: what a founder wants to know, in one sentence.
        kind: how its results are judged; names a module of `pipelines.judging`.
        text_role: the role whose language is checked before a run, if any.
        features: whether models learn from columns without a role.
        asks: the roles that a row needs to be predicted; the required ones when empty.
        reads: tables alone; documents (TXT, Markdown, HTML, PDF, DOCX) beside tables, and files of
            different columns together; images, alone or in archives; or interactions, tables of who
            took what, with tables that describe what was taken.
        records: "module:function" that makes a batch of records of the API, where these are not one
            cell a role.
        scored: "module:function" that scores a new file with a fitted model, where that is not one
            prediction a row.
        arranged: "module:function" that arranges a run, where its questions are not its rows.
        taught: "module:function" that gives all of a data set to learn from, where that is not its
            rows.
        record: an example of a record, where these are not one cell a role.
        fields: what a record may then hold: names, and what each is.
        scheme: the classes with the words users have for them, when the classes are fixed.
        vocabulary: "module:function" of the scheme that pretrained models know, when the classes
            are the user's own and may be among it.
        alike: "module:function" that says which rows look alike, where that takes more than comparing
            them: of the cells of `subject_role`, a device and a progress, equal numbers for rows
            that no split may part.
        learner: the model that stands for `default` where the classes are the user's own.
        brings: what a user brings, as in "bring a table with one text a row".
        hub_factory: the pipeline of `hub:OWNER/NAME@REVISION` models, if the task takes them.
        hub_kind: what those models are, as in "any text-classification model".
        output: what a text that it gives is ("translation", "summary", "keywords"), which decides
            how it is named and shown.
        templates: what it is used for, the usual one first; they bring the options `template` and,
            where one is about finding rows of some classes, `positive`.
    """

    slug: str
    title: str
    question: str
    icon: str
    kind: str
    roles: tuple[Role, ...]
    models: tuple[ModelCard, ...]
    metrics: tuple[str, ...]
    options: tuple[Option, ...] = ()
    text_role: str | None = None
    features: bool = False
    asks: tuple[str, ...] = ()
    reads: Reads = "tables"
    records: str = ""
    scored: str = ""
    arranged: str = ""
    taught: str = ""
    record: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    scheme: LabelScheme | None = None
    vocabulary: str = ""
    alike: str = ""
    learner: str = ""
    brings: str = "a table with one text a row"
    hub_factory: str | None = None
    hub_kind: str = "text-classification model"
    output: str = "text"
    sample: str | None = None
    templates: tuple[Template, ...] = ()

    def __post_init__(self) -> None:
        # Options are read, shown, listed and linked in many places, all of them from `options`.
        known = {option.name for option in self.options}
        brought = [each for each in _options_of(self.templates) if each.name not in known]
        object.__setattr__(self, "options", (*self.options, *brought))

    @property
    def default_model(self) -> ModelCard:
        """The model that is chosen when nobody chooses."""
        return next(card for card in self.models if card.default)

    @property
    def needs(self) -> tuple[str, ...]:
        """The roles that a row needs to be predicted."""
        return self.asks or tuple(role.name for role in self.roles if role.required)

    @property
    def subject_role(self) -> str | None:
        """The role that makes two rows the same thing: its text or its image, if any."""
        images = (role.name for role in self.roles if role.kind == "image")
        return self.text_role or next(images, None)

    @property
    def subject(self) -> str:
        """What a row is about, in a word."""
        return "image" if self.reads == "images" else "text"

    @property
    def documents(self) -> bool:
        """Whether it reads documents."""
        return self.reads == "documents"

    @property
    def baseline(self) -> ModelCard:
        """The honest baseline that is part of each comparison."""
        return next(card for card in self.models if card.baseline)

    def role(self, name: str) -> Role:
        """The role of that name.

        Raises:
            OptionError: there is none.
        """
        for role in self.roles:
            if role.name == name:
                return role
        known = ", ".join(role.name for role in self.roles)
        raise OptionError(f"{self.title} has no role “{name}”; its roles are {known}.")

    def template(self, name: str) -> Template | None:
        """The template of that id; None where the task has none of it."""
        return next((each for each in self.templates if each.id == name), None)


def _options_of(templates: tuple[Template, ...]) -> list[Option]:
    if not templates:
        return []
    uses = "; ".join(f"{each.id}: {each.summary.rstrip('.')}" for each in templates)
    found = [Option(
        name="template", default=templates[0].id, choices=tuple(each.id for each in templates),
        summary=f"what it is for, which decides what is looked at first. {uses}",
    )]
    if any(each.finds for each in templates):
        found.append(Option(
            name="positive", default="",
            summary="the class or classes that have to be found, with commas between, for templates "
            "that ask for it; told by their names when empty",
        ))
    return found
